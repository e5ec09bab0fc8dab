"""DataCite 4.5: what an IE's description says, and DataCite's own word for it where a mandatory property is unknown.

The crosswalk is `datacite_table`. The order is that of the schema's documentation; lists without entries are left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from mdwatch.exporters.datacite import funding, names, relations, table
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.records import access_rights, geographic_codes
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Identifier,
    Place,
    PlaceKind,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
)
from mdwatch.exporters.terms import authorities, dcmi_names, iso_dates, kinds, language_codes
from mdwatch.exporters.terms.coordinates import box, once, point
from mdwatch.exporters.terms.global_identifiers import Global, known
from mdwatch.exporters.terms.licences import SPDX, licence
from mdwatch.exporters.terms.polygons import corners
from mdwatch.exporters.terms.uris import is_uri
from mdwatch.exporters.xml_text import XSI, document, element, quoted, wrap, wrapped
from mdwatch.model import IntellectualEntity

NAMESPACE: Final = "http://datacite.org/schema/kernel-4"
SCHEMA: Final = "http://schema.datacite.org/meta/kernel-4.5/metadata.xsd"

_START: Final = f'<resource xmlns="{NAMESPACE}" xmlns:xsi="{XSI}" xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'

# The types that may name the IE to DataCite, the best first.
_NAMING: Final = ("DOI", "Handle", "ARK")


def export(ie: IntellectualEntity) -> bytes:
    """The DataCite record of the IE, from the start tag of its root to the end tag."""
    return write(ie.pid, describe(ie), publisher=ie.held_by, landing_page=ie.landing_page)


def write(pid: str, description: Description, *, publisher: str = "", landing_page: str = "") -> bytes:
    """The DataCite record of a description; `pid` names what has no name better known.

    `publisher` is who makes the work available where the description names nobody.
    """
    return document(chain([_START], _properties(pid, description, publisher, landing_page), ["</resource>"]))


def _properties(pid: str, said: Description, holder: str, landing_page: str) -> Iterator[str]:
    """The properties, in the order of the documentation."""
    identifiers = [(given, known(given)) for given in said.identifiers]
    named = _naming(found for _, found in identifiers)
    name, type_ = (named.text, named.type) if named else (pid, "PID")
    yield element("identifier", name, {"identifierType": type_})
    yield from wrapped("creators", names.creators(said.names))
    yield from wrapped("titles", _titles(said) if said.titles else [element("title", table.UNAVAILABLE)])
    yield _publisher(said, holder)
    told = [iso_dates.told(date) for date in said.dates]
    # A date that can be told in no form names no year either, but for the beginning of a span.
    dated = [date for date, text in zip(said.dates, told, strict=True) if text or date.end]
    yield element("publicationYear", _publication_year(dated))
    yield _resource_type(said)
    yield from wrapped("subjects", _subjects(said))
    yield from wrapped("contributors", chain(names.contributors(said), _hosts(said.locations)))
    yield from wrapped("dates", _dates(said, told))
    tag = next(filter(None, (language_codes.tag(text) for text, _ in said.languages)), "")
    yield element("language", tag) if tag else ""
    yield from wrapped("alternateIdentifiers", _alternates(pid, identifiers, named, landing_page))
    yield from wrapped("relatedIdentifiers", relations.identifiers(said.works()))
    yield from wrapped("sizes", (element("size", text) for text, _ in said.extents))
    yield from wrapped("formats", (element("format", text) for text, _ in said.formats))
    yield element("version", "; ".join(text for text, _ in said.in_all_scripts("editions"))) if said.editions else ""
    yield from wrapped("rightsList", (_rights(r) for r in said.rights if r.kind is not RightsKind.HOLDER))
    yield from wrapped("descriptions", _descriptions(said, told))
    places = dict.fromkeys(_location(place) for place in once(said.places))
    yield from wrapped("geoLocations", (wrap("geoLocation", place) for place in places))
    yield from wrapped("fundingReferences", funding.references(said))
    yield from wrapped("relatedItems", relations.items(said.works()))


def _alternates(
    pid: str, identifiers: Iterable[tuple[Identifier, Global | None]], named: Global | None, landing_page: str
) -> Iterator[str]:
    """All names of the IE but the one that names it best."""
    if named:
        yield element("alternateIdentifier", pid, {"alternateIdentifierType": "PID"})
    for given, found in identifiers:
        if (found is None or found != named) and given.text != landing_page:
            type_ = found.type if found else given.type or "Other"
            yield element("alternateIdentifier", given.text, {"alternateIdentifierType": type_})
    if landing_page:
        yield element("alternateIdentifier", landing_page, {"alternateIdentifierType": "URL"})


def _naming(found: Iterable[Global | None]) -> Global | None:
    """The identifier that names the IE best, if any is known the world over."""
    ranked = [identifier for identifier in found if identifier is not None and identifier.type in _NAMING]
    return min(ranked, key=lambda identifier: _NAMING.index(identifier.type), default=None)


def _lang(tag: str) -> dict[str, str]:
    return {"xml:lang": language_codes.tag(tag)} if tag else {}


def _publisher(said: Description, institution: str) -> str:
    """Who published the work; else who gives it out here."""
    if not said.publishers:
        return element("publisher", institution or table.UNAVAILABLE)
    first = said.in_all_scripts("publishers")[0]
    return element("publisher", first.text, _lang(first.lang))


def _titles(said: Description) -> Iterator[str]:
    return (
        element("title", title.text, {"titleType": table.TITLES[title.kind]} | _lang(title.lang))
        for title in said.titles
    )


def _publication_year(dates: Iterable[Date]) -> str:
    """The year of the date that tells it best, of several of one kind the first.

    A date with a time of day is of a file that was uploaded, not of a work that was published, and so comes last.
    """
    best, told = _LAST_RANK, ""
    for date in dates:
        rank = (iso_dates.has_time(date.text) and date.kind is not DateKind.ISSUED, _RANKS[date.kind])
        if rank < best and date.kind is not DateKind.EMBARGO_END and (year := iso_dates.year(date.text)):
            best, told = rank, year
    return told or table.NO_YEAR


_RANKS: Final = {kind: rank for rank, kind in enumerate(table.YEAR_OF)}
_LAST_RANK: Final = (True, len(_RANKS))


def _resource_type(said: Description) -> str:
    """The kind of work, with the record's own words for it."""
    words = list(dict.fromkeys(text for text, _ in (*said.genres, *said.types)))
    kind = kinds.kind(words)
    return element("resourceType", "; ".join(words) or kind.general, {"resourceTypeGeneral": kind.general})


