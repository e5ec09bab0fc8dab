"""Files of a drop folder become updates of IEs: the Metadata Update Job ("Rosetta Update Metadata Job").

What operators ask about files belongs to `files`, about jobs and runs to `jobs`.

- `worker`: a job is worked on as long as the daemon lives; `run_once`: it is run once. Both by a `session`.
- `preparation`: bytes into updates, in worker processes where there are many. `group`: a group of files is decided and
  applied; `retried`: those of it that were put back from `error/`. `filing`: what the journal says is carried out. `recovery`: what a crash left is finished.
"""
