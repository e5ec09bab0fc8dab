"""Whether a stored document can stand inside an answer as it is, byte for byte."""

import re
from typing import Final

NAMESPACE: Final = b"http://www.openarchives.org/OAI/2.0/"

# A start tag, however it is spread over lines; inside it `>` may stand in an attribute value.
_START: Final = re.compile(
    rb"<((?:([A-Za-z_\x80-\xff][A-Za-z0-9_.\-\x80-\xff]*):)?[A-Za-z_\x80-\xff][A-Za-z0-9_.\-\x80-\xff]*)"
    rb"((?:[ \t\r\n]+[^ \t\r\n<>=/\"']+[ \t\r\n]*=[ \t\r\n]*(?:\"[^<\"]*\"|'[^<']*'))*)[ \t\r\n]*(/?)>"
)
_ATTRIBUTE: Final = re.compile(rb"([^ \t\r\n=]+)[ \t\r\n]*=[ \t\r\n]*(\"[^\"]*\"|'[^']*')")
_FIRST_PREFIXED: Final = re.compile(rb"<[^ \t\r\n:/>]*:")
_UNPREFIXED: Final = re.compile(rb"<[A-Za-z_\x80-\xff][^ \t\r\n:/>]*[ \t\r\n/>]")
_PLAIN: Final = (b"<metadata>", b"</metadata>")
_UNDECLARING: Final = (b'<oai:metadata xmlns:oai="%b" xmlns="">' % NAMESPACE, b"</oai:metadata>")
_WHITE_SPACE: Final = b" \t\r\n"
_CONTROLS: Final = bytes(set(range(0x20)) - set(_WHITE_SPACE))
_NONCHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE, U+FFFF


def embeddable(document: bytes) -> bool:
    """Whether a document may be written into an answer without being parsed.

    True promises: it is UTF-8 without byte order mark, XML declaration or document type declaration, begins with the
    start tag of a root element in a namespace that it declares itself, ends with the end tag of that root (white space
    may follow), and holds no byte that XML forbids; so it was not cut off.
    Not promised: that what is between the tags is well-formed. That is tested by a parser once, when it is stored.
    """
    start = _START.match(document)
    if start is None:
        return False
    name, prefix, attributes, empty = start.groups()
    end = document.rstrip(_WHITE_SPACE)
    closed = len(end) == start.end() if empty else _closes(end, name)
    return closed and _declares(attributes, prefix) and _is_xml_text(document)


def around(document: bytes) -> tuple[bytes, bytes]:
    """The tags of a `metadata` element around an embeddable document, so that every name in it means what it meant.

    The default namespace of the answer would reach elements that have none: those without prefix below a root with one.
    Where there are some, `metadata` takes a prefix and undeclares the default.
    """
    return _UNDECLARING if _FIRST_PREFIXED.match(document) and _UNPREFIXED.search(document) else _PLAIN


def _closes(document: bytes, name: bytes) -> bool:
    """Whether the document ends with the end tag of this name."""
    return document.endswith(b">") and document[:-1].rstrip(_WHITE_SPACE).endswith(b"</" + name)


def _declares(attributes: bytes, prefix: bytes | None) -> bool:
    """Whether a start tag puts itself into a namespace, which must not be the empty one."""
    wanted = b"xmlns" if prefix is None else b"xmlns:" + prefix
    return any(name == wanted and len(quoted) > len("''") for name, quoted in _ATTRIBUTE.findall(attributes))


def _is_xml_text(document: bytes) -> bool:
    """Whether the bytes are UTF-8 and of characters that XML can hold."""
    if b"\xef\xbf" in document and any(noncharacter in document for noncharacter in _NONCHARACTERS):
        return False
    if len(document.translate(None, _CONTROLS)) != len(document):
        return False
    try:
        document.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
