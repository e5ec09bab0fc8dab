"""Works that a MODS record tells of besides its own: relatedItem, with identifiers, and the part in its host."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import dcmi
from mdwatch.exporters.records.description import Identifier, PartOfHost, Related, Text
from mdwatch.exporters.records.identifier_types import identified
from mdwatch.exporters.records.mods import alternates, parts
from mdwatch.exporters.records.mods.parts import HREF, attribute, by_name, children, value, values

# The types of relatedItem as DCMI terms. A review is about the work and refers to it.
_RELATIONS: Final = {
    "preceding": "replaces",
    "succeeding": "isReplacedBy",
    "original": "source",
    "host": "isPartOf",
    "constituent": "hasPart",
    "series": "isPartOf",
    "otherVersion": "hasVersion",
    "otherFormat": "hasFormat",
    "isReferencedBy": "isReferencedBy",
    "references": "references",
    "reviewOf": "references",
}
# Those of otherType, in DCMI's words (`isReferencedBy`, `has part`), as MODS and what makes it of Dublin Core write it.
_OTHER_RELATIONS: Final = {term.lower(): term for term, element in dcmi.REFINES.items() if element == "relation"} | {
    "iscitedby": "isReferencedBy",
    "cites": "references",
}


_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")


def read(item: etree._Element) -> Related | None:
    """The work of a relatedItem; None for one without title and identifier."""
    kind = attribute(item, "type")
    found = by_name(item)
    identifiers = tuple(_identifiers(found))
    if not identifiers and (address := attribute(item, HREF)):
        identifiers = (identified(address, "uri"),)
    title = next(filter(None, map(parts.title, _by_rank(found["titleInfo"]))), "")
    if not title and not identifiers:
        return None
    relation = _RELATIONS.get(kind) or _other_relation(attribute(item, "otherType"))
    part = place_in_host(found["part"])
    return Related(relation, title, identifiers, part, series=kind == "series", place=by_parts(found["part"]))


def _by_rank(infos: list[etree._Element]) -> list[etree._Element]:
    """Titles as they come, those of a type (`abbreviated`) last."""
    return sorted(infos, key=lambda info: info.get("type") is not None) if len(infos) > 1 else infos


def forms(item: etree._Element, title: str) -> Iterator[Text]:
    """The title of a work in other scripts, by altRepGroup."""
    infos = children(item, "titleInfo")
    groups = {info.get("altRepGroup") for info in infos if parts.title(info) == title} - {None}
    for info in infos if groups else ():
        if info.get("altRepGroup") in groups and (form := parts.title(info)) not in {title, ""}:
            yield Text(form, alternates.tag(info))


def _other_relation(kind: str) -> str:
    return _OTHER_RELATIONS.get(kind.replace(" ", "").lower(), "relation") if kind else "relation"


def place_in_host(item_parts: Iterable[etree._Element]) -> str:
    """Volume, pages and date of a part, as `vol. 3, no. 2, p. 5-9, 1999`."""
    said: list[str] = []
    for part in item_parts:
        found = by_name(part)
        said += map(_detail, found["detail"])
        for extent in found["extent"]:
            pages = "-".join(filter(None, [_first(extent, "start"), _first(extent, "end")]))
            unit = "p. " if pages and attribute(extent, "unit") in {"page", "pages", ""} else ""
            said.append(unit + pages if pages else _first(extent, "list"))
        said += [*values(found["date"])[:1], *values(found["text"])]
    return ", ".join(filter(None, said))


def by_parts(item_parts: Iterable[etree._Element]) -> PartOfHost:
    """Volume, issue, pages and year of a part that has no more levels than these; else nothing."""
    parts_ = list(item_parts)
    found = by_name(parts_[0]) if len(parts_) == 1 else {}
    if not found or found["text"]:
        return PartOfHost()
    numbers = {attribute(detail, "type").lower(): _first(detail, "number") for detail in found["detail"]}
    if len(numbers) < len(found["detail"]) or not numbers.keys() <= {"volume", "issue", "number"}:
        return PartOfHost()
    pages = next((e for e in found["extent"] if attribute(e, "unit") in {"page", "pages", ""}), None)
    first, last = (_first(pages, "start"), _first(pages, "end")) if pages is not None else ("", "")
    year = _YEAR.search(next(iter(values(found["date"])), ""))
    issue = numbers.get("issue") or numbers.get("number", "")
    return PartOfHost(numbers.get("volume", ""), issue, first, last, year[0] if year else "")


def _detail(detail: etree._Element) -> str:
    """A volume or number with what it is called, or its title; a bare number by its type."""
    number, caption = _first(detail, "number"), _first(detail, "caption")
    if number[:1].isdecimal() and not caption:
        caption = _CAPTIONS.get(attribute(detail, "type").lower(), "")
    return " ".join(filter(None, [caption, number])) or _first(detail, "title")


# As `parts_of_hosts.in_words` has them.
_CAPTIONS: Final = {"volume": "vol.", "issue": "no.", "number": "no."}


def _first(element: etree._Element, name: str) -> str:
    return next(iter(values(children(element, name))), "")


def _identifiers(found: parts.Named) -> Iterator[Identifier]:
    """The identifiers and addresses of a related item."""
    for element in found["identifier"]:
        if element.get("invalid") != "yes" and (number := value(element)):
            yield identified(number, attribute(element, "type"))
    for location in found["location"]:
        yield from addresses(location)


def addresses(location: etree._Element) -> Iterator[Identifier]:
    """Where the work itself is to be had; a preview is not the work."""
    for url in children(location, "url"):
        if url.get("access") != "preview" and (address := value(url)):
            yield identified(address, "uri")
