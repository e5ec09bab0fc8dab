"""What kind of identifier a text is, told by the text itself.

The types are those of MODS identifiers ("Standard Identifier Source Codes", Library of Congress) as far as it has them.
"""

import re
from typing import Final

from mdwatch.exporters.records.description import Identifier, RightsKind

# The first that matches decides.
_PATTERNS: Final = (
    ("doi", r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)10\.\d{4,}.*|10\.\d{4,9}/\S+"),
    ("hdl", r"(?:hdl:\s*|https?://hdl\.handle\.net/)\S.*"),
    ("ark", r"(?:https?://[^/\s]+/)?ark:\S+"),
    ("isbn", r"(?:urn:)?isbn[:\s]\s*[\dX -]+.*"),
    ("issn", r"(?:urn:)?issn[:\s]\s*\d{4}-?\d{3}[\dX].*"),
    ("urn", r"urn:[a-z0-9][a-z0-9-]*:\S+"),
    ("uri", r"(?:https?|ftp|info):\S+"),
)
_KINDS: Final = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)

# Other names of the same types.
_SYNONYMS: Final = {"handle": "hdl", "url": "uri", "purl": "uri", "issn-l": "issn"}

_LICENCE: Final = re.compile(r"https?://(?:creativecommons\.org|rightsstatements\.org|opensource\.org)/[^\s<>\"]*[\w/]")


def identified(text: str, type_: str = "") -> Identifier:
    """The identifier with its type in lower case; without one, or with `uri`, what the text shows itself to be."""
    type_ = type_.strip().lower()
    type_ = _SYNONYMS.get(type_, type_)
    if type_ in {"", "uri"}:
        type_ = next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), type_)
    return Identifier(text, type_)


def names_itself(text: str) -> bool:
    """Whether the text is plainly an identifier, and no title."""
    return " " not in text and any(pattern.fullmatch(text) for _, pattern in _KINDS)


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
