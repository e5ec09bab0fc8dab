"""Somebody asks who did what. What is done is recorded where it is done, by `runtime.acting`.

- `listing`: acts of the audit trail, filtered, in the public shape.
"""
