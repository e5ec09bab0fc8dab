"""Pure: one IE into one document of one format, behind the interface in `interface`.

No disk, database, clock or log, and no choice of what is exported when.

- `records`: what records say, whatever form they say it in, as one `Description`: the middle of every crosswalk.
- `terms`: what words mean: vocabularies, codes, dates, languages, licences, kinds, in the terms that formats ask for.
- A package a family of formats, each with its exporters and its table: `dublin_core`, `ddi`, `mods`, `rosetta_mets`,
  `schema_org`, `datacite`; `native_json` is the repository's own. None of them knows another.
- `xml_text`: writing XML as text. `remembered`: answers kept for a while.

Tables are such that a metadata librarian can read and check them; each names its source.
"""

from typing import Final

# The formats that come with mdwatch, and the module here that has the `EXPORTER` of each.
BUILT_IN: Final = {
    "oai_dc": "dublin_core.oai_dc",
    "ddi": "ddi.exporter",
    "native_json": "native_json",
    "dcterms": "dublin_core.dcterms",
    "rosetta_mets": "rosetta_mets.exporter",
    "mods": "mods.exporter",
    "schema_org": "schema_org.exporter",
    "datacite": "datacite.exporter",
}
