"""Places, coordinates and times, told from one another by their text."""

import re
from typing import Final

from mdwatch.exporters.records import written_dates
from mdwatch.exporters.records.description import Place, PlaceKind

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_LATITUDE_LONGITUDE: Final = re.compile(
    r"[+-]?\d{1,3}(?:\.\d+)?\s*,\s*[+-]?\d{1,3}(?:\.\d+)?|[+-]?\d{1,3}\.\d+\s+[+-]?\d{1,3}\.\d+"
)

# Figures, possibly with what catalogues put around them: [ca. 1900?], 1914-1918, 18th century, 1960s, 300 B.C.
_TIME: Final = re.compile(
    r"(?=.*\d)[\[(]?(?:(?:ca?|circa|approximately|before|after|about|early|late|mid)[.\s-]+)?"
    r"(?:[\d\s./:?~,TZ+\[\]()–-]|\d(?:st|nd|rd|th)\b|\d'?s\b|centur(?:y|ies)\b|\b(?:b\.?c\.?e?|c\.?e|a\.?d)\b\.?)+",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)/(\d{4}(?:-\d\d(?:-\d\d)?)?)")
_YEARS: Final = re.compile(r"(\d{4})\s?[-‐‑–—]\s?(\d{4})")

# DCMI's structured values, which tell what they are whether or not xsi:type says so ("DCMI DCSV", and the encoding
# schemes Box, Point and Period).
_DCSV_BOX: Final = re.compile(r"(?:^|;)\s*(?:north|south|east|west)limit\s*=", re.IGNORECASE)
_DCSV_POINT: Final = re.compile(r"(?=.*(?:^|;)\s*north\s*=)(?=.*(?:^|;)\s*east\s*=)", re.IGNORECASE)
_DCSV_PERIOD: Final = re.compile(r"(?:^|;)\s*(?:start|end)\s*=", re.IGNORECASE)


# What well-known text of areas begins with, `POLYGON((...))`.
_SHAPES: Final = ("polygon(", "polygon ", "envelope")


def span(text: str) -> tuple[str, str]:
    """Beginning and end of a date written `1914/1918` (ISO 8601) or `1914-1918`; any other is one without an end."""
    if not text[:4].isdecimal():
        return text, ""
    if len(text) == 8:
        return written_dates.hyphenated(text), ""
    found = _SPAN.fullmatch(text) or _YEARS.fullmatch(text)
    if found and found[1] > found[2]:
        return text, ""
    return (found[1], found[2]) if found else (text, "")


def is_time(text: str) -> bool:
    """Whether a coverage is a time rather than a place."""
    if "=" in text and _DCSV_PERIOD.search(text):
        return True
    return len(text) < 100 and not _LATITUDE_LONGITUDE.fullmatch(text) and _TIME.fullmatch(text) is not None


def place(text: str, scheme: str = "", uri: str = "") -> Place:
    """A place by name, or by what coordinates it shows itself to be; `scheme` may be one of DCMI."""
    match scheme:
        case "Box":
            return Place(text, PlaceKind.BOX, uri=uri)
        case "Point":
            return Place(text, PlaceKind.POINT, uri=uri)
        case "ISO3166":
            return Place(text, PlaceKind.COUNTRY, "iso3166", uri)
        case _ if "=" in text and _DCSV_BOX.search(text):
            return Place(text, PlaceKind.BOX, uri=uri)
        case _ if "=" in text and _DCSV_POINT.search(text):
            return Place(text, PlaceKind.POINT, uri=uri)
        case _ if text[:8].lower().startswith(_SHAPES) and _NUMBER.search(text):
            return Place(text, PlaceKind.BOX, uri=uri)
        case _ if _LATITUDE_LONGITUDE.fullmatch(text):
            return Place(text, PlaceKind.POINT, scheme.lower(), uri)
        case _:
            return Place(text, PlaceKind.NAME, scheme.lower(), uri)


def coordinates(text: str) -> Place:
    """A place by coordinates: a box where there are four, or two ranges as MARC 255 $c has them."""
    is_box = "--" in text or text[:8].lower().startswith(_SHAPES) or len(_NUMBER.findall(text)) == 4
    return Place(text, PlaceKind.BOX if is_box else PlaceKind.POINT)
