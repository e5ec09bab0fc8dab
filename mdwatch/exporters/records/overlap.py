"""What one record tells in a place of no kind, and another one in a place of its own.

Dublin Core that was made of a richer record has its notes among the descriptions, its genres among the types, the words
of a date as a date, and another work with its number and its place in one text. The richer record tells them better.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from mdwatch.exporters.records import relators, written_dates
from mdwatch.exporters.records.dcmi import TYPES
from mdwatch.exporters.records.description import Date, DateKind, Description, Name, Related, with_forms
from mdwatch.exporters.records.sameness import name_key, same

# What Dublin Core has no element for but description.
_PROSE: Final = ("contents", "notes", "responsibilities", "audiences", "provenances", "scales", "projections")
# Terms of DCMI say of what kind a work is, which a genre of that name does not.
_KINDS: Final = frozenset(map(same, TYPES))
_NO_WORD: Final = re.compile(r"[\W_]+")


def without(first: Description, second: Description) -> Description:
    """The first without what the second tells in a place of its own."""
    found: dict[str, Any] = {}
    if first.abstracts:
        elsewhere = {same(text.text) for part in _PROSE for text in getattr(second, part)}
        found["abstracts"] = _kept(first.abstracts, elsewhere - {same(text.text) for text in second.abstracts})
    if first.types and second.genres:
        genres = {same(text.text) for text in second.genres} - _KINDS
        found["types"] = _kept(first.types, genres - {same(text.text) for text in second.types})
    if first.dates and second.dates:
        found["dates"] = tuple(_dates(first.dates, second.dates))
    if first.related and (second.related or second.grants):
        told = _in_one(second)
        found["related"] = tuple(
            work
            for work in first.related
            if work.identifiers or work.part or (_words(work.title), work.relation) not in told
        )
    if second.names and any(name.text.endswith(")") for name in first.names):
        found["names"] = tuple(_without_roles(first.names, second.names))
    if first.publishers and any(parallel.part == "publishers" for parallel in second.parallels):
        pairs = zip(second.in_all_scripts("publishers"), second.publishers, strict=True)
        own = {same(whole.text): text.text for whole, text in pairs}
        found["publishers"] = tuple(
            text._replace(text=own.get(same(text.text), text.text)) for text in first.publishers
        )
    changed = {name: values for name, values in found.items() if values != getattr(first, name)}
    return first._replace(**changed) if changed else first


def _dates(first: Iterable[Date], second: Sequence[Date]) -> Iterator[Date]:
    """The dates but for words that the second has for one, and for what another writing of one is to it."""
    words = {(same(date.words), date.kind) for date in second if date.words}
    words |= {(text, DateKind.PLAIN) for text, _ in words}
    written = {(same(date.text), date.end) for date in second}
    spans = {(*_span(date), date.kind) for date in second}
    # Of one that is exact, `ca. 1900` is no other writing.
    spans |= {(start, end, False, kind) for start, end, _, kind in spans}
    for date in first:
        start, end, is_uncertain = _span(date)
        is_said = not date.end and (same(date.text), date.kind) in words
        is_other = (same(date.text), date.end) not in written and (start, end, is_uncertain, date.kind) in spans
        if not (is_said or (is_other and (start or end))):
            yield date


def _span(date: Date) -> tuple[str, str, bool]:
    """When it was, however that is written, and whether that is uncertain."""
    if date.end:
        return date.text, date.end, bool(date.qualifier)
    found = written_dates.read(date.text)
    return found.start, found.end, bool(date.qualifier or found.qualifier)


def _without_roles(first: Iterable[Name], second: Iterable[Name]) -> Iterator[Name]:
    """The names, without what stands behind them where the second has the same name with these roles or forms."""
    known: dict[str, tuple[str, set[str]]] = {}
    for name in second:
        told = name.text, {*map(relators.same_role, name.roles)}
        known |= {name_key(text): told for text in (name.text, with_forms(name.text, name.forms))}
    for name in first:
        own = _own_name(name.text, known) if name.text.endswith(")") else ""
        yield name._replace(text=own) if own else name


def _own_name(text: str, known: Mapping[str, tuple[str, set[str]]]) -> str:
    """The name that a text with forms or roles behind it is, if it is one of these."""
    if found := known.get(name_key(text)):
        return found[0]
    end = text.rfind(" (")
    for _ in range(_MOST_BRACKETS):
        if end < 1:
            break
        own, roles = known.get(name_key(text[:end]), ("", frozenset[str]()))
        if own and all(relators.same_role(role) in roles for role in text[end + 2 : -1].split(", ")):
            return own
        end = text.rfind(" (", 0, end)
    return ""


_MOST_BRACKETS: Final = 5


def _kept(texts: tuple[Any, ...], elsewhere: set[str]) -> tuple[Any, ...]:
    return tuple(text for text in texts if same(text.text) not in elsewhere) if elsewhere else texts


def _in_one(said: Description) -> set[tuple[str, str]]:
    """Other works and grants as texts that have all of what is known of each, and what each is to the work."""
    grants = {_words(" ".join((grant.funder, grant.number, grant.title))) for grant in said.grants}
    grants |= {_words(grant.number) for grant in said.grants}
    told = {(text, "relation") for text in grants}
    for work in (*said.related, *(said.works() if said.parallels else ())):
        told |= {(_words(" ".join(parts)), kind) for parts in _ways(work) for kind in (work.relation, "relation")}
    return {(text, kind) for text, kind in told if text}


def _ways(work: Related) -> Iterable[tuple[str, ...]]:
    """A work with its part, its identifiers or both; by its title alone it is known as the same without them."""
    numbers = tuple(number.text for number in work.identifiers)
    if not work.title:
        return (numbers,)
    told = ((work.title, work.part), (work.title, *numbers), (work.title, work.part, *numbers))
    return told if numbers else told[:1] if work.part else ()


def _words(text: str) -> str:
    return _NO_WORD.sub(" ", text.casefold()).strip()
