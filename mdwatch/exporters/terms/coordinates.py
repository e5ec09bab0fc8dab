"""Coordinates of places in decimal degrees, from what records have: `35.7, -83.5` and DCMI's Point and Box."""

import re
from typing import Final, NamedTuple

_DECIMAL: Final = r"([+-]?[0-9]{1,3}(?:\.[0-9]+)?)"
_PAIR: Final = re.compile(rf"{_DECIMAL}\s*[,;\s]\s*{_DECIMAL}")
_KEYS: Final = re.compile(r"\b(north|south|east|west|northlimit|southlimit|eastlimit|westlimit|units|projection|name)"
                          r"\s*=\s*([^;]*)", re.IGNORECASE)  # fmt: skip
_NUMBER: Final = re.compile(_DECIMAL)


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


def point(text: str) -> Point | None:
    """The point that a text gives by latitude and longitude (MODS cartographics), or as a DCMI Point."""
    pair = _PAIR.fullmatch(text.strip())
    if pair:
        return _checked(Point(pair[1], pair[2]))
    keys = _degrees(text)
    return _checked(Point(keys["north"], keys["east"])) if {"north", "east"} <= keys.keys() else None


def box(text: str) -> Box | None:
    """The box that a text gives as a DCMI Box."""
    keys = _degrees(text)
    sides = ("westlimit", "eastlimit", "southlimit", "northlimit")
    if not keys.keys() >= set(sides):
        return None
    found = Box(*(keys[side] for side in sides))
    corners = (Point(found.south, found.west), Point(found.north, found.east))
    return found if all(_checked(corner) for corner in corners) else None


def _degrees(text: str) -> dict[str, str]:
    """The keys of a DCMI Point or Box that are plain degrees; none where it has units or a projection of its own."""
    keys = {key.lower(): value.strip() for key, value in _KEYS.findall(text)}
    if keys.keys() & {"units", "projection"}:
        return {}
    return {key: value for key, value in keys.items() if _NUMBER.fullmatch(value)}


def _checked(found: Point) -> Point | None:
    """The point, if it is on the globe."""
    return found if abs(float(found.latitude)) <= 90 and abs(float(found.longitude)) <= 180 else None
