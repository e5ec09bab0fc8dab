"""Reads what a text in TEI was transcribed from (sourceDesc), as one citation with its numbers."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import tei_manuscript
from mdwatch.exporters.records.description import Related
from mdwatch.exporters.records.identifier_types import identified
from mdwatch.exporters.records.marc.fields import sentences
from mdwatch.exporters.records.outline import Part, attribute, first, local, value


def source(element: etree._Element) -> Iterator[Part]:
    """The source of the text, in one: as it is cited, or by its title and identifiers."""
    numbers = tuple(identified(text, attribute(e, "type")) for e in element.iter("*") if local(e) == "idno"
                    and (text := value(e)))  # fmt: skip
    kept = (first(element, f"msIdentifier/{part}") for part in ("settlement", "repository"))
    shelf = ", ".join(filter(None, (*kept, tei_manuscript.shelf_mark(element))))
    text = shelf or _cited(element) or value(element)
    if text:
        yield "related", Related("source", text, numbers if not shelf else ())


def _cited(element: etree._Element) -> str:
    """A structured citation in the order of one; empty for a citation in words."""
    if local(element) not in {"biblStruct", "biblFull"}:
        return ""
    found: dict[str, dict[str, None]] = {}
    for part in element.iter("*"):
        # Catalogues end each part with the punctuation that stands between it and the next one.
        if local(part) in _CITED and (text := _told(part).rstrip(" ,:;")):
            found.setdefault(local(part), {})[text] = None
    authors, titles, editions, places, publishers, dates, scopes, extents = (
        "; ".join(found.get(name, ())) for name in _CITED
    )
    issued = ", ".join(filter(None, (": ".join(filter(None, (places, publishers))), dates.rstrip("."), scopes)))
    title = titles.replace(".; ", ". ").replace("; ", ". ").rstrip(".")
    return sentences(authors.rstrip("."), title, editions, issued, extents)


_CITED: Final = ("author", "title", "edition", "pubPlace", "publisher", "date", "biblScope", "extent")


def _told(part: etree._Element) -> str:
    """A part of a citation; of a name in parts the family name first."""
    family, given = (next((value(e) for e in part.iter("*") if local(e) == name), "") for name in _PARTS)
    return f"{family}, {given}" if local(part) == "author" and family and given else value(part)


_PARTS: Final = ("surname", "forename")
