"""Reads DDI Lifecycle: version 3.0 to 3.3, a DDIInstance, a fragment instance or a study unit by itself.

After the DDI Alliance's mapping of Citation to Dublin Core (documentation of r:Citation, "mapped to Dublin Core").
Texts are direct in 3.0 and 3.1, and stand in String or Content from 3.2 on. Told is the first study unit, or the group
or resource package where there is none.
"""

from collections.abc import Iterator, Mapping
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
    lang,
    local,
    rights,
    value,
)

_DATASET: Final = Text("Dataset")
_STUDIES: Final = ("StudyUnit", "Group", "SubGroup", "ResourcePackage")


def _strings(element: etree._Element) -> list[etree._Element]:
    """The elements that hold the text, one a language."""
    inner = list(children(element, "String", "Content"))
    return inner or [element]


def _title(kind: TitleKind) -> Reader:
    def read(element: etree._Element) -> Iterator[Part]:
        for found in _strings(element):
            if text := value(found):
                yield "titles", Title(text, kind, lang(found) or lang(element))

    return read


def _name(*, creator: bool, role: str = "") -> Reader:
    def read(element: etree._Element) -> Iterator[Part]:
        text = first(element, "CreatorName/String", "ContributorName/String", "CreatorName", "ContributorName")
        if text := text or _referenced(element) or value(element):
            said = first(element, "ContributorRole/String", "ContributorRole") or role
            inner = next(children(element, "CreatorName", "ContributorName"), element)
            affiliation = attribute(element, "affiliation") or attribute(inner, "affiliation")
            yield (
                "names",
                Name(text, creator, (said,) if said else (), affiliations=(affiliation,) if affiliation else ()),
            )

    return read


def _publisher(element: etree._Element) -> Iterator[Part]:
    text = first(element, "PublisherName/String", "PublisherName") or _referenced(element) or value(element)
    if text:
        yield "publishers", Text(text)


# What stands before the number of someone who is described elsewhere in the record; no text can hold it.
_REFERENCE: Final = "\0"


def _referenced(element: etree._Element) -> str:
    """The number of the individual or organization that an element refers to instead of naming it, marked as one."""
    for reference in children(element, "CreatorReference", "ContributorReference", "PublisherReference"):
        if number := first(reference, "ID"):
            return f"{_REFERENCE}{number}"
    return ""


def _resolved(said: Description, root: etree._Element) -> Description:
    """The description with the names of those that it refers to; whoever the record does not describe is left out."""
    texts = (*(name.text for name in said.names), *(text for text, _ in said.publishers))
    if not any(text.startswith(_REFERENCE) for text in texts):
        return said
    known = {first(agent, "ID"): agent for agent in root.iter("{*}Individual", "{*}Organization")}
    names = [_named(name, known) if name.text.startswith(_REFERENCE) else name for name in said.names]
    publishers = [
        Text(_agent_name(known.get(text[1:])), lang_) if text.startswith(_REFERENCE) else Text(text, lang_)
        for text, lang_ in said.publishers
    ]
    return said._replace(
        names=tuple(dict.fromkeys(name for name in names if name.text)),
        publishers=tuple(text for text in publishers if text.text),
    )


def _named(name: Name, known: Mapping[str, etree._Element]) -> Name:
    """A name for the reference that stands in its place."""
    agent = known.get(name.text[1:])
    if agent is None:
        return name._replace(text="")
    paths = "IndividualIdentification/IndividualName/LastFamily", "IndividualIdentification/IndividualName/FirstGiven"
    family, given = (first(agent, path) for path in paths)
    kind = NameKind.PERSONAL if local(agent) == "Individual" else NameKind.CORPORATE
    return name._replace(text=_agent_name(agent), kind=kind, family=family, given=given)


def _agent_name(agent: etree._Element | None) -> str:
    """What someone is called: family name first, else in full."""
    if agent is None:
        return ""
    person = next(at(agent, "IndividualIdentification/IndividualName"), None)
    if person is None:
        return first(
            agent,
            "OrganizationIdentification/OrganizationName/String",
            "OrganizationIdentification/OrganizationName",
            "OrganizationName",
        )
    inverted = ", ".join(filter(None, (first(person, "LastFamily"), first(person, "FirstGiven"))))
    return inverted or first(person, "FullName/String", "FullName")


def _dates(element: etree._Element) -> tuple[str, str]:
    begin = first(element, "StartDate") or first(element, "SimpleDate")
    return begin or ("" if len(element) else value(element)), first(element, "EndDate")


def _date(kind: DateKind) -> Reader:
    def read(element: etree._Element) -> Iterator[Part]:
        begin, end = _dates(element)
        if begin:
            yield "dates", Date(begin, kind, end)

    return read


def _period(element: etree._Element) -> Iterator[Part]:
    begin, end = _dates(element)
    if begin:
        yield "periods", Text(f"{begin}/{end}" if end else begin)


def _identifier(element: etree._Element) -> Iterator[Part]:
    if text := first(element, "IdentifierContent") or value(element):
        kind = (first(element, "ManagingAgency") or attribute(element, "type")).lower()
        yield "identifiers", identified(text, kind if kind in _KNOWN else "")


