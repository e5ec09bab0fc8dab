"""Whether a name is a person's or an organization's, by the evidence that it bears itself.

Schema.org asks for one of the two, and Google reads a creator only as a Person or an Organization. What the record says
(MARC tag, MODS type) is taken first; else words that only bodies bear in their names, then the comma that inverts a
person's name, or their dates of life. Of a single word, or of words that tell nothing, no one can say.
"""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final

from mdwatch.exporters import remembered
from mdwatch.exporters.records.description import Name, NameKind


class Agent(Enum):
    """What bears a name; the terms of schema.org."""

    PERSON = "Person"
    ORGANIZATION = "Organization"
    UNKNOWN = ""


_STATED: Final = {
    NameKind.PERSONAL: Agent.PERSON,
    NameKind.FAMILY: Agent.PERSON,
    NameKind.CORPORATE: Agent.ORGANIZATION,
    NameKind.CONFERENCE: Agent.ORGANIZATION,
}

# Words, or beginnings of words (with an asterisk), in the names of bodies; English, German, French, Spanish, Italian,
# Dutch, the Nordic languages, Portuguese.
CORPORATE_WORDS: Final = """
academ* accademia agency agence agencia akademi* archiv* association* associazione associação asociación authority
bank bibliothe* bibliotec* biblioteek board bundesamt bureau center centre* centro centrum church chapel club co.
college collège* comité comisión comitato commission committee company conference congress consorti* cooperative corp
corp. corporation council court department* departamento département dept dept. diocese division ecole école ensemble
escuela fakultät federation fédération firm foundation fondation fondazione forschung* forum fund fundação fundación
gallery galerie gesellschaft gmbh government group groupe gruppe hochschule högskola hospital inc inc. initiative
institut* instituto istituto international komitee kommission kunsthalle laborator* labs laboratoire lab library
libraries limited llc llp ltd ltd. ministry ministerium ministère ministerio mission musée muse* museu museum nasa
network observator* office orchestra organi?ation organisation organization parliament partnership plc press presse
program programme project school schule secretariat senate service services sociedad société* society società
stiftelse* stiftung studio* subcommittee symposium team trust uniwersytet unesco union unit* univ univ. universi*
verband verein verlag yliopisto
"""


def _by_first_letter(words: Iterable[str]) -> str:
    """A pattern of all the words that tries few of them in any place of a text."""
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(re.escape(word[1:]).replace(r"\*", r"\w*").replace(r"\?", r"\w"))
    return "|".join(f"{letter}(?:{'|'.join(after)})" for letter, after in rests.items())


_BODY: Final = rf"(?<!\w)(?:{_by_first_letter(CORPORATE_WORDS.split())})(?!\w)"
_BODY_IN_ANY_CASE: Final = re.compile(_BODY, re.IGNORECASE)
_BODY_IN_SMALL_LETTERS: Final = re.compile(_BODY)
_INVERTED: Final = re.compile(r"[^\W\d_][^,;:()0-9]*, ?[^\W\d_][^,;:]*(?:,.*)?")
_LIFE: Final = re.compile(r",? \(?(?:[bd]\. ?|ca\. ?|active )?\d{4}\??(?:[-–](?:\d{4}\??)?)?\)?$")


def agent(name: Name) -> Agent:
    """What bears the name, as stated or else by its evidence."""
    return _STATED.get(name.kind) or by_text(name.text, name.dates)


@remembered.of_texts(4096, Agent.UNKNOWN)
def by_text(text: str, dates: str = "") -> Agent:
    """What a name shows its bearer to be."""
    if _is_body(text) and not _has_such_a_surname(text):
        return Agent.ORGANIZATION
    if dates or ("," in text and _INVERTED.fullmatch(text)) or _life(text):
        return Agent.PERSON
    return Agent.UNKNOWN


def _is_body(text: str) -> bool:
    """Whether a word for bodies is in the text; in small letters, which is quicker, where that changes nothing else."""
    found = _BODY_IN_SMALL_LETTERS.search(text.lower()) if text.isascii() else _BODY_IN_ANY_CASE.search(text)
    return found is not None


def _life(text: str) -> re.Match[str] | None:
    """The dates of life at the end of a name, which no letter ends."""
    return None if text[-1:].isalpha() else _LIFE.search(text)


def _has_such_a_surname(text: str) -> bool:
    """Whether a word for bodies is but someone's surname, as in `Church, Frederic Edwin`; acronyms are none."""
    family, comma, given = text.partition(", ")
    return bool(comma) and " " not in family and not family.isupper() and not _is_body(given)


def without_life(name: Name) -> str:
    """The name without dates of life, which are no part of it to DataCite."""
    if name.dates and name.text.endswith(name.dates):
        return name.text.removesuffix(name.dates).rstrip(" ,(") or name.text
    if (found := _life(name.text)) and agent(name) is Agent.PERSON:
        return name.text[: found.start()].rstrip(" ,") or name.text
    return name.text


def parted(name: Name) -> tuple[str, str]:
    """Family and given name: as the record parts them, or at the one comma of a personal name that it inverts."""
    if name.given or name.family:
        return name.family, name.given
    if name.kind is not NameKind.PERSONAL:
        return "", ""
    family, comma, given = without_life(name).partition(", ")
    is_plain = comma and "," not in given and not any(c.isdigit() for c in given)
    return (family, given) if is_plain else ("", "")
