"""Reads DataCite: kernel 2 to 4 of its schema, and OpenAIRE 4, which is made of its elements.

After the DataCite Metadata Schema Documentation (4.5, with its mapping to Dublin Core; 4.6 for what came since) and the
OpenAIRE Guidelines for Literature Repository Managers 4.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import authority_files, datacite_places, parts_of_hosts
from mdwatch.exporters.records.datacite_terms import (
    DATES,
    DCMI_TYPES,
    NOTES,
    RELATIONS,
    SCHEMES,
    TITLES,
    in_words,
)
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Grant,
    Identifier,
    Name,
    NameKind,
    NoteType,
    PartOfHost,
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
    attribute,
    children,
    described,
    first,
    lang,
    local,
    rights,
    texts,
    value,
)

_KINDS: Final = {"Personal": NameKind.PERSONAL, "Organizational": NameKind.CORPORATE}
_CLASSIFICATIONS: Final = frozenset(("ddc", "lcc", "udc"))


def _title(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        kind = TITLES.get(attribute(element, "titleType"), TitleKind.ALTERNATIVE)
        yield "titles", Title(text, kind, lang(element))


def _creator(element: etree._Element) -> Iterator[Part]:
    yield from _name(element, "creatorName", creator=True)


def _contributor(element: etree._Element) -> Iterator[Part]:
    yield from _name(element, "contributorName", creator=False, role=in_words(attribute(element, "contributorType")))


def _name(element: etree._Element, tag: str, *, creator: bool, role: str = "") -> Iterator[Part]:
    """A name with its parts, its identifier (ORCID before others) and the affiliations of its bearer."""
    named = next(children(element, tag), None)
    family, given = first(element, "familyName"), first(element, "givenName")
    text = value(named) or ", ".join(filter(None, (family, given)))
    if not text or text.startswith(":"):  # `:unav` and the like are nobody's names
        return
    numbers = [_uri(found) for found in children(element, "nameIdentifier")]
    uris = authority_files.distinct(sorted(numbers, key=lambda found: "orcid.org/" not in found))
    told = "" if named is None else attribute(named, "nameType")
    kind = _KINDS.get(told, NameKind.PERSONAL if family and given else NameKind.UNKNOWN)
    affiliations = [found for found in children(element, "affiliation") if value(found)]
    numbered = ((value(found), _uri_of(found, "affiliationIdentifier")) for found in affiliations)
    yield "names", Name(
        text, creator, (role,) if role else (), kind, (*uris, "")[0], tuple(map(value, affiliations)), given, family,
        other_uris=uris[1:], affiliation_uris=tuple(pair for pair in numbered if pair[1]),
    )  # fmt: skip


def _uri(element: etree._Element) -> str:
    """The address of someone by a number and the file that it is of."""
    number = value(element)
    return authority_files.of_number(attribute(element, "nameIdentifierScheme"), number)


def _uri_of(element: etree._Element, name: str) -> str:
    """The address of what an attribute of this name is the number of; beside it stands the scheme."""
    return authority_files.of_number(attribute(element, f"{name}Scheme"), attribute(element, name))


def _date(element: etree._Element) -> Iterator[Part]:
    """A date by what happened then; of a span its ends."""
    text, kind = value(element), attribute(element, "dateType")
    if not text:
        return
    if kind == "Coverage":
        yield "periods", Text(text)
        return
    begin, slash, end = text.partition("/")
    known = DATES.get(kind, DateKind.OTHER)
    said = (kind.replace("Other", ""), attribute(element, "dateInformation"))
    event = ": ".join(filter(None, said)) if known is DateKind.OTHER else ""
    if begin and end:
        yield "dates", Date(begin, known, end, event=event)
    else:
        yield "dates", Date(text if not begin and slash else begin, known, event=event)


def _year(element: etree._Element) -> Iterator[Part]:
    """The year of publication, where no date of issue tells it; there is but one."""
    if next(element.itersiblings("{*}publicationYear", preceding=True), None) is not None:
        return
    text, parent = value(element), element.getparent()
    issued = () if parent is None else (
        value(date) for dates in children(parent, "dates") for date in children(dates, "date")
        if attribute(date, "dateType") == "Issued"
    )  # fmt: skip
    if text and text != "0000" and not any(date.startswith(text) for date in issued):
        yield "dates", Date(text, DateKind.ISSUED)


def _type(element: etree._Element) -> Iterator[Part]:
    """The general kind in a term of DCMI where there is one, else in words; the kind in the record's own words."""
    general = attribute(element, "resourceTypeGeneral")
    words = in_words(general)
    if term := DCMI_TYPES.get(general.lower()):
        yield "types", Text(term)
    elif words and words != "other":
        yield "genres", Text(words)
    for text in filter(None, value(element).split("; ")):
        if text.lower() not in {words, general.lower(), (term or "").lower()}:
            yield "genres", Text(text, lang(element))


