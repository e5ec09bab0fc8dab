"""Licences by the names that people write, and the URI that stands for each.

The names are those that Creative Commons and SPDX (spdx.org/licenses) give, as people shorten them; a text names a
licence only if it says no more than that.
"""

import re
from typing import Final

from mdwatch.rules.folding import on_one_line

# Licences that go by their name. (SPDX identifier, its URI, names)
NAMED: Final = (
    ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/", (
        "cc0, cc-0, cc zero, cc0 1.0, cc0-1.0, cc0 1.0 universal, creative commons zero, creative commons cc0, "
        "cc0 1.0 universal (cc0 1.0) public domain dedication, creative commons zero v1.0 universal, cc0 waiver"
    )),
    ("CC-PDM-1.0", "https://creativecommons.org/publicdomain/mark/1.0/", (
        "public domain mark, public domain mark 1.0, cc pdm, cc pdm 1.0, pdm 1.0, cc-pdm-1.0"
    )),
    ("MIT", "https://opensource.org/licenses/MIT", "mit, mit license, mit licence, the mit license"),
    ("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0", (
        "apache-2.0, apache 2.0, apache license 2.0, apache licence 2.0, apache license version 2.0"
    )),
    ("GPL-2.0-only", "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html", (
        "gpl-2.0-only, gpl-2.0, gpl v2, gplv2, gpl 2"
    )),
    ("GPL-3.0-only", "https://www.gnu.org/licenses/gpl-3.0.html", (
        "gpl-3.0-only, gpl-3.0, gpl v3, gplv3, gpl 3, gnu general public license v3.0, gnu gpl v3"
    )),
    ("LGPL-3.0-only", "https://www.gnu.org/licenses/lgpl-3.0.html", "lgpl-3.0-only, lgpl-3.0, lgpl v3, lgplv3"),
    ("AGPL-3.0-only", "https://www.gnu.org/licenses/agpl-3.0.html", "agpl-3.0-only, agpl-3.0, agpl v3, agplv3"),
    ("BSD-2-Clause", "https://opensource.org/licenses/BSD-2-Clause", (
        "bsd-2-clause, bsd 2-clause, simplified bsd license"
    )),
    ("BSD-3-Clause", "https://opensource.org/licenses/BSD-3-Clause", (
        "bsd-3-clause, bsd 3-clause, new bsd license, modified bsd license"
    )),
    ("MPL-2.0", "https://www.mozilla.org/MPL/2.0/", "mpl-2.0, mpl 2.0, mozilla public license 2.0"),
    ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/", (
        "odbl, odbl-1.0, odbl 1.0, open database license, open data commons open database license v1.0"
    )),
    ("ODC-By-1.0", "https://opendatacommons.org/licenses/by/1-0/", (
        "odc-by, odc-by-1.0, odc by 1.0, open data commons attribution license v1.0"
    )),
    ("PDDL-1.0", "https://opendatacommons.org/licenses/pddl/1-0/", (
        "pddl, pddl-1.0, odc public domain dedication and license 1.0, open data commons public domain dedication and "
        "license 1.0"
    )),
    ("OGL-UK-3.0", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", (
        "ogl-uk-3.0, ogl 3.0, open government licence v3.0, open government licence 3.0"
    )),
)  # fmt: skip
_NAMED: Final = {name: uri for _, uri, names in NAMED for name in names.split(", ")}

# The conditions of Creative Commons in the order in which its names have them.
_CONDITIONS: Final = (
    ("by", r"by|attribution|namensnennung"),
    ("nc", r"nc|non[- ]?commercial|nicht[- ]?kommerziell|pas d.utilisation commerciale"),
    ("sa", r"sa|share[- ]?alike|weitergabe unter gleichen bedingungen|partage dans les m\u00eames conditions"),
    ("nd", r"nd|no[- ]?deriv(?:ative)?s?(?: works)?|keine bearbeitungen?|pas de modification"),
)
_CC_NAME: Final = re.compile(
    r"(?:cc|creative commons)[\s:_-]*(?P<terms>.+?)[\s,_-]*(?P<version>[1-4](?:\.[05])?)?"
    r"[\s,_-]*(?:international|unported|generic|de|deutschland)?(?:[\s,_-]*(?:public )?licen[sc]e)?"
    r"(?:\s*\((?:cc[\s-]*)?[a-z -]*(?:[1-4]\.[05])?\))?\.?",
    re.IGNORECASE,
)
_LICENCE_WORDS: Final = re.compile(r"\b(?:public )?licen[sc]e\b|\blizenz\b", re.IGNORECASE)


def named(text: str) -> str:
    """The URI of the licence that a text names, and says nothing else; empty for any other text.

    A licence of Creative Commons without its version is that of the newest, 4.0: older ones always told theirs.
    """
    plain = on_one_line(text).strip(" .").lower()
    if plain.startswith("cc_"):
        plain = plain.replace("_", " ")  # `cc_by_nc_4`, as EPrints has it
    if len(plain) > 150:
        return ""
    if bare := _NAMED.get(plain.replace(",", "")):
        return bare
    found = _CC_NAME.fullmatch(plain)
    if not found:
        return ""
    rest = _LICENCE_WORDS.sub(" ", found["terms"])
    terms = []
    for code, pattern in _CONDITIONS:
        rest, count = re.subn(rf"\b(?:{pattern})\b", " ", rest)
        if count:
            terms.append(code)
    if rest.strip(" -_,/") or not terms or terms[0] != "by" or {"sa", "nd"} <= set(terms):
        return ""
    version = found["version"] or "4.0"
    return f"https://creativecommons.org/licenses/{'-'.join(terms)}/{version if '.' in version else f'{version}.0'}/"