def _subjects(said: Description) -> Iterator[str]:
    """The subjects, places that have an address, which geoLocation has no room for, and periods that are no dates."""
    yield from map(_subject, said.subjects)
    for place in said.places:
        if is_uri(place.uri) and place.kind in {PlaceKind.NAME, PlaceKind.COUNTRY}:
            yield _subject(Subject(geographic_codes.name(place), scheme=place.scheme, uri=place.uri))
    for text, tag in said.periods:
        if not iso_dates.span(text):
            yield element("subject", text, _lang(tag))


# The number of a class, as far as the schema, which wants an anyURI, has room for it; one in words is no code.
_CODE: Final = re.compile(r"[A-Z]{0,3}[0-9][A-Za-z0-9./+-]*")


def _subject(subject: Subject) -> str:
    values = {}
    if subject.scheme:
        authority = authorities.vocabulary(subject.scheme)
        values = {"subjectScheme": authority.name, "schemeURI": authority.uri}
    if subject.uri and is_uri(subject.uri):
        values["valueURI"] = subject.uri
    if subject.kind is SubjectKind.CLASSIFICATION and subject.scheme and _CODE.fullmatch(subject.text):
        values["classificationCode"] = subject.text
    return element("subject", subject.text, values | _lang(subject.lang))


def _dates(said: Description, told: Sequence[str]) -> Iterator[str]:
    """The dates that can be told in DataCite's forms; what the record wrote stays where it was another form."""
    for date, text in zip(said.dates, told, strict=True):
        if text:
            kind, known = table.DATES[date.kind]
            information = _information(date, known, text)
            said_of_it = f' dateInformation="{quoted(information)}"' if information else ""
            yield f'<date dateType="{kind}"{said_of_it}>{text}</date>'
    for text, _ in said.periods:
        span = iso_dates.span(text)
        if span:
            information = ": ".join(filter(None, ["Coverage", dcmi_names.name(text)]))
            yield element("date", span, {"dateType": "Other", "dateInformation": information})


