"""Dublin Core: `oai_dc` for harvesters, `dcterms` qualified; `crosswalk`: a description as Dublin Core fields."""
