"""Places as DDI has them: countries, other places by name, and one box around all coordinates.

DDI wants one `geoBndBox`, the smallest that holds all (documentation of the schema); its `boundPoly` takes four points
and more, which records do not have. Coordinates that the box does not say in full stay readable in `geogCover`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mdwatch.exporters.ddi.writer import Node
from mdwatch.exporters.records import geographic_codes
from mdwatch.exporters.records.description import Place, PlaceKind
from mdwatch.exporters.terms import coordinates, dcmi_names
from mdwatch.exporters.terms.coordinates import Box

_COUNTRY_CODE: Final = re.compile(r"[A-Z]{2,3}")


def nations(places: Iterable[Place]) -> Iterator[Node]:
    """`nation`: the countries, coded where the record has a code of ISO 3166."""
    for place in places:
        if place.kind is PlaceKind.COUNTRY:
            code = place.text.upper() if "3166" in place.scheme and _COUNTRY_CODE.fullmatch(place.text.upper()) else ""
            yield Node(geographic_codes.name(place), {"abbr": code})


def covered(places: Sequence[Place]) -> Iterator[Node]:
    """`geogCover`: places by name, and coordinates beyond what the one box says. Their scheme has no safe place.

    The schema would take a `concept` inside, but Dataverse's harvester gives up on the record when it meets one.
    """
    given = tuple(places)
    box_of = dict(zip(given, _boxes(given), strict=True))
    places = coordinates.once(given)
    boxes = [box_of[place] for place in places]
    said_by_the_box = sum(1 for box in boxes if box) == 1
    for place, box in zip(places, boxes, strict=True):
        if place.kind is PlaceKind.COUNTRY:
            continue
        if not (box and said_by_the_box):
            yield Node(geographic_codes.name(place))
        elif named := dcmi_names.name(place.text):
            yield Node(named)


def bounds(places: Sequence[Place]) -> Iterator[Node]:
    """`geoBndBox`: the smallest box around all; where one crosses the date line, the first that was given."""
    boxes = [box for box in _boxes(tuple(places)) if box]
    if not boxes:
        return
    whole = boxes[0]
    if len(boxes) > 1 and all(float(box.west) <= float(box.east) for box in boxes):
        west, east, south, north = zip(*boxes, strict=True)
        whole = Box(min(west, key=float), max(east, key=float), min(south, key=float), max(north, key=float))
    sides = (("westBL", whole.west), ("eastBL", whole.east), ("southBL", whole.south), ("northBL", whole.north))
    yield Node(children=tuple((tag, Node(limit)) for tag, limit in sides))


def _boxes(places: tuple[Place, ...]) -> list[Box | None]:
    """The box of each place, that of a point being the smallest; None where its coordinates are not plain degrees."""
    return [box or _of_point(place) for place, box in zip(places, coordinates.boxes(places), strict=True)]


def _of_point(place: Place) -> Box | None:
    point = coordinates.point(place.text) if place.kind is PlaceKind.POINT else None
    return Box(point.longitude, point.longitude, point.latitude, point.latitude) if point else None
