"""Polygons and envelopes as geographic systems write them (OGC "Simple Feature Access", well-known text).

`POLYGON((-84 35, -83 35, -83 36, -84 35))` has longitude before latitude; of several rings the outer one counts.
`ENVELOPE(west, east, north, south)` is that of Solr and GeoBlacklight.
"""

import re
from typing import Final

from mdwatch.exporters import remembered

# Longitude and latitude, as written.
Corner = tuple[str, str]

_NUMBER: Final = r"[+-]?[0-9]{1,3}(?:\.[0-9]+)?"
_CORNER: Final = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})?")
_POLYGON: Final = re.compile(r"POLYGON\s*(?:Z\s*)?\(\s*\(([^()]*)\)[^()]*(?:\([^()]*\)[^()]*)*\)", re.IGNORECASE)
_LIMIT: Final = rf"\s*({_NUMBER})\s*"
_ENVELOPE: Final = re.compile(rf"ENVELOPE\s*\({_LIMIT},{_LIMIT},{_LIMIT},{_LIMIT}\)", re.IGNORECASE)
_LEAST: Final = 4  # corners of a triangle, of which the last is the first again


@remembered.of_texts(256, ())
def corners(text: str) -> tuple[Corner, ...]:
    """The corners of a polygon; none for any other text, or where one is not on the globe."""
    found = _POLYGON.fullmatch(text.strip())
    told = [_CORNER.fullmatch(corner.strip()) for corner in found[1].split(",")] if found else []
    known = tuple((corner[1], corner[2]) for corner in told if corner)
    is_ring = len(known) == len(told) >= _LEAST and known[0] == known[-1]
    return known if is_ring and all(abs(float(x)) <= 180 and abs(float(y)) <= 90 for x, y in known) else ()


def envelope(text: str) -> tuple[str, str, str, str] | None:
    """West, east, south and north of a polygon or an envelope."""
    if found := _ENVELOPE.fullmatch(text.strip()):
        west, east, north, south = found.groups()
        return west, east, south, north
    if not (ring := corners(text)):
        return None
    longitudes, latitudes = zip(*ring, strict=True)
    return (min(longitudes, key=float), max(longitudes, key=float), min(latitudes, key=float),
            max(latitudes, key=float))  # fmt: skip
