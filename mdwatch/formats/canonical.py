"""The canonical form of a record: two records are equal if their digests are (rule 8).

Namespace prefixes and insignificant white space do not count; text, attributes and namespaces do. White space is
insignificant between the elements of element-only content and at the edges of a field's text, unless `xml:space` says
`preserve`. The unordered digest also disregards the order of sibling fields; inside mixed content (text and elements
side by side) order is part of the text and always counts.

Whatever is long in the form is replaced by its digest, from the innermost element outwards. So the form of no element
is longer than `SHORT`, and neither depth nor long names nor many siblings cost more than reading them once.
No separator can be forged: XML 1.0 has no character below U+0020 but tab, line feed and carriage return.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Final

from lxml import etree

from mdwatch.formats import qualified
from mdwatch.formats.limits import Limits, check_attributes, too_deep
from mdwatch.model import Digests

# Which form a digest is of: its first byte. To be raised whenever the form of any record changes.
VERSION: Final = b"\x02"

_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_OPEN, _CLOSE, _NEXT, _WHITE = "\x1d", "\x1c", "\x1e", " \t\r\n"
PART: Final = "\x1f"  # between what an element's start tag says and its text
_ATTRIBUTE, _VALUE, _RESOLVED, _DIGEST = "\x1b", "\x1a", "\x19", "\x18"
SHORT: Final = 250  # characters of a form; most fields are shorter
_LONG_NAME: Final = 80
_SIZE: Final = 16
_MANY: Final = 500  # forms hashed at a time
_SLICE: Final = 1 << 16
# From so many attributes on, XPath reads them faster than lxml's mapping, which looks for each from the first.
_MANY_ATTRIBUTES: Final = 50
_all_attributes = etree.XPath("@*")
# So many types are asked for one by one, which is quicker than a pass over the record to find them all.
_FEW_TYPES: Final = 16


def digests(root: etree._Element, limits: Limits) -> Digests:
    """The digests of a record, 17 bytes each; raises `Rejected` where it is over a cap."""
    return digests_of(*_Forms(root, limits).of(root, limits.depth, preserve=False))


def digests_of(ordered: str, unordered: str) -> Digests:
    """The digests of a record of these forms."""
    digest = _versioned(ordered)
    return Digests(digest, digest if ordered == unordered else _versioned(unordered))


def head(root: etree._Element, element: etree._Element, limits: Limits) -> str | None:
    """What the form of an element of this document begins with: its name and its attributes.

    None where it says which white space counts. Raises `Rejected` where it is over a cap.
    """
    if element.get(_SPACE) is not None:
        return None
    return _Forms(root, limits).head(element, preserve=False)[0]


def is_current(digest: bytes) -> bool:
    """Whether a stored digest is of the form that `digests` takes now. The first had no version, and 16 bytes."""
    return len(digest) == _SIZE + len(VERSION) and digest.startswith(VERSION)


def _versioned(form: str) -> bytes:
    return VERSION + blake2b(form.encode(), digest_size=_SIZE).digest()


class _Forms:
    """The forms of the elements of one record."""

    def __init__(self, root: etree._Element, limits: Limits) -> None:
        self._root = root
        self._limits = limits
        self._seen_types = 0
        self._types: Iterator[tuple[etree._Element, str | None, str]] | None = None
        self._namespaces: dict[str, str] = {}

    def of(self, element: etree._Element, depth: int, *, preserve: bool) -> tuple[str, str]:
        """The element with its siblings in document order, and with them sorted."""
        if depth == 0:
            raise too_deep(self._limits)
        head, preserve = self.head(element, preserve=preserve)
        text = element.text or ""
        if len(element) == 0:
            form = of_text(head, text if preserve else text.strip(_WHITE))
            return form, form
        if depth == 1:
            raise too_deep(self._limits)
        first: list[str] = []
        other: list[str] = []
        mixed = preserve or bool(text.strip(_WHITE))
        for child in element:
            if preserve or len(child) or child.attrib:
                form, sorted_form = self.of(child, depth - 1, preserve=preserve)
                other.append(sorted_form)
            else:
                # Most elements are fields of nothing but text, which need fewer questions.
                form = self._field(str(child.tag), child.text)
                other.append(form)
            first.append(form)
            tail = child.tail
            if tail and not mixed and tail.strip(_WHITE):
                mixed = True
        if mixed:
            # Text and elements side by side: every character and the order count.
            head = f"{head}{PART}{_short(text)}"
            ends = [f"{PART}{_short(child.tail or '')}" for child in element]
            ordered = _whole(head, [form + end for form, end in zip(first, ends, strict=True)])
            return ordered, _whole(head, [form + end for form, end in zip(other, ends, strict=True)])
        return of_elements(head, first, other)

    def head(self, element: etree._Element, *, preserve: bool) -> tuple[str, bool]:
        """The name of the element and its attributes, and whether all white space counts in it."""
        head = str(element.tag)
        if len(head) > _LONG_NAME:
            head = self._name(head)
        attributes = element.attrib
        if attributes:
            said, preserve = self._attributes(element, attributes, preserve=preserve)
            head = _short(head + said)
        return head, preserve

    def _field(self, head: str, text: str | None) -> str:
        """An element without attributes that holds nothing but text, whose white space at the edges does not count."""
        if len(head) > _LONG_NAME:
            head = self._name(head)
        return of_text(head, text.strip(_WHITE) if text else "")

    def _name(self, name: str) -> str:
        """A long name, its namespace by a digest that is made once."""
        namespace, _, local = name.rpartition("}")
        known = self._namespaces.get(namespace)
        if known is None:
            known = self._namespaces[namespace] = _digested(namespace)
        return _short(f"{known}{local}")

    def _attributes(self, element: etree._Element, attributes: etree._Attrib, *, preserve: bool) -> tuple[str, bool]:
        """The attributes in the order of their names, and what xml:space makes of white space (XML 1.0, 2.10).

        The prefix of an `xsi:type` is resolved, for prefixes do not count.
        """
        items = _items(element, attributes, self._limits)
        if len(items) > 1:
            items.sort()
        said = ""
        for name, value in items:
            if name == _SPACE:
                preserve = value == "preserve"
            elif name == qualified.TYPE:
                value = self._resolved(element, value)  # noqa: PLW2901
            key = name if len(name) <= _LONG_NAME else self._name(name)
            said += f"{_ATTRIBUTE}{key}{_VALUE}{value if len(value) <= SHORT else _digested(value)}"
        return said, preserve

    def _resolved(self, element: etree._Element, value: str) -> str:
        """The value of the next `xsi:type`, with its namespace for its prefix."""
        if self._seen_types < _FEW_TYPES:
            self._seen_types += 1
            namespace, local = qualified.resolved(element, value)
        else:
            if self._types is None:
                # Elements are come upon in document order, here as there.
                self._types = islice(qualified.types(self._root), _FEW_TYPES, None)
            _, namespace, local = next(self._types)
        return f"{namespace}{_RESOLVED}{local}" if namespace else value


def _items(element: etree._Element, attributes: etree._Attrib, limits: Limits) -> list[tuple[str, str]]:
    """The attributes of an element, by name in full; raises `Rejected` where there are too many."""
    count = len(attributes)
    if count > limits.attributes:
        check_attributes(str(element.tag), count, limits)
    if count < _MANY_ATTRIBUTES:
        return attributes.items()
    return [(str(value.attrname), str(value)) for value in _all_attributes(element)]


def of_text(head: str, text: str) -> str:
    """The form of an element that holds nothing but this text."""
    form = f"{head}{PART}{text if len(text) <= SHORT else _digested(text)}"
    return form if len(form) <= SHORT else _digested(form)


def of_elements(head: str, ordered: Sequence[str], unordered: list[str]) -> tuple[str, str]:
    """The forms of an element that holds nothing but elements of these forms; the second list is sorted here."""
    unordered.sort()
    form = _whole(head, ordered)
    return form, form if ordered == unordered else _whole(head, unordered)


def _whole(head: str, forms: Sequence[str]) -> str:
    """The form of an element around those of its children."""
    if len(forms) <= _MANY:
        form = f"{head}{_OPEN}{_NEXT.join(forms)}{_CLOSE}"
        return form if len(form) <= SHORT else _digested(form)
    digest = blake2b(f"{head}{_OPEN}".encode(), digest_size=_SIZE)
    for start in range(0, len(forms), _MANY):
        digest.update(f"{_NEXT.join(forms[start : start + _MANY])}{_NEXT}".encode())
    return f"{_DIGEST}{digest.hexdigest()}"


def _short(text: str) -> str:
    """The text, or its digest where it is long."""
    return text if len(text) <= SHORT else _digested(text)


def _digested(text: str) -> str:
    if len(text) <= _SLICE:
        return f"{_DIGEST}{blake2b(text.encode(), digest_size=_SIZE).hexdigest()}"
    digest = blake2b(digest_size=_SIZE)
    for start in range(0, len(text), _SLICE):
        digest.update(text[start : start + _SLICE].encode())
    return f"{_DIGEST}{digest.hexdigest()}"
