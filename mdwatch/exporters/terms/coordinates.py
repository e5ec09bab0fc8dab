"""Coordinates of places in decimal degrees, from what records have.

`35.7, -83.5` (MODS), `52°30'N 13°24'E`, `geo:52.5,13.4` (RFC 5870), `POINT(13.4 52.5)` (OGC), DCMI's Point and Box,
and the edges of a map in MARC 034 and 255: degrees, minutes and seconds (`E0193000`, `E 19°30ʹ00ʺ`) or decimals
(`+019.5`, `W 080.5`) ("MARC 21 Format for Bibliographic Data", 034 and 255).
"""

import re
from typing import Final, NamedTuple

from mdwatch.exporters import remembered
from mdwatch.exporters.records import geographic_codes
from mdwatch.exporters.records.description import Place, PlaceKind
from mdwatch.exporters.terms import polygons

_DECIMAL: Final = r"([+-]?[0-9]{1,3}(?:\.[0-9]+)?)"
_PAIR: Final = re.compile(rf"{_DECIMAL}\s*[,;\s]\s*{_DECIMAL}")
_KEYS: Final = re.compile(r"\b(north|south|east|west|northlimit|southlimit|eastlimit|westlimit|units|projection|name)"
                          r"\s*=\s*([^;]*)", re.IGNORECASE)  # fmt: skip
_NUMBER: Final = re.compile(_DECIMAL)
_NORTH: Final = re.compile(r"\bnorth\s*=", re.IGNORECASE)
_KNOWN_KEYS: Final = frozenset(
    (
        "north",
        "south",
        "east",
        "west",
        "northlimit",
        "southlimit",
        "eastlimit",
        "westlimit",
        "units",
        "projection",
        "name",
    )
)

# An edge: degrees, minutes and seconds run together, with marks between them, or with decimals. O is east in German,
# west in French and Spanish: with other letters it would have to be guessed, and is not read.
_RUN_TOGETHER: Final = re.compile(r"([NSEW])([0-9]{3})([0-9]{2})([0-9]{2}(?:\.[0-9]+)?)", re.IGNORECASE)
_WITH_MARKS: Final = re.compile(
    r"([NSEW])\s*([0-9]{1,3}(?:\.[0-9]+)?)\s*[°º⁰˚]?\s*(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*['ʹ′’ʼ]\s*)?"
    r"(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:[\"ʺ″”]|''|ʹʹ|′′)\s*)?",
    re.IGNORECASE,
)
# The same with the side behind it, or before it; of two such a point is made.
_MINUTES: Final = r"[0-9]{1,2}(?:\.[0-9]+)?\s*['ʹ′’ʼ]"
_SECONDS: Final = r"[0-9]{1,2}(?:\.[0-9]+)?\s*(?:[\"ʺ″”]|'')"
_ANGLE: Final = rf"[0-9]{{1,3}}(?:\.[0-9]+)?\s*[°º⁰˚]?(?:\s*{_MINUTES})?(?:\s*{_SECONDS})?"
_COMPASS: Final = tuple(
    re.compile(rf"({side})\s*[,;]?\s*({side})", re.IGNORECASE)
    for side in (rf"{_ANGLE}\s*[NSEW]", rf"[NSEW]\s*{_ANGLE}")
)
_WELL_KNOWN: Final = re.compile(rf"POINT\s*\(\s*{_DECIMAL}\s+{_DECIMAL}\s*\)", re.IGNORECASE)
_SIGNED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]+)?")
# Half a metre or less: more than any map or catalogue is exact to.
_PLACES: Final = 6
_ROOM: Final = 100  # that a box takes, in characters


class Point(NamedTuple):
    """A point; text as given, so that no digit is lost or made up."""

    latitude: str
    longitude: str


class Box(NamedTuple):
    """A box by its limits; it crosses the date line where `west` is more than `east`."""

    west: str
    east: str
    south: str
    north: str


@remembered.of_texts(1024, None)
def point(text: str) -> Point | None:
    """The point that a text gives by latitude and longitude (MODS cartographics), as a DCMI Point, or as MARC edges."""
    text = text.strip()
    if well_known := _WELL_KNOWN.fullmatch(text):
        return _checked(Point(well_known[2], well_known[1]))
    pair = _PAIR.fullmatch(text.lower().removeprefix("geo:"))
    if pair:
        return _checked(Point(pair[1], pair[2]))
    if "=" in text:
        keys = _degrees(text) if _NORTH.search(text) else {}
        return _checked(Point(keys["north"], keys["east"])) if {"north", "east"} <= keys.keys() else None
    edges = _edges(text)
    if edges and edges.west == edges.east and edges.south == edges.north:
        return _checked(Point(edges.north, edges.west))
    return _sides(text) or _compass(text)


@remembered.of_texts(1024, None)
def box(text: str) -> Box | None:
    """The box that a text gives as a DCMI Box, by the edges of a map, or around a polygon."""
    if text[:1] in {"P", "p", "E", "e"} and (sides_of := polygons.envelope(text)):
        return _checked_box(Box(*sides_of))
    if "=" not in text:
        return _edges(text)
    keys = _degrees(text)
    sides = ("westlimit", "eastlimit", "southlimit", "northlimit")
    if not keys.keys() >= set(sides):
        return None
    return _checked_box(Box(*(keys[side] for side in sides)))


