"""The tests. A package of its own, so that no `tests` of something that is installed is taken for it."""
