"""DataCite 4.5: `exporter`, by the crosswalk in `table`, with `names`, `funding` and `relations`."""
