"""Files of a drop folder become updates of IEs: the Metadata Update Job ("Rosetta Update Metadata Job").

What operators ask about files belongs to `files`, about jobs and runs to `jobs`.

- `worker`: a job is worked on as long as the daemon lives; `run_once`: it is run once. `share`: its folder is opened,
  if it is the one that was there before. Of the worker: `standing`, what it tells of itself; `run_queue`, who asked for
  a run; `job_folder`, its folder, and `folder_watch`, what wakes it; `job_errands`, what is wanted of its error files;
  `job_runs`, its runs; `job_schedule`, when they are due.
- `session`: what is remembered of a job from look to look, with the `book` of files that wait for their IEs.
- `run`: one run, a context manager; `taking`: how it comes by the job; `group_applier`: its groups of files, one after
  the other; `foreign_applier`: those for another repository, `asking` it, with its `foreign_book`. `troubles`: what
  keeps single files from it. `reports`: how it ended. `remedies`: what to do about a fault that interrupts it.
- `preparation`: bytes into updates, in worker processes where there are many; `expecting`: what begins these early.
  `group`: what a group of files comes to;
  `notices`: what is told of it besides. `known_files`: those of it that were decided before; `retried`: those
  that an operator put back. `carrying_out`: what was decided is carried out, by `filing`, or by a process
  that the `mover` asks, which is at `moving`; `touched_files`: decided files that others touched meanwhile.
  `recovery`: what a crash left is finished.
"""
