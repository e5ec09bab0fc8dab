"""What is old is summed up and removed, where the settings say so (`[retention]`).

- `summing`: old rows of the journal, and old runs.
- `tidying`: files that lie flat in `done/` from before it had dated folders are moved into these.
- `worker`: the daemon does it at night.
"""
