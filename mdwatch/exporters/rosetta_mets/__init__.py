"""Rosetta METS: `exporter`, with `embedded` (records inside a METS), `ids` (its IDs and references), and `fresh`.

`fresh` writes the METS of plain IEs at once.
"""
