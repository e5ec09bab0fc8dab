"""MODS 3.8: `exporter`, with `conform` (a record made to fit), `schema` (what fits) and `writer` (one made anew)."""
