"""Routes for programs, a module a topic, each with a tuple `ROUTES`. HTML belongs to `pages`, HTTP to `serving`.

`health`, `jobs`, `runs`, `files`, `ies`, `documents`, `exports`, `batch_requests`, `batches`, `sets`, `trail`,
`notifications`, `harvests`; and for
Dataverse's calls `dataverse_info` and `dataverse_sets`.
"""
