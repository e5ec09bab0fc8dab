"""IDs of a METS and the references to them, made valid: source records of Rosetta have numbers, which are no IDs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from mdwatch.exporters.rosetta_mets.embedded import SET_ASIDE, XML_DATA
from mdwatch.formats import mets

# The elements that METS does not allow without the reference.
_BOUND: Final = frozenset(f"{{{mets.NAMESPACE}}}{name}" for name in ("area", "transformFile"))

# XML allows letters of every script, but not all that Python takes for letters.
_NCNAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NO_NAME_CHARACTER: Final = re.compile(r"[^A-Za-z0-9_.-]")
_FEW: Final = 3


def make_valid(root: etree._Element) -> None:
    """Makes every ID of the METS a valid one that stands once, and every reference name one that is there."""
    _follow(root, _identify(root))


def _own(element: etree._Element) -> Iterator[etree._Element]:
    """The elements of the METS itself, none of those inside a record."""
    yield element
    if element.tag != XML_DATA:
        for child in element:
            yield from _own(child)


def _identify(root: etree._Element) -> dict[str, str]:
    """Makes every ID of the METS a valid one; returns the IDs by what they were."""
    holders = [element for element in _own(root) if "ID" in element.attrib]
    was = [element.get("ID", "") for element in holders]
    known: dict[str, str] = {}
    for element, old, new in zip(holders, was, valid(was), strict=True):
        if new == old:
            known[old] = new
        else:
            known.setdefault(old, new)
            element.set("ID", new)
            element.set(f"{{{SET_ASIDE}}}ID", old)
    return known


def valid(identifiers: Sequence[str]) -> list[str]:
    """The IDs of a document as they may be: those that are none, or taken by one before, are other ones."""
    taken: set[str] = set()
    found: list[str | None] = []
    for identifier in identifiers:
        good = _NCNAME.fullmatch(identifier) is not None and identifier not in taken
        found.append(identifier if good else None)
        if good:
            taken.add(identifier)
    tried: Counter[str] = Counter()
    for place, new in enumerate(found):
        if new is None:
            found[place] = free = _free(identifiers[place], taken, tried)
            taken.add(free)
    return [new for new in found if new is not None]


def _free(old: str, taken: set[str], tried: Counter[str]) -> str:
    """A valid ID that nobody has, as like the old one as can be. `tried` is how often each was asked for before."""
    plain = _NO_NAME_CHARACTER.sub(lambda match: f"_x{ord(match[0]):04X}_", old)
    if not _NCNAME.fullmatch(plain):
        plain = f"id-{plain}"
    new = plain
    while new in taken:
        tried[plain] += 1
        # Beyond a few, a number keeps the names short and the search quick.
        new = plain + ("_" * tried[plain] if tried[plain] <= _FEW else f"_{tried[plain]}")
    return new


def _follow(root: etree._Element, known: dict[str, str]) -> None:
    """Makes references name the IDs as they are now."""
    for element in _own(root):
        for name in mets.REFERENCES:
            value = element.get(name)
            if value is None:
                continue
            # What a file had for an ID may hold a blank.
            found = [known[value]] if value in known else [known[part] for part in value.split() if part in known]
            if found:
                element.set(name, " ".join(found))
            elif element.tag not in _BOUND:
                del element.attrib[name]
