"""A Dublin Core record in its plainest writing, which most have: read from its text, quicker than from a tree.

That is a root and fields that hold text, with nothing else between the tags than white space, and at most an XML
declaration before. What a start tag says is left to the parser, which is asked once of each that a collection has. A
record in any other writing is for the parser as a whole; so is one that is wrong anywhere, which it tells of.
"""

import re
from typing import Final, NamedTuple

from mdwatch.errors import Rejected
from mdwatch.exporters.records import dublin_core_fields
from mdwatch.exporters.records.dublin_core_fields import DublinCoreField
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.records.stored import root_of
from mdwatch.exporters.remembered import Answers
from mdwatch.formats import dnx, plain_references, xml

_LARGEST: Final = 100_000  # characters: far below any cap, and little to hold in pieces
_WHITE: Final = " \t\r\n"
_NAME: Final = re.compile(r"[^\s/]+")


class _PlainRoot(NamedTuple):
    """The start tag of a root, without its brackets, and its end tag."""

    start: str
    end: str


# A field and its end tag; None where it is no field of Dublin Core or holds no text. There are as many as fields.
_PlainField = tuple[str, DublinCoreField | None]


def read(content: str) -> list[DublinCoreField] | None:
    """The fields that hold text, in their order; None: the record is to be parsed."""
    if len(content) > _LARGEST:
        return None
    if content.startswith("<?xml"):
        content = xml.without_declaration(content)
    # Before the first tag, the root's start, start and end of each field by turns, the root's end.
    before, *parts = content.split("<")
    if not parts or len(parts) % 2 or before.strip(_WHITE):
        return None
    root = _ROOTS[parts[0].rstrip(_WHITE)]
    if root is None or parts.pop().rstrip(_WHITE) != root.end:
        return None
    start = root.start
    found = []
    for part, end in zip(parts[1::2], parts[2::2], strict=True):
        read = _FIELDS[start, part]
        if read is None:
            return None
        wanted, field = read
        if end != wanted and end.rstrip(_WHITE) != wanted:
            return None
        if field is not None:
            found.append(field)
    return found


def _root(tag: str) -> _PlainRoot | None:
    """The root of this start tag; None where it is none, or has more in it."""
    start, closed, more = tag.partition(">")
    name = _NAME.match(start)
    if not closed or more or name is None:
        return None
    try:
        root_of(f"<{start}></{name[0]}>")
    except Rejected:
        return None
    return _PlainRoot(start, f"/{name[0]}>")


def _field(asked: tuple[str, str]) -> _PlainField | None:
    """The field of this start tag and text in a root of that start tag; None where the parser has to tell."""
    start, closed, text = asked[1].partition(">")
    told = _STARTS[asked[0], start]
    if told is None or not closed or ">" in text:
        return None
    if "&" in text:
        try:
            text = plain_references.resolved(text)
        except KeyError:
            return None
    line = clean(text)
    # What is as it was is printable; all else may hold what XML cannot.
    if line is not text and dnx.writable(text) != text:
        return None
    end, field = told
    return end, DublinCoreField(field.term, line, field.lang, field.scheme) if field and line else None


def _start(asked: tuple[str, str]) -> _PlainField | None:
    """What a start tag in a root of that start tag says of any text, its end tag; None where the parser has to tell."""
    root, start = asked
    name, of_root = _NAME.match(start), _NAME.match(root)
    # An identifier may stand but once in a record.
    if name is None or of_root is None or "xml:id" in start:
        return None
    try:
        tree = root_of(f"<{root}><{start}>x</{name[0]}></{of_root[0]}>")
    except Rejected:
        return None
    return (f"/{name[0]}>", next(dublin_core_fields.of_root(tree), None)) if len(tree) == 1 else None


def _size(asked: tuple[str, str]) -> int:
    return len(asked[0]) + len(asked[1])


def _size_with_all(asked: tuple[str, str]) -> int:
    """That of a field with what is made of it, which is kept with it."""
    return 2 * _size(asked)


_ROOTS: Final = Answers(_root, len)
_STARTS: Final = Answers(_start, _size)
_FIELDS: Final = Answers(_field, _size_with_all)
