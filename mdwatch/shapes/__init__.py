"""What programs are told, in JSON: the public shapes, ours and not the tables'. Pure.

Each is a named tuple whose fields are the fields of the JSON, in their order: it takes a tenth of the time that a
frozen dataclass takes to be made, whenever a command starts. (One is such a dataclass, for a field is called like a
method of tuples.) Handlers make them of what they have found; commands print them with `--json`, the HTTP API answers
them, and the OpenAPI document is derived from them. So a column that is renamed changes none of them, and a field that
is added to one is documented by that.

- `values`: moments, counts, and how a shape becomes JSON.
- `runs`: runs and what came of their files. `jobs`: how jobs stand. `files`: what became, or would become, of a file.
  `errands`: what is to be done with error files.
- `harvests`: harvests of other repositories, and their runs.
- `batches`, `exports`, `sets`: batches of exports, how exports stand, OAI sets. `ies`: the history of an IE.
- `stores`: how the store stands, and how it differs from the database.
- `sheets`: what becomes of an edited sheet.
- `trail`: what was done by hand. `undo`: a run taken back.
- `tokens`: tokens of accounts.
- `notifications`: what happened, and the messages that tell of it.

What may not be here: anything that decides. Where a command and the API have told the same in two forms since their
first versions, both forms are here, one under the other.
"""
