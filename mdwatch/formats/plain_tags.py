"""What start tags say, read by the parser once each and then known: for records in plain writing (`plain_record`).

The same tag says the same wherever the same namespaces are declared around it.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import canonical, xml
from mdwatch.formats.canonical import PART
from mdwatch.formats.limits import Limits

_LONGEST: Final = 500  # characters of a tag
_MOST: Final = 2_000  # tags known within one kind of document
_NAME: Final = re.compile(r"[^\s/]+")


class StartTag(NamedTuple):
    """What a start tag says of its element: its name in full, and what its canonical form begins with (`head`).

    With `lead` that of one of nothing but text begins. `end` is the end tag without its first bracket, empty for one
    that is empty by its start tag; its children stand `within`.
    """

    name: str
    head: str
    lead: str
    end: str
    within: "TagScope"


class TagScope:
    """Where elements stand: within the start tags that declare namespaces, from the root on.

    `known` are the tags that were asked for here, without brackets; None where the parser has to read the record.
    """

    def __init__(self, limits: Limits, opened: tuple[str, ...] = (), document: "TagScope | None" = None) -> None:
        self._limits = limits
        self._opened = opened
        self._document = document or self
        self.known: dict[str, StartTag | None] = {}
        self.learnt = 0

    def learn(self, tag: str) -> StartTag | None:
        """What a start tag says that is not known; None where the parser has to read the record."""
        if len(tag) > _LONGEST:
            return None
        document = self._document
        if document.learnt >= _MOST:
            # With all the scopes within.
            document.known.clear()
            document.learnt = 0
        document.learnt += 1
        found = self.known[tag] = self._read(tag)
        return found

    def _read(self, tag: str) -> StartTag | None:
        # An identifier may stand but once in a record.
        if "xml:id" in tag:
            return None
        end = "" if tag.endswith("/") else f"/{_name(tag)}>"
        before = "".join(f"<{start}>" for start in self._opened)
        after = "".join(f"</{_name(start)}>" for start in reversed(self._opened))
        try:
            root = xml.parse(f"{before}<{tag}>{end and '<'}{end}{after}", self._limits)
            element = _innermost(root, len(self._opened))
            head = None if element is None else canonical.head(root, element, self._limits)
        except Rejected:
            return None
        if element is None or head is None:
            return None
        within = TagScope(self._limits, (*self._opened, tag), self._document) if "xmlns" in tag else self
        return StartTag(str(element.tag), head, f"{head}{PART}", end, within)


@lru_cache(maxsize=4)
def document(limits: Limits) -> TagScope:
    """The scope that roots stand in."""
    return TagScope(limits)


def _name(tag: str) -> str:
    """The name that a start tag begins with; empty where it begins with none."""
    found = _NAME.match(tag)
    return found[0] if found is not None else ""


def _innermost(root: etree._Element, depth: int) -> etree._Element | None:
    """The element so far within a document that has no other; None where it is written otherwise."""
    element = root
    for _ in range(depth):
        if len(element) != 1:
            return None
        element = element[0]
    return element
