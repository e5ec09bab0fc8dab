"""Dates as W3CDTF and spans as RKMS-ISO8601, which are the forms that DataCite and schema.org take.

`records.written_dates` reads what is written otherwise (`c1914`, `[1987?]`, `19 May 2003`, `447 BCE-438 BCE`).
"""

import re
from typing import Final

from mdwatch.exporters import remembered
from mdwatch.exporters.records import written_dates
from mdwatch.exporters.records.description import Date
from mdwatch.exporters.records.written_dates import LATEST, OPEN

_LATEST: Final = str(LATEST)
_UNKNOWN: Final = frozenset(("", OPEN, "open", "unknown"))
_PERIOD: Final = re.compile(r"\b(start|end)\s*=\s*([^;]*)")
_TIME_OF_DAY: Final = re.compile(r"[0-9][T ][0-9]{2}:?[0-9]{2}")

# Words for what is not certain, as catalogues write it.
_IN_WORDS: Final = {"approximate": "ca. {}", "questionable": "{}?"}


def moment(text: str) -> str:
    """The date as W3CDTF, if it is one that the calendar has, else empty; 20190228 is taken for 2019-02-28."""
    found = written_dates.moment(text.strip())
    return "" if found.startswith("-") else found


@remembered.of_texts(4096, "")
def span(text: str, end: str = "") -> str:
    """The date or span as RKMS-ISO8601 (`1914/1918`, `1914/`), else empty. `end` is the end of what `text` begins.

    Years before our era are negative, as ISO 8601 has them.
    """
    if end:
        text = f"{text}/{end}"
    if "=" in text:
        # A period by DCMI: start=1914; end=1918
        limits = {found[1]: found[2] for found in _PERIOD.finditer(text)}
        text = f"{limits.get('start', '')}/{limits.get('end', '')}"
    begin, slash, finish = text.partition("/")
    if slash:
        sides = [side.strip() for side in (begin, finish)]
        known = [written_dates.moment(side) or _year_before_christ(side) for side in sides]
        if not any(known) or not all(date or side in _UNKNOWN for date, side in zip(known, sides, strict=True)):
            return ""
        return "/".join(known)
    exact = written_dates.moment(text.strip())
    if exact:
        return exact
    found = written_dates.read(text)
    if found.span and not found.qualifier:
        return f"{found.start}/{'' if found.end == OPEN else found.end}"
    return ""


def has_time(text: str) -> bool:
    """Whether a date has a time of day, as a computer writes one."""
    return _TIME_OF_DAY.search(text) is not None


def _year_before_christ(text: str) -> str:
    """The year 0 of ISO 8601, 1 BCE, which only a span can mean."""
    return text if text == "0000" else ""


def told(date: Date) -> str:
    """What a date says in these forms, however it is written; empty where it names no year."""
    exact = span(date.text, date.end)
    if exact:
        return exact
    found = written_dates.read(date.text)
    if found.start and found.end:
        return f"{found.start}/{'' if found.end == OPEN else found.end}"
    return found.start or (f"/{found.end}" if found.end else "")


def year(text: str) -> str:
    """The year of a date, the first of a span; of any other text the first that it names, else empty.

    Years before our era are none that these formats can hold; those of other calendars are told in ours. One that no
    record is of (9999) stands for no end.
    """
    found = written_dates.read(text)
    first = found.start or found.end
    if not first and (whole := span(text)):
        first = next(part for part in whole.split("/") if part)
    return "" if first.startswith("-") or first == "0000" or first[:4] > _LATEST else first[:4]


def in_words(date: Date) -> str:
    """What the record writes for people, where that says more than the date itself; else empty."""
    if date.words:
        return date.words
    plain = f"{date.text}/{date.end}" if date.end else date.text
    return _IN_WORDS[date.qualifier].format(plain) if date.qualifier in _IN_WORDS and span(plain) else ""
