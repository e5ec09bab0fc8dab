"""Dates as W3CDTF and spans as RKMS-ISO8601, which are the forms that DataCite and schema.org take.

A date that is written otherwise (`c1914`, `[1987?]`, `1964-1966`, `19 May 2003`) is given by the first year it names.
"""

import re
from datetime import date
from typing import Final

# \d would take digits of every script.
_DAY: Final = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
_TIME: Final = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_MOMENT: Final = re.compile(rf"{_DAY}(?:{_TIME})?)?)?")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_FAR: Final = "3000"
_OPEN: Final = frozenset(("", "..", "open", "unknown"))
_PERIOD: Final = re.compile(r"\b(start|end)\s*=\s*([^;]*)")


def moment(text: str) -> str:
    """The date as W3CDTF, if it is one that the calendar has, else empty; 20190228 is taken for 2019-02-28."""
    text = text.strip()
    compact = _COMPACT.fullmatch(text)
    if compact:
        text = "-".join(compact.groups())
    found = _MOMENT.fullmatch(text)
    if not found:
        return ""
    year, month, day = found.group(1, 2, 3)
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return text


def span(text: str, end: str = "") -> str:
    """The date or span as RKMS-ISO8601 (`1914/1918`, `1914/`), else empty. `end` is the end of what `text` begins."""
    if end:
        text = f"{text}/{end}"
    if "=" in text:
        # A period by DCMI: start=1914; end=1918
        limits = dict(_PERIOD.findall(text))
        text = f"{limits.get('start', '')}/{limits.get('end', '')}"
    begin, slash, finish = text.partition("/")
    if not slash:
        return moment(text)
    sides = [side.strip() for side in (begin, finish)]
    known = [moment(side) for side in sides]
    if not any(known) or not all(moment_ or side in _OPEN for moment_, side in zip(known, sides, strict=True)):
        return ""
    return "/".join(known)


def year(text: str) -> str:
    """The year of a date, the first of a span; of any other text the first that it names, else empty.

    Years before our era are none that these formats can hold, nor are those of a calendar that is far ahead of ours.
    """
    whole = span(text)
    if whole:
        return next(part for part in whole.split("/") if part)[:4]
    if text.lstrip().startswith("-"):
        return ""
    return next((found for found in _YEAR.findall(text) if "0000" < found < _FAR), "")
