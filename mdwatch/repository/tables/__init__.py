"""The tables. Moments are milliseconds since 1970 UTC; JSON is text, so that it comes back byte for byte.

The condition of a partial index is told for SQLite alone: naming it for PostgreSQL, too, would load that dialect
whenever mdwatch starts. The migrations make the indexes, and have both.

Whoever writes a statement imports from the module that has its tables: to build all of them takes a good part of the
start of a short command, which needs a few. A table that refers to another one's imports it.

- `ies`: Intellectual Entities. `files`: runs and what became of files. `people`: what was done by hand.
- `exports`: exports, batches, sets. `harvests`: of other repositories. `notices`: messages.
- `accounts`: who may do what. `control`: what processes tell each other.
- `base`: what all have in common. `every`: all of them.
"""
