"""HTTP: what mdwatch answers, to whom. Thin: it asks the handlers, and knows no rule and no database of its own.

- `serving`: HTTP itself: what a route is, who may ask, what is read and sent.
- `api`: routes for programs, a module a topic; `oai`: OAI-PMH, `oai_page`: its answers for people; `pages`: the
  operators' page.
- `table` is the one list of all routes: the server's and `/api/openapi.json` are both made from it. To add some, write
  a module with a tuple `ROUTES` and name it there.
- `server`: a thread of the daemon that serves them; `readers`: it has processes of their own answer what is public;
  `reader` is such a process. `listening`: how either of them has uvicorn serve.
"""