def _information(date: Date, information: str, text: str) -> str:
    """What else is known of a date: what happened, how certain it is, and what the record wrote."""
    given = f"{date.text}/{date.end}" if date.end else date.text
    if given == text and not (date.event or date.qualifier or date.words):
        return information
    is_plain = given in (text, text.rstrip("/"), text.replace("/", "-")) or iso_dates.moment(given) == text
    written = date.words or ("" if is_plain else given)
    if not (information or date.event or date.qualifier):
        return written
    return ": ".join(filter(None, [information, date.event, date.qualifier, written]))


def _hosts(locations: Iterable[Text]) -> Iterator[str]:
    """Who keeps the thing itself."""
    for text, tag in locations:
        name = element("contributorName", text, {"nameType": "Organizational"} | _lang(tag))
        yield wrap("contributor", name, {"contributorType": "HostingInstitution"})


def _rights(rights: Rights) -> str:
    """A statement of rights: of access in the terms of COAR, or by its licence where it has one."""
    access = access_rights.known(rights.uri or rights.text, words=rights.kind is RightsKind.ACCESS)
    if access:
        values = {
            "rightsURI": access.term,
            "rightsIdentifier": access.coar,
            "rightsIdentifierScheme": "COAR Access Rights",
            "schemeURI": access_rights.SCHEME,
        }
        return element(
            "rights", rights.text if rights.text != access.term else access.label, values | _lang(rights.lang)
        )
    found = licence(rights.uri)
    values = {"rightsURI": found.uri if is_uri(found.uri) else ""}
    if found.spdx:
        values |= {"rightsIdentifier": found.spdx, "rightsIdentifierScheme": "SPDX", "schemeURI": SPDX}
    return element("rights", rights.text, values | _lang(rights.lang))


def _descriptions(said: Description, dates: Sequence[str]) -> Iterator[str]:
    """All that is told in sentences; `dates` are those that can be told otherwise, or empty."""
    of_notes = {note.text: table.NOTES.get(note.type, "Other") for note in said.note_types}
    others = [text for part in table.OTHER for text in getattr(said, part)]
    told = (
        *((text, "Abstract") for text in said.abstracts),
        *((text, "TableOfContents") for text in said.contents),
        *((text, of_notes.get(text.text, "Other") if of_notes else "Other") for text in others),
        *((Text(words), "Other") for words in _dates_in_words(said.dates, dates)),
        *((Text(text), "Other") for text in relations.sentences(said.works())),
    )
    for (text, tag), kind in told:
        yield element("description", text, {"descriptionType": kind} | _lang(tag))


def _dates_in_words(dates: Iterable[Date], told: Iterable[str]) -> Iterator[str]:
    """Dates that name no year, which DataCite has no form for."""
    for date, text in zip(dates, told, strict=True):
        if not text:
            yield f"{table.DATES[date.kind][0]}: {date.words or date.text}"


_SIDES: Final = ("Longitude", "Latitude")


def _location(place: Place) -> str:
    """A place by its coordinates where they can be read, with the name that they come with; else by name."""
    if place.kind is not PlaceKind.COUNTRY:
        named = element("geoLocationPlace", called) if (called := dcmi_names.name(place.text)) else ""
        spot = point(place.text)
        if spot:
            longitude, latitude = (element("pointLongitude", spot.longitude), element("pointLatitude", spot.latitude))
            return named + wrap("geoLocationPoint", longitude + latitude)
        if ring := corners(place.text):
            told = ("".join(element(f"point{side}", value) for side, value in zip(_SIDES, corner, strict=True))
                    for corner in ring)  # fmt: skip
            return wrap("geoLocationPolygon", "".join(wrap("polygonPoint", corner) for corner in told))
        area = box(place.text)
        if area:
            sides = zip(("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude"), area,
                        strict=True)  # fmt: skip
            return named + wrap("geoLocationBox", "".join(element(side, limit) for side, limit in sides))
    return element("geoLocationPlace", geographic_codes.name(place))


EXPORTER: Final = Exporter(
    name="datacite",
    display_name="DataCite 4.5",
    media_type=XML,
    version="7",
    export=export,
    harvestable=True,
    namespace=NAMESPACE,
    schema=SCHEMA,
    schema_version="4.5",
    reads_events=False,
)
