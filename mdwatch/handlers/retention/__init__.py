"""What is old is summed up and removed, where the settings say so (`[retention]`).

- `summing`: old rows of the journal, and old runs.
- `worker`: the daemon does it at night.
"""
