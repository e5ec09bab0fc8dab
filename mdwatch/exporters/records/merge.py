"""Two descriptions of one work made into one: what the first says stands, the second adds what is new.

Values are equal if they say the same to a reader: case, white space and punctuation at the end do not count, nor the
dates of life behind a name; the same in two languages is two. Of equal ones the first stays in its place, and takes
on whatever the second knows besides: roles, kind and authority of a name, the vocabulary of a subject, the language of
a text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, Final

from mdwatch.exporters.records import authority_files, overlap, relators, role_words
from mdwatch.exporters.records.description import (
    DateKind,
    Description,
    Name,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.sameness import DATES_OF_LIFE, ValueKeys, keys_of, name_key, same
from mdwatch.rules.folding import on_one_line

_NO_WORD: Final = re.compile(r"[^\w]+")
# How many values of one key are told from one another: more than there are scripts or namesakes in any real record.
_NAMESAKES: Final = 20
_LIFE_YEAR: Final = re.compile(r"\d{4}")


def merged(first: Description, second: Description) -> Description:
    """Both as one; each tells its own values once already (`distinct`)."""
    first = overlap.without(first, second)
    parts = {name: _both(getattr(first, name), getattr(second, name)) for name in Description._fields}
    parts["titles"] = _titles(first.titles, second.titles)
    # One language reads en, eng and English in different records: who states any states them all.
    parts["languages"] = first.languages or second.languages
    return Description(**parts)


def distinct(description: Description) -> Description:
    """The description with equal values told once: the one given, where that holds of it already."""
    found: dict[str, Any] = {}
    parts: tuple[tuple[Any, ...], ...] = description
    for name, values in zip(Description._fields, parts, strict=True):
        if len(values) > 1:
            once = _titles(values, ()) if name == "titles" else _united(values, ())
            if once is not values:
                found[name] = once
    if len(titles := description.titles) == 1 and titles[0].kind is TitleKind.SUBTITLE:
        found["titles"] = ()  # A subtitle is none without its title.
    return description._replace(**found) if found else description


def _both(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of one field of both; those of one alone are as they are."""
    if not second:
        return first
    return _united(first, second) if first else _without_forms(second)


class _Found:
    """The values found so far, in their order, and where those of one key are."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.places: dict[object, list[int]] = {}

    def find(self, key: object, value: Any) -> int | None:
        """Where the value stands that says the same as this one, if one does."""
        agree = _are_one_name if isinstance(value, Name) else _are_of_one_language
        for place in self.places.get(key, ())[:_NAMESAKES]:
            if agree(self.values[place], value):
                return place
        return None

    def add(self, key: object, value: Any) -> None:
        """Puts a value at the end."""
        self.places.setdefault(key, []).append(len(self.values))
        self.values.append(value)

    def put(self, place: int | None, key: object, value: Any) -> None:
        """Puts a value to the one that stands there and says the same, or at the end."""
        if place is None:
            self.add(key, value)
        else:
            self.values[place] = _filled(self.values[place], value)


def _united(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of one field. Keys go from the exact to the loose: the latter hold between the two only."""
    if len(first) + len(second) < 2:
        return first or second
    keys = keys_of((first or second)[0])  # All are of one type.
    if not second:
        return first if _are_distinct(map(keys.within, first), len(first)) else tuple(_once(keys, first).values)
    both = (*first, *second)
    loosely = list(map(keys.between, both))
    # Values that differ loosely differ exactly. A name may yet be another one's form in another script.
    may_be_forms = isinstance(both[0], Name) and any(name.forms for name in second)
    if not may_be_forms and _are_distinct(loosely, len(both)):
        return _without_forms(both)
    found = _once(keys, first)
    loose = _Found()
    loose.values = found.values
    for number, value in enumerate(found.values):
        loose.places.setdefault(keys.between(value), []).append(number)
    for value, loosely_said in zip(second, loosely[len(first) :], strict=True):
        key = keys.within(value)
        place = found.find(key, value)
        if place is None:
            place = loose.find(loosely_said, value)
        if place is None and isinstance(value, Name):
            place, value = _by_form(loose, value)  # noqa: PLW2901 - the same name, as the first calls it.
        found.put(place, key, value)
    return _without_forms(found.values)


