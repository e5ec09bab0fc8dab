"""HTTP: what mdwatch answers, to whom. Thin: it asks the handlers, and knows no rule of its own.

- `route` says what a route is, `table` is the one list of all there are: the server's routes and `/api/openapi.json`
  are both made from it. To add some, write a module with a tuple `ROUTES` and name it in `table`.
- `health`, `jobs`, `runs`, `files`, `ies`, `documents`, `exports`, `batch_requests`, `batches`, `dataverse_sets`,
  `sets`, `oai`, `openapi`: the routes, a module a topic; `pages`: those of the operators' page.
- `parameters` reads and checks what was sent, `answers` writes what is sent back, `faults` turns errors into answers.
- `access`, `same_origin`: who may ask. `limits`, `protocol`, `pace`: how much, and how slowly.
- `application` makes of these one ASGI application for each kind of address; `sockets` and `server` run it in a thread
  of the daemon.
"""
