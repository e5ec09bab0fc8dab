"""The database, and only the database: every table, statement and migration of mdwatch is here.

`engine` opens it and hands out transactions, `postgres` has what a server needs of its own, `server_clock` the time
that all go by; `ies`, `changes`, `journal`, `run_entries`, `waiting_list`, `past_files`, `error_files`,
`interventions`, `errands`, `auditing`, `exports`, `batches`, `sets`, `news`, `harvesting`, `control`, `leases` and
`secrets`, `trail` read and write within one; `tables` says of what, `columns` and `bulk` help, `migrations` bring older
databases up to date. All of it is SQLAlchemy Core, so that SQLite (the default) and PostgreSQL share one set of
statements.

What may not be here: verdicts, files, logs, the clock. Moments come in as milliseconds since 1970 UTC.
"""
