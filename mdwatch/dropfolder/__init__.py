"""The disk, and only the disk: looking into drop folders, reading files, putting them away.

- `folder`: a drop folder held open; `listing`: one look at it. `filing`: files are put away; `error_place`: in
  `error/`; `done_place`: in `done/`, `plainly`: where nothing is in the way; `moving`: how files are moved;
  `reason_files`: why they are in `error/`. `dropping`: files are put in. `beginnings`: how a file begins. `statx`:
  their age. `told`: where a fault was.
- `mounts`: which file system a path lies on. `places`: which folder a folder is, whatever it is called. `claims`: which
  job has it. `shares`: asking one that may hang.

What may not be here: verdicts on files, the database, logging. Faults of the disk leave as `OSError`; a file that is no
longer the one that was sighted as `Changed`.
"""
