"""OAI sets, and harvesters by OAI-PMH 2.0. The form of the answers belongs to `formats.oai_pmh`.

- `sets`: sets are made, changed, deleted and shown. `preview`: who would belong to one.
- `provider`: a harvester asks; `lists`: a page of a list; `records`: how an export looks to harvesters.
"""
