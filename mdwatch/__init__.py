"""mdwatch keeps a preservation repository's metadata current.

The nouns are in `model`. An Intellectual Entity (IE) is named by its PID, belongs to one institution, and has records:
the descriptive Dublin Core one and source records named by their mid. An updateMD file carries one PID and one or more
records to replace. A job is a drop folder with the user it works for; a run is one execution of it.

The layers, each importing only from those before it, siblings never from each other (`tests/test_imports.py` checks):

1. `model`, `errors`: nouns, and what can go wrong.
2. `rules` and `formats`: pure. Tables that decide; bytes into nouns and back. No disk, database, clock or log.
3. `exporters`: pure. One IE into one document, by way of `formats`.
4. `repository` (the database and only the database), `dropfolder` (the disk and only the disk), `watch` (what wakes the
   daemon), `config`, `logs`.
5. `handlers`: one module a thing mdwatch reacts to. Look (all reading), decide (a pure rule), carry out (all writing).
6. `web`: HTTP, thin; then `daemon`: composition root, start-up, supervision and shutdown.
7. `cli`: commands, no policy.

The life of one file: sighted (a sweep lists the folder), settled (two looks agree), prepared (parsed and digested,
pure), applied (in a group of files, one transaction with the journal row of each), filed (moved to `done/` or `error/`
without overwriting, its line in the job log). What a crash leaves half way, the next run finishes from the journal.

An update makes the exports of a published IE due: its version is another one than those its exports were made from. The
export worker looks for such IEs, makes their documents, and writes them with their stamps in one transaction.
"""

__version__ = "0.1.0"
