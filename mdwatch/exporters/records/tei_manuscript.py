"""Reads the description of a manuscript in a TEI header (msDesc, "TEI P5 Guidelines", chapter 11).

The header of a catalogue's record says little of its own: title and date of the manuscript, its languages, material,
size and history stand here, of a composite one those of its parts. Names are local ones, as in `tei`.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records.description import Date, DateKind, Place, Related, Text
from mdwatch.exporters.records.identifier_types import identified
from mdwatch.exporters.records.outline import Part, at, attribute, children, first, lang, local, value
from mdwatch.exporters.records.plain_text import clean

# Where each part that is told in words stands, and what it fills in.
_IN_WORDS: Final = (
    ("msContents/summary", "abstracts"),
    ("msContents/p", "abstracts"),
    ("physDesc/objectDesc/supportDesc/support", "formats"),
    ("physDesc/p", "notes"),
    ("physDesc/handDesc", "notes"),
    ("physDesc/decoDesc", "notes"),
    ("physDesc/musicNotation", "notes"),
    ("physDesc/bindingDesc", "notes"),
    ("physDesc/accMat", "notes"),
    ("history/provenance", "provenances"),
    ("history/acquisition", "provenances"),
)
_LANGUAGES: Final = ("msContents/textLang", "msContents/msItem/textLang")
_MOST_ITEMS: Final = 200  # of one manuscript
_MOST_PARTS: Final = 50
_KEEPER: Final = ("repository", "settlement")
_EXTENT: Final = "physDesc/objectDesc/supportDesc/extent"


def read(element: etree._Element) -> Iterator[Part]:
    """What the description tells of the manuscript, but for how it is called, which is the source of the text."""
    for part in (element, *list(children(element, "msPart", "msFrag"))[:_MOST_PARTS]):
        yield from _unit(part)
    if keeper := ", ".join(filter(None, (first(element, f"msIdentifier/{name}") for name in _KEEPER))):
        yield "locations", Text(keeper)
    yield from _numbers(element)


def shelf_mark(element: etree._Element) -> str:
    """Where the manuscript stands: the number that says so, else the first one."""
    numbers = list(at(element, "msIdentifier/idno"))
    return value(next((n for n in numbers if attribute(n, "type").lower() in _SHELF), next(iter(numbers), None)))


_SHELF: Final = ("shelfmark", "shelf", "callnumber", "signature")
_OF_THE_HOUSE: Final = ("internal", "system")


def _numbers(element: etree._Element) -> Iterator[Part]:
    """The shelf mark, and the other numbers by which the manuscript is or was known."""
    mark = shelf_mark(element)
    if mark:
        yield "shelf_marks", Text(mark)
    for found in at(element, "msIdentifier/idno"):
        if (text := value(found)) and text != mark:
            shown = identified(text)
            yield "identifiers", shown if shown.type else identified(text, attribute(found, "type"))
    for other in at(element, "msIdentifier/altIdentifier"):
        if attribute(other, "type") not in _OF_THE_HOUSE and (text := first(other, "idno")):
            yield "identifiers", identified(text)


def _unit(element: etree._Element) -> Iterator[Part]:
    """What is told of a manuscript, or of one that is bound with others."""
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
    for found in at(element, _EXTENT):
        yield from _extent(found)
    yield from _items(element)


def _extent(element: etree._Element) -> Iterator[Part]:
    """The leaves, and each size by itself, with what it is of."""
    told = [child.tail if local(child) == "dimensions" else f"{value(child)}{child.tail or ''}" for child in element]
    sizes = [size for found in children(element, "dimensions") if (size := _size(found))]
    texts = (clean("".join(filter(None, (element.text, *told)))).strip(" ,;"), *sizes) if sizes else (value(element),)
    yield from (("extents", Text(text, lang(element))) for text in texts if text)


def _size(element: etree._Element) -> str:
    """Height, width and depth with their unit; what is said in words as it is."""
    sides = list(children(element, "height", "width", "depth"))
    if not sides or (element.text or "").strip():
        return value(element)
    told = " × ".join(filter(None, (value(side) or attribute(side, "quantity") for side in sides)))
    unit = next(filter(None, (attribute(found, "unit") for found in (element, *sides))), "")
    of = attribute(element, "type")
    return " ".join(filter(None, (told, unit, f"({of})" if of else ""))) if told else ""


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
        # Where a work has no title, the catalogue says in words what it is.
        elif note := next(filter(None, map(value, children(item, "note"))), ""):
            yield "notes", Text(note, lang(item))
