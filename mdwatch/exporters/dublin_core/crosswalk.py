"""A description as Dublin Core fields, for IEs that have no Dublin Core record of their own.

After "MODS to Dublin Core Metadata Element Set Mapping" (Library of Congress, version 3), with the DCMI refinement
where there is one. A name, publisher or series that has a form in another script is one value with both. What Dublin
Core has no element for is left out: editions, places of publication, who keeps the original and where.
"""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.records import geographic_codes
from mdwatch.exporters.records.dcmi import ELEMENTS
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Grant,
    Name,
    Place,
    PlaceKind,
    Related,
    Text,
    TitleKind,
    with_forms,
)
from mdwatch.exporters.records.dublin_core_fields import DublinCoreField
from mdwatch.exporters.terms import contributor_types, coordinates, dcmi_types, iso_dates, language_codes, media

# Vocabularies that DCMI has an encoding scheme for.
_SCHEMES: Final = {"lcsh": "LCSH", "mesh": "MESH", "ddc": "DDC", "lcc": "LCC", "udc": "UDC"}

# Parts of a description that are plain texts, and their terms, in the order of the mapping.
_TOLD: Final = (
    ("genres", "type"),
    ("extents", "extent"),
    ("abstracts", "abstract"),
    ("contents", "tableOfContents"),
    ("responsibilities", "description"),
    ("notes", "description"),
    ("scales", "description"),
    ("projections", "description"),
    ("audiences", "audience"),
    ("provenances", "provenance"),
    ("frequencies", "accrualPeriodicity"),
)


def fields(description: Description) -> tuple[DublinCoreField, ...]:
    """The fields, none twice."""
    return tuple(dict.fromkeys(_all(description)))


def _all(description: Description) -> Iterator[DublinCoreField]:
    yield from _titles(description)
    for name in description.names:
        yield from _name(name)
    yield from (_field("publisher", text, lang) for text, lang in description.in_all_scripts("publishers"))
    for date in description.dates:
        yield from _date(date)
    yield from _kinds(description)
    yield from (_field("language", language_codes.written(text), lang) for text, lang in description.languages)
    yield from _texts(description, _TOLD)
    for subject in description.subjects:
        yield _field("subject", subject.text, subject.lang, _SCHEMES.get(subject.scheme, ""))
    yield from map(_place, coordinates.once(description.places))
    yield from map(_period, description.periods)
    for identifier in description.identifiers:
        is_citation = identifier.type == "citation"
        yield _field(
            "bibliographicCitation" if is_citation else "identifier", identifier.text, scheme=_uri(identifier.text)
        )
    yield from map(_related, description.works())
    yield from map(_grant, description.grants)
    for rights in description.rights:
        if rights.text:
            yield _field(rights.kind.value, rights.text, rights.lang)
        if rights.uri and rights.uri not in rights.text:
            yield _field(rights.kind.value, rights.uri, scheme="URI")


# DCMI has no word for these.
_DATES: Final = {
    DateKind.CAPTURED: "date",
    DateKind.COLLECTED: "date",
    DateKind.OTHER: "date",
    DateKind.EMBARGO_END: "available",
}


_SAID: Final = frozenset({"contributor", "other", "associated name"})


def _name(name: Name) -> Iterator[DublinCoreField]:
    """A name with its forms in other scripts; a contributor's with the roles, as the mapping has it.

    Who holds the rights has a property of their own.
    """
    text = with_forms(name.text, name.forms)
    if name.creator:
        yield _field("creator", text)
        return
    holds = [role for role in name.roles if contributor_types.is_rights_holder(role)]
    if holds:
        yield _field("rightsHolder", text)
    roles = [contributor_types.word(role) for role in name.roles if role not in holds]
    if roles or not holds:
        # That they contributed, in whatever way, goes without saying.
        told = ", ".join(
            role.lower() if role.istitle() or role[1:].islower() else role
            for role in roles
            if role.lower() not in _SAID
        )
        yield _field("contributor", f"{text} ({told})" if told else text)


def _date(date: Date) -> Iterator[DublinCoreField]:
    """A date, and the words that the record has for it: neither stands in for the other."""
    term = _DATES.get(date.kind, date.kind.value)
    yield _field(term, f"{date.text}/{date.end}" if date.end else date.text)
    # `c1983` says no more of when than 1983.
    if (words := iso_dates.in_words(date)) and (words[0] not in "c©℗p" or words[1:].strip() != date.text):
        yield _field(term, words)


def _place(place: Place) -> DublinCoreField:
    """A place by its name, a box as DCMI writes it."""
    if place.kind is PlaceKind.BOX and (box := coordinates.box(place.text)):
        return _field("spatial", place.text if "=" in place.text else coordinates.dcmi(box), scheme="Box")
    if place.kind is PlaceKind.POINT and "=" in place.text and coordinates.point(place.text):
        return _field("spatial", place.text, scheme="Point")
    return _field("spatial", geographic_codes.name(place))


def _period(period: Text) -> DublinCoreField:
    """A time; one in DCMI's encoding says so."""
    is_encoded = "=" in period.text and iso_dates.span(period.text) != ""
    return _field("temporal", period.text, "" if is_encoded else period.lang, "Period" if is_encoded else "")


def _kinds(description: Description) -> Iterator[DublinCoreField]:
    """Types in the terms of DCMI where there is one; media types are formats, and materials are media."""
    for kind in description.types:
        for term in dcmi_types.types(kind.text):
            yield _field("type", term, kind.lang if term == kind.text else "")
    for form in description.formats:
        yield _field("format" if media.is_media_type(form.text) else "medium", form.text, form.lang)


def _grant(grant: Grant) -> DublinCoreField:
    """A grant by its agreement, which OpenAIRE reads, or else in words."""
    words = ", ".join(filter(None, (grant.funder, grant.number, grant.title)))
    text = grant.uri if grant.uri.startswith("info:") else words or grant.uri
    return _field("relation", text, scheme=_uri(text))


def _titles(description: Description) -> Iterator[DublinCoreField]:
    """The main title and its subtitle are one."""
    titles = description.titles
    for title, after in zip(titles, (*titles[1:], None), strict=False):
        match title.kind:
            case TitleKind.MAIN if after and after.kind is TitleKind.SUBTITLE:
                yield _field("title", f"{title.text}: {after.text}", title.lang)
            case TitleKind.MAIN:
                yield _field("title", title.text, title.lang)
            case TitleKind.SUBTITLE:
                pass
            case _:
                yield _field("alternative", title.text, title.lang)


def _texts(description: Description, parts: tuple[tuple[str, str], ...]) -> Iterator[DublinCoreField]:
    for part, term in parts:
        texts: tuple[Text, ...] = getattr(description, part)
        yield from (_field(term, text.text, text.lang) for text in texts)


def _related(work: Related) -> DublinCoreField:
    """Title, place in it and identifiers as one text."""
    numbers = [identifier.text for identifier in work.identifiers]
    text = "; ".join(filter(None, [", ".join(filter(None, [work.title, work.part])), *numbers]))
    return _field(work.relation, text, scheme=_uri(text))


def _uri(text: str) -> str:
    return "URI" if text.startswith(("http://", "https://")) and " " not in text else ""


def _field(term: str, text: str, lang: str = "", scheme: str = "") -> DublinCoreField:
    return DublinCoreField(("dc" if term in ELEMENTS else "dcterms", term), text, lang, scheme)
