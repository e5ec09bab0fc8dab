"""What is wrong where a parser of XML stopped at something that is no token, and what is to be written there.

Expat says "invalid token" of a byte in another encoding, of a bare ampersand, of a quotation mark that a word processor
made, and of a control character. People need to know which it is.
"""

import re
import unicodedata
from typing import Final

_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)""")
_AMPERSAND = re.compile(rb"&[^\s&;<>\"']*$")  # one that begins no reference, up to where that is seen
_NAME_SHOWN: Final = 100  # bytes that may lie between
_LONGEST: Final = 4  # bytes of a character
_NONE_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_BEFORE_ROOT: Final = b" \t\r\n\xef\xbb\xbf"


def explained(data: bytes, index: int) -> tuple[str, str]:
    """What is wrong at this byte of a document, and the remedy, if there is one to tell.

    In UTF-16 bytes tell nothing of either.
    """
    at = data[index : index + 1]
    if data.startswith(_UTF_16):
        return "invalid token", ""
    character = _character(data, index)
    if not character and at:
        return f"the byte 0x{at[0]:02X} is none of its encoding", "save it as UTF-8"
    before = data[max(0, index - _NAME_SHOWN) : index]
    if _AMPERSAND.search(before):
        return "invalid token", "write & as &amp;"
    if before.endswith(b"<") or at == b"<":
        return "invalid token", "write < as &lt;" if _begun(data) else "remove what stands before its first <"
    if _NONE_OF_XML.match(character):
        return f"the character U+{ord(character):04X} is none of XML's", "remove it"
    if character > "\x7f":
        shown = f"U+{ord(character):04X} ({unicodedata.name(character, 'which has no name')})"
        return f"the character {shown} cannot stand there", "write a plain one of ASCII in its place, or remove it"
    return "invalid token", ""


def declared_encoding(data: bytes) -> str | None:
    """The encoding that an XML declaration in ASCII names."""
    found = _ENCODING.match(data)
    return found[1].decode() if found else None


def _character(data: bytes, index: int) -> str:
    """The character that begins at this byte; empty where none does."""
    encoding = declared_encoding(data) or "utf-8"
    for length in range(1, _LONGEST + 1):
        try:
            return data[index : index + length].decode(encoding)[:1]
        except (ValueError, LookupError):
            continue
    return ""


def _begun(data: bytes) -> bool:
    """Whether the document begins as one does, with a tag."""
    return data.lstrip(_BEFORE_ROOT).startswith(b"<")
