"""Reads MODS records: `reader` an element at a time.

`alternates`: the same in another script. `origin`: publication and dates. `parts`: titles, names and values. `subjects`
and `works`: what the work is about, and other works.
"""
