"""What records say of a work, read into a `description`; how a format writes it never stands here.

- `describe`: all that an IE's records say; `merge`: two descriptions of one work made into one.
- `dublin_core` (with `dcmi`), `mods`, `marc`: a reader a kind of record. `stored`: a stored record, parsed.
- `parallel`: the same in two scripts made one. `written_dates` and `calendars`: dates as people write them.
- `coverage`, `identifier_types`, `languages`, `roles`: values told from one another by their text; `plain_text`: texts
  that any format can hold.
"""
