"""When two values of a description say the same to a reader, by keys that are equal then.

Case, white space and punctuation at the end do not count, nor the dates of life behind a name.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from mdwatch.exporters.records.description import Date, Grant, Name, Parallel, Place, Related, Rights, Subject, Title
from mdwatch.rules.folding import on_one_line

_AT_END: Final = " .,;:/=!?-–—"
# Accents and the like; not the marks that make other letters of Japanese or Indian ones.
_MARKS: Final = re.compile("[\u0300-\u036f]")
DATES_OF_LIFE: Final = re.compile(r",? \(?(?:[bd]\. ?|ca\. ?)?\d{4}\??(?:[-–](?:\d{4}\??)?)?\)?$")


def same(text: str) -> str:
    """What of a text counts when it is compared."""
    return on_one_line(text.casefold()).rstrip(_AT_END)


def name_key(text: str) -> str:
    """A name without dates of life, and without the marks on letters that catalogues write and others leave out."""
    bare = same(DATES_OF_LIFE.sub("", same(text)))
    if bare.isascii():
        return bare
    return _MARKS.sub("", unicodedata.normalize("NFD", bare))


class ValueKeys(NamedTuple):
    """What makes a value equal to another of its record, and to one of the other record.

    What is equal within a record is so between two.
    """

    within: Callable[[Any], object]
    between: Callable[[Any], object]


def _related(value: Related) -> object:
    """A work by its identifiers if it has any, else by its title."""
    return frozenset(same(identifier.text) for identifier in value.identifiers) or same(value.title)


# By type of value; all others are equal if their texts are.
_KEYS: Final[dict[type, ValueKeys]] = {
    Title: ValueKeys(lambda title: (same(title.text), title.kind), lambda title: same(title.text)),
    Name: ValueKeys(lambda name: (same(name.text), name.creator), lambda name: name_key(name.text)),
    Parallel: ValueKeys(lambda parallel: parallel, lambda parallel: parallel),
    Date: ValueKeys(lambda date: (same(date.text), date.end, date.kind), lambda date: (same(date.text), date.end)),
    Related: ValueKeys(lambda work: (_related(work), work.relation), _related),
    Rights: ValueKeys(
        lambda rights: (same(rights.text), rights.uri, rights.kind),
        lambda rights: same(rights.text) or same(rights.uri),
    ),
    Grant: ValueKeys(
        lambda grant: (same(grant.funder), same(grant.number), same(grant.title)),
        lambda grant: same(grant.number) or same(grant.title),
    ),
    Subject: ValueKeys(lambda term: (same(term.text), term.scheme), lambda term: same(term.text)),
    Place: ValueKeys(lambda place: (same(place.text), place.scheme), lambda place: same(place.text)),
}
_BY_TEXT: Final = ValueKeys(lambda value: same(value.text), lambda value: same(value.text))


def keys_of(value: Any) -> ValueKeys:
    """How values of this type are told from one another."""
    return _KEYS.get(type(value), _BY_TEXT)
