"""Files of a drop folder become updates of IEs: the Metadata Update Job ("Rosetta Update Metadata Job").

What operators ask about files belongs to `files`, about jobs and runs to `jobs`.

- `worker`: a job is worked on as long as the daemon lives; `run_once`: it is run once. Both by a `session`. Of the
  worker: `standing`, what it tells of itself; `run_queue`, who asked for a run; `job_folder`, its folder, and
  `folder_watch`, what wakes it; `job_runs`, its runs; `job_schedule`, when they are due.
- `preparation`: bytes into updates, in worker processes where there are many. `group`: a group of files is decided and
  applied. `filing`: what the journal says is carried out. `recovery`: what a crash left is finished.
"""