def _once(keys: ValueKeys, values: Iterable[Any]) -> _Found:
    """The values of one record, equal ones as one."""
    found = _Found()
    for value in values:
        key = keys.within(value)
        found.put(found.find(key, value), key, value)
    return found


def _are_distinct(keys: Iterable[object], number: int) -> bool:
    """Whether no two keys are equal for certain; by their hashes, so that the keys need not be there together."""
    return number == 1 or len(set(map(hash, keys))) == number


def _by_form(known: _Found, name: Name) -> tuple[int | None, Name]:
    """Where a name stands by a form of it in another script; that form is then its text, and the text a form."""
    for form in name.forms:
        swapped = name._replace(text=form.text, dates="", forms=(Text(name.text), *name.forms)) if form.text else name
        place = known.find(name_key(form.text), swapped)
        if place is not None:
            return place, swapped._replace(forms=tuple(other for other in swapped.forms if other != form))
    return None, name


def _without_forms(values: Sequence[Any]) -> tuple[Any, ...]:
    """The values but for names that another one has as its form in another script: those are no one else's."""
    is_named = bool(values) and isinstance(values[0], Name)  # All are of one type.
    forms = {(form.text, value.creator) for value in values for form in value.forms} if is_named else None
    if not forms:
        return tuple(values)
    return tuple(value for value in values if (value.text, value.creator) not in forms)


def _are_one_name(one: Name, other: Name) -> bool:
    """Whether two names of one key are one: not two people of one name.

    Father and son are told apart by their dates of life, others by the identifiers that one authority gave them.
    """
    lives = _life(one), _life(other)
    uris = one.uri, other.uri
    is_one_file = all(uris) and uris[0].rpartition("/")[0] == uris[1].rpartition("/")[0]
    return (lives[0] == lives[1] or not all(lives)) and not (is_one_file and uris[0] != uris[1])


def _are_of_one_language(one: Any, other: Any) -> bool:
    """Whether two values of one key are one: not if they are in two languages."""
    lang = getattr(one, "lang", "")
    return not lang or lang == getattr(other, "lang", lang) or not other.lang or _is_one_language(lang, other.lang)


def _is_one_language(one: str, other: str) -> bool:
    """Whether two codes are of one language, as far as their letters tell: `en_US` and `en-US`, `eng` and `en`."""
    one, other = (code.replace("_", "-").lower() for code in (one, other))
    return one == other or ({len(one), len(other)} == {2, 3} and one[:2] == other[:2])


def _life(name: Name) -> str:
    """The years of someone's life, as far as they are told."""
    found = DATES_OF_LIFE.search((name.dates and f" {name.dates}") or same(name.text))
    return "-".join(_LIFE_YEAR.findall(found[0])) if found else ""


def _titles(first: tuple[Title, ...], second: tuple[Title, ...]) -> tuple[Title, ...]:
    """The titles of both. A work has one main title, so that another one of the second is an alternative.

    A further one of the first, as Dublin Core has them, is what the second knows it to be. A subtitle belongs to the
    main title before it, and goes where that one is.
    """
    is_plain = not second and all(title.kind is not TitleKind.SUBTITLE for title in first)
    if is_plain and _are_distinct((_words(title.text) for title in first), len(first)):
        return first
    found = _Found()
    subtitles: dict[int, Title] = {}
    for title, sub in _with_subtitles(first):
        _add_title(found, subtitles, title, sub)
    has_main = any(title.kind is TitleKind.MAIN for title in first)
    for title, sub in _with_subtitles(second):
        if has_main and title.kind is TitleKind.MAIN and found.find(_words(title.text), title) is None:
            whole = f"{title.text}: {sub.text}" if sub else title.text
            _add_title(found, subtitles, Title(whole, TitleKind.ALTERNATIVE, title.lang), None)
        else:
            _add_title(found, subtitles, title, sub)
    pairs = ((title, subtitles.get(place)) for place, title in enumerate(found.values))
    return tuple(title for pair in pairs for title in pair if title)


