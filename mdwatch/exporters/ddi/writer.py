"""DDI elements into text, which costs half of what an element tree does; only `_element` writes markup from records."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mdwatch.exporters.remembered import Answers, characters
from mdwatch.exporters.terms.language_codes import tag
from mdwatch.exporters.xml_text import XSI, quoted, text
from mdwatch.exporters.xml_text import document as joined

NAMESPACE: Final = "ddi:codebook:2_5"
SCHEMA: Final = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"

_ROOT: Final = (
    f'<codeBook xmlns="{NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" '
    f'xmlns:xsi="{XSI}" xsi:schemaLocation="{NAMESPACE} {SCHEMA}" version="2.5">'
)
# The path of what stands beside the root's children: it has no parents.
ROOT: Final[tuple[str, ...]] = ("",)
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Node(NamedTuple):
    """What stands in an element: its text, then its children, each with its tag.

    Attributes without a value are not written, and `xml:lang` only where its value is a language tag.
    """

    text: str = ""
    attributes: Mapping[str, str] = _NOTHING
    children: tuple[tuple[str, "Content"], ...] = ()


# What stands in an element; most hold plain words, which need no node.
Content = Node | str


def elements(name: str, nodes: Iterable[Content]) -> Iterator[str]:
    """These nodes, each in an element of this name."""
    return (_element(name, node) for node in nodes)


def elements_apart(
    name: str, nodes: Callable[[Iterable[Any]], Iterable[Content]]
) -> Callable[[Iterable[Any]], Iterator[str]]:
    """What writes the nodes of values that each stand for themselves: those of one that was met before are kept."""

    def written(value: Any) -> str:
        found = [_element(name, node) for node in nodes((value,))]
        return found[0] if len(found) == 1 else "".join(found)

    return partial(map, Answers(written, characters).__getitem__)


# A path below the root, whose last step is the element; what is to be written before where the branch before this one
# has elements (`between`); the elements.
Branch = tuple[tuple[str, ...], str, Iterable[str]]


def document(branches: Iterable[Branch]) -> bytes:
    """The codebook that has these branches, in this order.

    Paths that follow each other share the elements that they begin with; an element without content is never opened.
    """
    return joined(_pieces(branches))


def _pieces(branches: Iterable[Branch]) -> Iterator[str]:
    before = last = ROOT
    yield _ROOT
    for path, opening, pieces in branches:
        for piece in pieces:
            if path is before:
                yield piece
            elif piece:
                yield (opening if before is last else between(before, path)) + piece
                before = path
        last = path
    yield between(before, ROOT)
    yield "</codeBook>"


# The table has some sixty paths.
@lru_cache(maxsize=4096)
def between(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """The end tags of the parents of one path that are not of the next one, then the start tags of those it adds."""
    opened, wanted = before[:-1], after[:-1]
    shared = 0
    for one, other in zip(opened, wanted, strict=False):
        if one != other:
            break
        shared += 1
    ends = (f"</{name}>" for name in reversed(opened[shared:]))
    return "".join([*ends, *(f"<{name}>" for name in wanted[shared:])])


def _element(name: str, node: Content) -> str:
    if isinstance(node, str):
        return f"<{name}>{text(node)}</{name}>" if node else f"<{name}/>"
    words, values, children = node
    start = f"<{name}{_attributes(values)}" if values else f"<{name}"
    if children:
        inside = "".join([_element(child_tag, child) for child_tag, child in children])
        return f"{start}>{text(words)}{inside}</{name}>"
    return f"{start}>{text(words)}</{name}>" if words else f"{start}/>"


def _attributes(values: Mapping[str, str]) -> str:
    said = ""
    for name, value in values.items():
        if value and (written := tag(value) if name == "xml:lang" else value):
            said += f' {name}="{quoted(written)}"'
    return said
