"""Elements of a MODS record that are the same in another script or language: altRepGroup (MODS User Guidelines)."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records.mods.parts import attribute, lang, name_of

# Elements that a reader makes parts of with forms.
PAIRED: Final = frozenset({
    "titleInfo", "name", "originInfo", "subject", "note", "abstract", "tableOfContents", "physicalDescription", "genre",
})  # fmt: skip


# A group of more is none: no title is in so many scripts.
MOST_FORMS: Final = 20

# An element, and the same in other scripts; the one that is marked as primary is the element.
Paired = tuple[etree._Element, tuple[etree._Element, ...]]  # noqa: SLF001 - lxml's own name for the type.


def elements(record: etree._Element, namespace: str) -> Iterator[Paired]:
    """The children of a record, the titles that are primary or of no particular type first, those paired as one."""
    children = list(record.iterchildren(f"{{{namespace}}}*"))
    if len(record.findall(f"{{{namespace}}}titleInfo")) > 1:
        children.sort(key=_rank)
    if all(child.get("altRepGroup") is None for child in children):
        yield from ((child, ()) for child in children)
        return
    groups: dict[tuple[str, str], list[etree._Element]] = {}
    for child in children:
        if group := _group(child):
            groups.setdefault(group, []).append(child)
    for child in children:
        group = _group(child)
        if not group or len(groups.get(group, ())) > MOST_FORMS:
            yield child, ()
        elif members := groups.pop(group, None):
            first = next((member for member in members if member.get("usage") == "primary"), members[0])
            yield first, tuple(member for member in members if member is not first)


def _group(child: etree._Element) -> tuple[str, str] | None:
    number = child.get("altRepGroup")
    return (name_of(child), number) if number and name_of(child) in PAIRED else None


def _rank(child: etree._Element) -> int:
    """Where a title comes; everything else stays in its place before the others, which no reader minds."""
    if name_of(child) != "titleInfo" or child.get("usage") == "primary":
        return 0
    return 2 if child.get("type") or child.get("otherType") else 1


def tag(element: etree._Element) -> str:
    """The language of an element with its script."""
    script = attribute(element, "script")
    language = lang(element)
    return f"{language}-{script}" if language and script and "-" not in language else language
