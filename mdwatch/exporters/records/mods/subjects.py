"""MODS subjects: topics, names, titles, occupations, places and times that a work is about.

As the Library of Congress maps them: the topics of one subject are a chain with `--` between, all else stands alone.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.exporters.records import coverage
from mdwatch.exporters.records.description import Place, PlaceKind, Subject, SubjectKind, Text
from mdwatch.exporters.records.mods import parts
from mdwatch.exporters.records.mods.parts import attribute, children, lang, name_of, value, values

Part = tuple[str, object]

# The levels of a hierarchicalGeographic, from the widest down.
_LEVELS: Final = (
    "extraTerrestrialArea", "continent", "country", "province", "region", "state", "territory", "county", "city",
    "citySection", "island", "area",
)  # fmt: skip

_ALONE: Final = {
    "name": SubjectKind.NAME,
    "titleInfo": SubjectKind.TITLE,
    "occupation": SubjectKind.OCCUPATION,
    "genre": SubjectKind.GENRE,
}


class _Authority(NamedTuple):
    """The vocabulary of a term and the term's URI."""

    scheme: str
    uri: str


def read(subject: etree._Element) -> Iterator[Part]:
    """What a subject fills in: `subjects`, `places`, `periods` or `notes`."""
    yield from _chain(subject)
    for part in children(subject, *_ALONE, "geographic", "geographicCode", "hierarchicalGeographic", "cartographics"):
        name = name_of(part)
        authority = _authority(subject, part)
        if name in _ALONE:
            if text := _text(part):
                yield (
                    "subjects",
                    Subject(text, _ALONE[name], authority.scheme, authority.uri, lang(part) or lang(subject)),
                )
        elif name == "cartographics":
            yield from _cartographics(part)
        elif place := _place(name, part, authority):
            yield "places", place
    yield from (("periods", period) for period in _periods(subject))


def _text(part: etree._Element) -> str:
    match name_of(part):
        case "name":
            return parts.whole_name(part)
        case "titleInfo":
            return parts.title(part)
        case _:
            return value(part)


def _chain(subject: etree._Element) -> Iterator[Part]:
    """The topics of a subject as one."""
    topics = [topic for topic in children(subject, "topic") if value(topic)]
    if not topics:
        return
    if len(topics) == 1:
        authority = _authority(subject, topics[0])
    else:
        authority = _Authority(_scheme(subject) or _scheme(topics[0]), "")
        if len(topics) == len(_terms(subject)):
            authority = authority._replace(uri=attribute(subject, "valueURI"))
    text = "--".join(map(value, topics))
    language = lang(topics[0]) or lang(subject)
    yield "subjects", Subject(text, SubjectKind.TOPIC, authority.scheme, authority.uri, language)


def _authority(subject: etree._Element, part: etree._Element) -> _Authority:
    """The authority of a part; the URI of the subject is the part's own if there is no other to mean."""
    uri = attribute(part, "valueURI")
    if not uri and len(_terms(subject)) == 1:
        uri = attribute(subject, "valueURI")
    return _Authority(_scheme(part) or _scheme(subject), uri)


def _terms(subject: etree._Element) -> list[etree._Element]:
    """The parts of a subject that a vocabulary has terms for: coordinates come with a term, and are none."""
    return [part for part in subject.iterchildren("*") if name_of(part) not in {"cartographics", "geographicCode"}]


def _scheme(element: etree._Element) -> str:
    return attribute(element, "authority").lower()


def _place(name: str, part: etree._Element, authority: _Authority) -> Place | None:
    if name == "hierarchicalGeographic":
        levels = [(level, text) for level in _LEVELS for text in values(part, level)]
        kind = PlaceKind.COUNTRY if [level for level, _ in levels] == ["country"] else PlaceKind.NAME
        text = "--".join(text for _, text in levels)
    else:
        text = value(part)
        is_country = name == "geographicCode" and authority.scheme in {"iso3166", "marccountry"}
        kind = PlaceKind.COUNTRY if is_country else PlaceKind.NAME
    return Place(text, kind, authority.scheme, authority.uri) if text else None


def _cartographics(part: etree._Element) -> Iterator[Part]:
    for text in values(part, "coordinates"):
        yield "places", coverage.coordinates(text)
    for text in values(part, "scale", "projection"):
        yield "notes", Text(text)


def _periods(subject: etree._Element) -> Iterator[Text]:
    """The times of a subject; beginning and end as one."""
    start = ""
    for temporal in children(subject, "temporal"):
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
            yield Text(text, lang(temporal))
    if start:
        yield Text(start)
