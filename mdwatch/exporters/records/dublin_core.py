"""Reads a Dublin Core record: `dc:record` with fields of the DC elements and DCMI terms namespaces.

Fields of other namespaces are not Dublin Core and are passed over, as an application profile asks of those who do not
know it. A field may hold markup; its text is what counts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.exporters import remembered
from mdwatch.exporters.records import coverage, dcmi
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Name,
    Related,
    Rights,
    RightsKind,
    Subject,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.identifier_types import identified, licence_in, names_itself, rights_kind
from mdwatch.exporters.records.languages import is_none
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.records.stored import root_of
from mdwatch.formats import qualified

Term = tuple[str, str]

# OpenAIRE Guidelines for Literature Repositories 3: when an embargo ends.
_EMBARGO: Final = re.compile(r"\s*info:eu-repo/date/embargoEnd/(.+)", re.IGNORECASE)
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPE: Final = qualified.TYPE

# Every tag that is a field. A bare `record` may have bare fields.
_TAGS: Final[dict[object, Term]] = {
    **{name: ("dc", name) for name in dcmi.ELEMENTS},
    **{f"{{{dcmi.ELEMENTS_NAMESPACE}}}{name}": ("dc", name) for name in dcmi.ELEMENTS},
    **{f"{{{dcmi.TERMS_NAMESPACE}}}{name}": ("dcterms", name) for name in sorted(dcmi.TERMS)},
}


class DublinCoreField(NamedTuple):
    """A field: its term as (`dc` or `dcterms`, name), its text, and its language and encoding scheme or empty.

    A scheme of DCMI is named without prefix (`URI`), any other as the record has it (`my:list`).
    """

    term: Term
    text: str
    lang: str = ""
    scheme: str = ""


@remembered.of_records(16, len)
def fields(content: str) -> tuple[DublinCoreField, ...]:
    """The fields of a record that hold text, in its order. Kept for a while, since each format asks for them.

    Raises `Rejected` if the record is not well-formed.
    """
    root = root_of(content)
    inherited = clean(root.get(_LANG, ""))
    # Most records have attributes at their root alone, if anywhere: without an equals sign there is none.
    is_plain = "=" not in content[content.find(">") :] and len(inherited) <= _SHORT
    found = []
    schemes: dict[etree._Element, str] = {}
    for element in root:
        # What is no element has no text for its tag.
        term = _TAGS.get(element.tag)
        if not term:
            continue
        if is_plain and not len(element):
            raw = element.text or ""
            read = _plain_field if len(raw) <= _SHORT else _plain_field.__wrapped__
            if (field := read(term, raw, inherited)) is not None:
                found.append(field)
            continue
        if not (text := clean((_text(element) if len(element) else element.text) or "")):
            continue
        attributes = () if is_plain else element.items()
        if not attributes:
            found.append(DublinCoreField(term, text, inherited))
            continue
        values = dict(attributes)
        if _TYPE in values and not schemes:
            schemes = dict(_schemes(root))
        scheme = schemes[element] if _TYPE in values else ""
        found.append(DublinCoreField(term, text, clean(values[_LANG]) if _LANG in values else inherited, scheme))
    return tuple(found)


_SHORT: Final = 100  # characters: names, dates, terms and the like, of which a collection repeats most
_KEPT: Final = 4096


@lru_cache(maxsize=_KEPT)
def _plain_field(term: Term, raw: str, lang: str) -> DublinCoreField | None:
    """A field that has neither markup nor attributes, by its text as it stands; None where there is none."""
    text = clean(raw)
    return DublinCoreField(term, text, lang) if text else None


def _text(element: etree._Element) -> str:
    """The text of a field with markup; parts of a structured one are kept apart, markup within a sentence is not."""
    mixed = any((part or "").strip() for part in (element.text, *(child.tail for child in element)))
    return ("" if mixed else " ").join(element.itertext())


def _schemes(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """What each xsi:type of the record names."""
    for element, namespace, local in qualified.types(root):
        name = clean(element.get(_TYPE, ""))
        known = namespace == dcmi.TERMS_NAMESPACE or (namespace is None and name.startswith("dcterms:"))
        yield element, clean(local) if known else name


def from_dc(found: Sequence[DublinCoreField]) -> Description:
    """What Dublin Core says of a work."""
    parts: dict[str, list[object]] = {}
    is_large = len(found) > _KEPT
    for field in found:
        said = _part(field) if len(field.text) <= _SHORT and not is_large else _READ[field.term[1]](field)
        if said:
            part, value = said
            if part in parts:
                parts[part].append(value)
            else:
                parts[part] = [value]
    once = {part: tuple(dict.fromkeys(values) if len(values) > 1 else values) for part, values in parts.items()}
    return Description(**once)  # type: ignore[arg-type]


@lru_cache(maxsize=_KEPT)
def _part(field: DublinCoreField) -> "Part | None":
    return _READ[field.term[1]](field)


Part = tuple[str, object]
Reader = Callable[[DublinCoreField], Part | None]


def _plain(part: str) -> Reader:
    return lambda field: (part, Text(field.text, field.lang))


def _title(kind: TitleKind) -> Reader:
    return lambda field: ("titles", Title(field.text, kind, field.lang))


def _name(*, creator: bool) -> Reader:
    return lambda field: ("names", Name(field.text, creator))


def _date(kind: DateKind) -> Reader:
    def read(field: DublinCoreField) -> Part:
        if embargo := _EMBARGO.fullmatch(field.text):
            return "dates", Date(embargo[1], DateKind.EMBARGO_END)
        start, end = coverage.span(field.text)
        return "dates", Date(start, kind, end)

    return read


def _related(relation: str) -> Reader:
    def read(field: DublinCoreField) -> Part:
        if field.scheme == "URI" or names_itself(field.text):
            return "related", Related(relation, identifiers=(identified(field.text, "uri"),))
        return "related", Related(relation, field.text)

    return read


def _rights(kind: RightsKind) -> Reader:
    def read(field: DublinCoreField) -> Part:
        uri = field.text if kind is not RightsKind.HOLDER and names_itself(field.text) else ""
        licence = licence_in(field.text)
        return "rights", Rights("" if uri else field.text, rights_kind(kind, licence), uri or licence)

    return read


def _language(field: DublinCoreField) -> Part | None:
    return None if is_none(field.text) else ("languages", Text(field.text, field.lang))


def _subject(field: DublinCoreField) -> Part:
    uri = field.text if _is_address(field) else ""
    return "subjects", Subject(field.text, scheme="" if uri else field.scheme.lower(), uri=uri, lang=field.lang)


def _is_address(field: DublinCoreField) -> bool:
    """Whether a term is told by its address in a vocabulary."""
    return field.text.startswith(("http://", "https://")) and " " not in field.text


def _identifier(field: DublinCoreField) -> Part:
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
    "type": _plain("types"),
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
    "accrualPeriodicity": _plain("notes"),
    "accrualPolicy": _plain("notes"),
    "instructionalMethod": _plain("notes"),
}
