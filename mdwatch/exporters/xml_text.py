"""Writing XML as text: the few characters that mean something are escaped, which is all that is to it.

Names and namespaces are the program's own; whatever comes from a record goes through `text` or `attributes`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Final

from mdwatch.formats import dnx

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

WHITE_SPACE: Final = " \t\r\n"
"""What is white space in XML; Python's `strip` takes more for it, such as no-break spaces."""

_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def text(value: str) -> str:
    """The value as the text of an element."""
    # Nearly all texts are printable, which is quick to tell: those hold no line end, and nothing that XML cannot have.
    if not value.isprintable():
        value = dnx.writable(value).replace("&", "&amp;").replace("\r", "&#13;")
    elif "&" in value:
        value = value.replace("&", "&amp;")
    if "<" in value:
        value = value.replace("<", "&lt;")
    return value.replace(">", "&gt;") if ">" in value else value


def attributes(values: Mapping[str, str]) -> str:
    """The attributes, each after a space; those without a value are left out."""
    said = ""
    for name, value in values.items():
        if value:
            said += f' {name}="{quoted(value)}"'
    return said


def quoted(value: str) -> str:
    """The value as that of an attribute, between double quotes."""
    # Codes and numbers hold nothing to be escaped.
    if value.isalnum():
        return value
    escaped = text(value)
    if not escaped.isprintable():
        escaped = escaped.replace("\t", "&#9;").replace("\n", "&#10;")
    return escaped.replace('"', "&quot;") if '"' in escaped else escaped


def element(name: str, value: str, values: dict[str, str] | None = None) -> str:
    """An element that holds text."""
    if not values:
        return f"<{name}>{text(value)}</{name}>"
    return f"<{name}{attributes(values)}>{text(value)}</{name}>"


def wrap(name: str, content: str, values: dict[str, str] | None = None) -> str:
    """An element around content that is XML already; nothing if there is none."""
    return f"<{name}{attributes(values) if values else ''}>{content}</{name}>" if content else ""


def wrapped(name: str, pieces: Iterable[str], values: str = "") -> Iterator[str]:
    """An element around pieces of XML, piece by piece; nothing where they come to nothing.

    `values` are its attributes as they are written, each after a space.
    """
    is_open = False
    for piece in pieces:
        if piece and not is_open:
            is_open = True
            yield f"<{name}{values}>"
        yield piece
    if is_open:
        yield f"</{name}>"


_AT_ONCE: Final = 500  # pieces


def document(pieces: Iterable[str]) -> bytes:
    """The document of these pieces, which are made as they are written: none is held beside the whole."""
    rest = iter(pieces)
    first = "".join(islice(rest, _AT_ONCE)).encode()
    more = list(islice(rest, _AT_ONCE))
    if not more:
        return first
    out = BytesIO()
    out.write(first)
    while more:
        out.write("".join(more).encode())
        more = list(islice(rest, _AT_ONCE))
    return out.getvalue()


# RFC 3986, in ASCII; other characters are escaped before. Without a scheme the first segment holds no colon.
_P_OR_SLASH: Final = r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]"
_IN_QUERY: Final = r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]"
_URI: Final = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]*:|(?=[^:/?#]*(?:[/?#]|$)))"
    rf"(?://(?:[A-Za-z0-9._~!$&'()*+,;=:%-]*@)?[A-Za-z0-9._~!$&'()*+,;=%-]*(?::\d{{1,5}})?(?=[/?#]|$)|(?!//))"
    rf"{_P_OR_SLASH}*(?:\?{_IN_QUERY}*)?(?:#{_IN_QUERY}*)?"
)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@%/?-]|%(?![0-9A-Fa-f]{2})")


def uri(value: str) -> str:
    """The value as xs:anyURI in its strictest reading, other characters escaped; empty if it cannot be one."""
    if not value:
        return ""
    before, mark, fragment = value.strip().rpartition("#")
    escaped = _UNSAFE.sub(_percent, before) + mark + _UNSAFE.sub(_percent, fragment)
    return escaped if _URI.fullmatch(escaped) else ""


def _percent(found: re.Match[str]) -> str:
    """A character as its bytes in UTF-8, each after a percent sign."""
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def language(tag: str) -> str:
    """The tag as xml:lang takes it: `en_NZ` becomes `en-NZ`, and what is no language tag is empty."""
    tag = tag.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""
