"""What records say of a work, read into a `description`; how a format writes it never stands here.

- `describe`: all that an IE's records say; `merge`: two descriptions of one work made into one, by
  `sameness`: which values say the same; `overlap`: what one tells in a place of no kind, and the other in its own.
- `dublin_core` (with `dcmi`), `mods`, `marc`, `ddi_codebook`, `ddi_lifecycle`, `ead` (with `ead_dates` and
  `ead_names`), `lido` (with `lido_object`), `vra`, `tei` (with `tei_names`, `tei_manuscript` and `tei_source`),
  `etdms`, `dim`, `datacite` (with `datacite_terms` and `datacite_places`): a reader a kind of record; `outline`:
  reading by a table.
  `dublin_core_fields`: the fields of a Dublin Core record, out of its tree; `plain_dublin_core`: out of its text, where
  that is plain. `recognition`: which kind a record is. `stored`: a stored record, parsed.
- `parallel`: the same in two scripts made one. `written_dates`: dates as people write them, with `calendars`,
  `vague_dates` (centuries, limits) and `date_qualifiers`.
- `refinement`: what texts turn out to be, with `licence_names`, `access_rights` and `grants`.
- `authority_files`: records of authority files as URIs. `geographic_codes`: places by their codes. `relators`: the list
  of roles, with `role_words`. `harvested`: forms that harvesters agreed on. `imprints`: what says that no publisher or
  place is known.
- `coverage`, `identifier_types`, `languages`, `roles`: values told from one another by their text; `parts_of_hosts`:
  volume, issue and pages out of words; `plain_text`: texts that any format can hold. `left_out`: what a record says
  that a schema has no place for.
"""
