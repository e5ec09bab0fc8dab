"""One package a topic, one module for each thing mdwatch reacts to; the only place where rules meet disk and database.

Every handler has three acts: look (all reading, the clock included), decide (a pure rule), carry out (all writing, no
policy). Policy belongs to `rules`, SQL to `repository`, the disk to `dropfolder`; none of them is written here. What
handlers work with is in `runtime`.

- `updates`: files are taken from a drop folder and applied.
- `files`: an operator asks about files, and puts error files back.
- `sheets`: records are edited as a table, and come back as updateMD files.
- `harvests`: records of other repositories come by OAI-PMH as updateMD files.
- `jobs`: an operator asks after jobs and their runs, has them run, paused and resumed.
- `ies`: IEs are brought in and changed by hand.
- `exports`: IEs are kept exported, by themselves and in batches, and exports are read.
- `oai`: OAI sets are made and changed; harvesters ask.
- `trail`: somebody asks who did what.
- `databases`: the database itself is copied into another, checked and vacuumed.
- `stores`: IEs are kept in a store that outlives the database, which is made again from it.
- `retention`: what is old is summed up and removed.
- `targets`: another repository behind the same rules.
- `accounts`: who may do what over HTTP.
- `notifications`: people and programs are told of what happened.
- `installing`: somebody sets up the service on a machine, or takes it away.

From below: `accounts`, `exports`, `ies`, `trail`, `databases`, `installing`, `stores`; then `targets`; then `updates`;
then `files`, `oai`; then `jobs`, `sheets`, `harvests`, `retention`; then `notifications`.
"""
