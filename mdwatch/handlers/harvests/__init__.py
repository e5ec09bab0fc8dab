"""Records of other repositories come by OAI-PMH, as updateMD files in a job's drop folder.

- `run`: a harvest, incremental, that goes on after a kill. `trial`: ten records, and what would become of them.
  `listing`: how far each has come.
- `provider` asks over HTTP; `making` makes a file of a record, by `transforming` and `stored_identifiers`;
  `writing` puts it into the drop folder.
"""
