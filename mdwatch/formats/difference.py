"""The difference between two versions of a record, field by field, for people."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mdwatch.formats import canonical
from mdwatch.formats.xml import Limits

# Prefixes a metadata librarian knows, whatever the document calls them.
_PREFIXES: Final = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.loc.gov/mods/v3": "mods",
    "http://www.loc.gov/MARC21/slim": "marc",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://www.w3.org/XML/1998/namespace": "xml",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One leaf of a record: the path of elements (and its own attributes) that leads to it, and its text."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The fields only the stored record has, and those only the submitted one has.

    Where neither has any and the records still differ, it is in the order or grouping of fields, or in white space:
    `reordered` tells.
    """

    removed: tuple[Field, ...]
    added: tuple[Field, ...]
    reordered: bool


def compare(stored: etree._Element | None, submitted: etree._Element, limits: Limits) -> Difference:
    """What the submitted record changes of the stored one; raises `Rejected` where one is over a cap."""
    old = list(_fields(stored, "")) if stored is not None else []
    new = list(_fields(submitted, ""))
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return Difference(
        removed=tuple(_pick(old, gone)),
        added=tuple(_pick(new, come)),
        reordered=stored is not None and not gone and not come and _differ(stored, submitted, limits),
    )


def _differ(stored: etree._Element, submitted: etree._Element, limits: Limits) -> bool:
    return canonical.digests(stored, limits).ordered != canonical.digests(submitted, limits).ordered


def _pick(fields: list[Field], wanted: Counter[Field]) -> Iterator[Field]:
    """The wanted fields in document order, as often as wanted."""
    left = wanted.copy()
    for field in fields:
        if left[field] > 0:
            left[field] -= 1
            yield field


def _fields(element: etree._Element, parent: str) -> Iterator[Field]:
    """Every field below the element: leaves, and elements that have text of their own beside children."""
    attributes = "".join(f'[@{_name(str(key))}="{value}"]' for key, value in sorted(element.attrib.items()))
    path = f"{parent}/{_name(str(element.tag))}{attributes}"
    text = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    if text or len(element) == 0:
        yield Field(path.lstrip("/"), text)
    for child in element:
        yield from _fields(child, path)


def _name(tag: str) -> str:
    """The name with the field's usual prefix, or with its namespace in full."""
    namespace, brace, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    if not brace:
        return local
    prefix = _PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else tag