def _add_title(found: _Found, subtitles: dict[int, Title], title: Title, sub: Title | None) -> None:
    words = _words(title.text)
    place = found.find(words, title)
    if place is None:
        place = len(found.values)
        found.add(words, title)
    else:
        found.values[place] = _filled(found.values[place], title)
        if title.kind is not TitleKind.MAIN and any(other.kind is TitleKind.MAIN for other in found.values[:place]):
            found.values[place] = _as_further(found.values[place], title.kind)
        sub = sub if found.values[place].kind is TitleKind.MAIN else None
    if sub:
        subtitles.setdefault(place, sub)


def _as_further(title: Title, kind: TitleKind) -> Title:
    """A title that is not the first one, by its kind."""
    return title._replace(kind=kind) if title.kind is TitleKind.MAIN else title


def _with_subtitles(titles: tuple[Title, ...]) -> Iterator[tuple[Title, Title | None]]:
    """Each title, a main one with the subtitle behind it."""
    for title, after in zip(titles, (*titles[1:], None), strict=False):
        if title.kind is TitleKind.MAIN:
            yield title, after if after and after.kind is TitleKind.SUBTITLE else None
        elif title.kind is not TitleKind.SUBTITLE:
            yield title, None


def _words(text: str) -> str:
    """A title's words, which catalogues and title pages set apart by different marks."""
    words = text.casefold()
    # Most titles are words with blanks between, which is quick to tell.
    if not words.replace(" ", "").isalnum():
        words = _NO_WORD.sub(" ", words)
    return on_one_line(words) or same(text)


def _filled(first: Any, second: Any) -> Any:
    """The first with what only the second knows. A date of no particular kind takes on that of its equal.

    So do rights. Someone's roles are those that either tells.
    """
    unknown = {}
    for name, known, other in zip(first._fields, first, second, strict=True):
        nothing = not (known.value if isinstance(known, Enum) else known) or known in _OF_NO_KIND
        if nothing and other and (not isinstance(other, bool) or name == "series"):
            unknown[name] = other
        elif name in _TOGETHER and other and known != other and len(known) < _MOST_TOGETHER:
            both = tuple(dict.fromkeys((*known, *other)))
            unknown[name] = _each_once(both) if name == "roles" else both
        elif other in _MORE_EXACT and (known is TitleKind.ALTERNATIVE or first[1:] == _BARE):
            unknown[name] = other
    if isinstance(first, Name) and (second.uri or second.other_uris):
        uris = authority_files.distinct((first.uri, *first.other_uris, second.uri, *second.other_uris))
        unknown["other_uris"] = uris[1:_MOST_TOGETHER]
    return first._replace(**unknown) if unknown else first


# Kinds of titles that are alternatives to those who tell no more of them, and of subjects that are topics to them.
_MORE_EXACT: Final = frozenset((
    TitleKind.TRANSLATED, TitleKind.UNIFORM, TitleKind.ABBREVIATED, SubjectKind.NAME, SubjectKind.TITLE,
    SubjectKind.OCCUPATION, SubjectKind.GENRE, SubjectKind.CLASSIFICATION,
))  # fmt: skip
_BARE: Final = Subject("")[1:]


def _each_once(roles: Iterable[str]) -> tuple[str, ...]:
    """Roles, of which one may be told by its code and in words."""
    found: dict[str, str] = {}
    for role in roles:
        found.setdefault(role_words.code(role) or relators.same_role(role), role)
    return tuple(found.values())


# Kinds that say nothing, of dates and of rights.
_OF_NO_KIND: Final = (DateKind.PLAIN, RightsKind.PLAIN)
# Fields of a value that both tell of.
_TOGETHER: Final = frozenset({"roles", "affiliations", "affiliation_uris", "forms"})
_MOST_TOGETHER: Final = 500  # of one value; putting together more would cost their square
