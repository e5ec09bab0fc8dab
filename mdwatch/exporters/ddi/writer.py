"""DDI elements into text, which costs half of what an element tree does; only `_element` writes markup from records."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from mdwatch.exporters.terms.language_codes import tag
from mdwatch.exporters.xml_text import XSI, attributes, text

NAMESPACE: Final = "ddi:codebook:2_5"
SCHEMA: Final = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"

_ROOT: Final = (
    f'<codeBook xmlns="{NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" '
    f'xmlns:xsi="{XSI}" xsi:schemaLocation="{NAMESPACE} {SCHEMA}" version="2.5">'
)
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Node(NamedTuple):
    """What stands in an element: its text, then its children, each with its tag.

    Attributes without a value are not written, and `xml:lang` only where its value is a language tag.
    """

    text: str = ""
    attributes: Mapping[str, str] = _NOTHING
    children: tuple[tuple[str, "Node"], ...] = ()


def document(branches: Iterable[tuple[Sequence[str], Node]]) -> bytes:
    """The codebook that has these nodes at these paths below its root, in this order.

    Paths that follow each other share the elements that they begin with; an element without content is never opened.
    """
    out: list[str] = [_ROOT]
    opened: list[str] = []
    for path, node in branches:
        *parents, last = path
        shared = _shared(opened, parents)
        _close(out, opened, shared)
        for parent in parents[shared:]:
            opened.append(parent)
            out.append(f"<{parent}>")
        _element(out, last, node)
    _close(out, opened, 0)
    out.append("</codeBook>")
    return "".join(out).encode()


def _shared(opened: Sequence[str], parents: Sequence[str]) -> int:
    """How many of the open elements the path goes through as well."""
    count = 0
    for one, other in zip(opened, parents, strict=False):
        if one != other:
            break
        count += 1
    return count


def _close(out: list[str], opened: list[str], keep: int) -> None:
    while len(opened) > keep:
        out.append(f"</{opened.pop()}>")


def _element(out: list[str], name: str, node: Node) -> None:
    start = f"<{name}"
    if node.attributes:
        values = dict(node.attributes)
        if "xml:lang" in values:
            values["xml:lang"] = tag(values["xml:lang"])
        start += attributes(values)
    if not node.text and not node.children:
        out.append(f"{start}/>")
        return
    out.append(f"{start}>{text(node.text)}")
    for child_tag, child in node.children:
        _element(out, child_tag, child)
    out.append(f"</{name}>")
