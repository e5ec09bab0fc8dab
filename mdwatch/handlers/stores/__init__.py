"""IEs are kept in a store that outlives the database: an OCFL storage root, an object an IE, a version a change.

- `gathering`: what an object is to be given. `keeping`: it is given that. `worker`: by the daemon, all the time.
- `standing`, `counting`: somebody asks how the store stands. `checking`: it is held against the database.
- `setup`: whether its place is fit for it. `rebuilding`: the database is made again from it.
"""
