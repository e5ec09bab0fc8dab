"""Subjects, class numbers and places in a MODS record that is made anew."""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.mods.groups import Groups, told
from mdwatch.exporters.records import geographic_codes
from mdwatch.exporters.records.description import Description, Place, PlaceKind, Subject, SubjectKind, Text
from mdwatch.exporters.terms import dcmi_names, iso_dates
from mdwatch.exporters.terms.language_codes import tag
from mdwatch.exporters.terms.uris import is_web
from mdwatch.exporters.xml_text import element, uri, wrap

_SUBJECTS: Final = {
    SubjectKind.TOPIC: "topic",
    SubjectKind.OCCUPATION: "occupation",
    SubjectKind.GENRE: "genre",
    SubjectKind.NAME: "name",
    SubjectKind.TITLE: "titleInfo",
}

# A heading of several parts: those that hold elements of their own.
_HOLDING: Final = {"name": "namePart", "titleInfo": "title"}
# Schemes of places that are lists of codes, and what MODS calls them.
_CODES: Final = frozenset({"marcgac", "marccountry", "iso3166"})


def subject(given: Subject, groups: Groups) -> str:
    """A subject, its heading in the parts that it has."""
    authority = (
        {_authority(given.scheme): given.scheme, "valueURI": uri(given.uri)} if given.scheme or given.uri else {}
    )
    if given.kind is SubjectKind.CLASSIFICATION:
        return element("classification", given.text, authority)
    if given.parts:
        content = "".join(_heading_part(name, text) for name, text in given.parts)
    else:
        content = _heading_part(_SUBJECTS[given.kind], given.text)
    group = groups.of("subjects", given.text)
    if given.lang or group:
        authority |= {"xml:lang": tag(given.lang), "altRepGroup": group}
    return wrap("subject", content, authority)


def _authority(scheme: str) -> str:
    """The attribute for a vocabulary, by its code or by its address."""
    return "authorityURI" if is_web(scheme) else "authority"


def _heading_part(name: str, text: str) -> str:
    inner = _HOLDING.get(name)
    return wrap(name, element(inner, text)) if inner else element(name, text)


def period(given: Text) -> str:
    """A time; one of DCMI's encoding by its name and its ends."""
    start, _, end = iso_dates.span(given.text).partition("/") if "=" in given.text else ("", "", "")
    if not (start or end):
        return wrap("subject", told("temporal", given))
    named = element("temporal", called) if (called := dcmi_names.name(given.text)) else ""
    limits = ((start, "start"), (end, "end"))
    points = (element("temporal", date, {"encoding": "iso8601", "point": point}) for date, point in limits if date)
    return wrap("subject", "".join([named, *points]))


def cartographics(description: Description) -> Iterator[str]:
    """Scale and projection of a map, each by itself: which belong together nothing tells."""
    for tag_, texts in (("scale", description.scales), ("projection", description.projections)):
        yield from (wrap("subject", wrap("cartographics", told(tag_, text))) for text in texts)


def place(given: Place, groups: Groups) -> str:
    """A place: by its coordinates, its code, or its name."""
    authority = {_authority(given.scheme): given.scheme, "valueURI": uri(given.uri)}
    match given.kind:
        case PlaceKind.BOX | PlaceKind.POINT:
            called = dcmi_names.name(given.text)
            named = element("geographic", called) if called else ""
            content = named + wrap("cartographics", element("coordinates", given.text))
        case _ if given.scheme in _CODES and geographic_codes.is_code(given):
            return wrap("subject", element("geographicCode", given.text, {"authority": given.scheme}))
        case PlaceKind.COUNTRY:
            content = wrap("hierarchicalGeographic", element("country", given.text))
        case PlaceKind.NAME:
            content = element("geographic", given.text)
    return wrap("subject", content, {**authority, "altRepGroup": groups.of("places", given.text)})
