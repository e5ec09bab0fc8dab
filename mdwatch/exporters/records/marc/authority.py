"""Authority records that MARC names in $0 and $1, as URIs: a URI, a URI with its kind before it, or a number.

The agencies are those of the MARC Code List for Organizations and of the "Standard Identifier Source Codes" (Library of
Congress); the addresses those that the agencies publish for their records.
"""

import re
from collections.abc import Callable
from typing import Final

_AGENCY: Final = re.compile(r"\(([^()]+)\)\s*(.*)")
# What searches and does not name.
_SEARCH: Final = re.compile(r"[?&](?:q|query|search|term|lookup)\w*=|/search(?:[/?]|$)|#search", re.IGNORECASE)

_LOC: Final = "http://id.loc.gov/authorities/"
_FILES: Final = (("sh", "subjects"), ("sj", "childrensSubjects"), ("gf", "genreForms"), ("mp", "performanceMediums"),
                 ("dg", "demographicTerms"), ("n", "names"))  # fmt: skip


def _library_of_congress(number: str) -> str:
    """`n 79021164`, `sh85018310`: the letters tell the file."""
    plain = number.replace(" ", "").lower()
    return next((f"{_LOC}{file}/{plain}" for letters, file in _FILES if plain.startswith(letters)), "")


def _fast(number: str) -> str:
    plain = number.lower().removeprefix("fst").lstrip("0")
    return f"http://id.worldcat.org/fast/{plain}" if plain.isdecimal() else ""


def _oclc(number: str) -> str:
    return _fast(number) if number.lower().startswith("fst") else ""


def _at(address: str) -> Callable[[str], str]:
    return lambda number: address + number.replace(" ", "")


# Agency or source code in lower case, and what makes an address of its numbers.
AGENCIES: Final[dict[str, Callable[[str], str]]] = {
    "dlc": _library_of_congress,
    "lcnaf": _library_of_congress,
    "naf": _library_of_congress,
    "lcsh": _library_of_congress,
    "lcgft": _library_of_congress,
    "de-588": _at("https://d-nb.info/gnd/"),
    "gnd": _at("https://d-nb.info/gnd/"),
    "fast": _fast,
    "ocolc": _oclc,
    "orcid": _at("https://orcid.org/"),
    "isni": _at("https://isni.org/isni/"),
    "ror": _at("https://ror.org/"),
    "viaf": _at("http://viaf.org/viaf/"),
    "wikidata": _at("http://www.wikidata.org/entity/"),
    "aat": _at("http://vocab.getty.edu/aat/"),
    "tgn": _at("http://vocab.getty.edu/tgn/"),
    "ulan": _at("http://vocab.getty.edu/ulan/"),
    "dnlm": _at("http://id.nlm.nih.gov/mesh/"),
    "mesh": _at("http://id.nlm.nih.gov/mesh/"),
    "idref": _at("https://www.idref.fr/"),
    "fr-pabnf": _at("https://catalogue.bnf.fr/ark:/12148/"),
    "geonames": _at("http://sws.geonames.org/"),
}


def uri(text: str) -> str:
    """The URI that a $0 or $1 amounts to; empty for a number of an agency that is not known, or a search page."""
    text = text.strip()
    found = _AGENCY.fullmatch(text)
    agency, rest = (found[1].strip().lower(), found[2].strip()) if found else ("", text)
    if "://" in rest:
        return "" if " " in rest or _SEARCH.search(rest) else rest
    known = AGENCIES.get(agency)
    return known(rest) if known and rest else ""
