"""Records of authority files, as URIs: of a URI in whatever spelling, or of a number and the file that it is from.

MARC names them in $0 and $1, MODS in nameIdentifier, EAD in authfilenumber. The files are named as in the MARC Code
List for Organizations, and in the "Standard Identifier Source Codes" (Library of Congress); the addresses are those
that the files publish for their records.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import unquote

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


# Addresses that are written in several ways, as the files want them: ORCID with hyphens, by https and without a slash.
_ORCID: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:orcid\.org/|orcid:?\s*)(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])/?", re.IGNORECASE
)
_BARE_ORCID: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", re.IGNORECASE)
_ROR: Final = re.compile(r"(?:https?://)?(?:www\.)?(?:ror\.org/|ror:?\s*)(0[a-z0-9]{6}\d\d)/?", re.IGNORECASE)
# What such a number is of is plain without the beginning of its address.
_HOSTS: Final = re.compile(r"(?:www\.)?(?:isni\.org|viaf\.org|d-nb\.info|wikidata\.org|idref\.fr)/\S+", re.IGNORECASE)


def uri(text: str) -> str:
    """The URI that a $0 or $1 amounts to; empty for a number of an agency that is not known, or a search page."""
    text = text.strip()
    found = _AGENCY.fullmatch(text)
    agency, rest = (found[1].strip(), found[2].strip()) if found else ("", text)
    return of_number(agency, rest)


def of_number(file: str, number: str) -> str:
    """The URI of a number in a file, by the code of the file in any case; empty where none is known."""
    number = number.strip()
    number = unquote(number) if number.lower().startswith(("http%3a", "https%3a")) else number
    labelled = number if "/" in number or ":" in number else f"{file.strip().lower()}:{number}"
    if found := _ORCID.fullmatch(labelled):
        return f"https://orcid.org/{'-'.join(found.groups()).upper()}"
    if found := _ROR.fullmatch(labelled):
        return f"https://ror.org/{found[1].lower()}"
    if "://" in number:
        return "" if " " in number or _SEARCH.search(number) else number
    if _HOSTS.fullmatch(number):
        return f"https://{number}"
    known = AGENCIES.get(file.strip().lower())
    return known(number) if known and number else ""


def told_by_itself(number: str) -> str:
    """The URI of a number that shows what file it is from; else empty."""
    return of_number("orcid" if _BARE_ORCID.fullmatch(number.strip()) else "", number)


def distinct(uris: Iterable[str]) -> tuple[str, ...]:
    """The URIs that are there, of one that is told with http and with https the first."""
    found: dict[str, str] = {}
    for uri_ in filter(None, uris):
        found.setdefault(uri_.partition("://")[2].rstrip("/") or uri_, uri_)
    return tuple(found.values())
