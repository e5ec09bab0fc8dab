"""Which roles make a name that of a creator.

The Library of Congress takes `creator` only (MODS to Dublin Core) and leaves other roles to whoever uses its table.
Here it is each role whose definition in the MARC relator list says that its bearer made the work's content. All others
contributed, interviewers and interviewees, editors, translators and illustrators among them.
"""

from collections.abc import Iterable
from typing import Final

from mdwatch.exporters.records import relators, role_words

# Code and term of the MARC code list for relators.
CREATORS: Final = {
    "arc": "architect",
    "art": "artist",
    "aus": "screenwriter",
    "aut": "author",
    "chr": "choreographer",
    "cmp": "composer",
    "com": "compiler",
    "cre": "creator",
    "ctg": "cartographer",
    "dis": "dissertant",
    "fmk": "filmmaker",
    "inv": "inventor",
    "lbt": "librettist",
    "lyr": "lyricist",
    "pht": "photographer",
    "prg": "programmer",
    "scl": "sculptor",
}
_RELATORS: Final = "id.loc.gov/vocabulary/relators/"
_WORDS: Final = frozenset((*CREATORS, *CREATORS.values()))


def of_creator(roles: Iterable[str]) -> bool:
    """Whether one of the roles is a creator's; they may be terms, codes or URIs of the MARC relator list."""
    return any(_word(role) in _WORDS or role_words.code(role) in CREATORS for role in roles)


def _word(role: str) -> str:
    """A role without what cataloguing puts around it: `Author.`, `(author)` and `Author (aut)` are author."""
    return relators.without_code(role.rpartition(_RELATORS)[2]).strip(" .,;:()[]").lower()
