"""HTTP itself. What is asked and answered about a topic belongs to `api` and `pages`.

- `route` says what a route is; `application` makes of a table of them one ASGI application for each kind of address.
- `parameters` reads and checks what was sent, `answers` writes what is sent back, `faults` turns errors into answers,
  `paging` cuts lists, `trail_query` asks for the audit trail, as API and page do; `shapes` says what answers look
  like, `openapi` writes all of it down; `printed` is how text stands on pages; `measure` counts and times answers;
  `uploads`: files that browsers send.
- `target`: what a request is for, in one form. `access`, `token`, `admission`, `proxied`, `cookies`, `same_origin`: who
  may ask. `limits`, `protocol`: how much, and how slowly. `sockets`: listening. `handover`: a connection goes to the
  process that answers it.
"""
