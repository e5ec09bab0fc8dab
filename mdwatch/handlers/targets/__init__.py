"""Another repository behind the same rules: what mdwatch needs of one, small enough to be written in a day.

- `interface`: the two questions that a repository has to answer, and what it promises.
- `embedded`: mdwatch's own database. `ocfl_store`: an OCFL storage root alone, without a database.
- `opening`: the one that a job works for, by its settings.

`tests/handlers/targets` holds every implementation to the same contract.
"""
