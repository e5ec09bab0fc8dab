"""Identifiers as DDI has them: numbers with the agency that assigned them, citations, and addresses."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from mdwatch.exporters.ddi.writer import Node
from mdwatch.exporters.records.description import Identifier
from mdwatch.exporters.terms.global_identifiers import known
from mdwatch.exporters.terms.uris import escaped, is_web

# The type of the identifiers that are bibliographic citations (DCMI bibliographicCitation, MODS).
CITATION: Final = "citation"

# Persistent identifiers: how they are written, their types, their agency and scheme in Dataverse, their resolver.
_PERSISTENT: Final = (
    (
        re.compile(r"(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/|info:doi/)?(10\.[0-9.]+/\S+)", re.IGNORECASE),
        ("doi", "hdl"),  # A DOI is a Handle.
        "DOI",
        "doi",
        "https://doi.org/",
    ),
    (
        re.compile(r"(?:hdl:\s*|https?://hdl\.handle\.net/|info:hdl/)?([0-9][0-9.]*/\S+)", re.IGNORECASE),
        ("hdl",),
        "handle",
        "hdl",
        "https://hdl.handle.net/",
    ),
)
# Agencies of other types of identifiers: the terms of CESSDA's vocabulary where it has one; a URI has no agency.
_AGENCIES: Final = {"ark": "ARK", "urn": "URN", "uri": ""}
_URN: Final = re.compile(r"urn:\S+", re.IGNORECASE)


class Named(NamedTuple):
    """An identifier taken apart: who assigned it, the name they assigned, and where it leads; each may be empty."""

    agency: str
    name: str
    url: str


def named(identifier: Identifier) -> Named:
    """DOI and Handle in the forms that Dataverse reads (`doi:10.1/x`, agency `DOI`); a mere address has no name."""
    text, kind = identifier
    if "/" not in text and "%" not in text:
        return Named(_AGENCIES.get(kind, kind), text, text if _URN.fullmatch(text) else "")
    for pattern, kinds, agency, scheme, resolver in _PERSISTENT:
        match = pattern.fullmatch(text)
        # Without a type or a prefix, anything with a solidus could be taken for one.
        if match and (kind in kinds or match[1] != text):
            name = match[1]
            return Named(agency, f"{scheme}:{name}", resolver + (name if is_web(text) else escaped(name)))
    # In another spelling: with other words before it, or the solidus as a URL has it.
    if kind == "doi" and (found := known(identifier)) and text.endswith(found.text.rpartition("/")[2]):
        return Named("DOI", f"doi:{found.text}", found.address)
    if is_web(text):
        return Named("", "", text)
    return Named(_AGENCIES.get(kind, kind), text, text if _URN.fullmatch(text) else "")


def id_numbers(identifiers: Iterable[Identifier]) -> Iterator[Node]:
    """`IDNo`: all names of the work; addresses are holdings, and whole citations are no numbers."""
    for identifier in identifiers:
        agency, name, _ = named(identifier)
        if name and identifier.type != CITATION:
            yield Node(name, {"agency": agency})


def citations(identifiers: Iterable[Identifier]) -> Iterator[str]:
    """`biblCit`: how the work is cited."""
    return (identifier.text for identifier in identifiers if identifier.type == CITATION)


def addresses(identifiers: Iterable[Identifier]) -> Iterator[Node]:
    """`holdings`: where the work is to be had, each address once."""
    for url in dict.fromkeys(named(identifier).url for identifier in identifiers):
        if url:
            yield Node("", {"URI": url})
