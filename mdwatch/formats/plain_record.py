"""A record in plain writing, as most are: its canonical form is read from its text, quicker than from a tree.

That is elements that hold either text or elements, and nothing else: no comments, no sections, no references but the
five that need no declaration. What start tags say is left to the parser (`plain_tags`). A record in any other writing
is for the parser as a whole, and so is one that is wrong anywhere or near a cap: what is wrong with it is told there.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from mdwatch.formats import canonical, plain_references, plain_tags
from mdwatch.formats.canonical import SHORT
from mdwatch.formats.limits import MOST_IN_SCOPE, Limits
from mdwatch.formats.plain_tags import StartTag, TagScope
from mdwatch.model import Digests

_LARGEST: Final = 100_000  # bytes, which are held in pieces
_MOST_NEW: Final = 100  # tags that are learnt from one record
_WHITE: Final = " \t\n"
# What XML 1.0 has no character for, of all that UTF-8 can write; and the ends of lines of others, which the parser
# makes one of ours.
_CONTROLS: Final = bytes(code for code in range(0x20) if code not in b"\t\n")
_NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


class PlainRecord(NamedTuple):
    """What such a record says: the name of its root in full, and its digests."""

    root: str
    digests: Digests


def read(content: str, data: bytes, limits: Limits) -> PlainRecord | None:
    """What the record says; None: it is to be parsed. It begins with the tag of its root, and ends behind it.

    `data` is the same in UTF-8.
    """
    # No element is without `<`, no attribute or declaration without `=`.
    few = min(limits.elements, limits.attributes, limits.namespaces, MOST_IN_SCOPE)
    if len(data) > min(_LARGEST, limits.bytes) or data.count(b"=") > few or not _has_characters_only(data):
        return None
    before, *tags = content.split("<")
    if before or not tags or len(tags) > limits.elements:
        return None
    try:
        return _TagReader(limits).read(tags)
    except KeyError:
        # A reference that is not one of the five.
        return None


def _has_characters_only(data: bytes) -> bool:
    """Whether XML has all of these characters, and leaves each as it is."""
    return len(data.translate(None, _CONTROLS)) == len(data) and not any(found in data for found in _NO_CHARACTERS)


class _OpenElement:
    """What elements stand in, an element or the document, whose end was not seen yet: the forms of those that were."""

    __slots__ = ("known", "ordered", "start", "unordered", "within")

    def __init__(self, within: TagScope, start: StartTag | None) -> None:
        self.within = within
        self.known = within.known
        self.start = start
        self.ordered: list[str] = []
        self.unordered: list[str] = []

    def add(self, ordered: str, unordered: str) -> None:
        """Adds the forms of an element."""
        self.ordered.append(ordered)
        self.unordered.append(unordered)


class _TagReader:
    """Reads one record, tag by tag."""

    def __init__(self, limits: Limits) -> None:
        self._depth = limits.depth
        self._new = 0
        self._open = [_OpenElement(plain_tags.document(limits), None)]

    def read(self, tags: Sequence[str]) -> PlainRecord | None:
        """What it says: each tag is without its first bracket, and with the text behind it.

        Raises `KeyError` for a reference that is not plain.
        """
        inner = self._open[0]
        leaf: StartTag | None = None  # the tag before, as long as its element may hold nothing but the text behind it
        text = ""
        for tag in tags:
            if tag[:1] != "/":
                if leaf is not None:
                    if text.strip(_WHITE) or not self._opened(leaf):
                        return None
                    inner = self._open[-1]
                said, closed, text = tag.partition(">")
                leaf = inner.known.get(said) or self._learnt(inner, said)
                if leaf is None or not closed or ">" in text:
                    return None
                if not leaf.end:
                    if text.strip(_WHITE):
                        return None
                    form = canonical.of_text(leaf.head, "")
                    inner.add(form, form)
                    leaf = None
            elif leaf is not None:
                if tag != leaf.end and tag.rstrip(_WHITE) != leaf.end:
                    return None
                words = (plain_references.resolved(text) if "&" in text else text).strip(_WHITE)
                form = leaf.lead + words
                if len(form) > SHORT:
                    form = canonical.of_text(leaf.head, words)
                # Nearly all are such fields, for which one call more counts.
                inner.ordered.append(form)
                inner.unordered.append(form)
                leaf = None
            elif self._closed(tag.rstrip(_WHITE)):
                inner = self._open[-1]
            else:
                return None
        return self._whole(tags[0].partition(">")[0])

    def _learnt(self, inner: _OpenElement, tag: str) -> StartTag | None:
        """What a start tag says that was not seen before, or that the parser has to read."""
        if tag in inner.known or self._new >= _MOST_NEW:
            return None
        self._new += 1
        return inner.within.learn(tag)

    def _opened(self, start: StartTag) -> bool:
        """Takes in that an element holds elements; whether they may stand so deep."""
        self._open.append(_OpenElement(start.within, start))
        # The document is one of them, and no element.
        return len(self._open) <= self._depth

    def _closed(self, end: str) -> bool:
        """Takes in that an element ends that holds elements; whether it does."""
        ended = self._open.pop()
        if ended.start is None or ended.start.end != end:
            return False
        self._open[-1].add(*canonical.of_elements(ended.start.head, ended.ordered, ended.unordered))
        return True

    def _whole(self, root: str) -> PlainRecord | None:
        """What was read, if it is one element and whole; `root` is its start tag."""
        document = self._open[0]
        start = document.known.get(root)
        if start is None or len(document.ordered) != 1:
            return None
        return PlainRecord(start.name, canonical.digests_of(document.ordered[0], document.unordered[0]))