def _subject(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        scheme = attribute(element, "subjectScheme")
        scheme = SCHEMES.get(scheme.lower(), scheme)
        is_number = scheme in _CLASSIFICATIONS and any(c.isdigit() for c in text)
        kind = SubjectKind.CLASSIFICATION if is_number else SubjectKind.TOPIC
        yield "subjects", Subject(text, kind, scheme, attribute(element, "valueURI"), lang(element))


def _identifier(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        yield "identifiers", identified(text, attribute(element, "identifierType"))


def _alternate(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        kind = attribute(element, "alternateIdentifierType")
        yield "identifiers", identified(text, "" if kind.lower() in {"other", "local"} else kind)


def _description(element: etree._Element) -> Iterator[Part]:
    kind = attribute(element, "descriptionType")
    match kind:
        case "TableOfContents":
            part = "contents"
        case "Abstract" | "":
            part = "abstracts"
        case _:
            part = "notes"
    for line in element.iter("{*}br"):
        line.tail = f" {line.tail or ''}"
    yield from texts(part)(element)
    if part == "notes" and kind in NOTES and (text := value(element)):
        yield "note_types", NoteType(text, NOTES[kind])


def _funding(element: etree._Element) -> Iterator[Part]:
    """A grant by its number, or else who paid."""
    funder, title = first(element, "funderName"), first(element, "awardTitle")
    registered = next((value(e) for e in children(element, "funderIdentifier") if value(e)), "")
    kind = next((attribute(e, "funderIdentifierType") for e in children(element, "funderIdentifier")), "")
    if registered.startswith(_FUNDERS):
        registered = f"https://doi.org/{registered}"
    uri = authority_files.of_number(kind, registered) or (registered if "://" in registered else "")
    award = next(children(element, "awardNumber"), None)
    number = value(award)
    if number or title:
        address = "" if award is None else attribute(award, "awardURI")
        yield "grants", Grant(funder, number, address, title, uri)
    elif funder:
        yield "names", Name(funder, False, ("funder",), NameKind.CORPORATE, uri)


_FUNDERS: Final = "10.13039/"  # Crossref's registry, whose numbers are DOIs


def _related_number(element: etree._Element) -> Iterator[Part]:
    if text := value(element):
        stated = attribute(element, "relationType")
        number = identified(text, attribute(element, "relatedIdentifierType"))
        yield "related", Related(RELATIONS.get(stated, "relation"), identifiers=(number,), stated=stated)


def _related_item(element: etree._Element) -> Iterator[Part]:
    """Another work by its title, where in it this one stands, and its identifier."""
    titles = [value(found) for group in children(element, "titles") for found in children(group, "title")]
    numbers = tuple(
        identified(text, attribute(found, "relatedItemIdentifierType"))
        for found in children(element, "relatedItemIdentifier") if (text := value(found))
    )  # fmt: skip
    volume, issue, start, end, year = (
        first(element, tag) for tag in ("volume", "issue", "firstPage", "lastPage", "publicationYear")
    )
    if titles or numbers:
        place = PartOfHost(volume, issue, start, end, year)
        stated = attribute(element, "relationType")
        title = ": ".join(filter(None, titles[:2]))
        relation = RELATIONS.get(stated, "relation")
        yield "related", Related(relation, title, numbers, parts_of_hosts.in_words(place), place=place, stated=stated)


def _host(element: etree._Element) -> Iterator[Part]:
    """The journal or book that the work is in, which OpenAIRE tells by elements beside one another."""
    parent = element.getparent()
    if next(element.itersiblings("{*}citationTitle", preceding=True), None) is not None:
        return
    if parent is not None and (title := value(element)):
        tags = ("citationVolume", "citationIssue", "citationStartPage", "citationEndPage")
        volume, issue, start, end = (first(parent, tag) for tag in tags)
        place = PartOfHost(volume, issue, start, end)
        yield "related", Related("isPartOf", title, part=parts_of_hosts.in_words(place), place=place)


def _address(element: etree._Element) -> Iterator[Part]:
    if (text := value(element)) and "://" in text:
        yield "identifiers", Identifier(text, "uri")


ROWS: Final = (
    OutlineRow("identifier", "identifier", _identifier),
    OutlineRow("creators/creator", "creator", _creator),
    OutlineRow("titles/title", "title", _title),
    OutlineRow("publisher", "publisher", texts("publishers")),
    OutlineRow("publicationYear", "issued", _year),
    OutlineRow("resourceType", "type", _type),
    OutlineRow("subjects/subject", "subject", _subject),
    OutlineRow("contributors/contributor", "contributor", _contributor),
    OutlineRow("dates/date", "date", _date),
    OutlineRow("language", "language", texts("languages")),
    OutlineRow("alternateIdentifiers/alternateIdentifier", "identifier", _alternate),
    OutlineRow("relatedIdentifiers/relatedIdentifier", "relation", _related_number),
    OutlineRow("relatedItems/relatedItem", "relation", _related_item),
    OutlineRow("sizes/size", "extent", texts("extents")),
    OutlineRow("formats/format", "format", texts("formats")),
    OutlineRow("version", "(none)", texts("editions")),
    OutlineRow("rightsList/rights", "rights", rights(RightsKind.PLAIN, "rightsURI")),
    OutlineRow("rights", "rights", rights(RightsKind.PLAIN, "rightsURI", "uri")),
    OutlineRow("descriptions/description", "description", _description),
    OutlineRow("geoLocations/geoLocation", "spatial", datacite_places.location),
    OutlineRow("fundingReferences/fundingReference", "relation", _funding),
    # Of OpenAIRE.
    OutlineRow("description", "description", texts("abstracts")),
    OutlineRow("format", "format", texts("formats")),
    OutlineRow("source", "source", texts("notes")),
    OutlineRow("coverage", "coverage", texts("periods")),
    OutlineRow("licenseCondition", "license", rights(RightsKind.LICENSE, "uri")),
    OutlineRow("citationTitle", "isPartOf", _host),
    OutlineRow("file", "identifier", _address),
)
_OUTLINE: Final = Outline(ROWS)


def read(root: etree._Element) -> Description:
    """What the record says; the root may be the resource, or the `oai_datacite` around it."""
    found = root if local(root) == "resource" else next((e for e in root.iter("{*}resource")), None)
    return described([] if found is None else _OUTLINE.parts(found))
