"""mdwatch keeps a preservation repository's metadata current.

`docs/architecture.md` shows the rooms of the code, the walk of a file and of an export, and where to change what. The
layers, each importing only from those before it, siblings never from each other (`tests/test_imports.py` checks):

1. `model`, `errors`: nouns, and what can go wrong.
2. `rules` and `formats`: pure. Tables that decide; bytes into nouns and back. No disk, database, clock or log.
3. `exporters`, `shapes` and `config_faults`: pure. One IE into one document; what programs are told, in JSON; faults of
   the settings in words.
4. `repository` (the database and only the database), `dropfolder` (the disk and only the disk), `objectstore` (an OCFL
   storage root and only that), `watch` (what wakes the daemon), `config`, `logs`, `shipped` (files
   that come along).
5. `runtime`: what handlers work with.
6. `handlers`: one module a thing mdwatch reacts to. Look (all reading), decide (a pure rule), carry out (all writing).
7. `web`: HTTP, thin; `demo`; then `daemon`: composition root, start-up, supervision and shutdown.
8. `cli`: commands, no policy.

The words, as the code uses them:

- **IE**: an Intellectual Entity, named by its **PID**; belongs to one **institution**, is in a **stage** (SIP or
  permanent), has a **version** that each change of its metadata raises.
- **record**: metadata of an IE in XML: the **descriptive** one (Dublin Core), or a **source** record, named by its
  **mid**, of a **subtype** (MODS, MARC ...).
- **updateMD file**: one PID and the records to replace. **drop folder**: where institutions drop such files.
- **job**: a drop folder with the user it works for. **run**: one execution of it. **group**: files applied in one
  transaction. **code**: what was decided of a file; **effect**: what that does to file and run; **remedy**: what a
  person can do.
- **sighting**: a file as one look at the folder saw it. **identity**: inode, size and mtime, which tell it from another
  file of its name. **settled**: written to its end. **waiting**: read, and left in the folder for a reason. **filed**:
  moved to `done/` or `error/`.
- **journal**: the rows of what was decided. **carried out**: moved, reason written, line logged.
- **digest**: a hash of what a record says, whatever its prefixes and insignificant white space.
- **format**: what an IE is exported as. **exporter**: what makes its documents. **stamp**: of which versions of IE and
  exporter an export was made, and when. **due**: changed since it was exported. **failure**: a format that an IE could
  not be exported in. **tombstone**: what is left of an export for harvesters when its IE is not published any more.
  **batch**: exports that somebody asked for, or the night; it has a log.
- **set**: an OAI set; **definition**: who belongs to it; **spec**: its name in the protocol; **filled**: every IE was
  looked at under the present definition. **datestamp**: when harvesters last had something to learn of an export.
- **context**: settings, repository and clock. **lease**: being the only one who works on something, for a while;
  **heartbeat**: where a thread is. **deferred**: a fault of the world; nothing is lost, it is tried again. **shape**:
  what programs are told, in JSON.
- **moment**: milliseconds since 1970, UTC, unless another unit is named.
"""

__version__ = "0.1.0"
