"""What words of records mean, in the terms that formats ask for; no record is read and no format written here.

- `authorities`, `licences`, `language_codes`, `uris`, `global_identifiers`: names and addresses that are known.
- `agents`: whether a name is a person's.
- `iso_dates`, `coordinates`, `polygons`: what stands in a text, in ISO's forms; `dcmi_names`: what that is called.
- `kinds`, `contributor_types`: DataCite's and schema.org's word for a kind of work and for a part in it.
  `dcmi_types`: the DCMI type of a kind of resource.
- `media`: whether a format is a media type or a material.
"""
