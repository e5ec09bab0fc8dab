"""Reads the description of a manuscript in a TEI header (msDesc, "TEI P5 Guidelines", chapter 11).

The header of a catalogue's record says little of its own: title and date of the manuscript, its languages, material,
size and history stand here. Names are local ones, as in `tei`.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records.description import Date, DateKind, Place, Related, Text
from mdwatch.exporters.records.outline import Part, at, attribute, children, first, lang, value

# Where each part that is told in words stands, and what it fills in.
_IN_WORDS: Final = (
    ("msContents/summary", "abstracts"),
    ("physDesc/objectDesc/supportDesc/support", "formats"),
    ("physDesc/objectDesc/supportDesc/extent", "extents"),
    ("physDesc/handDesc", "notes"),
    ("physDesc/decoDesc", "notes"),
    ("physDesc/bindingDesc", "notes"),
    ("history/provenance", "provenances"),
    ("history/acquisition", "provenances"),
)
_LANGUAGES: Final = ("msContents/textLang", "msContents/msItem/textLang")
_MOST_ITEMS: Final = 200  # of one manuscript


def read(element: etree._Element) -> Iterator[Part]:
    """What the description tells of the manuscript, but for how it is called, which is the source of the text."""
    for path, part in _IN_WORDS:
        for found in at(element, path):
            if text := value(found):
                yield part, Text(text, lang(found))
    for path in _LANGUAGES:
        for found in at(element, path):
            codes = f"{attribute(found, 'mainLang')} {attribute(found, 'otherLangs')}".split()
            yield from (("languages", Text(code)) for code in codes)
            if not codes and (text := value(found)):
                yield "languages", Text(text, lang(found))
    for found in at(element, "history/origin"):
        yield from _origin(found)
    yield from _items(element)
    if keeper := ", ".join(_texts(element, "repository", "settlement")):
        yield "locations", Text(keeper)
    yield from (("shelf_marks", Text(mark)) for mark in _texts(element, "idno"))


def _texts(element: etree._Element, *names: str) -> list[str]:
    """How the manuscript is kept, by these parts of its identifier."""
    return [text for name in names if (text := first(element, f"msIdentifier/{name}"))]


def _origin(element: etree._Element) -> Iterator[Part]:
    """When and where it was made; a date in words stands beside its limits."""
    dates = [found for found in element.iter("{*}origDate") if value(found) or len(found.attrib)]
    for date in dates:
        begin = next(filter(None, (attribute(date, name) for name in ("when", "from", "notBefore"))), "")
        end = "" if attribute(date, "when") else attribute(date, "to") or attribute(date, "notAfter")
        words = value(date)
        if text := begin or end or words:
            span = (text, "" if end == text else end) if begin or end else (text, "")
            told = "" if words in (span[0], "-".join(span)) else words
            yield "dates", Date(span[0], DateKind.CREATED, span[1], words=told if begin or end else "")
    for place in element.iter("{*}origPlace"):
        if text := value(place):
            yield "places", Place(text)


def _items(element: etree._Element) -> Iterator[Part]:
    """The works that it holds, each with its author."""
    for item in list(at(element, "msContents/msItem"))[:_MOST_ITEMS]:
        title = next(filter(None, map(value, children(item, "title"))), "")
        author = next(filter(None, map(value, children(item, "author"))), "")
        if title:
            yield "related", Related("hasPart", ". ".join(filter(None, (author.rstrip("."), title))))
