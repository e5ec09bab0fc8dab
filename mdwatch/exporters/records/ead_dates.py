"""Dates of EAD: unitdate, by its normal form and in its words, and unitdatestructured of EAD3."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import written_dates
from mdwatch.exporters.records.description import Date, DateKind
from mdwatch.exporters.records.outline import Part, attribute, children, local, value


def date(element: etree._Element) -> Iterator[Part]:
    """A date by its normal form with its words, else in words; what most of an archive is of says so."""
    words, normal = value(element), attribute(element, "normal")
    if attribute(element, "type") == "bulk" and words and "bulk" not in words.lower():
        words = f"bulk {words}"
    if not (words or normal):
        return
    begin, _, end = (normal or words).partition("/")
    end = "" if end == begin else end
    kind = DateKind.PLAIN if attribute(element, "datechar") == "publication" else DateKind.CREATED
    is_plain = not normal or _SPAN.sub("/", words) == (f"{begin}/{end}" if end else begin)
    stated = _CERTAINTIES.get(attribute(element, "certainty").lower().rstrip("."), "")
    qualifier = stated or (written_dates.read(words).qualifier if normal else "")
    yield "dates", Date(begin, kind, end, qualifier, "" if is_plain else words)


_SPAN: Final = re.compile(r"\s*[-–—/]\s*")
_CERTAINTIES: Final = {
    **dict.fromkeys(("approximate", "approximately", "ca", "circa", "estimated"), "approximate"),
    **dict.fromkeys(("questionable", "possibly", "probably", "uncertain"), "questionable"),
}


def structured(element: etree._Element) -> Iterator[Part]:
    """EAD3: single dates and ranges by their parts."""
    for found in element.iter("*"):
        match local(found):
            case "datesingle":
                if text := attribute(found, "standarddate") or value(found):
                    yield "dates", Date(text, DateKind.CREATED)
            case "daterange":
                ends = [next(children(found, name), None) for name in ("fromdate", "todate")]
                begin, end = ("" if e is None else attribute(e, "standarddate") or value(e) for e in ends)
                if begin:
                    yield "dates", Date(begin, DateKind.CREATED, end)
