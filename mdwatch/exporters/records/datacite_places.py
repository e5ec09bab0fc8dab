"""Places of DataCite: geoLocation, by its coordinates or by its name."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records.description import Place, PlaceKind
from mdwatch.exporters.records.outline import Part, children, first, local, value

_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")


def location(element: etree._Element) -> Iterator[Part]:
    """A place by its coordinates, as DCMI writes them, with its name; else by its name. A shape is one beside it."""
    name = first(element, "geoLocationPlace")
    for found in element:
        match local(found):
            case "geoLocationPoint":
                if limits := _spot(found):
                    yield "places", _coordinates(PlaceKind.POINT, name, **limits)
                    return
            case "geoLocationBox":
                sides = _limits(found)
                if all(sides.values()):
                    yield "places", _coordinates(PlaceKind.BOX, name, **sides)
                    return
            case "geoLocationPolygon":
                yield from _shape(found)
    if name:
        yield "places", Place(name)


def _shape(element: etree._Element) -> Iterator[Part]:
    """A polygon as well-known text (OGC)."""
    told = [
        [first(spot, f"point{side}") for side in ("Longitude", "Latitude")]
        for spot in children(element, "polygonPoint")
    ]
    if told and all(map(all, told)):
        yield "places", Place(f"POLYGON(({', '.join(map(' '.join, told))}))", PlaceKind.BOX)


_SIDES: Final = {"southlimit": "southBoundLatitude", "westlimit": "westBoundLongitude",
                 "northlimit": "northBoundLatitude", "eastlimit": "eastBoundLongitude"}  # fmt: skip


def _spot(element: etree._Element) -> dict[str, str]:
    """Latitude and longitude of a point; kernel 3 has them in one text."""
    numbers = _NUMBER.findall(value(element)) if not len(element) else []
    told = numbers if len(numbers) == 2 else [first(element, f"point{side}") for side in ("Latitude", "Longitude")]
    return {"north": told[0], "east": told[1]} if all(told) else {}


def _limits(element: etree._Element) -> dict[str, str]:
    """The sides of a box; kernel 3 has them in one text, south and west first."""
    numbers = _NUMBER.findall(value(element)) if not len(element) else ()
    if len(numbers) == len(_SIDES):
        return dict(zip(_SIDES, numbers, strict=True))
    return {side: first(element, tag) for side, tag in _SIDES.items()}


def _coordinates(kind: PlaceKind, name: str, **limits: str) -> Place:
    told = {"name": name.replace(";", ","), **limits} if name else limits
    return Place("; ".join(f"{key}={text}" for key, text in told.items()), kind)
