"""The one safe XML parser. Every XML byte that enters mdwatch passes through `parse`.

In order: the size cap; a defusedxml gate (expat) that refuses any document type declaration, and with it every entity
and external reference; lxml without network, DTD loading or entity resolution; caps on depth, elements, attributes and
namespace declarations before anything walks the tree, since reading the attributes of an element is quadratic in
their number.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import errors as expat_errors

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from lxml import etree

from mdwatch.errors import Rejected

# What libxml2 itself refuses beyond; a cap above it could not be kept.
DEEPEST: Final = 250

_XML_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>\s*")
# In UTF-8, which is then what all readers take it for: at most an XML declaration and white space, then a tag begins.
# Whatever follows is inside the root element, where a document type declaration is not well-formed.
_STARTS_WITH_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?"
    rb"(?:<\?xml version=(?:\"1\.0\"|'1\.0')(?: encoding=(?:\"(?:utf-8|us-ascii)\"|'(?:utf-8|us-ascii)'))? ?\?>)?"
    rb"[ \t\r\n]*<[A-Za-z_]",
    re.IGNORECASE,
)
_PLACE = re.compile(r": line \d+, column \d+$")

# Expat's words for a document that stops too early: one that may be still being written.
_PREMATURE: Final = {
    expat_errors.codes[text]
    for text in (
        expat_errors.XML_ERROR_NO_ELEMENTS,
        expat_errors.XML_ERROR_UNCLOSED_TOKEN,
        expat_errors.XML_ERROR_PARTIAL_CHAR,
        expat_errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps on one XML document; the settings `[limits]` fill them in."""

    bytes: int = 16 << 20
    depth: int = 100
    elements: int = 200_000
    attributes: int = 1_000  # of one element
    namespaces: int = 10_000  # declarations in the whole document


def parse(data: bytes | str, limits: Limits) -> etree._Element:
    """The root element of a document without comments and processing instructions.

    Text is taken as decoded already: an XML declaration in it, whatever encoding it names, is dropped.
    Raises `Rejected` with the place and the remedy.
    """
    if isinstance(data, str):
        data = without_declaration(data).encode("utf-8", "surrogatepass")
    if len(data) > limits.bytes:
        raise Rejected(f"larger than the cap of {limits.bytes} bytes; split it or raise limits.bytes")
    _gate(data, limits)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        _diagnose(data, limits)
        if "XML_PARSE_HUGE" in (error.msg or ""):
            raise Rejected(
                "one text or attribute is longer than the XML library takes (10,000,000 bytes); split it"
            ) from None
        raise Rejected(f"not well-formed: {_short(error.msg)}", malformed=True) from None
    except (ValueError, LookupError) as error:
        raise Rejected(f"not readable as XML: {_short(error)}", malformed=True) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Rejected("a document type declaration is not allowed; remove it")
    # Each element but the innermost takes two tags, so that few documents have to be measured.
    if data.count(b"<") > 2 * limits.depth and _deeper_than(limits.depth)(root):
        raise Rejected(_too_deep(limits))
    return root


def without_declaration(text: str) -> str:
    """The document without byte order mark, XML declaration and the white space around it."""
    text = text.strip("\ufeff \t\r\n")
    declaration = _XML_DECLARATION.match(text)
    return text[declaration.end() :] if declaration else text


def serialise(element: etree._Element) -> str:
    """The element as text, with the namespaces it needs and nothing after its end tag."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


_local = threading.local()


def _parser() -> etree.XMLParser:
    """A parser of this thread's own: cheap to use again, not safe to share."""
    parser: etree.XMLParser | None = getattr(_local, "parser", None)
    if parser is None:
        parser = _local.parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            recover=False,
            remove_comments=True,
            remove_pis=True,
        )
    return parser


def _gate(data: bytes, limits: Limits) -> None:
    """Refuses what lxml must not see, by reading with expat and building nothing.

    A document type declaration can stand before the root element only, so that reading stops there, and is not begun
    where the first bytes are plainly the root's; a document that may be over a cap is read and counted to its end.
    """
    if _STARTS_WITH_ROOT.match(data) and not _may_exceed(data, limits):
        return
    sentinel = _Counter(limits)
    parser = _expat(sentinel)
    whole = _may_exceed(data, limits)
    end = len(data) if whole else 512
    start = 0
    with _reasons():
        # The slices grow, since expat reads a token that is cut off anew with each one.
        while start < len(data) and (whole or not sentinel.elements):
            parser.feed(data[start:end])
            start, end = end, end * 4
        if whole or not sentinel.elements:
            parser.close()


def _diagnose(data: bytes, limits: Limits) -> None:
    """Reads a document that lxml refused to its end, for expat tells better where it is wrong and what is missing."""
    parser = _expat(_Counter(limits))
    with _reasons():
        parser.feed(data)
        parser.close()


def _expat(counter: "_Counter") -> DefusedXMLParser:
    """A parser that forbids document type declarations and calls Python for elements and namespaces only."""
    parser = DefusedXMLParser(target=_Nothing(), forbid_dtd=True)
    parser.parser.DefaultHandlerExpand = None
    parser.parser.StartElementHandler = counter.start
    parser.parser.EndElementHandler = counter.end
    parser.parser.StartNamespaceDeclHandler = counter.namespace
    return parser


@contextmanager
def _reasons() -> Iterator[None]:
    """Turns what expat and defusedxml raise into `Rejected`."""
    try:
        yield
    except DefusedXmlException:
        raise Rejected("a document type declaration is not allowed; remove it") from None
    except ParseError as error:
        line, column = error.position
        reason = f"not well-formed: {_PLACE.sub('', str(error))} (line {line}, column {column + 1})"
        raise Rejected(reason, premature=error.code in _PREMATURE, malformed=True) from None
    except (ValueError, LookupError) as error:
        raise Rejected(f"not readable as XML: {_short(error)}", malformed=True) from None


def _may_exceed(data: bytes, limits: Limits) -> bool:
    """Whether an exact count is worth its price: no element is without `<`, no attribute or declaration without `=`."""
    return data.count(b"<") > limits.elements or data.count(b"=") > min(limits.attributes, limits.namespaces)


@cache
def _deeper_than(depth: int) -> etree.XPath:
    """A test for elements below this depth, in one pass of libxml2 over the tree."""
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


def _short(words: object) -> str:
    """What a library says, on one line; it may quote the document at any length."""
    return " ".join(str(words).split())[:300]


def _too_deep(limits: Limits) -> str:
    return f"nested deeper than {limits.depth} elements; flatten it or raise limits.depth"


class _Nothing:
    """An ElementTree target that wants no events."""


class _Counter:
    """Counts while expat reads, and stops it at the first cap that is passed."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.elements = self.depth = self.namespaces = 0

    def start(self, tag: str, attributes: Sequence[str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > self.limits.elements:
            raise Rejected(f"more than {self.limits.elements} elements; split it or raise limits.elements")
        if self.depth > self.limits.depth:
            raise Rejected(_too_deep(self.limits))
        check_attributes(tag, len(attributes) // 2, self.limits)

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def namespace(self, _prefix: str | None, _uri: str | None) -> None:
        self.namespaces += 1
        if self.namespaces > self.limits.namespaces:
            raise Rejected(f"more than {self.limits.namespaces} namespace declarations")


def check_attributes(tag: str, count: int, limits: Limits) -> None:
    """Refuses an element with more attributes than the cap; raises `Rejected`."""
    if count > limits.attributes:
        raise Rejected(f"element {tag[:100]} has more than {limits.attributes} attributes")
