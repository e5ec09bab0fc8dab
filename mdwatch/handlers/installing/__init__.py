"""Somebody sets up the service on a machine, or takes it away. Nothing here knows settings or repository.

- `files`: the files that come with the program are put in place, or removed. `service`: systemd is told of them.
- `as_service`: what systemd has the service be and see.
"""
