"""What kind of identifier a text is, told by the text itself.

The types are those of MODS identifiers ("Standard Identifier Source Codes", Library of Congress) as far as it has them.
"""

import re
from typing import Final
from urllib.parse import unquote

from mdwatch.exporters import remembered
from mdwatch.exporters.records.description import Identifier, RightsKind

# The first that matches decides.
_PATTERNS: Final = (
    (
        "doi",
        (
            r"(?:(?:doi:?\s*)?(?:https?://)?(?:dx\.|www\.)?doi\.org/(?:doi:)?|doi:?\s*|info:doi/|urn:doi:)10\.\d{4,}.*|"
            r"10\.\d{4,9}(?:/|%2F)\S+"
        ),
    ),
    (
        "hdl",
        r"(?:(?:(?:hdl|handle):?\s*)?(?:https?://)?hdl\.handle\.net/|hdl:\s*|info:hdl/)\S.*|handle:\s*\d[\d.]*(?:/|%2F)\S+",
    ),
    ("ark", r"(?:https?://[^/\s]+/)?ark:\S+"),
    ("arxiv", r"(?:arxiv:\s*|https?://arxiv\.org/abs/)(?:\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(?:v\d+)?"),
    ("pmid", r"(?:pmid:\s*|info:pmid/|https?://pubmed\.ncbi\.nlm\.nih\.gov/)\d+/?"),
    (
        "oclc",
        r"\(OCoLC\)\s*(?:oc[mn]|on)?\d+|info:oclcnum/\d+|https?://(?:www\.)?worldcat\.org/oclc/\d+|oclc[:\s]\s*\d+",
    ),
    ("lccn", r"info:lccn/\S+|https?://lccn\.loc\.gov/\S+|lccn[:\s]\s*[\w-]+"),
    ("ismn", r"ismn[:\s]\s*(?:m|979)[\s\d-]*\d"),
    ("isbn", r"(?:urn:|e-?)?isbn(?:[- ]?1[03])?[:\s]\s*[\dX][\dX\u2010-\u2014 -]+.*"),
    ("issn", r"(?:urn:)?issn[:\s]\s*\d{4}[\u2010-\u2014-]?\d{3}[\dX].*"),
    ("eissn", r"e-?issn[:\s]\s*\d{4}[\u2010-\u2014-]?\d{3}[\dX].*"),
    ("urn", r"urn:[a-z0-9][a-z0-9-]*:\S+"),
    ("uri", r"(?:https?|ftp|info):\S+"),
)
_KINDS: Final = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
# What each of them begins with, and what is in the web addresses of those that are more than that.
_BEGINNINGS: Final = frozenset("1adefhilopuw(")
_RESOLVERS: Final = ("doi.org/", "hdl.handle.net/", "ark:", "arxiv.org/", "pubmed.", "worldcat.org/", "lccn.loc.gov/")
_REGISTERED: Final = ("info:doi/", "info:hdl/", "info:pmid/", "info:oclcnum/", "info:lccn/")
_URI: Final = re.compile(r"(?:https?|info):\S+", re.IGNORECASE)

# Other names of the same types.
_SYNONYMS: Final = {"handle": "hdl", "url": "uri", "purl": "uri", "issn-l": "issn", "isbn13": "isbn", "isbn10": "isbn",
                     "isbn-13": "isbn", "isbn-10": "isbn"}  # fmt: skip

_LICENCE: Final = re.compile(r"https?://(?:creativecommons\.org|rightsstatements\.org|opensource\.org)/[^\s<>\"]*[\w/]")


def identified(text: str, type_: str = "") -> Identifier:
    """The identifier with its type in lower case; without one, or with `uri`, what the text shows itself to be."""
    type_ = type_.strip().lower()
    type_ = _SYNONYMS.get(type_, type_)
    if type_ in {"", "uri"} or (type_ == "urn" and not text[:4].lower().startswith("urn:")):
        type_ = _shown(text) or type_
    return Identifier(text, type_)


@remembered.of_texts(4096, "")
def _shown(text: str) -> str:
    """What a text shows itself to be; empty where that is nothing known."""
    if text.isascii():
        if text[:1].isdigit() and (number := _standard_number(text)):
            return number
        small = text.lower()
        if small[:1] not in _BEGINNINGS:
            return ""
        if small.startswith(("http://", "https://")) and not any(map(small.__contains__, _RESOLVERS)):
            return "uri" if _URI.fullmatch(text) else ""
        if small.startswith("info:") and not small.startswith(_REGISTERED):
            return "uri" if _URI.fullmatch(text) else ""
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), "")


