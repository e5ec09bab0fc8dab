"""Reads a DDI Codebook: version 1.0 to 2.5, and what comes after it in the same shape.

After the DDI Alliance's table of Dublin Core elements (ddialliance.org/resources/ddi-profiles/dc), which the schema's
documentation repeats element by element; what that table leaves out goes where `exporters.ddi` writes it from. Told is
the study (stdyDscr) and, of its files, their types; not the document itself (docDscr), nor the variables.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Grant,
    Name,
    NameKind,
    Place,
    PlaceKind,
    Related,
    RightsKind,
    SubjectKind,
    Text,
    TitleKind,
)
from mdwatch.exporters.records.identifier_types import identified, names_itself
from mdwatch.exporters.records.outline import (
    Outline,
    OutlineRow,
    Part,
    Reader,
    attribute,
    children,
    date,
    described,
    first,
    identifier,
    lang,
    local,
    name,
    place,
    related,
    rights,
    subject,
    texts,
    title,
    value,
)
from mdwatch.exporters.records.plain_text import clean

# Every study is one of data; what kind of data, dataKind tells.
_DATASET: Final = Text("Dataset")


def _number(element: etree._Element) -> Iterator[Part]:
    """An identifier by its agency, where that is a system of identifiers."""
    agency = attribute(element, "agency").lower()
    yield from identifier(kind=agency if agency in {"doi", "handle", "ark", "urn", "isbn", "issn"} else "")(element)


def _author(element: etree._Element) -> Iterator[Part]:
    """Who made the study, with the address of the authority record where a link gives one."""
    for part, said in name(creator=True)(element):
        uri = next((found for link in children(element, "ExtLink") if "://" in (found := attribute(link, "URI"))), "")
        yield part, said._replace(uri=uri) if isinstance(said, Name) else said


def _funder(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        yield "names", Name(text, False, ("funder",), NameKind.CORPORATE)


def _grant(element: etree._Element) -> Iterator[Part]:
    """The grant numbers beside the first of them, each of the agency that it or the one fundAg beside it names.

    All at once, so that what stands beside them is looked through once.
    """
    parent = element.getparent()
    if parent is None or next(element.itersiblings("{*}grantNo", preceding=True), None) is not None:
        return
    agencies = list(children(parent, "fundAg"))
    in_full = {short: value(found) for found in agencies if (short := attribute(found, "abbr"))}
    for grant in children(parent, "grantNo"):
        if number := value(grant):
            agency = attribute(grant, "agency") or (value(agencies[0]) if len(agencies) == 1 else "")
            yield "grants", Grant(in_full.get(agency) or agency, number)


def _dated(kind: DateKind) -> Reader:
    """A date by its attribute, else in words. Start and end are two elements, which `_spans` brings together."""
    return date(kind, "date")


def _events(element: etree._Element) -> tuple[str, str]:
    return attribute(element, "event"), attribute(element, "date") or value(element)


def _spans(parent: etree._Element, tag: str) -> Iterator[tuple[str, str]]:
    """The times of one element, beginning and end as one."""
    start = ""
    for element in children(parent, tag):
        event, text = _events(element)
        if event == "start":
            if start:
                yield start, ""
            start = text
        elif event == "end" and start:
            yield start, text
            start = ""
        elif text:
            yield text, ""
    if start:
        yield start, ""


def _summary(element: etree._Element) -> Iterator[Part]:
    """Times of coverage and of collection."""
    for begin, end in _spans(element, "timePrd"):
        yield "periods", Text(f"{begin}/{end}" if end and end != begin else begin)
    for begin, end in _spans(element, "collDate"):
        yield "dates", Date(begin, DateKind.COLLECTED, end if end != begin else "")


def _conceptual(part: str) -> Reader:
    """The words of an element that may have a term of a vocabulary in it (`concept`): they, else the term."""

    def read(element: etree._Element) -> Iterator[Part]:
        if text := _without_concepts(element) or value(element):
            yield part, Text(text, lang(element))

    return read


def _without_concepts(element: etree._Element) -> str:
    told = [element.text]
    for child in element:
        told += ["" if local(child) in {"concept", ""} else value(child), child.tail]
    return clean(" ".join(filter(None, told)))


def _nation(element: etree._Element) -> Iterator[Part]:
    if text := _without_concepts(element) or value(element) or attribute(element, "abbr"):
        yield "places", Place(text, PlaceKind.COUNTRY)


_SIDES: Final = (("westlimit", "westBL"), ("eastlimit", "eastBL"), ("southlimit", "southBL"), ("northlimit", "northBL"))


def _box(element: etree._Element) -> Iterator[Part]:
    """A bounding box, as DCMI writes one."""
    limits = [(side, first(element, tag)) for side, tag in _SIDES]
    if all(limit for _, limit in limits):
        yield "places", Place("; ".join(f"{side}={limit}" for side, limit in limits), PlaceKind.BOX)


def _holding(element: etree._Element) -> Iterator[Part]:
    if address := attribute(element, "URI"):
        yield "identifiers", identified(address, "uri")
    if where := attribute(element, "location"):
        yield "locations", Text(where)


def _version(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        yield "editions", Text(text)


def _series(element: etree._Element) -> Iterator[Part]:
    if text := first(element, "serName"):
        address = attribute(element, "URI")
        yield "related", Related("isPartOf", text, (identified(address, "uri"),) if address else (), series=True)


def _work(relation: str) -> Reader:
    """Another work: by its citation where there is one, else in words."""

    def read(element: etree._Element) -> Iterator[Part]:
        citation = next(children(element, "citation"), None)
        if citation is None:
            yield from related(relation)(element)
            return
        text = first(citation, "titlStmt/titl") or first(citation, "biblCit")
        found = [value(e) for e in citation.iter("*") if local(e) == "IDNo"]
        found += [attribute(e, "URI") for e in citation.iter("*") if local(e) == "holdings"]
        numbers = tuple(identified(number, "uri" if names_itself(number) else "") for number in found if number)
        if text or numbers:
            yield "related", Related(relation, text, numbers)

    return read


def _producers(statement: etree._Element) -> Iterator[Part]:
    """The producers are the publishers, says the table."""
    yield from (("publishers", Text(text)) for text in map(value, children(statement, "producer")) if text)


_CITATION: Final = "stdyDscr/citation"
_TITLES: Final = f"{_CITATION}/titlStmt"
_PRODUCTION: Final = f"{_CITATION}/prodStmt"
_DISTRIBUTION: Final = f"{_CITATION}/distStmt"
_INFO: Final = "stdyDscr/stdyInfo"
_SUMMARY: Final = f"{_INFO}/sumDscr"
_ACCESS: Final = "stdyDscr/dataAccs"
_USE: Final = f"{_ACCESS}/useStmt"
ROWS: Final = (
    OutlineRow(f"{_TITLES}/titl", "title", title()),
    OutlineRow(f"{_TITLES}/subTitl", "title", title(TitleKind.SUBTITLE)),
    OutlineRow(f"{_TITLES}/altTitl", "alternative", title(TitleKind.ALTERNATIVE)),
    OutlineRow(f"{_TITLES}/parTitl", "alternative", title(TitleKind.TRANSLATED)),
    OutlineRow(f"{_TITLES}/IDNo", "identifier", _number),
    OutlineRow(f"{_CITATION}/rspStmt/AuthEnty", "creator", _author),
    OutlineRow(f"{_CITATION}/rspStmt/othId", "contributor", name(creator=False, of="role")),
    OutlineRow(_PRODUCTION, "publisher", _producers),
    OutlineRow(f"{_PRODUCTION}/copyright", "rights", rights()),
    OutlineRow(f"{_PRODUCTION}/prodDate", "date", _dated(DateKind.CREATED)),
    OutlineRow(f"{_PRODUCTION}/prodPlac", "(none)", texts("places_published")),
    OutlineRow(f"{_PRODUCTION}/fundAg", "contributor", _funder),
    OutlineRow(f"{_PRODUCTION}/grantNo", "relation", _grant),
    OutlineRow(
        f"{_DISTRIBUTION}/distrbtr", "publisher", name(creator=False, role="distributor", kind=NameKind.CORPORATE)
    ),
    OutlineRow(f"{_DISTRIBUTION}/contact", "(none)", name(creator=False, role="contact person")),
    OutlineRow(f"{_DISTRIBUTION}/depositr", "contributor", name(creator=False, role="depositor")),
    OutlineRow(f"{_DISTRIBUTION}/depDate", "dateSubmitted", _dated(DateKind.SUBMITTED)),
    OutlineRow(f"{_DISTRIBUTION}/distDate", "issued", _dated(DateKind.ISSUED)),
    OutlineRow(f"{_CITATION}/serStmt", "isPartOf", _series),
    OutlineRow(f"{_CITATION}/verStmt/version", "hasVersion", _version),
    OutlineRow(f"{_CITATION}/biblCit", "bibliographicCitation", identifier(kind="citation")),
    OutlineRow(f"{_CITATION}/holdings", "identifier", _holding),
    OutlineRow(f"{_CITATION}/language", "language", texts("languages")),
    OutlineRow(f"{_INFO}/subject/keyword", "subject", subject(SubjectKind.TOPIC, "vocab", "vocabURI")),
    OutlineRow(f"{_INFO}/subject/topcClas", "subject", subject(SubjectKind.TOPIC, "vocab", "vocabURI")),
    OutlineRow(f"{_INFO}/abstract", "description", texts("abstracts")),
    OutlineRow(_SUMMARY, "coverage", _summary),
    OutlineRow(f"{_SUMMARY}/nation", "coverage", _nation),
    OutlineRow(f"{_SUMMARY}/geogCover", "coverage", place),
    OutlineRow(f"{_SUMMARY}/geoBndBox", "coverage", _box),
    OutlineRow(f"{_SUMMARY}/universe", "description", _conceptual("notes")),
    OutlineRow(f"{_SUMMARY}/anlyUnit", "description", _conceptual("notes")),
    OutlineRow(f"{_SUMMARY}/dataKind", "type", _conceptual("genres")),
    OutlineRow(f"{_INFO}/notes", "description", texts("notes")),
    OutlineRow("stdyDscr/method/dataColl/dataCollector", "contributor", name(creator=False, role="data collector")),
    OutlineRow("stdyDscr/method/dataColl/sources/dataSrc", "source", related("source")),
    OutlineRow("stdyDscr/method/dataColl/collMode", "description", _conceptual("notes")),
    OutlineRow("stdyDscr/method/dataColl/sampProc", "description", _conceptual("notes")),
    OutlineRow(f"{_ACCESS}/setAvail/accsPlac", "(none)", texts("locations")),
    OutlineRow(f"{_ACCESS}/setAvail/collSize", "extent", texts("extents")),
    OutlineRow(f"{_USE}/confDec", "accessRights", rights(RightsKind.ACCESS)),
    OutlineRow(f"{_USE}/specPerm", "accessRights", rights(RightsKind.ACCESS)),
    OutlineRow(f"{_USE}/restrctn", "accessRights", rights(RightsKind.ACCESS)),
    OutlineRow(f"{_USE}/conditions", "rights", rights()),
    OutlineRow(f"{_USE}/citReq", "description", texts("notes")),
    OutlineRow("stdyDscr/othrStdyMat/relMat", "relation", _work("relation")),
    OutlineRow("stdyDscr/othrStdyMat/relStdy", "relation", _work("relation")),
    OutlineRow("stdyDscr/othrStdyMat/relPubl", "isReferencedBy", _work("isReferencedBy")),
    OutlineRow("stdyDscr/othrStdyMat/othRefs", "references", _work("references")),
    OutlineRow("fileDscr/fileTxt/fileType", "format", texts("formats")),
    OutlineRow("fileDscr/fileTxt/format", "format", texts("formats")),
)
_OUTLINE: Final = Outline(ROWS)


def read(root: etree._Element) -> Description:
    """What the codebook says of its study. Who gives the data out publishes it where no producer does."""
    said = described(_OUTLINE.parts(root))
    if said == Description():
        return said
    publishers = said.publishers or tuple(Text(n.text) for n in said.names if n.roles == ("distributor",))
    names = said.names if said.publishers else tuple(n for n in said.names if n.roles != ("distributor",))
    languages = said.languages or tuple(Text(code) for code in [_language(root)] if code)
    return said._replace(publishers=publishers, names=names, types=(_DATASET, *said.types), languages=languages)


def _language(root: etree._Element) -> str:
    """The language of the documentation, says the table, by xml:lang of the codebook or of the study."""
    study = next(children(root, "stdyDscr"), root)
    return lang(study) or lang(root)
