"""The things of schema.org that a work refers to: identifiers, terms, places, other works."""

from functools import lru_cache
from typing import Final

from mdwatch.exporters.records import geographic_codes, grants, parts_of_hosts
from mdwatch.exporters.records.description import Grant, Identifier, Place, PlaceKind, Related, Subject
from mdwatch.exporters.schema_org.json_ld import Thing, alone, number, thing
from mdwatch.exporters.terms import authorities, dcmi_names
from mdwatch.exporters.terms.coordinates import box, point
from mdwatch.exporters.terms.global_identifiers import Global, known
from mdwatch.exporters.terms.polygons import corners
from mdwatch.exporters.terms.uris import is_uri, is_web


def identifier(given: Identifier, found: Global | None) -> Thing:
    """An identifier as PropertyValue, by what it is `known` as, with its address where it resolves."""
    if found:
        return thing("@type", _VALUE, "propertyID", found.type, "value", found.text, "url", found.address)
    return thing("@type", _VALUE, "propertyID", given.type, "value", given.text)


_VALUE: Final = "PropertyValue"


def funding(grant: Grant) -> Thing:
    """A grant, by its number, and who gave it."""
    registered = grant.funder_uri or grants.funder_identifier(grant.funder)
    funder = thing("@type", "Organization", "@id", registered, "name", grant.funder) if grant.funder else ""
    uri = grant.uri if is_web(grant.uri) else ""
    return thing("@type", "Grant", "identifier", grant.number, "name", grant.title, "url", uri, "funder", funder)


def keyword(subject: Subject) -> str | Thing:
    """A subject: its text alone, or a DefinedTerm where the vocabulary or the address of the term is known."""
    address = subject.uri if subject.uri and is_uri(subject.uri) else ""
    if not subject.scheme and not address:
        return subject.text
    vocabulary = _vocabulary(subject.scheme)
    return thing("@type", "DefinedTerm", "@id", address, "name", subject.text, "inDefinedTermSet", vocabulary)


@lru_cache(maxsize=100)
def _vocabulary(scheme: str) -> str | Thing:
    authority = authorities.vocabulary(scheme)
    if not authority.uri:
        return authority.name
    return Thing(("@type", "DefinedTermSet", "@id", authority.uri, "name", authority.name))


def place(given: Place) -> Thing:
    """A place, by its coordinates where they can be read, else by name."""
    spot = point(given.text) if given.kind is not PlaceKind.COUNTRY else None
    area = box(given.text) if spot is None and given.kind is not PlaceKind.COUNTRY else None
    geo: Thing | str = ""
    if spot:
        sides = "latitude", number(spot.latitude), "longitude", number(spot.longitude)
        geo = Thing(("@type", "GeoCoordinates", *sides))
    elif ring := corners(given.text):
        geo = Thing(
            ("@type", "GeoShape", "polygon", " ".join(f"{latitude} {longitude}" for longitude, latitude in ring))
        )
    elif area:
        geo = Thing(("@type", "GeoShape", "box", f"{area.south} {area.west} {area.north} {area.east}"))
    called = dcmi_names.name(given.text) if geo else geographic_codes.name(given)
    kind = "Country" if given.kind is PlaceKind.COUNTRY else "Place"
    uri = given.uri if given.uri and is_uri(given.uri) else ""
    return thing("@type", kind, "@id", uri, "name", called, "geo", geo)


def is_in_periodical(work: Related) -> bool:
    """Whether it is a periodical of which the volume or the issue is known that this work stands in."""
    is_told = work.relation == "isPartOf" and not work.series and (work.place.volume or work.place.issue)
    return bool(is_told) and any(number.type in _PERIODICALS for number in work.identifiers)


_PERIODICALS: Final = frozenset({"issn", "eissn"})


def periodical(work: Related) -> Thing:
    """The issue that this work stands in, in its volume, in the periodical, as far as each is known.

    The words of the record may tell more than the parts that are known of it, and stay.
    """
    volume, issue, year = work.place.volume, work.place.issue, work.place.year
    words = "" if work.part == parts_of_hosts.in_words(work.place) else work.part
    told = "datePublished", year, "description", words
    found = other_work(work._replace(part=""), "Periodical")
    if volume:
        of_volume = () if issue else told
        found = thing("@type", "PublicationVolume", "volumeNumber", volume, *of_volume, "isPartOf", found)
    if issue:
        found = thing("@type", "PublicationIssue", "issueNumber", issue, *told, "isPartOf", found)
    return found


def other_work(work: Related, kind: str = "") -> Thing:
    """Another work, by what is known of it."""
    if not work.identifiers and not work.part and work.title and not work.series:
        return Thing(("@type", "CreativeWork", "name", work.title))
    found = [known(given) for given in work.identifiers]
    address = next((item.address for item in found if item and item.address), "")
    identifiers = alone(map(identifier, work.identifiers, found))
    kind = kind or ("CreativeWorkSeries" if work.series else "CreativeWork")
    return thing("@type", kind, "@id", address, "name", work.title, "identifier", identifiers, "position", work.part)
