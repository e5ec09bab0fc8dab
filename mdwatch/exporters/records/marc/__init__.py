"""Reads MARC 21 records in MARCXML: `reader` a field at a time.

`fields`: fields of subfields, trimmed. `linked`: field 880, the same in another script. `titles`, `dates`, `types`,
`names`, `subjects`, `chains`, `notes`, `works`: fields of one sort. `unimarc` (with `unimarc_table` and
`unimarc_names`): a record of UNIMARC as one of MARC 21.
"""
