"""MODS subjects: topics, names, titles, occupations, places and times that a work is about.

As the Library of Congress maps them ("MODS to Dublin Core Metadata Element Set Mapping", version 3): the topics of one
subject are a chain with `--` between, all else stands alone. A heading of a vocabulary stays whole besides, since its
address is that of the whole (MODS User Guidelines, subject).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.exporters.records import coverage
from mdwatch.exporters.records.description import Place, PlaceKind, Subject, SubjectKind, Text
from mdwatch.exporters.records.marc import subjects as marc_subjects
from mdwatch.exporters.records.mods import parts
from mdwatch.exporters.records.mods.parts import attribute, children, lang, name_of, value, values

Part = tuple[str, object]

# The levels of a hierarchicalGeographic, from the widest down.
_LEVELS: Final = (
    "extraTerrestrialArea", "continent", "country", "province", "region", "state", "territory", "county", "city",
    "citySection", "island", "area",
)  # fmt: skip

# A place of several levels is one text in a heading.
_ELEMENTS: Final = {"hierarchicalGeographic": "geographic"}

_ALONE: Final = {
    "name": SubjectKind.NAME,
    "titleInfo": SubjectKind.TITLE,
    "occupation": SubjectKind.OCCUPATION,
    "genre": SubjectKind.GENRE,
}

_PLACES: Final = frozenset({"geographic", "geographicCode", "hierarchicalGeographic"})

# Coordinates come with a term, and are none; nor is a code.
_NO_TERMS: Final = frozenset({"cartographics", "geographicCode"})

_TOPIC: Final = f"{{{parts.NAMESPACE}}}topic"


class _SubjectTerm(NamedTuple):
    """A part of a subject that a vocabulary has terms for."""

    name: str
    element: etree._Element
    text: str


class _SubjectAuthority(NamedTuple):
    """The vocabulary of a term and the term's URI."""

    scheme: str
    uri: str


def read(subject: etree._Element) -> Iterator[Part]:
    """What a subject fills in: `subjects`, `places`, `periods`, `scales` or `projections`."""
    # Most subjects are one topic.
    if len(subject) == 1 and (topic := subject[0]).tag == _TOPIC and not topic.get("point"):
        if text := value(topic):
            yield "subjects", _single(subject, topic, SubjectKind.TOPIC, text, 1)
    else:
        yield from _several(subject)


def _several(subject: etree._Element) -> Iterator[Part]:
    parts_ = [(name, part) for part in subject if (name := name_of(part))]
    terms = [
        _SubjectTerm(name, part, _text(name, part))
        for name, part in parts_
        if name not in _NO_TERMS and not part.get("point")
    ]
    heading = _heading(subject, terms)
    if heading:
        yield "subjects", heading
    in_heading = {name for name, _ in heading.parts} if heading else set()
    for name, part in parts_:
        if name in _ALONE:
            if name not in in_heading and (text := _text(name, part)):
                yield "subjects", _single(subject, part, _ALONE[name], text, len(terms))
        elif name in _PLACES:
            if place := _place(name, part, _authority(subject, part, len(terms))):
                yield "places", place
        elif name == "cartographics":
            yield from _cartographics(part)
    yield from (("periods", period) for period in _periods([part for name, part in parts_ if name == "temporal"]))


def _text(name: str, part: etree._Element) -> str:
    match name:
        case "name":
            return parts.whole_name(part)
        case "titleInfo":
            return parts.title(part)
        case "hierarchicalGeographic":
            return "--".join(text for _, text in _levels(part))
        case _:
            return value(part)


def _heading(subject: etree._Element, all_terms: Sequence[_SubjectTerm]) -> Subject | None:
    """The topics of a subject as one; of a heading in a vocabulary, all that stands with them in it."""
    scheme, uri = _scheme(subject), attribute(subject, "valueURI")
    terms = [term for term in all_terms if term.text]
    is_heading = len(terms) > 1 and bool(scheme or uri)
    told = terms if is_heading else [term for term in terms if term.name == "topic"]
    if not told:
        return None
    _, first, text = told[0]
    if len(told) == 1:
        return _single(subject, first, SubjectKind.TOPIC, text, len(all_terms))
    kept = tuple((_ELEMENTS.get(name, name), text) for name, _, text in told)
    text, language = "--".join(text for _, text in kept), lang(first) or lang(subject)
    uri = uri if len(told) == len(terms) else ""
    return Subject(text, SubjectKind.TOPIC, scheme or _scheme(first), uri, language, kept)


def _single(subject: etree._Element, part: etree._Element, kind: SubjectKind, text: str, terms: int) -> Subject:
    """A part that stands alone, of a subject of so many terms."""
    scheme, uri = _authority(subject, part, terms)
    return Subject(text, kind, scheme, uri, lang(part) or lang(subject))


def _authority(subject: etree._Element, part: etree._Element, terms: int) -> _SubjectAuthority:
    """The authority of a part; the URI of the subject is the part's own if its terms are no more than one."""
    uri = attribute(part, "valueURI")
    if not uri and terms == 1:
        uri = attribute(subject, "valueURI")
    return _SubjectAuthority(_scheme(part) or _scheme(subject), uri)


def _scheme(element: etree._Element) -> str:
    return attribute(element, "authority").lower()


def _levels(part: etree._Element) -> list[tuple[str, str]]:
    found = parts.by_name(part)
    return [(level, text) for level in _LEVELS for text in values(found[level])]


def _place(name: str, part: etree._Element, authority: _SubjectAuthority) -> Place | None:
    if name == "hierarchicalGeographic":
        levels = _levels(part)
        kind = PlaceKind.COUNTRY if [level for level, _ in levels] == ["country"] else PlaceKind.NAME
        text = "--".join(text for _, text in levels)
    else:
        text = value(part)
        is_country = name == "geographicCode" and authority.scheme in {"iso3166", "marccountry"}
        kind = PlaceKind.COUNTRY if is_country else PlaceKind.NAME
    return Place(text, kind, authority.scheme, authority.uri) if text else None


def _cartographics(part: etree._Element) -> Iterator[Part]:
    for text in values(children(part, "coordinates")):
        yield "places", coverage.coordinates(text)
    yield from (("scales", Text(text)) for text in values(children(part, "scale")))
    yield from (("projections", Text(text)) for text in values(children(part, "projection")))


def _periods(temporals: Iterable[etree._Element]) -> Iterator[Text]:
    """The times of a subject; beginning and end as one."""
    start = ""
    for temporal in temporals:
        text, point = value(temporal), temporal.get("point")
        if not text:
            continue
        if point == "start":
            if start:
                yield Text(start)
            start = text
        elif point == "end" and start:
            yield Text(f"{start}/{text}")
            start = ""
        else:
            coded = marc_subjects.centuries(text) if temporal.get("encoding") == "marc" else ""
            yield Text(coded or text, lang(temporal))
    if start:
        yield Text(start)
