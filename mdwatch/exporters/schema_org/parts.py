"""The things of schema.org that a work refers to: identifiers, terms, places, other works."""

from typing import Any

from mdwatch.exporters.records import geographic_codes, grants
from mdwatch.exporters.records.description import Grant, Identifier, Place, PlaceKind, Related, Subject
from mdwatch.exporters.terms import authorities
from mdwatch.exporters.terms.coordinates import box, point
from mdwatch.exporters.terms.global_identifiers import Global, known
from mdwatch.exporters.terms.uris import is_uri, is_web


def identifier(given: Identifier, found: Global | None) -> dict[str, Any]:
    """An identifier as PropertyValue, by what it is `known` as, with its address where it resolves."""
    values = {
        "@type": "PropertyValue",
        "propertyID": found.type if found else given.type,
        "value": found.text if found else given.text,
        "url": found.address if found else "",
    }
    return {key: value for key, value in values.items() if value}


def funding(grant: Grant) -> dict[str, Any]:
    """A grant, by its number, and who gave it."""
    registered = grants.funder_identifier(grant.funder)
    funder = {"@type": "Organization", "@id": registered, "name": grant.funder}
    values = {
        "@type": "Grant",
        "identifier": grant.number,
        "name": grant.title,
        "url": grant.uri if is_web(grant.uri) else "",
        "funder": {key: value for key, value in funder.items() if value} if grant.funder else "",
    }
    return {key: value for key, value in values.items() if value}


def keyword(subject: Subject) -> str | dict[str, Any]:
    """A subject: its text alone, or a DefinedTerm where the vocabulary or the address of the term is known."""
    address = subject.uri if is_uri(subject.uri) else ""
    if not subject.scheme and not address:
        return subject.text
    authority = authorities.vocabulary(subject.scheme)
    vocabulary: Any = authority.name
    if authority.uri:
        vocabulary = {"@type": "DefinedTermSet", "@id": authority.uri, "name": authority.name}
    term = {"@type": "DefinedTerm", "@id": address, "name": subject.text, "inDefinedTermSet": vocabulary}
    return {key: value for key, value in term.items() if value}


def place(given: Place) -> dict[str, Any]:
    """A place, by its coordinates where they can be read, else by name."""
    spot = point(given.text) if given.kind is not PlaceKind.COUNTRY else None
    area = box(given.text) if spot is None and given.kind is not PlaceKind.COUNTRY else None
    geo: dict[str, Any] = {}
    if spot:
        geo = {"@type": "GeoCoordinates", "latitude": float(spot.latitude), "longitude": float(spot.longitude)}
    elif area:
        geo = {"@type": "GeoShape", "box": f"{area.south} {area.west} {area.north} {area.east}"}
    found = {
        "@type": "Country" if given.kind is PlaceKind.COUNTRY else "Place",
        "@id": given.uri if is_uri(given.uri) else "",
        "name": "" if geo else geographic_codes.name(given),
        "geo": geo,
    }
    return {key: value for key, value in found.items() if value}


def thing(work: Related) -> dict[str, Any]:
    """Another work, by what is known of it."""
    if not work.identifiers and not work.part and work.title and not work.series:
        return {"@type": "CreativeWork", "name": work.title}
    found = [known(given) for given in work.identifiers]
    addresses = [item.address for item in found if item and item.address]
    identifiers = list(map(identifier, work.identifiers, found))
    values = {
        "@type": "CreativeWorkSeries" if work.series else "CreativeWork",
        "@id": addresses[0] if addresses else "",
        "name": work.title,
        "identifier": identifiers[0] if len(identifiers) == 1 else identifiers,
        "position": work.part,
    }
    return {key: value for key, value in values.items() if value}
