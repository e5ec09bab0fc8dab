"""The difference between two versions of a record, field by field, for people."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from lxml import etree

from mdwatch.formats import canonical
from mdwatch.formats.xml import Limits

_LONGEST_PATH: Final = 600
_LONGEST_STEP: Final = 400

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
    old = _fields(stored) if stored is not None else []
    new = _fields(submitted)
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


def _fields(root: etree._Element) -> list[Field]:
    """Every field of the record: leaves, and elements that have text of their own beside children."""
    found: list[Field] = []
    _add_fields(root, _step(root), found)
    return found


def _add_fields(element: etree._Element, path: str, found: list[Field]) -> None:
    children = list(element)
    text = "".join([element.text or "", *(child.tail or "" for child in children)]).strip()
    if text or not children:
        found.append(Field(path, text))
    for child in children:
        _add_fields(child, _shortened(f"{path}/{_step(child)}", _LONGEST_PATH), found)


def _step(element: etree._Element) -> str:
    """An element as a step of a path: its name and its attributes."""
    attributes = element.attrib
    if not attributes:
        return _name(str(element.tag))
    said = "".join(f'[@{_name(str(key))}="{value}"]' for key, value in sorted(attributes.items()))
    return _shortened(_name(str(element.tag)) + said, _LONGEST_STEP)


def _shortened(path: str, longest: int) -> str:
    """The path; of a long one both ends, and a sign between them that tells it from others with the same ends.

    What is above a field is told with each field, so that it must not be long.
    """
    if len(path) <= longest:
        return path
    sign = blake2b(path.encode(), digest_size=4).hexdigest()
    return f"{path[: longest // 2]}...{sign}...{path[-longest // 4 :]}"


def _name(tag: str) -> str:
    """The name with the field's usual prefix, or with its namespace in full."""
    namespace, brace, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    if not brace:
        return local
    prefix = _PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else tag
