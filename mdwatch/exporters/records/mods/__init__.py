"""Reads MODS records of any version 3: `reader`, with `parts`, `subjects` and `works`."""