_ISSN: Final = re.compile(r"(\d{4})-(\d{3}[\dXx])")
_ISBN: Final = re.compile(r"97[89](?:[- ]?\d){10}")


def _standard_number(text: str) -> str:
    """Whether a bare number is an ISSN or an ISBN, as its check digit tells; the years of a span are none."""
    if issn := _ISSN.fullmatch(text):
        first, last = issn.groups()
        is_span = last.isdecimal() and "1000" <= first < last <= "2150"
        figures = [10 if c in "Xx" else int(c) for c in first + last]
        total = sum(figure * weight for figure, weight in zip(figures, range(8, 0, -1), strict=True))
        return "issn" if total % 11 == 0 and not is_span else ""
    if _ISBN.fullmatch(text):
        figures = [int(c) for c in text if c.isdecimal()]
        if sum(figure * (3 if n % 2 else 1) for n, figure in enumerate(figures)) % 10:
            return ""
        return "ismn" if figures[:4] == _MUSIC else "isbn"
    return ""


_MUSIC: Final = [9, 7, 9, 0]  # what numbers of printed music begin with (ISO 10957)

_OCLC: Final = re.compile(r"(?:\(OCoLC\)|info:oclcnum/|.*/oclc/|oclc[:\s])?\s*(?:oc[mn]|on)?0*(\d+)", re.IGNORECASE)
_PREFIXES: Final = re.compile(
    r"(?:(?:doi:?\s*)?(?:https?://)?(?:dx\.|www\.)?doi\.org/(?:doi:)?|doi:?\s*|info:doi/|urn:doi:|"
    r"(?:(?:hdl|handle):?\s*)?(?:https?://)?hdl\.handle\.net/|(?:hdl|handle):\s*|info:hdl/|"
    r"(?:urn:|e-?)?(?:isbn(?:[- ]?1[03])?|issn)[:\s]\s*|arxiv:\s*|https?://arxiv\.org/abs/|pmid:\s*|info:pmid/|"
    r"https?://pubmed\.ncbi\.nlm\.nih\.gov/|info:lccn/|https?://lccn\.loc\.gov/|lccn[:\s]\s*)",
    re.IGNORECASE,
)
_PREFIXED: Final = ("doi", "hdl", "handle:", "isbn", "issn", "arxiv", "pmid", "pubmed", "lccn")  # one is in each prefix
_STANDARD_NUMBERS: Final = frozenset(("isbn", "issn", "eissn"))
_CASELESS: Final = frozenset(("doi", "hdl", "arxiv"))


def canonical(identifier: Identifier) -> tuple[str, str]:
    """What is equal for two spellings of one identifier: its type, and its text without what is written around it."""
    text, kind = identifier
    if len(text) > remembered.LONGEST:
        return "", text.casefold()
    if kind == "oclc" and (found := _OCLC.fullmatch(text)):
        return kind, found[1]
    if kind in {"doi", "hdl"}:
        text = unquote(text)
    plain = text.strip()
    if not plain.isascii() or any(map(plain.lower().__contains__, _PREFIXED)):
        plain = _PREFIXES.sub("", plain, count=1)
    if kind in _STANDARD_NUMBERS:
        number = re.sub(r"[\s\u2010-\u2014-]", "", plain).upper()
        return kind.removeprefix("e"), number
    if kind in _CASELESS:
        return kind, plain.lower()
    if kind == "lccn":
        return kind, "".join(plain.split())
    if kind == "uri":
        bare = plain[8:] if plain.startswith("https://") else plain.removeprefix("http://")
        return kind, bare.rstrip("/")
    return "", plain.casefold()


def names_itself(text: str) -> bool:
    """Whether the text is plainly an identifier, and no title."""
    return " " not in text and _shown(text) != ""


def licence_in(text: str) -> str:
    """The URI of a well-known licence or rights statement in the text, or empty."""
    found = _LICENCE.search(text)
    return found[0] if found else ""


def rights_kind(kind: RightsKind, uri: str) -> RightsKind:
    """What kind of rights a statement is whose address this is: a plain one is a licence.

    Not with an address of rightsstatements.org: those tell of rights and grant none.
    """
    grants = bool(uri) and "//rightsstatements.org/" not in uri
    return RightsKind.LICENSE if kind is RightsKind.PLAIN and grants else kind