def _user_id(element: etree._Element) -> Iterator[Part]:
    """A number of the study that is one the world over."""
    if (kind := attribute(element, "typeOfUserID").lower()) in _KNOWN and (text := value(element)):
        yield "identifiers", identified(text, kind)


_KNOWN: Final = frozenset({"doi", "handle", "ark", "urn"})


def _texts(part: str) -> Reader:
    def read(element: etree._Element) -> Iterator[Part]:
        for found in _strings(element):
            if text := value(found):
                yield part, Text(text, lang(found) or lang(element))

    return read


def _subject(element: etree._Element) -> Iterator[Part]:
    for found in _strings(element):
        if text := value(found):
            scheme = (attribute(element, "codeListID") or attribute(element, "controlledVocabularyName")).lower()
            yield "subjects", Subject(text, SubjectKind.TOPIC, scheme, lang=lang(found))


def _place(element: etree._Element) -> Iterator[Part]:
    for found in _strings(element):
        if text := value(found):
            yield "places", Place(text)


_SIDES: Final = (
    ("westlimit", "WestLongitude"), ("eastlimit", "EastLongitude"), ("southlimit", "SouthLatitude"),
    ("northlimit", "NorthLatitude"),
)  # fmt: skip


def _box(element: etree._Element) -> Iterator[Part]:
    limits = [(side, first(element, tag)) for side, tag in _SIDES]
    if all(limit for _, limit in limits):
        yield "places", Place("; ".join(f"{side}={limit}" for side, limit in limits), PlaceKind.BOX)


def _grant(element: etree._Element) -> Iterator[Part]:
    funder = first(element, "AgencyOrganizationReference/AgencyName", "FundingAgency", "FundingDescription/Content")
    for number in children(element, "GrantNumber"):
        if text := first(number, "GrantNumber") or value(number):
            yield "grants", Grant(funder, text)


def _series(element: etree._Element) -> Iterator[Part]:
    if text := first(element, "SeriesName/String", "SeriesName"):
        yield "related", Related("isPartOf", text, series=True)


def _citation(path: str) -> tuple[OutlineRow, ...]:
    """The rows of a Citation, and of the Dublin Core that may stand in it."""
    rows = (
        ("Title", "title", _title(TitleKind.MAIN)),
        ("SubTitle", "title", _title(TitleKind.SUBTITLE)),
        ("AlternateTitle", "alternative", _title(TitleKind.ALTERNATIVE)),
        ("Creator", "creator", _name(creator=True)),
        ("Contributor", "contributor", _name(creator=False)),
        ("Publisher", "publisher", _publisher),
        ("PublicationDate", "date", _date(DateKind.ISSUED)),
        ("Language", "language", _texts("languages")),
        ("InternationalIdentifier", "identifier", _identifier),
        ("Copyright", "rights", rights()),
        ("title", "title", _title(TitleKind.MAIN)),
        ("creator", "creator", _name(creator=True)),
        ("contributor", "contributor", _name(creator=False)),
        ("publisher", "publisher", _publisher),
        ("date", "date", _date(DateKind.ISSUED)),
        ("language", "language", _texts("languages")),
        ("identifier", "identifier", _identifier),
        ("rights", "rights", rights()),
    )
    return tuple(OutlineRow(f"{path}/{name}", term, read) for name, term, read in rows)


ROWS: Final = (
    *_citation("Citation"),
    OutlineRow("UserID", "identifier", _user_id),
    OutlineRow("Abstract", "description", _texts("abstracts")),
    OutlineRow("SeriesStatement", "isPartOf", _series),
    OutlineRow("FundingInformation", "relation", _grant),
    OutlineRow("Coverage/TopicalCoverage/Subject", "subject", _subject),
    OutlineRow("Coverage/TopicalCoverage/Keyword", "subject", _subject),
    OutlineRow("Coverage/SpatialCoverage/Description", "spatial", _place),
    OutlineRow("Coverage/SpatialCoverage/Country", "spatial", _place),
    OutlineRow("Coverage/SpatialCoverage/TopLevelReference/LevelName", "spatial", _place),
    OutlineRow("Coverage/SpatialCoverage/BoundingBox", "spatial", _box),
    OutlineRow("Coverage/TemporalCoverage/ReferenceDate", "temporal", _period),
    OutlineRow("KindOfData", "type", _texts("genres")),
    OutlineRow("AnalysisUnit", "description", _texts("notes")),
    OutlineRow("Purpose", "description", _texts("notes")),
)
_OUTLINE: Final = Outline(ROWS)


def read(root: etree._Element) -> Description:
    """What the study unit says; where it has no citation of its own, that of the instance around it."""
    units = [e for e in root.iter("*") if local(e) in _STUDIES]
    for unit in (*(e for e in units if local(e) == "StudyUnit"), *units, root):
        said = described(_OUTLINE.parts(unit))
        if said != Description():
            return _resolved(said, root)._replace(types=(_DATASET, *said.types))
    return Description()
