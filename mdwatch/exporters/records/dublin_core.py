"""Reads a Dublin Core record: `dc:record` with fields of the DC elements and DCMI terms namespaces."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from mdwatch.exporters import remembered
from mdwatch.exporters.records import (
    coverage,
    dcmi,
    dublin_core_fields,
    harvested,
    parts_of_hosts,
    plain_dublin_core,
)
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.dublin_core_fields import UNMADE, DublinCoreField
from mdwatch.exporters.records.identifier_types import identified, licence_in, names_itself, rights_kind
from mdwatch.exporters.records.languages import is_none
from mdwatch.exporters.records.stored import root_of

# The encoding schemes of DCMI that are classifications.
_CLASSIFICATIONS: Final = frozenset({"ddc", "lcc", "udc", "nlm"})
# OpenAIRE Guidelines for Literature Repositories 3: when an embargo ends.
_EMBARGO: Final = re.compile(r"\s*info:eu-repo/date/embargoEnd/(.+)", re.IGNORECASE)


@remembered.of_records(16, len)
def fields(content: str) -> tuple[DublinCoreField, ...]:
    """The fields of a record that hold text, in its order. Answers for a while, since each format asks for them.

    Raises `Rejected` if the record is not well-formed.
    """
    found = plain_dublin_core.read(content)
    whole = dublin_core_fields.of_root(root_of(content)) if found is None else found
    return tuple(dublin_core_fields.with_lists_apart(whole) if ";<" in content else whole)


def from_dc(found: Sequence[DublinCoreField]) -> Description:
    """What Dublin Core says of a work."""
    parts: dict[str, list[object]] = {}
    keep = len(found) <= remembered.MANY
    for field in found:
        said = field.part
        if said is UNMADE:
            said = read_field(field)
            if keep:
                field.part = said
        if said:
            part, value = said
            if part in parts:
                parts[part].append(value)
            else:
                parts[part] = [value]
    once = {part: tuple(dict.fromkeys(values) if len(values) > 1 else values) for part, values in parts.items()}
    return Description(**once)  # type: ignore[arg-type]


Part = tuple[str, object]
Reader = Callable[[DublinCoreField], Part | None]


def _plain(part: str) -> Reader:
    return lambda field: (part, Text(field.text, field.lang))


def _title(kind: TitleKind) -> Reader:
    return lambda field: ("titles", Title(field.text, kind, field.lang))


def _name(*, creator: bool) -> Reader:
    return lambda field: ("names", harvested.name(field.text, creator=creator))


def _type(field: DublinCoreField) -> Part:
    """A kind of work; which version of it there is, is no kind."""
    if version := harvested.version(field.text):
        return "editions", Text(version)
    return "types", Text(harvested.kind(field.text), field.lang)


def _date(kind: DateKind) -> Reader:
    def read(field: DublinCoreField) -> Part:
        if embargo := _EMBARGO.fullmatch(field.text):
            return "dates", Date(embargo[1], DateKind.EMBARGO_END)
        start, end = coverage.span(field.text)
        return "dates", Date(start, kind, end)

    return read


def _related(relation: str) -> Reader:
    def read(field: DublinCoreField) -> Part:
        if number := harvested.other_name(field.text):
            return "identifiers", number
        if number := harvested.reference(field.text):
            return "related", Related("references", identifiers=(number,))
        if field.scheme == "URI" or names_itself(field.text):
            return "related", Related(relation, identifiers=(identified(field.text, "uri"),))
        if relation == "source" and (host := parts_of_hosts.journal(field.text)):
            title, part, place = host
            return "related", Related("isPartOf", title, part=part, place=place)
        return "related", Related(relation, field.text)

    return read


def _rights(kind: RightsKind) -> Reader:
    def read(field: DublinCoreField) -> Part:
        uri = field.text if kind is not RightsKind.HOLDER and names_itself(field.text) else ""
        licence = licence_in(field.text)
        lang = "" if uri else field.lang
        return "rights", Rights("" if uri else field.text, rights_kind(kind, licence), uri or licence, lang)

    return read


def _language(field: DublinCoreField) -> Part | None:
    return None if is_none(field.text) else ("languages", Text(field.text, field.lang))


def _subject(field: DublinCoreField) -> Part:
    if found := harvested.classification(field.text):
        return "subjects", Subject(found[1], SubjectKind.CLASSIFICATION, found[0])
    uri = field.text if _is_address(field) else ""
    scheme = "" if uri else field.scheme.lower()
    kind = SubjectKind.CLASSIFICATION if scheme in _CLASSIFICATIONS else SubjectKind.TOPIC
    return "subjects", Subject(field.text, kind, scheme, uri, field.lang)


def _is_address(field: DublinCoreField) -> bool:
    """Whether a term is told by its address in a vocabulary."""
    return field.text.startswith(("http://", "https://")) and " " not in field.text


def _identifier(field: DublinCoreField) -> Part:
    if harvested.is_citation(field.text):
        return _citation(field)
    return "identifiers", identified(field.text, "uri" if field.scheme == "URI" else "")


def _citation(field: DublinCoreField) -> Part:
    return "identifiers", identified(field.text, "citation")


def _spatial(field: DublinCoreField) -> Part:
    is_address = _is_address(field)
    return "places", coverage.place(field.text, "" if is_address else field.scheme, field.text if is_address else "")


def _coverage(field: DublinCoreField) -> Part:
    """Place or time: the text has to tell."""
    if field.scheme in {"Period", "W3CDTF"} or coverage.is_time(field.text):
        return "periods", Text(field.text, field.lang)
    return _spatial(field)


# What each term fills in.
_READ: Final[dict[str, Reader]] = {
    "title": _title(TitleKind.MAIN),
    "alternative": _title(TitleKind.ALTERNATIVE),
    "creator": _name(creator=True),
    "contributor": _name(creator=False),
    "publisher": _plain("publishers"),
    "subject": _subject,
    "description": _plain("abstracts"),
    "abstract": _plain("abstracts"),
    "tableOfContents": _plain("contents"),
    "date": _date(DateKind.PLAIN),
    "available": _date(DateKind.AVAILABLE),
    "created": _date(DateKind.CREATED),
    "dateAccepted": _date(DateKind.ACCEPTED),
    "dateCopyrighted": _date(DateKind.COPYRIGHTED),
    "dateSubmitted": _date(DateKind.SUBMITTED),
    "issued": _date(DateKind.ISSUED),
    "modified": _date(DateKind.MODIFIED),
    "valid": _date(DateKind.VALID),
    "type": _type,
    "format": _plain("formats"),
    "medium": _plain("formats"),
    "extent": _plain("extents"),
    "identifier": _identifier,
    "bibliographicCitation": _citation,
    "source": _related("source"),
    "relation": _related("relation"),
    **{name: _related(name) for name, element in dcmi.REFINES.items() if element == "relation"},
    "language": _language,
    "coverage": _coverage,
    "spatial": _spatial,
    "temporal": _plain("periods"),
    "rights": _rights(RightsKind.PLAIN),
    "accessRights": _rights(RightsKind.ACCESS),
    "license": _rights(RightsKind.LICENSE),
    "rightsHolder": _rights(RightsKind.HOLDER),
    "audience": _plain("audiences"),
    "educationLevel": _plain("audiences"),
    "mediator": _plain("audiences"),
    "provenance": _plain("provenances"),
    "accrualMethod": _plain("notes"),
    "accrualPeriodicity": _plain("frequencies"),
    "accrualPolicy": _plain("notes"),
    "instructionalMethod": _plain("notes"),
}


def read_field(field: DublinCoreField) -> Part | None:
    """What a field fills in, and with what."""
    return _READ[field.term[1]](field)
