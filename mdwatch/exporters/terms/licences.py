"""Licences by their URI: what stands behind one, in SPDX's names where SPDX has one (spdx.org/licenses)."""

import re
from typing import Final, NamedTuple

from mdwatch.exporters.records.licence_names import NAMED

SPDX: Final = "https://spdx.org/licenses/"

_CREATIVE_COMMONS: Final = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/licenses/(by(?:-nc)?(?:-sa|-nd)?)/([1-4]\.[05])(?:/([a-z]{2,3}))?(?:/.*)?",
    re.IGNORECASE,
)
_PUBLIC_DOMAIN: Final = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/publicdomain/(zero|mark)/1\.0(?:/.*)?", re.IGNORECASE
)
_PUBLIC_DOMAIN_NAMES: Final = {"zero": "CC0-1.0", "mark": "CC-PDM-1.0"}
# Pages about a licence rather than a jurisdiction that it was adapted to.
_PAGES: Final = frozenset(("rdf",))
_VERSIONS: Final = frozenset(("1.0", "2.0", "2.5", "3.0", "4.0"))


class Licence(NamedTuple):
    """A licence: the URI that names it, and its SPDX identifier, empty where SPDX has none."""

    uri: str
    spdx: str


_SPDX: Final = {uri: spdx for spdx, uri, _ in NAMED}


def licence(uri: str) -> Licence:
    """The licence of this URI; one of Creative Commons by its one proper URI, whichever page of it is given."""
    public = _PUBLIC_DOMAIN.fullmatch(uri)
    if public:
        name = public[1].lower()
        return Licence(f"https://creativecommons.org/publicdomain/{name}/1.0/", _PUBLIC_DOMAIN_NAMES[name])
    found = _CREATIVE_COMMONS.fullmatch(uri)
    if not found or found[2] not in _VERSIONS:
        return Licence(uri, _SPDX.get(uri) or _SPDX.get(uri.replace("http://", "https://"), ""))
    terms, version, adapted = found[1].lower(), found[2], (found[3] or "").lower()
    if adapted in _PAGES:
        adapted = ""
    where = f"{adapted}/" if adapted else ""
    # SPDX knows few of those adapted to a jurisdiction.
    spdx = "" if adapted else f"CC-{terms.upper()}-{version}"
    return Licence(f"https://creativecommons.org/licenses/{terms}/{version}/{where}", spdx)
