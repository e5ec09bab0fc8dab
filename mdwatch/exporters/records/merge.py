"""Two descriptions of one work made into one: what the first says stands, the second adds what is new.

Values are equal if they say the same to a reader: case, white space and punctuation at the end do not count, nor the
dates of life behind a name. Of equal ones the first stays in its place, and takes on whatever the second knows besides:
roles, kind and authority of a name, the vocabulary of a subject, the language of a text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from enum import Enum
from typing import Any, Final, NamedTuple

from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Grant,
    Name,
    Place,
    Related,
    Rights,
    Subject,
    Title,
    TitleKind,
)

_AT_END: Final = " .,;:/=!?-–—"
_NO_WORD: Final = re.compile(r"[^\w]+")
_DATES_OF_LIFE: Final = re.compile(r",? \(?(?:[bd]\. ?|ca\. ?)?\d{4}\??(?:[-–](?:\d{4}\??)?)?\)?$")


def merged(first: Description, second: Description) -> Description:
    """Both as one."""
    parts = {field.name: _united(getattr(first, field.name), getattr(second, field.name)) for field in fields(first)}
    parts["titles"] = _titles(first.titles, second.titles)
    # One language reads en, eng and English in different records: who states any states them all.
    parts["languages"] = _united(first.languages or second.languages, ())
    return Description(**parts)


def distinct(description: Description) -> Description:
    """The description with equal values told once."""
    return merged(description, Description())


def _united(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of one field. Keys go from the exact to the loose: the latter hold between the two only."""
    if len(first) + len(second) < 2:
        return first or second
    found: dict[Any, Any] = {}
    loose: dict[Any, Any] = {}
    for value in first:
        _add(found, _key(value), value)
    if not second:
        return tuple(found.values())
    for key, value in found.items():
        loose.setdefault(_loose_key(value), key)
    for value in second:
        exact = _key(value)
        _add(found, exact if exact in found else loose.get(_loose_key(value), exact), value)
    return tuple(found.values())


def _titles(first: tuple[Title, ...], second: tuple[Title, ...]) -> tuple[Title, ...]:
    """The titles of both. A work has one main title, so that another one of the second is an alternative.

    A subtitle belongs to the main title before it, and goes where that one is.
    """
    found: dict[str, tuple[Title, Title | None]] = {}
    for title, sub in _with_subtitles(first):
        _add_title(found, title, sub)
    has_main = any(title.kind is TitleKind.MAIN for title in first)
    for title, sub in _with_subtitles(second):
        if has_main and title.kind is TitleKind.MAIN and _words(title.text) not in found:
            whole = f"{title.text}: {sub.text}" if sub else title.text
            _add_title(found, Title(whole, TitleKind.ALTERNATIVE, title.lang), None)
        else:
            _add_title(found, title, sub)
    return tuple(title for pair in found.values() for title in pair if title)


def _add_title(found: dict[str, tuple[Title, Title | None]], title: Title, sub: Title | None) -> None:
    words = _words(title.text)
    if words in found:
        known, subtitle = found[words]
        found[words] = (_filled(known, title), subtitle or (sub if known.kind is TitleKind.MAIN else None))
    else:
        found[words] = (title, sub)


def _with_subtitles(titles: tuple[Title, ...]) -> Iterator[tuple[Title, Title | None]]:
    """Each title, a main one with the subtitle behind it."""
    for title, after in zip(titles, (*titles[1:], None), strict=False):
        if title.kind is TitleKind.MAIN:
            yield title, after if after and after.kind is TitleKind.SUBTITLE else None
        elif title.kind is not TitleKind.SUBTITLE:
            yield title, None


def _words(text: str) -> str:
    """A title's words, which catalogues and title pages set apart by different marks."""
    return " ".join(_NO_WORD.sub(" ", text.casefold()).split()) or same(text)


def _add(found: dict[Any, Any], key: Any, value: Any) -> None:
    found[key] = _filled(found[key], value) if key in found else value


def _filled(first: Any, second: Any) -> Any:
    """The first with what only the second knows. A date of no particular kind takes on that of its equal."""
    unknown = {}
    for name, known, other in zip(first._fields, first, second, strict=True):
        nothing = not (known.value if isinstance(known, Enum) else known) or known is DateKind.PLAIN
        if nothing and other and not isinstance(other, bool):
            unknown[name] = other
    return first._replace(**unknown) if unknown else first


def same(text: str) -> str:
    """What of a text counts when it is compared."""
    return " ".join(text.casefold().split()).rstrip(_AT_END)


def _name(text: str) -> str:
    return same(_DATES_OF_LIFE.sub("", same(text)))


class _Keys(NamedTuple):
    """What makes a value equal to another of its record, and to one of the other record."""

    within: Callable[[Any], object]
    between: Callable[[Any], object]


def _related(value: Related) -> object:
    """A work by its identifiers if it has any, else by its title."""
    return frozenset(same(identifier.text) for identifier in value.identifiers) or same(value.title)


# By type of value; all others are equal if their texts are.
_KEYS: Final[dict[type, _Keys]] = {
    Title: _Keys(lambda title: (same(title.text), title.kind), lambda title: same(title.text)),
    Name: _Keys(lambda name: (same(name.text), name.creator), lambda name: _name(name.text)),
    Date: _Keys(lambda date: (same(date.text), date.end, date.kind), lambda date: (same(date.text), date.end)),
    Related: _Keys(lambda work: (_related(work), work.relation), _related),
    Rights: _Keys(
        lambda rights: (same(rights.text), rights.uri, rights.kind),
        lambda rights: same(rights.text) or same(rights.uri),
    ),
    Grant: _Keys(
        lambda grant: (same(grant.funder), same(grant.number), same(grant.title)),
        lambda grant: same(grant.number) or same(grant.title),
    ),
    Subject: _Keys(lambda term: (same(term.text), term.scheme), lambda term: same(term.text)),
    Place: _Keys(lambda place: (same(place.text), place.scheme), lambda place: same(place.text)),
}
_BY_TEXT: Final = _Keys(lambda value: same(value.text), lambda value: same(value.text))


def _key(value: Any) -> object:
    return _KEYS.get(type(value), _BY_TEXT).within(value)


def _loose_key(value: Any) -> object:
    return _KEYS.get(type(value), _BY_TEXT).between(value)
