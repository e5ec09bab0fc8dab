"""Who may have access, in the terms of OpenAIRE: `info:eu-repo/semantics/...` and COAR Access Rights 1.0.

Sources: OpenAIRE Guidelines for Literature Repository Managers 3 and 4 (Access Level, Access Rights), and the COAR
vocabulary (vocabularies.coar-repositories.org/access_rights).
"""

import re
from typing import Final, NamedTuple


class AccessRights(NamedTuple):
    """The term of info:eu-repo, the URI and label of COAR, and whether access costs nothing and asks for nothing."""

    term: str
    coar: str
    label: str
    is_free: bool


EU_REPO: Final = "info:eu-repo/semantics/"
SCHEME: Final = "http://purl.org/coar/access_right/scheme"
_COAR: Final = "http://purl.org/coar/access_right/"

# (term of info:eu-repo, COAR, label of COAR, free, other words)
TABLE: Final = (
    ("openAccess", "c_abf2", "open access", True, "open, openly accessible, offener zugang, accès ouvert"),
    ("embargoedAccess", "c_f1cf", "embargoed access", False, "embargoed, embargo"),
    ("restrictedAccess", "c_16ec", "restricted access", False, "restricted"),
    ("closedAccess", "c_14cb", "metadata only access", False, "closed access, closed, metadata only"),
)
_BY_WORD: Final = {
    word.lower(): AccessRights(EU_REPO + term, _COAR + coar, label, free)
    for term, coar, label, free, others in TABLE
    for word in (term, coar, label, *others.split(", "))
}
_ADDRESS: Final = re.compile(r"(?:info:eu-repo/semantics/|https?://purl\.org/coar/access_right/)(\w+)/?", re.IGNORECASE)


def known(text: str, *, words: bool = False) -> AccessRights | None:
    """The access rights that a text names by their term or URI; with `words`, also by what people call them."""
    found = _ADDRESS.fullmatch(text.strip())
    if found:
        return _BY_WORD.get(found[1].lower())
    plain = text.strip(" .").lower()
    if plain in {"open access", "openaccess", "embargoedaccess", "restrictedaccess", "closedaccess"} or words:
        return _BY_WORD.get(plain)
    return None
