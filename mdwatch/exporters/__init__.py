"""Pure: one IE into one document of one format, one module a format, behind the interface in `interface`.

A crosswalk goes through `description`: readers fill it in from Dublin Core, MODS and MARC records, writers put it into
a format. They are tables that a metadata librarian can read and check; each names its source.
"""

from typing import Final

# The formats that come with mdwatch; each is the module of its name here, with its `EXPORTER`.
BUILT_IN: Final = ("oai_dc", "ddi", "native_json", "dcterms", "rosetta_mets", "mods", "schema_org", "datacite")
