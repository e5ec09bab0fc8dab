"""Dates of EAD: unitdate, by its normal form and in its words, and unitdatestructured of EAD3."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from mdwatch.exporters.records import written_dates
from mdwatch.exporters.records.description import Date, DateKind
from mdwatch.exporters.records.outline import Part, attribute, children, local, value


def date(element: etree._Element) -> Iterator[Part]:
    """A date by its normal form with its words, else in words; what most of an archive is of says so."""
    words, normal = value(element), attribute(element, "normal")
    if (
        "bulk" in {attribute(element, "type"), attribute(element, "unitdatetype")}
        and words
        and "bulk" not in words.lower()
    ):
        words = f"bulk {words}"
    if not (words or normal):
        return
    begin, _, end = (normal or words).partition("/")
    if begin in _UNKNOWN and words:
        begin, end = words, ""
    end = "" if end == begin else written_dates.OPEN if end == "9999" else end
    kind = DateKind.PLAIN if attribute(element, "datechar") == "publication" else DateKind.CREATED
    is_plain = not normal or _SPAN.sub("/", words) == (f"{begin}/{end}" if end else begin)
    stated = _CERTAINTIES.get(attribute(element, "certainty").lower().rstrip("."), "")
    qualifier = stated or (written_dates.read(words).qualifier if normal else "")
    yield "dates", Date(begin, kind, end, qualifier, "" if is_plain else words)


# What some write for a beginning that nobody knows.
_UNKNOWN: Final = frozenset(("", "0000"))
_SPAN: Final = re.compile(r"\s*[-–—/]\s*")
_CERTAINTIES: Final = {
    **dict.fromkeys(("approximate", "approximately", "ca", "circa", "estimated"), "approximate"),
    **dict.fromkeys(("questionable", "possibly", "probably", "uncertain"), "questionable"),
}


def structured(element: etree._Element) -> Iterator[Part]:
    """EAD3: single dates and ranges by their parts, with the words that say more than the standard form."""
    for found in element.iter("*"):
        match local(found):
            case "datesingle":
                yield from _date([found])
            case "daterange":
                yield from _date([end for name in ("fromdate", "todate") for end in children(found, name)])
            case _:
                pass


def _date(ends: Sequence[etree._Element]) -> Iterator[Part]:
    told = [attribute(end, "standarddate") or value(end) for end in ends]
    if not told or not told[0]:
        return
    begin, end = told[0], told[1] if len(told) > 1 else ""
    words = "-".join(filter(None, map(value, ends)))
    is_plain = words in {"", "-".join(filter(None, told)), begin}
    qualifier = "" if is_plain else written_dates.read(words).qualifier
    yield "dates", Date(begin, DateKind.CREATED, end, qualifier, "" if is_plain else words)
