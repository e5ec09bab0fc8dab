"""Dates and periods as DDI has them: the record's words as text, and a date for machines where the words are one."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from mdwatch.exporters.ddi.writer import Node
from mdwatch.exporters.records import written_dates
from mdwatch.exporters.records.description import Date, Text
from mdwatch.exporters.terms import iso_dates

# The union dateSimpleType of the schema: xs:gYear, xs:gYearMonth, xs:date, xs:dateTime; zones on dateTime only.
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?)?)?)?"
)
# What stands between the ends of a period: ISO 8601's solidus, or a dash between two years.
_INTERVAL: Final = re.compile(r"([0-9][0-9T:.Z-]*?)\s*/\s*([0-9][0-9T:.Z-]*)|([0-9]{4})\s*[-–—]\s*([0-9]{4})")
# A component of the DCMI Period encoding, such as `start=1914`.
_COMPONENT: Final = re.compile(r"\s*(name|start|end)\s*=\s*([^;]*?)\s*(?:;|$)", re.IGNORECASE)


def iso(text: str) -> str:
    """The text where it is a date of the schema's dateSimpleType, else nothing: no attribute then says what it is."""
    if len(text) == 4 and text.isascii() and text.isdigit():
        return text if text != "0000" else ""
    match = _DATE.fullmatch(text)
    if not match:
        return ""
    year, month, day = match.groups()
    try:
        if day and len(text) > 10:
            # A fraction of any length is fine with the schema, six digits with Python.
            datetime.fromisoformat(re.sub(r"\.[0-9]+", "", text))
        else:
            datetime(int(year), int(month or 1), int(day or 1))  # noqa: DTZ001
    except ValueError:
        return ""
    return text


def dated(date: Date) -> Node:
    """A date; a span is written with a solidus, and dated by its beginning, since DDI dates each event once.

    The words of a record for a coded date are the text, with the span that they are coded as.
    """
    plain = f"{date.text}/{date.end}" if date.end else date.text
    words = iso_dates.in_words(date)
    text = f"{words} ({plain})" if words and date.end else words or plain
    return Node(text, {"date": iso(date.text)})


def periods(texts: Iterable[Text]) -> Iterator[Node]:
    """`timePrd`: a period with two ends becomes two events, start and end; any other is one, as it is written."""
    for text in texts:
        name, start, end = _ends(text.text)
        if name:
            yield Node(name, {"xml:lang": text.lang, "date": iso(name)})
        if start:
            yield Node(start, {"date": iso(start), "event": "start"})
        if end:
            yield Node(end, {"date": iso(end), "event": "end"})


def _ends(text: str) -> tuple[str, str, str]:
    """Name, start and end of a period; all but the first are empty where the text is not seen to have ends."""
    parts = {found[1].lower(): found[2] for found in _COMPONENT.finditer(text)}
    if parts.get("start") or parts.get("end"):
        return parts.get("name", ""), parts.get("start", ""), parts.get("end", "")
    if match := _INTERVAL.fullmatch(text):
        start, end = (match[1], match[2]) if match[1] else (match[3], match[4])
        if iso(start) and iso(end):
            return "", start, end
    written = written_dates.read(text)
    if written.span and not written.qualifier and iso(written.start) and iso(written.end):
        return "", written.start, written.end
    return text, "", ""
