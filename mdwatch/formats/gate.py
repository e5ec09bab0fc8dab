"""What lxml must not see is refused here, by reading with expat and building nothing; what is wrong is put in words.

Expat reads a document only where it may hold a document type declaration or be over a cap, and where lxml refused it,
for expat tells better where it is wrong and whether it merely ends too early.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import errors as expat_errors

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from mdwatch.errors import Rejected
from mdwatch.formats import wrong_tokens
from mdwatch.formats.limits import MOST_IN_SCOPE, Limits, check_attributes, too_deep

NO_DECLARATION: Final = "a document type declaration is not allowed; remove it"

# In UTF-8, which is then what all readers take it for: at most an XML declaration and white space, then a tag begins.
# Whatever follows is inside the root element, where a document type declaration is not well-formed.
_STARTS_WITH_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?"
    rb"(?:<\?xml version=(?:\"1\.0\"|'1\.0')(?: encoding=(?:\"(?:utf-8|us-ascii)\"|'(?:utf-8|us-ascii)'))? ?\?>)?"
    rb"[ \t\r\n]*<[A-Za-z_]",
    re.IGNORECASE,
)
_PLACE = re.compile(r": line \d+, column \d+$")
_QUOTE = re.compile(rb"[\"']")
# The prefixes of the names in a start tag, and its end. A value is stepped over as a whole.
_PREFIXED = re.compile(r"\"[^\"]*\"|'[^']*'|>|(?<![\w.-])([^\W\d][\w.-]*):(?=[^\W\d])")
_UTF_32: Final = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<")
_TAG_SHOWN: Final = 4_000  # bytes of a start tag in which an unbound prefix is looked for

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
_ENCODING: Final = {
    expat_errors.codes[text]
    for text in (expat_errors.XML_ERROR_UNKNOWN_ENCODING, expat_errors.XML_ERROR_INCORRECT_ENCODING)
}
_UNBOUND: Final = expat_errors.codes[expat_errors.XML_ERROR_UNBOUND_PREFIX]
_NO_MEMORY: Final = expat_errors.codes[expat_errors.XML_ERROR_NO_MEMORY]
_NOTHING: Final = b" \t\r\n\xef\xbb\xbf"  # white space, and the mark that text of UTF-8 may begin with
_ENTITY: Final = expat_errors.codes[expat_errors.XML_ERROR_UNDEFINED_ENTITY]
_TOKEN: Final = expat_errors.codes[expat_errors.XML_ERROR_INVALID_TOKEN]


def check(data: bytes, limits: Limits) -> None:
    """Refuses a document type declaration and whatever is over a cap; raises `Rejected`.

    A document type declaration can stand before the root element only, so that reading stops there, and is not begun
    where the first bytes are plainly the root's; a document that may be over a cap is read and counted to its end.
    """
    whole = _may_exceed(data, limits)
    if _STARTS_WITH_ROOT.match(data) and not whole:
        return
    sentinel = _Counter(limits)
    parser = _expat(sentinel)
    end = len(data) if whole else 512
    start = 0
    with _reasons(data, parser, sentinel):
        # The slices grow, since expat reads a token that is cut off anew with each one.
        while start < len(data) and (whole or not sentinel.elements):
            parser.feed(data[start:end])
            start, end = end, end * 4
        if whole or not sentinel.elements:
            parser.close()


def diagnose(data: bytes, limits: Limits) -> None:
    """Reads a document that lxml refused to its end; raises `Rejected` where expat finds it wrong too."""
    counter = _Counter(limits)
    parser = _expat(counter)
    with _reasons(data, parser, counter):
        parser.feed(data)
        parser.close()


def in_short(words: object) -> str:
    """What a library says, on one line; it may quote the document at any length."""
    return " ".join(str(words).split())[:300]


def _may_exceed(data: bytes, limits: Limits) -> bool:
    """Whether an exact count is worth its price: no element is without `<`, no attribute or declaration without `=`."""
    equals = min(limits.attributes, limits.namespaces, limits.elements)
    size = len(data)
    return (
        (size > limits.elements and data.count(b"<") > limits.elements)
        or (size > equals and data.count(b"=") > equals)
        or _has_costly_namespaces(data, limits)
    )


def _has_costly_namespaces(data: bytes, limits: Limits) -> bool:
    """Whether there are many declarations, or what follows one is longer than a namespace may be.

    In UTF-16 it cannot be told this way.
    """
    longest = limits.namespace_length
    if len(data) <= longest:
        return False
    if b"\0" in data:
        return True
    place, seen = data.find(b"xmlns"), 0
    while place >= 0:
        opening = _QUOTE.search(data, place, place + longest)
        if opening is None:
            return True
        start = opening.end()
        if data.find(opening[0], start, start + longest + 1) < 0:
            return True
        seen += 1
        if seen > MOST_IN_SCOPE:
            return True
        place = data.find(b"xmlns", start)
    return False


def _expat(counter: "_Counter") -> DefusedXMLParser:
    """A parser that forbids document type declarations and calls Python for elements and namespaces only."""
    parser = DefusedXMLParser(target=_Nothing(), forbid_dtd=True)
    parser.parser.DefaultHandlerExpand = None
    parser.parser.StartElementHandler = counter.start
    parser.parser.EndElementHandler = counter.end
    parser.parser.StartNamespaceDeclHandler = counter.namespace
    parser.parser.EndNamespaceDeclHandler = counter.end_namespace
    return parser


class _Nothing:
    """An ElementTree target that wants no events."""


class _Counter:
    """Counts while expat reads, and stops it at the first cap that is passed."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.elements = self.depth = self.attributes = self.namespaces = self.in_scope = 0
        self.prefixes = {"xml", "xmlns"}  # declared anywhere

    def start(self, tag: str, attributes: Sequence[str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > self.limits.elements:
            raise Rejected(f"more than {self.limits.elements} elements; split it or raise limits.elements")
        if self.depth > self.limits.depth:
            raise too_deep(self.limits)
        if attributes:
            count = len(attributes) // 2
            check_attributes(tag, count, self.limits)
            self.attributes += count
            if self.attributes > self.limits.elements:
                raise Rejected(f"more than {self.limits.elements} attributes; split it or raise limits.elements")

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        self.namespaces += 1
        if self.namespaces > self.limits.namespaces:
            raise Rejected(
                f"more than {self.limits.namespaces} namespace declarations; "
                "declare each once at the root or raise limits.namespaces"
            )
        self.in_scope += 1
        if self.in_scope > MOST_IN_SCOPE:
            raise Rejected(f"more than {MOST_IN_SCOPE} namespaces declared in one place; declare only what is used")
        if uri and len(uri) > self.limits.namespace_length:
            raise Rejected(
                f"the namespace {uri[:60]!r}... of {f'prefix {prefix[:60]}' if prefix else 'no prefix'} is "
                f"{len(uri)} characters long, and the cap is {self.limits.namespace_length}; shorten it"
            )
        self.prefixes.add(prefix or "")

    def end_namespace(self, _prefix: str | None) -> None:
        self.in_scope -= 1


@contextmanager
def _reasons(data: bytes, parser: DefusedXMLParser, counter: _Counter) -> Iterator[None]:
    """Turns what expat and defusedxml raise into `Rejected`."""
    try:
        yield
    except DefusedXmlException:
        raise Rejected(NO_DECLARATION) from None
    except ParseError as error:
        raise _rejection(error, data, parser.parser, counter) from None
    except (ValueError, LookupError) as error:
        raise Rejected(f"its encoding is not taken ({in_short(error)}); save it as UTF-8", malformed=True) from None


def _rejection(error: ParseError, data: bytes, expat: Any, counter: _Counter) -> Rejected:
    """What expat found, where, and the remedy; raises `MemoryError` where that is what it lacked."""
    if error.code == _NO_MEMORY:
        raise MemoryError
    if not data.strip(_NOTHING):
        return Rejected("not well-formed: it is empty", premature=True, malformed=True)
    line, column = error.position
    words = _PLACE.sub("", str(error)).removeprefix("not well-formed ").strip("()")
    place = f"(line {line}, column {column + 1})"
    index = expat.ErrorByteIndex
    if error.code in _ENCODING:
        return Rejected(f"its encoding is not taken: {words} {place}; save it as UTF-8", malformed=True)
    if error.code == _UNBOUND and (prefix := _unbound(data[index : index + _TAG_SHOWN], counter.prefixes)):
        return Rejected(
            f"not well-formed: unbound prefix {prefix[:60]} {place}; declare it with xmlns:{prefix[:60]}=...",
            malformed=True,
        )
    if error.code == _TOKEN and data.startswith(_UTF_32):
        return Rejected("its encoding is not taken: UTF-32; save it as UTF-8", malformed=True)
    remedy = ""
    if error.code == _TOKEN:
        words, remedy = wrong_tokens.explained(data, index)
    elif error.code == _ENTITY:
        remedy = "write the character itself"
    remedy = f"; {remedy}" if remedy else ""
    return Rejected(f"not well-formed: {words} {place}{remedy}", premature=error.code in _PREMATURE, malformed=True)


def _unbound(tag: bytes, declared: set[str]) -> str | None:
    """The first prefix in a start tag that is declared nowhere."""
    encoding = "utf-16-be" if tag[:1] == b"\0" else "utf-16-le" if tag[1:2] == b"\0" else "utf-8"
    for match in _PREFIXED.finditer(tag.decode(encoding, "replace")):
        if match[0] == ">":
            break
        if match[1] and match[1] not in declared:
            return match[1]
    return None
