"""An operator asks after jobs, and has them run. How a job works belongs to `updates`.

- `facts`: how jobs stand, as the database has it; `status`: with what is in their folders. `runs`: what runs there
  were, and what became of their files.
- `request`: a job is to be run, paused or resumed; `cancel`: its run is to end. `setup`: is the set-up right.
- `undo`: what a run did is taken back.
- `trends`: how much there was to do, day by day. `public`: what is found, in the public shapes.
"""
