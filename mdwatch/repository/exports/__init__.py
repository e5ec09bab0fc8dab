"""How the exports stand in the database, one question a module.

- `due`: which IEs have exports at all, and which of them are to be exported.
- `subjects`: all that exporting some IEs takes.
- `store`: what came of exporting them is kept: documents, stamps and failures, in one transaction.
- `documents`: the documents as they are kept, and the tombstones of those that are gone.
- `failures`: the formats that IEs could not be exported in.

What may not be here: which format is wanted, and what becomes of a document. That is decided in `rules.exporting`.
"""
