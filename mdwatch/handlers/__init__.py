"""One module for each thing mdwatch reacts to; the only place where rules meet the disk and the database.

Every handler has three acts: look (all reading, the clock included), decide (a pure rule), carry out (all writing, no
policy). `workplace` is what they all work with.

- `job_worker`: a job is to be worked on as long as the daemon lives; `update_job`: it is to be run once. Both by a
  `session`, which knows `patience`, `preparation`, `grouping`, `carrying_out`, `recovery` and `holding`.
- `requesting`: an operator wants a job run, paused or resumed.
- `ie_loading`, `ie_changes`: IEs are brought in; an operator changes one.
- `inspection`, `explanation`, `retrying`, `overview`, `setup`: an operator asks about files, and puts error files back.
- `export_worker`: exports are to be kept current as long as the daemon lives; `export_requests`: a batch of them is
  wanted. Both by `batches` and `exporting`, which know `export_formats` and `making`.
- `export_reading`: somebody asks for exports. `oai_sets`: sets are made and changed.
- `metrics`: what is counted and timed meanwhile. `demonstration`: someone wants to see it all at work.
"""
