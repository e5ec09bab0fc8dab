"""The database itself is looked after, whatever is in it.

- `moving`: all of it is copied into another, of the same engine or the other.
- `checking`: it is checked; `setup`: whether it could be worked with, before anybody does.
- `vacuuming`: it gives back what removed rows left in it.

What its rows mean to each other is for `files.audit` to say.
"""
