"""DDI Codebook 2.5: `exporter`, by the crosswalk in `table`.

`selectors`: what a row takes of a work. `statements`, `coverage`, `dates`, `identifiers`, `related`: elements of one
kind. `writer`: elements into text. `conform` makes an IE's own codebook fit the schema, by its tables in `schema` and
`attributes`; `values` and `references`: what attributes may say; `xhtml`: the markup it keeps; `markup`: its trees.
"""
