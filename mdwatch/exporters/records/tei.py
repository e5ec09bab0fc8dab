"""Reads a TEI header: of a TEI document, of a corpus, or by itself (TEI P4 and P5).

After the Best Practices for TEI in Libraries (header and Dublin Core) and the TEI Guidelines, chapter 2, which says of
each part of the header what it states: fileDesc of the electronic text, profileDesc of what it is about. What was
transcribed (sourceDesc) is the source. revisionDesc and the technical parts of encodingDesc speak of the work on the
file.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import authority_files, tei_manuscript
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Grant,
    Name,
    NameKind,
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
    rights,
    texts,
    value,
)
from mdwatch.exporters.records.plain_text import clean
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
_PEOPLE: Final = {"persName": NameKind.PERSONAL, "orgName": NameKind.CORPORATE}


def _title(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        yield "titles", Title(text, _TITLES.get(attribute(element, "type"), TitleKind.ALTERNATIVE), lang(element))


def _person(*, creator: bool, role: str = "") -> Reader:
    """A name, by its parts where they are tagged; its role as the element states it, else this one."""

    def read(element: etree._Element) -> Iterator[Part]:
        stated = attribute(element, "role")
        yield from _names([element], creator=creator, role=stated if stated and not stated.startswith("#") else role)

    return read


def _names(elements: Iterable[etree._Element], *, creator: bool, role: str) -> Iterator[Part]:
    found = (_name(element, creator=creator, role=role) for element in elements)
    yield from (("names", name) for name in found if name.text)


def _name(element: etree._Element, *, creator: bool, role: str) -> Name:
    """Whoever an element names; without a text where it names nobody."""
    inner = next(children(element, *_PEOPLE, "name"), None)
    family, given = (_below(element, part) for part in ("surname", "forename"))
    text = f"{family}, {given}" if family and given else _without_numbers(element if inner is None else inner)
    bearer = element if inner is None else inner
    kind = NameKind.PERSONAL if family else _PEOPLE.get(local(bearer), _kind(role))
    uri = next((u for u in (attribute(e, "ref") for e in (element, bearer)) if "://" in u), "") or _number(element)
    affiliations = tuple(text for part in element.iter("*") if local(part) == "affiliation" and (text := value(part)))
    return Name(text, creator, (role,) if role else (), kind, uri, affiliations, given, family)


def _number(element: etree._Element) -> str:
    """The address of someone by a number in a file (ORCID, ISNI, IdRef); empty for those of no file that is known."""
    numbers = [part for part in element.iter("*") if local(part) == "idno"]
    told = (authority_files.of_number(attribute(n, "type"), value(n)) or authority_files.told_by_itself(value(n))
            for n in numbers)  # fmt: skip
    found = [uri for uri in told if uri.startswith(_FILES)]
    return next((uri for uri in found if "orcid.org/" in uri), next(iter(found), ""))


_FILES: Final = ("https://orcid.org/", "https://isni.org/", "https://www.idref.fr/", "http://viaf.org/",
                 "https://d-nb.info/gnd/", "https://ror.org/")  # fmt: skip


_BESIDE_A_NAME: Final = ("idno", "affiliation", "address", "email")


def _without_numbers(element: etree._Element) -> str:
    """The text of a name but for the numbers, the affiliation and the address in it."""
    if next(children(element, *_BESIDE_A_NAME), None) is None:
        return value(element)
    told = [child.tail if local(child) in _BESIDE_A_NAME else f"{value(child)} {child.tail or ''}" for child in element]
    return clean(" ".join(filter(None, (element.text, *told)))).rstrip(" ,;:(")


def _body(element: etree._Element) -> str:
    """Who publishes: a body with its divisions, without its address."""
    names = [text for part in children(element, "orgName", "name") if (text := _without_numbers(part))]
    return ", ".join(names) if names and not (element.text or "").strip() else _without_numbers(element)


def _publisher(element: etree._Element) -> Iterator[Part]:
    if text := _body(element):
        yield "publishers", Text(text, lang(element))


def _distributor(element: etree._Element) -> Iterator[Part]:
    if text := _body(element):
        yield "names", Name(text, False, ("distributor",))


def _funder(element: etree._Element) -> Iterator[Part]:
    """Who paid: with the number of a grant a grant, else a name."""
    numbers = [number for number in map(value, children(element, "idno")) if number]
    if not numbers:
        yield from _names([element], creator=False, role="funder")
        return
    funder = _name(element, creator=False, role="funder").text
    yield from (("grants", Grant(funder, number)) for number in numbers)


def _kind(role: str) -> NameKind:
    return NameKind.CORPORATE if role in {"sponsor", "funder"} else NameKind.UNKNOWN


def _below(element: etree._Element, wanted: str) -> str:
    return " ".join(value(part) for part in element.iter("*") if local(part) == wanted)


def _responsible(element: etree._Element) -> Iterator[Part]:
    """Whoever is named in a respStmt, in the words of its `resp`."""
    role = first(element, "resp")
    yield from _names(children(element, "name", *_PEOPLE), creator=False, role=role)


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
        unit = attribute(measure, "unit") if amount.isdecimal() else ""
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
    OutlineRow(f"{_FILE}/titleStmt/author", "creator", _person(creator=True)),
    OutlineRow(f"{_FILE}/titleStmt/editor", "contributor", _person(creator=False, role="editor")),
    OutlineRow(f"{_FILE}/titleStmt/principal", "contributor", _person(creator=False, role="principal investigator")),
    OutlineRow(f"{_FILE}/titleStmt/sponsor", "contributor", _person(creator=False, role="sponsor")),
    OutlineRow(f"{_FILE}/titleStmt/funder", "contributor", _funder),
    OutlineRow(f"{_FILE}/titleStmt/respStmt", "contributor", _responsible),
    OutlineRow(f"{_FILE}/editionStmt/edition", "hasVersion", texts("editions")),
    OutlineRow(f"{_FILE}/editionStmt/respStmt", "contributor", _responsible),
    OutlineRow(f"{_FILE}/extent", "extent", _extent),
    OutlineRow(f"{_FILE}/publicationStmt/publisher", "publisher", _publisher),
    OutlineRow(f"{_FILE}/publicationStmt/authority", "publisher", _publisher),
    OutlineRow(f"{_FILE}/publicationStmt/distributor", "contributor", _distributor),
    OutlineRow(f"{_FILE}/publicationStmt/pubPlace", "(none)", texts("places_published")),
    OutlineRow(f"{_FILE}/publicationStmt/date", "date", _date(DateKind.ISSUED)),
    OutlineRow(f"{_FILE}/publicationStmt/idno", "identifier", identifier("type")),
    OutlineRow(f"{_FILE}/publicationStmt/availability", "rights", _availability),
    OutlineRow(f"{_FILE}/seriesStmt", "isPartOf", _series),
    OutlineRow(f"{_FILE}/notesStmt/note", "description", texts("notes")),
    OutlineRow(f"{_FILE}/sourceDesc/bibl", "source", source),
    OutlineRow(f"{_FILE}/sourceDesc/biblStruct", "source", source),
    OutlineRow(f"{_FILE}/sourceDesc/biblFull", "source", source),
    OutlineRow(f"{_FILE}/sourceDesc/msDesc", "source", source),
    OutlineRow(f"{_FILE}/sourceDesc/msDesc", "created, abstract, language, medium, extent", tei_manuscript.read),
    OutlineRow(f"{_FILE}/sourceDesc/p", "source", source),
    OutlineRow("encodingDesc/projectDesc", "description", texts("notes")),
    OutlineRow(f"{_PROFILE}/abstract", "abstract", texts("abstracts")),
    OutlineRow(f"{_PROFILE}/creation/date", "created", _date(DateKind.CREATED)),
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
