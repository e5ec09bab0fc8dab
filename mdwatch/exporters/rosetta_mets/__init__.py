"""Rosetta METS: `exporter`, with `embedded` (records inside a METS) and `ids` (its IDs and references)."""
