"""Records are edited as a table: sheets go out, and come back as updateMD files in a job's drop folder.

- `export`: the records of a set as a sheet. `apply`: an edited sheet becomes updateMD files, after a look at what they
  would change. `replace`: the same for values found and replaced over a set. `planning`: what becomes of one record.
- `members`: which IEs are meant. `dublin_core`: which records and fields there may be.
"""
