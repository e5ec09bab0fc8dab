"""A description as Dublin Core fields, for IEs that have no Dublin Core record of their own.

After "MODS to Dublin Core Metadata Element Set Mapping" (Library of Congress, version 3), with the DCMI refinement
where there is one. What Dublin Core has no element for is left out: editions and places of publication.
"""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.records.dcmi import ELEMENTS
from mdwatch.exporters.records.description import Date, DateKind, Description, Grant, Name, Related, Text, TitleKind
from mdwatch.exporters.records.dublin_core import Field
from mdwatch.exporters.terms import contributor_types, dcmi_types, media

# Vocabularies that DCMI has an encoding scheme for.
_SCHEMES: Final = {"lcsh": "LCSH", "mesh": "MESH", "ddc": "DDC", "lcc": "LCC", "udc": "UDC"}

# Parts of a description that are plain texts, and their terms, in the order of the mapping.
_NAMED: Final = (("publishers", "publisher"),)
_TOLD: Final = (
    ("languages", "language"),
    ("genres", "type"),
    ("extents", "extent"),
    ("abstracts", "abstract"),
    ("contents", "tableOfContents"),
    ("notes", "description"),
    ("audiences", "audience"),
    ("provenances", "provenance"),
)

_HOLDERS: Final = frozenset(("RightsHolder",))


def fields(description: Description) -> tuple[Field, ...]:
    """The fields, none twice."""
    return tuple(dict.fromkeys(_all(description)))


def _all(description: Description) -> Iterator[Field]:
    yield from _titles(description)
    yield from (_field(_part(name), name.text) for name in description.names)
    yield from _texts(description, _NAMED)
    yield from map(_date, description.dates)
    yield from _kinds(description)
    yield from _texts(description, _TOLD)
    for subject in description.subjects:
        yield _field("subject", subject.text, subject.lang, _SCHEMES.get(subject.scheme, ""))
    yield from (_field("spatial", place.text) for place in description.places)
    yield from (_field("temporal", period.text, period.lang) for period in description.periods)
    for identifier in description.identifiers:
        is_citation = identifier.type == "citation"
        yield _field(
            "bibliographicCitation" if is_citation else "identifier", identifier.text, scheme=_uri(identifier.text)
        )
    yield from map(_related, description.related)
    yield from map(_grant, description.grants)
    for rights in description.rights:
        if rights.text:
            yield _field(rights.kind.value, rights.text)
        if rights.uri and rights.uri not in rights.text:
            yield _field(rights.kind.value, rights.uri, scheme="URI")


def _date(date: Date) -> Field:
    """A date; DCMI has no word for the days of capture and of collection."""
    term = "date" if date.kind in {DateKind.CAPTURED, DateKind.COLLECTED} else date.kind.value
    return _field(term, f"{date.text}/{date.end}" if date.end else date.text)


def _kinds(description: Description) -> Iterator[Field]:
    """Types in the terms of DCMI where there is one; media types are formats, and materials are media."""
    for kind in description.types:
        for term in dcmi_types.types(kind.text):
            yield _field("type", term, kind.lang if term == kind.text else "")
    for form in description.formats:
        yield _field("format" if media.is_media_type(form.text) else "medium", form.text, form.lang)


def _grant(grant: Grant) -> Field:
    """A grant by its agreement, which OpenAIRE reads, or else in words."""
    text = grant.uri or ", ".join(filter(None, (grant.funder, grant.number, grant.title)))
    return _field("relation", text, scheme=_uri(text))


def _titles(description: Description) -> Iterator[Field]:
    """The main title and its subtitle are one."""
    titles = description.titles
    for title, after in zip(titles, (*titles[1:], None), strict=False):
        match title.kind:
            case TitleKind.MAIN if after and after.kind is TitleKind.SUBTITLE:
                yield _field("title", f"{title.text}: {after.text}", title.lang)
            case TitleKind.MAIN:
                yield _field("title", title.text, title.lang)
            case TitleKind.ALTERNATIVE | TitleKind.TRANSLATED:
                yield _field("alternative", title.text, title.lang)
            case TitleKind.SUBTITLE:
                pass


def _part(name: Name) -> str:
    """The term for what someone did; who does nothing but hold the rights has one of their own."""
    if name.creator:
        return "creator"
    parts = {contributor_types.part([role]).contributor_type for role in name.roles}
    return "rightsHolder" if parts == _HOLDERS else "contributor"


def _texts(description: Description, parts: tuple[tuple[str, str], ...]) -> Iterator[Field]:
    for part, term in parts:
        texts: tuple[Text, ...] = getattr(description, part)
        yield from (_field(term, text.text, text.lang) for text in texts)


def _related(work: Related) -> Field:
    """Title, place in it and identifiers as one text."""
    numbers = [identifier.text for identifier in work.identifiers]
    text = "; ".join(filter(None, [", ".join(filter(None, [work.title, work.part])), *numbers]))
    return _field(work.relation, text, scheme=_uri(text))


def _uri(text: str) -> str:
    return "URI" if text.startswith(("http://", "https://")) and " " not in text else ""


def _field(term: str, text: str, lang: str = "", scheme: str = "") -> Field:
    return Field(("dc" if term in ELEMENTS else "dcterms", term), text, lang, scheme)
