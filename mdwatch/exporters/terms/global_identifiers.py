"""Identifiers that mean something outside the repository, in DataCite's types, and the addresses they resolve at."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import unquote

from mdwatch.exporters import remembered
from mdwatch.exporters.records.description import Identifier
from mdwatch.exporters.terms import uris


class Global(NamedTuple):
    """An identifier with its DataCite relatedIdentifierType, and its web address or an empty text."""

    text: str
    type: str
    address: str = ""


_DOI: Final = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_HANDLE: Final = re.compile(r"(?:^|hdl:\s*|handle:\s*|hdl\.handle\.net/|info:hdl/)([0-9][\w.]*/\S+)$", re.IGNORECASE)
_ARK: Final = re.compile(r"ark:/?[0-9]{5,9}/\S+", re.IGNORECASE)
# What comes after the resolver in an address is percent-encoded, and a query is for the resolver.
_ADDRESS: Final = re.compile(
    r"(?:(?:doi|hdl|handle)[:\s]\s*)?((?:https?://|info:|urn:|(?:dx\.|www\.)?doi\.org/|hdl\.handle\.net/)[^\s?]+)(?:\?\S*)?",
    re.IGNORECASE,
)
# No record can hold it: it stands for spaces that were percent-encoded while the end of a name is looked for.
_SPACE: Final = "\0"


def _found(pattern: re.Pattern[str], text: str) -> str:
    """The name that the pattern finds, as its registrant spells it, or empty."""
    if "%" not in text and "?" not in text:
        found = pattern.search(text)
    elif address := _ADDRESS.fullmatch(text):
        found = pattern.search(_decoded(address[1]).replace(" ", _SPACE))
    else:
        # Some write the solidus as a URL has it where no URL is.
        found = pattern.search(text) or pattern.search(_decoded(text))
    return (found[1] if pattern.groups else found[0]).replace(_SPACE, " ") if found else ""


def _decoded(text: str) -> str:
    """The text without percent-encoding, unless that hides what no name can hold."""
    if "%" not in text or len(text) > remembered.LONGEST:
        return text
    decoded = unquote(text)
    return decoded if decoded.isprintable() and "\N{REPLACEMENT CHARACTER}" not in decoded else text


def _doi(text: str) -> Global | None:
    name = _found(_DOI, text)
    return Global(name, "DOI", f"https://doi.org/{uris.escaped(name)}") if name else None


def _handle(text: str) -> Global | None:
    # Nothing else begins a handle.
    small = text.lower()
    name = _found(_HANDLE, text) if text[:1].isdigit() or "hdl" in small or "handle" in small else ""
    return Global(name, "Handle", f"https://hdl.handle.net/{uris.escaped(name)}") if name else None


def _ark(text: str) -> Global | None:
    name = _found(_ARK, text)
    return Global(name, "ARK", text if uris.is_web(text) else f"https://n2t.net/{uris.escaped(name)}") if name else None


def _web(text: str) -> Global | None:
    return Global(text, "URL", text) if uris.is_web(text) else None


def _urn(text: str) -> Global | None:
    return Global(text, "URN") if re.fullmatch(r"urn:[a-z0-9][a-z0-9-]*:\S+", text, re.IGNORECASE) else None


# What word processors make of the hyphens in a number.
_HYPHENS: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-") | {0xAD: ""}


def _isbn(text: str) -> Global | None:
    text = text.translate(_HYPHENS)
    found = re.search(r"(?<![0-9])(?:97[89][- ]?)?(?:[0-9][- ]?){9}[0-9Xx](?![0-9])", text)
    return Global(re.sub(r"[- ]", "", found[0]).upper(), "ISBN") if found else None


def _issn(text: str) -> Global | None:
    found = re.search(r"(?<![0-9])([0-9]{4})-?([0-9]{3}[0-9Xx])(?![0-9])", text.translate(_HYPHENS))
    return Global(f"{found[1]}-{found[2].upper()}", "ISSN") if found else None


def _any(type_: str) -> Callable[[str], Global | None]:
    return lambda text: Global(text, type_)


# By the types that records use (MODS identifier types); the reader of a type finds nothing where the text belies it.
READERS: Final[dict[str, Callable[[str], Global | None]]] = {
    "doi": _doi,
    "hdl": _handle,
    "ark": _ark,
    "urn": _urn,
    "uri": lambda text: _doi(text) if "doi.org/10." in text else _handle(text) or _web(text),
    "isbn": _isbn,
    "issn": _issn,
    "eissn": lambda text: (found := _issn(text)) and found._replace(type="EISSN"),
    "arxiv": _any("arXiv"),
    "bibcode": _any("bibcode"),
    "ean": _any("EAN13"),
    "igsn": _any("IGSN"),
    "istc": _any("ISTC"),
    "lsid": _any("LSID"),
    "pmid": _any("PMID"),
    "upc": _any("UPC"),
    "w3id": _any("w3id"),
}


def known(identifier: Identifier) -> Global | None:
    """The identifier in DataCite's terms, or None where its type is none of DataCite's or its text belies it."""
    reader = READERS.get(identifier.type)
    return reader(identifier.text) if reader else None
