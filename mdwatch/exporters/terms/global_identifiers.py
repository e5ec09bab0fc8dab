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
_HANDLE: Final = re.compile(r"(?:^|hdl:\s*|hdl\.handle\.net/|info:hdl/)([0-9][\w.]*/\S+)$", re.IGNORECASE)


def _doi(text: str) -> Global | None:
    # Some write the solidus as a URL has it.
    quoted = "%" in text and len(text) <= remembered.LONGEST
    found = _DOI.search(text) or (_DOI.search(unquote(text)) if quoted else None)
    return Global(found[0], "DOI", f"https://doi.org/{uris.escaped(found[0])}") if found else None


def _handle(text: str) -> Global | None:
    # Nothing else begins a handle.
    found = _HANDLE.search(text) if text[:1].isdigit() or "hdl" in text.lower() else None
    return Global(found[1], "Handle", f"https://hdl.handle.net/{uris.escaped(found[1])}") if found else None


def _ark(text: str) -> Global | None:
    found = re.search(r"ark:/?[0-9]{5,9}/\S+", text, re.IGNORECASE)
    if not found:
        return None
    return Global(found[0], "ARK", text if uris.is_web(text) else f"https://n2t.net/{uris.escaped(found[0])}")


def _web(text: str) -> Global | None:
    return Global(text, "URL", text) if uris.is_web(text) else None


def _urn(text: str) -> Global | None:
    return Global(text, "URN") if re.fullmatch(r"urn:[a-z0-9][a-z0-9-]*:\S+", text, re.IGNORECASE) else None


def _isbn(text: str) -> Global | None:
    found = re.search(r"(?<![0-9])(?:97[89][- ]?)?(?:[0-9][- ]?){9}[0-9Xx](?![0-9])", text)
    return Global(re.sub(r"[- ]", "", found[0]).upper(), "ISBN") if found else None


def _issn(text: str) -> Global | None:
    found = re.search(r"(?<![0-9])([0-9]{4})-?([0-9]{3}[0-9Xx])(?![0-9])", text)
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
