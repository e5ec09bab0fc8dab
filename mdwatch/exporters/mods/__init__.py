"""MODS 3.8: `exporter`, with `conform` (a record made to fit), `schema` (what fits) and `writer` (one made anew).

The latter with `agents`, `notes` and `subjects`, and `groups`: what is the same in several scripts.
"""
