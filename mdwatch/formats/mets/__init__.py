"""Rosetta METS: the document of one IE, into its nouns and back.

Reading cuts out what mdwatch manages (the descriptive record `ie-dmd`, the source records of `ie-amd`, the DNX events
and the DNX object characteristics) and keeps the rest, the remainder, in which each cut leaves its empty place behind.
Writing puts the current state into those places, or into a METS built afresh where there is no remainder.

Records go in and out as text, since lxml renames the prefixes of elements it moves into another document and so would
break qualified names in attribute values, such as xsi:type="dcterms:URI".

- `sections`: the way in a METS of either namespace. `reader`, `writer`: into nouns and back. `landing_page`: an address
  in the header, which exports put there and reading takes out. `set_aside`: what exports set aside, put back.
"""

from mdwatch.formats.mets.landing_page import LANDING_PAGE, put_landing_page
from mdwatch.formats.mets.reader import read
from mdwatch.formats.mets.sections import NAMESPACE, OWN_SOURCE
from mdwatch.formats.mets.set_aside import REFERENCES, SET_ASIDE
from mdwatch.formats.mets.writer import check_remainder, owner, stated_as, write

__all__ = [
    "LANDING_PAGE",
    "NAMESPACE",
    "OWN_SOURCE",
    "REFERENCES",
    "SET_ASIDE",
    "check_remainder",
    "owner",
    "put_landing_page",
    "read",
    "stated_as",
    "write",
]
