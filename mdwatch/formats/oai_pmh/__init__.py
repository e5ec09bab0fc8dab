"""OAI-PMH 2.0, the protocol half of a data provider: what a request asks for, and how an answer is written.

Query pairs -> `requests.parse` -> a request, or a `Refusal` with every fault -> (the database, elsewhere) -> items ->
`answers` -> the bytes of the answer. Sections named in this package are those of the protocol's specification, version
2.0 (https://www.openarchives.org/OAI/openarchivesprotocol.html). Moments are whole milliseconds since 1970, UTC.

- `requests`, of `verbs` and `arguments` (in `characters` that can be at all), with `moments`, `identifiers` and
  `set_specs` in them; `resumption`: tokens; `faults`: what can be wrong.
- `answers`, of `items`; `descriptions`: what Identify says beside; `embedding`: documents that stand in an answer.
- `harvest`: the other side: what the answers of a provider hold; `broken_pages`: what is left of one that is
  not well-formed.

What may not be here: which records there are, what is in a set, what the time is, and anything about HTTP.
"""
