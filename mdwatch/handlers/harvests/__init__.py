"""Records of other repositories come by OAI-PMH, as updateMD files in a job's drop folder.

- `worker`: the daemon harvests by schedule, and when it is asked to: `request`. `trial`: ten records, and what would
  become of them. `listing`: how harvests stand; `public`: in the public shapes.
- `run`: a harvest, incremental, that goes on after a kill: `reading` reads the list, `sorting` says what becomes of its
  records, `writing` puts files into the drop folder, `ledger` keeps counts, notes and the log. `pauses`: how it waits.
- `setup`: whether harvests can do their work as they are set up.
- `provider` asks over HTTP, and follows `redirects`; `making` makes a file of a record, by `stored_identifiers`.
"""
