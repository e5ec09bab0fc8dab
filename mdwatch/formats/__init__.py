"""Pure: bytes into nouns and back. What a format looks like is known here and nowhere else.

- `xml`: the one safe parser; `gate`: what it must not see; `wrong_tokens`: what is wrong there, in words; `limits`: its
  caps. `canonical`: when two records are equal; `difference`: in which fields they differ; `qualified`: names in their
  values.
- `updatemd`: what institutions drop, `plain_update` where its envelope needs no parser and `plain_record` where its
  record needs none but for its tags (`plain_tags`; `plain_references` in its texts); `pids`: whose. `mets`, `dnx`,
  `native`: whole IEs, `event_history` what befell them, `original_identifiers` by which they are known where they came
  from. `oai_pmh`: for harvesters.
- `sheet`: records as a table for people, `sheet_fields`: between records and cells. `table`: such tables
  (`table_lines`) as CSV, and by `workbook` as XLSX; `workbook_parts`, `workbook_cells`: its parts, what its cells say.
- `ocfl`: objects with versions in plain files.
- `xslt`: stylesheets, without a way out.
- `json_line`: a line of JSON, strictly. `job_log`: the lines of a job log.
- `printable`: text from files, made safe to show. `names`: of elements, as people write them.
  `numbers`: numbers in words.

What may not be here: reading files, the database, the clock, logging. A format module raises `Rejected` with a reason
that an operator understands, and nothing else.
"""
