"""The one safe XML parser: every XML byte that enters mdwatch passes through it.

But for what is recognised whole: envelopes (`plain_update`) and records (`plain_record`) in plain writing, of which
the start tags are parsed here, and records for exporters, which were taken before. In order: the size cap; the gate
(expat behind defusedxml) that refuses any document type declaration, and with it every entity and external reference,
and counts what may be over a cap; lxml without network, DTD loading or entity resolution; the cap on depth. All of it
before anything walks the tree.
"""

import re
import threading
from functools import cache
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import gate, wrong_tokens
from mdwatch.formats.limits import DEEPEST, MOST_RECORDS, Limits, too_deep

__all__ = [
    "DEEPEST",
    "Allowance",
    "Limits",
    "parse",
    "parse_whole",
    "serialise",
    "serialise_whole",
    "without_declaration",
]

_XML_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>\s*")
_PLACE = re.compile(r"\((line \d+, column \d+)\)")
_NO_URI = re.compile(r"'(.*)' is not a valid URI", re.DOTALL)
_NO_MEMORY: Final = 2  # libxml2's XML_ERR_NO_MEMORY
_UNSUPPORTED_ENCODING: Final = 32  # libxml2's XML_ERR_UNSUPPORTED_ENCODING
# So many bytes at least has an element, and an attribute even more.
_SHORTEST_ELEMENT: Final = 4
_COUNTS = (etree.XPath("count(//*)"), etree.XPath("count(//@*)"))


def parse(data: bytes | str, limits: Limits) -> etree._Element:
    """The root element of a document without comments and processing instructions.

    Text is taken as decoded already: an XML declaration in it, whatever encoding it names, is dropped.
    Raises `Rejected` with the place and the remedy, and `MemoryError` where this process may not have enough.
    """
    if isinstance(data, str):
        data = without_declaration(data).encode("utf-8", "surrogatepass")
    if len(data) > limits.bytes:
        raise Rejected(f"larger than the cap of {limits.bytes} bytes; split it or raise limits.bytes")
    gate.check(data, limits)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        rejection = _rejection(error, data, limits)
        if error.code == _UNSUPPORTED_ENCODING and (text := _decoded(data)) is not None:
            return parse(text, limits)
        raise rejection from None
    except (ValueError, LookupError) as error:
        raise Rejected(f"not readable as XML: {gate.in_short(error)}; save it as UTF-8", malformed=True) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Rejected(gate.NO_DECLARATION)
    # Each element but the innermost takes two tags, so that few documents have to be measured.
    if data.count(b"<") > 2 * limits.depth and _deeper_than(limits.depth)(root):
        raise too_deep(limits)
    return root


def parse_whole(content: str, limits: Limits) -> etree._Element:
    """The root of a record that is to be written again: with its comments, processing instructions and CDATA sections.

    Raises what `parse` does, which has looked at it before.
    """
    parse(content, limits)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        strip_cdata=False,
    )
    return etree.fromstring(without_declaration(content).encode("utf-8", "surrogatepass"), parser)


class Allowance:
    """The caps of one document, kept by all the records of one file together: many records cost no more than one.

    `size` is that of the file in bytes; a small one cannot be over the caps, so that nothing is counted.
    """

    def __init__(self, limits: Limits, size: int) -> None:
        self._limits = limits
        self._counted = size > _SHORTEST_ELEMENT * limits.elements
        self._records = self._bytes = 0
        self._nodes = [0, 0]

    def parse(self, content: bytes | str) -> etree._Element:
        """The root of the next record; raises `Rejected` where it or all of them are over a cap."""
        self._records += 1
        self._bytes += len(content)
        if self._records > MOST_RECORDS:
            raise Rejected(f"beyond the cap of {MOST_RECORDS} records in one file; split it")
        if self._bytes > 2 * self._limits.bytes:
            raise Rejected(f"with those before it larger than twice the cap of {self._limits.bytes} bytes; split it")
        try:
            root = parse(content, self._limits)
        except Rejected as rejected:
            # In the file that the record came in, the line is another one.
            reason = _PLACE.sub(r"(\1 of the record)", rejected.reason)
            raise Rejected(reason, premature=rejected.premature, malformed=rejected.malformed) from None
        if self._counted:
            self._nodes = [sum_ + int(count(root)) for sum_, count in zip(self._nodes, _COUNTS, strict=True)]
            if max(self._nodes) > self._limits.elements:
                raise Rejected(
                    f"with the records before it over the cap of {self._limits.elements} elements or attributes; "
                    "split it or raise limits.elements"
                )
        return root


def without_declaration(text: str) -> str:
    """The document without byte order mark, XML declaration and the white space around it."""
    text = text.strip("\ufeff \t\r\n")
    declaration = _XML_DECLARATION.match(text)
    return text[declaration.end() :] if declaration else text


def serialise_whole(root: etree._Element) -> str:
    """The document of this root as text, with comments and processing instructions that stand beside the root."""
    return etree.tostring(root.getroottree(), encoding="unicode")


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


def _rejection(error: etree.XMLSyntaxError, data: bytes, limits: Limits) -> Rejected:
    """What is wrong with a document that lxml refused; raises `Rejected` itself where expat knows better."""
    if error.code == _NO_MEMORY:
        raise MemoryError
    gate.diagnose(data, limits)
    words = error.msg or ""
    if "XML_PARSE_HUGE" in words:
        return Rejected("one text or attribute is longer than the XML library takes (10,000,000 bytes); split it")
    if namespace := _NO_URI.search(words):
        shown = gate.in_short(namespace[1])[:100]
        return Rejected(f"the namespace {shown!r} is not a URI, which has no blanks or brackets; correct it")
    return Rejected(f"not well-formed: {gate.in_short(words)}", malformed=True)


def _decoded(data: bytes) -> str | None:
    """The text of a document in an 8-bit encoding that libxml2 does not know, such as IBM437; None where it is none.

    Asked for what expat has read to its end, which knows every such encoding that Python does, and no longer ones.
    """
    declared = wrong_tokens.declared_encoding(data)
    try:
        return data.decode(declared) if declared else None
    except (ValueError, LookupError):
        return None


@cache
def _deeper_than(depth: int) -> etree.XPath:
    """A test for elements below this depth, in one pass of libxml2 over the tree."""
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")
