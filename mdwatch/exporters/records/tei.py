"""Reads a TEI header: of a TEI document, of a corpus, or by itself (TEI P4 and P5).

After the Best Practices for TEI in Libraries (header and Dublin Core) and the TEI Guidelines, chapter 2, which says of
each part of the header what it states: fileDesc of the electronic text, profileDesc of what it is about. What was
transcribed (sourceDesc) is the source. revisionDesc and the technical parts of encodingDesc speak of the work on the
file.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import tei_manuscript
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Place,
    Related,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.identifier_types import identified
from mdwatch.exporters.records.outline import (
    Outline,
    OutlineRow,
    Part,
    Reader,
    at,
    attribute,
    children,
    described,
    first,
    identifier,
    lang,
    local,
    place,
    related,
    rights,
    texts,
    value,
)
from mdwatch.exporters.records.tei_names import distributor, funder, person, publisher, responsible
from mdwatch.exporters.records.tei_source import source

_TITLES: Final = {
    "": TitleKind.MAIN,
    "main": TitleKind.MAIN,
    "245": TitleKind.MAIN,
    "sub": TitleKind.SUBTITLE,
    "subordinate": TitleKind.SUBTITLE,
    "alt": TitleKind.ALTERNATIVE,
    "short": TitleKind.ALTERNATIVE,
    "trans": TitleKind.TRANSLATED,
    "translated": TitleKind.TRANSLATED,
}


def _title(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        yield "titles", Title(text, _TITLES.get(attribute(element, "type"), TitleKind.ALTERNATIVE), lang(element))


def _date(kind: DateKind) -> Reader:
    """A date by @when, or by its span; else in words, if they are a date."""

    def read(element: etree._Element) -> Iterator[Part]:
        begin = attribute(element, "when") or attribute(element, "from") or attribute(element, "notBefore")
        end = "" if attribute(element, "when") else attribute(element, "to") or attribute(element, "notAfter")
        is_within = not attribute(element, "when") and bool(attribute(element, "notBefore"))
        if text := begin or value(element).rstrip(" .,"):
            # Between two days is somewhere: what the text says of it tells more.
            words = value(element) if is_within else ""
            yield "dates", Date(text, kind, end if begin else "", "questionable" if is_within else "", words)

    return read


def _idno(element: etree._Element) -> Iterator[Part]:
    """A number, or those that are in it, each of its type."""
    inside = list(children(element, "idno"))
    for number in inside or [element]:
        yield from _idno(number) if inside else identifier("type")(number)


def _sent(element: etree._Element) -> Iterator[Part]:
    """When a letter was sent."""
    for found in children(element, "date") if attribute(element, "type") == "sent" else ():
        yield from _date(DateKind.CREATED)(found)


def _series(element: etree._Element) -> Iterator[Part]:
    """The series, the place in it, and its numbers."""
    numbers = tuple(identified(value(e), attribute(e, "type")) for e in children(element, "idno") if value(e))
    place_in_it = ", ".join(filter(None, map(value, children(element, "biblScope"))))
    title = next(filter(None, map(value, children(element, "title"))), "")
    if title:
        yield "related", Related("isPartOf", title, numbers, place_in_it, series=True)


def _extent(element: etree._Element) -> Iterator[Part]:
    """How long the text is, each measure with its unit where the words do not name it."""
    for measure in list(children(element, "measure")) or [element]:
        amount = value(measure) or attribute(measure, "quantity")
        unit = attribute(measure, "unit") or attribute(measure, "type") if amount.isdecimal() else ""
        if amount:
            yield "extents", Text(" ".join(filter(None, (amount, unit))), lang(measure))


def _keywords(element: etree._Element) -> Iterator[Part]:
    scheme = attribute(element, "scheme").lstrip("#").lower()
    for term in (*at(element, "term"), *at(element, "list/item"), *at(element, "item")):
        if text := value(term):
            yield "subjects", Subject(text, scheme=scheme, uri=attribute(term, "ref"), lang=lang(term))


def _class_code(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        scheme = attribute(element, "scheme").lstrip("#").lower()
        yield "subjects", Subject(text, SubjectKind.CLASSIFICATION, scheme)


def _language(element: etree._Element) -> Iterator[Part]:
    if text := attribute(element, "ident") or value(element):
        yield "languages", Text(text)


def _setting(element: etree._Element) -> Iterator[Part]:
    if text := first(element, "placeName") or value(element):
        yield "places", Place(text)


def _period(element: etree._Element) -> Iterator[Part]:
    if text := attribute(element, "when") or value(element):
        yield "periods", Text(text)


_ACCESS: Final = {"free": RightsKind.PLAIN, "restricted": RightsKind.ACCESS}


def _availability(element: etree._Element) -> Iterator[Part]:
    """Conditions of use: licences by their address, else in words; restricted ones are of access."""
    licences = list(children(element, "licence", "license"))
    for licence in licences:
        yield from rights(RightsKind.LICENSE, "target")(licence)
    kind = _ACCESS.get(attribute(element, "status"), RightsKind.PLAIN)
    others = [child for child in element if local(child) not in {"licence", "license", ""}]
    for part in others or ([] if licences else [element]):
        yield from rights(kind)(part)


_FILE: Final = "fileDesc"
_PROFILE: Final = "profileDesc"
ROWS: Final = (
    OutlineRow(f"{_FILE}/titleStmt/title", "title", _title),
    OutlineRow(f"{_FILE}/titleStmt/author", "creator", person(creator=True)),
    OutlineRow(f"{_FILE}/titleStmt/editor", "contributor", person(creator=False, role="editor")),
    OutlineRow(f"{_FILE}/titleStmt/principal", "contributor", person(creator=False, role="principal investigator")),
    OutlineRow(f"{_FILE}/titleStmt/sponsor", "contributor", person(creator=False, role="sponsor")),
    OutlineRow(f"{_FILE}/titleStmt/funder", "contributor", funder),
    OutlineRow(f"{_FILE}/titleStmt/respStmt", "contributor", responsible),
    OutlineRow(f"{_FILE}/editionStmt/edition", "hasVersion", texts("editions")),
    OutlineRow(f"{_FILE}/editionStmt/respStmt", "contributor", responsible),
    OutlineRow(f"{_FILE}/extent", "extent", _extent),
    OutlineRow(f"{_FILE}/publicationStmt/publisher", "publisher", publisher),
    OutlineRow(f"{_FILE}/publicationStmt/authority", "publisher", publisher),
    OutlineRow(f"{_FILE}/publicationStmt/distributor", "contributor", distributor),
    OutlineRow(f"{_FILE}/publicationStmt/pubPlace", "(none)", texts("places_published")),
    OutlineRow(f"{_FILE}/publicationStmt/date", "date", _date(DateKind.ISSUED)),
    OutlineRow(f"{_FILE}/publicationStmt/idno", "identifier", _idno),
    OutlineRow(f"{_FILE}/publicationStmt/availability", "rights", _availability),
    OutlineRow(f"{_FILE}/seriesStmt", "isPartOf", _series),
    OutlineRow(f"{_FILE}/notesStmt/note", "description", texts("notes")),
    OutlineRow(f"{_FILE}/notesStmt/relatedItem", "relation", related("relation")),
    OutlineRow(f"{_FILE}/sourceDesc/bibl", "source", source),
    OutlineRow(f"{_FILE}/sourceDesc/biblStruct", "source", source),
    OutlineRow(f"{_FILE}/sourceDesc/biblFull", "source", source),
    OutlineRow(f"{_FILE}/sourceDesc/msDesc", "source", source),
    OutlineRow(f"{_FILE}/sourceDesc/msDesc", "created, abstract, language, medium, extent", tei_manuscript.read),
    OutlineRow(f"{_FILE}/sourceDesc/p", "source", source),
    OutlineRow("encodingDesc/projectDesc", "description", texts("notes")),
    OutlineRow(f"{_PROFILE}/abstract", "abstract", texts("abstracts")),
    OutlineRow(f"{_PROFILE}/creation/date", "created", _date(DateKind.CREATED)),
    OutlineRow(f"{_PROFILE}/correspDesc/correspAction", "created", _sent),
    OutlineRow(f"{_PROFILE}/creation/placeName", "spatial", place),
    OutlineRow(f"{_PROFILE}/langUsage/language", "language", _language),
    OutlineRow(f"{_PROFILE}/textClass/keywords", "subject", _keywords),
    OutlineRow(f"{_PROFILE}/textClass/classCode", "subject", _class_code),
    OutlineRow(f"{_PROFILE}/settingDesc/place", "spatial", _setting),
    OutlineRow(f"{_PROFILE}/settingDesc/listPlace/place", "spatial", _setting),
    OutlineRow(f"{_PROFILE}/settingDesc/setting/date", "temporal", _period),
)
_OUTLINE: Final = Outline(ROWS)


def read(root: etree._Element) -> Description:
    """What the header says; the root may be the header, or what it stands in."""
    header = root if local(root) == "teiHeader" else next(children(root, "teiHeader"), None)
    parts = [] if header is None else list(_OUTLINE.parts(header))
    return described([*parts, ("types", Text("text"))] if parts else parts)
