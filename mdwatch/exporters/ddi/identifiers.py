"""Identifiers as DDI has them: numbers with the agency that assigned them, citations, and addresses."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from mdwatch.exporters.ddi.writer import Node
from mdwatch.exporters.records.description import Identifier
from mdwatch.exporters.records.identifier_types import identified
from mdwatch.exporters.terms.global_identifiers import Global, known
from mdwatch.exporters.terms.uris import is_web

# The type of the identifiers that are bibliographic citations (DCMI bibliographicCitation, MODS).
CITATION: Final = "citation"

# Persistent identifiers, by their types in DataCite: their agency and scheme in Dataverse.
_PERSISTENT: Final = {"DOI": ("DOI", "doi"), "Handle": ("handle", "hdl")}
_TYPES: Final = ("doi", "hdl")  # a DOI is a handle, too
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
    if found := _persistent(text, kind):
        agency, scheme = _PERSISTENT[found.type]
        # A query is for the resolver, and may say which part of the work is meant.
        address = text if "?" in text and is_web(text) else found.address
        return Named(agency, f"{scheme}:{found.text}", address)
    if is_web(text):
        return Named("", "", text)
    return Named(_AGENCIES.get(kind, kind), text, text if _URN.fullmatch(text) else "")


def _persistent(text: str, kind: str) -> Global | None:
    """The DOI or the handle that a text is, with nothing after it."""
    # Without a type or a prefix, anything with a solidus could be taken for one.
    shown = kind if kind in _TYPES or text[:1].isdigit() else identified(text).type
    if shown not in _TYPES:
        return None
    if doi := known(Identifier(text, "doi")):
        return doi if known(Identifier(text.rsplit(maxsplit=1)[-1], "doi")) == doi else None
    return known(Identifier(text, "hdl")) if shown == "hdl" else None


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
