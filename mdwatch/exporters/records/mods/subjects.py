"""MODS subjects: topics, names, titles, occupations, places and times that a work is about.

As the Library of Congress maps them ("MODS to Dublin Core Metadata Element Set Mapping", version 3): the topics of one
subject are a chain with `--` between, all else stands alone. A heading of a vocabulary stays whole besides, since its
address is that of the whole (MODS User Guidelines, subject).
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

# A place of several levels is one text in a heading.
_ELEMENTS: Final = {"hierarchicalGeographic": "geographic"}

_ALONE: Final = {
    "name": SubjectKind.NAME,
    "titleInfo": SubjectKind.TITLE,
    "occupation": SubjectKind.OCCUPATION,
    "genre": SubjectKind.GENRE,
}


# Most subjects hold nothing else.
_TOPIC: Final = f"{{{parts.NAMESPACE}}}topic"


class _SubjectAuthority(NamedTuple):
    """The vocabulary of a term and the term's URI."""

    scheme: str
    uri: str


def read(subject: etree._Element) -> Iterator[Part]:
    """What a subject fills in: `subjects`, `places`, `periods` or `notes`."""
    terms = _terms(subject)
    chain = list(_chain(subject, terms))
    yield from chain
    if all(part.tag == _TOPIC for part in subject):
        return
    in_chain = {name for _, found in chain if isinstance(found, Subject) for name, _ in found.parts}
    for part in children(subject, *_ALONE, "geographic", "geographicCode", "hierarchicalGeographic", "cartographics"):
        name = name_of(part)
        authority = _authority(subject, part, len(terms))
        if name in _ALONE:
            if name not in in_chain and (text := _text(part)):
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
        case "hierarchicalGeographic":
            return "--".join(text for _, text in _levels(part))
        case _:
            return value(part)


def _chain(subject: etree._Element, all_terms: list[etree._Element]) -> Iterator[Part]:
    """The topics of a subject as one; of a heading in a vocabulary, all that stands with them in it."""
    texts = {part: text for part in all_terms if (text := _text(part))}
    terms = list(texts)
    is_heading = len(terms) > 1 and bool(_scheme(subject) or attribute(subject, "valueURI"))
    told = terms if is_heading else [part for part in terms if name_of(part) == "topic"]
    if not told:
        return
    if len(told) == 1:
        authority = _authority(subject, told[0], len(all_terms))
    else:
        authority = _SubjectAuthority(_scheme(subject) or _scheme(told[0]), "")
        if len(told) == len(terms):
            authority = authority._replace(uri=attribute(subject, "valueURI"))
    parts_ = tuple((_ELEMENTS.get(name_of(part), name_of(part)), texts[part]) for part in told)
    text, language = "--".join(texts[part] for part in told), lang(told[0]) or lang(subject)
    kept = parts_ if len(parts_) > 1 else ()
    yield "subjects", Subject(text, SubjectKind.TOPIC, authority.scheme, authority.uri, language, kept)


def _authority(subject: etree._Element, part: etree._Element, terms: int) -> _SubjectAuthority:
    """The authority of a part; the URI of the subject is the part's own if its terms are no more than one."""
    uri = attribute(part, "valueURI")
    if not uri and terms == 1:
        uri = attribute(subject, "valueURI")
    return _SubjectAuthority(_scheme(part) or _scheme(subject), uri)


def _terms(subject: etree._Element) -> list[etree._Element]:
    """The parts of a subject that a vocabulary has terms for: coordinates come with a term, and are none."""
    return [
        part
        for part in subject.iterchildren(f"{{{parts.NAMESPACE}}}*")
        if name_of(part) not in {"cartographics", "geographicCode"} and not part.get("point")
    ]


def _scheme(element: etree._Element) -> str:
    return attribute(element, "authority").lower()


def _levels(part: etree._Element) -> list[tuple[str, str]]:
    return [(level, text) for level in _LEVELS for text in values(part, level)]


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