def once(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places but for boxes that another one says already, to a hundredth of a degree, and codes beside their names.

    Maps have their edges in degrees and again in decimals (MARC 034), which no rounding makes quite equal.
    """
    places = _without_codes(places) if len(places) > 1 else places
    if sum(1 for place in places if place.kind is PlaceKind.BOX) < 2:
        return places
    found: dict[object, Place] = {}
    for place, area in zip(places, boxes(places), strict=True):
        key = tuple([round(float(limit), 2) for limit in area]) if area else place
        found.setdefault(key, place)
    return tuple(found.values())


def _without_codes(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places but for those that are told by a code (MARC 043) and by their name as well."""
    if not any(place.scheme for place in places):
        return places
    named = {place.text for place in places if place.kind is PlaceKind.NAME}
    return tuple([place for place in places if (name := geographic_codes.name(place)) == place.text
                  or name not in named])  # fmt: skip


# Several ask of the places of one work.
@remembered.of_records(16, lambda places: _ROOM * len(places))
def boxes(places: tuple[Place, ...]) -> tuple[Box | None, ...]:
    """The boxes of those places that are told by one."""
    return tuple([box(place.text) if place.kind is PlaceKind.BOX else None for place in places])


def dcmi(found: Box) -> str:
    """A box in the DCMI Box encoding scheme."""
    return f"northlimit={found.north}; eastlimit={found.east}; southlimit={found.south}; westlimit={found.west}"


def _edges(text: str) -> Box | None:
    """West, east, north and south as `W--E/N--S`, in whatever form each edge is."""
    halves = text.strip(" ().[]").split("/")
    if len(halves) != 2:
        return None
    sides = [side.strip() for half in halves for side in re.split(r"--|–|—", half)]
    if len(sides) != 4:
        return None
    found = [_edge(side) for side in sides]
    if not all(found):
        return None
    west, east, north, south = found
    if float(south) > float(north):
        south, north = north, south
    return _checked_box(Box(west, east, south, north))


def _sides(text: str) -> Point | None:
    """A point by two edges, as `W 80°30ʹ/N 40°`."""
    halves = text.strip(" ().[]").split("/")
    if len(halves) != 2 or halves[0].strip()[:1].upper() not in {"E", "W"}:
        return None
    longitude, latitude = (_edge(half.strip()) for half in halves)
    return _checked(Point(latitude, longitude)) if longitude and latitude else None


def _compass(text: str) -> Point | None:
    """A point by two sides of the compass in any order, `52°30'N 13°24'E` or `N 52° 30', E 13° 24'`."""
    for pattern in _COMPASS:
        if found := pattern.fullmatch(text.strip(" ()")):
            edges = {}
            for part in found.groups():
                letter = next(character for character in part.upper() if character in "NSEW")
                edges["longitude" if letter in "EW" else "latitude"] = _edge(letter + part.strip("NSEWnsew "))
            if len(edges) == len(found.groups()) and all(edges.values()):
                return _checked(Point(edges["latitude"], edges["longitude"]))
    return None


def _edge(text: str) -> str:
    """An edge in decimal degrees, or empty."""
    if _SIGNED.fullmatch(text):
        return _shortest(float(text))
    found = _RUN_TOGETHER.fullmatch(text) or _WITH_MARKS.fullmatch(text)
    if not found:
        return ""
    hemisphere, degrees, minutes, seconds = found.groups()
    value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return _shortest(-value if hemisphere.upper() in {"S", "W"} else value)


def _shortest(value: float) -> str:
    """A number with no more digits than it has; thousandths of a degree where minutes and seconds do not come out."""
    exact = round(value, _PLACES)
    text = f"{exact if abs(exact * 1000 - round(exact * 1000)) < 1e-6 else round(value, 3):.6f}"
    return text.rstrip("0").rstrip(".") or "0"


def _degrees(text: str) -> dict[str, str]:
    """The keys of a DCMI Point or Box that are plain degrees; none where it has units or a projection of its own."""
    keys = _plain_keys(text) or {found[1].lower(): found[2].strip() for found in _KEYS.finditer(text)}
    if keys.keys() & {"units", "projection"}:
        return {}
    return {key: value for key, value in keys.items() if _NUMBER.fullmatch(value)}


def _plain_keys(text: str) -> dict[str, str]:
    """The keys and values of a text that is nothing but them, which is quick to take apart; else none."""
    if text.count(";") > 2 * len(_KNOWN_KEYS):
        return {}
    keys = {}
    for part in text.split(";"):
        key, sign, value = part.partition("=")
        key = key.strip().lower()
        if key not in _KNOWN_KEYS or not sign or "=" in value:
            return {}
        keys[key] = value.strip()
    return keys


def _checked(found: Point) -> Point | None:
    """The point, if it is on the globe."""
    return found if abs(float(found.latitude)) <= 90 and abs(float(found.longitude)) <= 180 else None


def _checked_box(found: Box) -> Box | None:
    """The box, if its corners are on the globe."""
    west, east, south, north = map(float, found)
    return found if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90 else None
