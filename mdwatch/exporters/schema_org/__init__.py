"""schema.org as JSON-LD: `exporter`, by the crosswalk in `table`, with `parts` and `json_ld`."""
