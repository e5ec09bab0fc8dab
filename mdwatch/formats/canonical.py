"""The canonical form of a record: two records are equal if their digests are (rule 8).

Namespace prefixes and insignificant white space do not count; text, attributes and namespaces do. White space is
insignificant between the elements of element-only content and at the edges of a field's text, unless `xml:space` says
`preserve`. The unordered digest also disregards the order of sibling fields; inside mixed content (text and elements
side by side) order is part of the text and always counts.

No separator can be forged: XML 1.0 has no character below U+0020 but tab, line feed and carriage return.
"""

from hashlib import blake2b
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats.xml import Limits, check_attributes
from mdwatch.model import Digests

_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_OPEN, _CLOSE, _NEXT, _PART, _WHITE = "\x1d", "\x1c", "\x1e", "\x1f", " \t\r\n"
_ATTRIBUTE, _VALUE, _RESOLVED = "\x1b", "\x1a", "\x19"


def digests(root: etree._Element, limits: Limits) -> Digests:
    """The digests of a record, 16 bytes each; raises `Rejected` where it is over a cap."""
    ordered, unordered = _forms(root, limits, limits.depth, preserve=False)
    digest = _digest(ordered)
    return Digests(digest, digest if ordered == unordered else _digest(unordered))


def _digest(form: str) -> bytes:
    return blake2b(form.encode("utf-8"), digest_size=16).digest()


def _forms(element: etree._Element, limits: Limits, depth: int, *, preserve: bool) -> tuple[str, str]:
    """The element with its siblings in document order, and with them sorted."""
    if depth == 0:
        raise Rejected(f"nested deeper than {limits.depth} elements; flatten it or raise limits.depth")
    head = str(element.tag)
    attributes = element.attrib
    if attributes:
        check_attributes(head, len(attributes), limits)
        head += _attributes(element)
        preserve = _preserves(attributes.get(_SPACE), inherited=preserve)
    text = element.text or ""
    if len(element) == 0:
        form = f"{head}{_PART}{text if preserve else text.strip(_WHITE)}"
        return form, form
    children = [(_forms(child, limits, depth - 1, preserve=preserve), child.tail or "") for child in element]
    if preserve or text.strip(_WHITE) or any(tail.strip(_WHITE) for _, tail in children):
        return _mixed(head, text, children)
    ordered = [forms[0] for forms, _ in children]
    unordered = sorted([forms[1] for forms, _ in children])
    return (
        f"{head}{_OPEN}{_NEXT.join(ordered)}{_CLOSE}",
        f"{head}{_OPEN}{_NEXT.join(unordered)}{_CLOSE}",
    )


def _mixed(head: str, text: str, children: list[tuple[tuple[str, str], str]]) -> tuple[str, str]:
    """Text and elements side by side: every character and the order count."""
    ordered = _NEXT.join(f"{forms[0]}{_PART}{tail}" for forms, tail in children)
    unordered = _NEXT.join(f"{forms[1]}{_PART}{tail}" for forms, tail in children)
    head = f"{head}{_PART}{text}{_OPEN}"
    return f"{head}{ordered}{_CLOSE}", f"{head}{unordered}{_CLOSE}"


def _attributes(element: etree._Element) -> str:
    """The attributes in the order of their names; the prefix of an `xsi:type` resolved, for prefixes do not count."""
    parts = []
    for name, value in sorted(element.attrib.items()):
        if name == _TYPE:
            prefix, colon, local = value.strip().rpartition(":")
            namespace = element.nsmap.get(prefix if colon else None)
            value = f"{namespace}{_RESOLVED}{local}" if namespace else value  # noqa: PLW2901
        parts.append(f"{_ATTRIBUTE}{name}{_VALUE}{value}")
    return "".join(parts)


def _preserves(space: str | None, *, inherited: bool) -> bool:
    """What `xml:space` makes of white space here (XML 1.0, 2.10)."""
    return inherited if space is None else space == "preserve"
