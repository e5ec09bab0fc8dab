"""Reads MARC 21 records in MARCXML: `reader` a field at a time, with `fields`, `names`, `subjects` and `works`."""
