"""The database, and only the database: every table, statement and migration of mdwatch is here.

All of it is SQLAlchemy Core, so that SQLite (the default) and PostgreSQL share one set of statements.

- `engine` opens it and hands out transactions, `database_faults` says what its faults mean; `sqlite` and `postgres`
  have what a file and a server need of their own, `server_clock` the time that all go by; `replica` is read for the
  public.
- `ies`, `changes`: IEs are read, and changed; `ie_finding`: looked for; `ie_counts`: counted.
- `journal`, `run_entries`, `waiting_list`, `past_files`, `error_files`: what became of files.
- `retiring`: what is old of that is summed up and removed; `refiling`: files in `done/` get other names there.
- `intents`: what a job asks of another repository than this one.
- `interventions`, `errands`, `trail`: what people did and want done.
- `exports`, `batches`, `batch_slices`, `batch_lines`, `sets`, `news`, `harvesting`: exports, and what
  harvesters are told.
- `harvest_progress`: how far harvests of other repositories have come; `harvest_runs`: their runs.
- `storing`: what the store beyond the database is to be given; `store_counts`: how much; `rebuilding`: what comes back.
- `control`, `leases`, `tokens`, `sign_ins`, `secrets`: what processes tell each other, who may do what, what is signed
  with.
- `occurrences`, `notifications`: what people are told of, and the messages that tell them.
- `vacuuming`: room is given back to the disk.
- `undoing`, `auditing`, `moving`, `trends`: all of it, to be held together, copied, or counted.
- `tables` say of what, `columns`, `among` and `bulk` help, `migrations` bring older databases up to date.

What may not be here: verdicts, files, logs, the clock. Moments come in as milliseconds since 1970 UTC.
"""
