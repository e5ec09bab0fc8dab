"""Text into XML that is written without a library: nothing in a value can end where it stands."""

import re
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN: Final = re.compile(r"[ !#-%'-;=?-~]*")  # what is written as it is, and nearly all that is written
_REPLACEMENT: Final = "\ufffd"
# Line ends and tabs as references, since a parser would turn those of an attribute into spaces.
_REFERENCES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def possible(text: str) -> bool:
    """Whether every character may stand in an XML 1.0 document, if need be as a reference."""
    return _FORBIDDEN.search(text) is None


def escaped(text: str) -> str:
    """The text for an element or a double-quoted attribute; a character XML cannot hold becomes U+FFFD."""
    if _PLAIN.fullmatch(text):
        return text
    return _FORBIDDEN.sub(_REPLACEMENT, text).translate(_REFERENCES)


def element(name: str, text: str) -> str:
    """An element without attributes around a text."""
    return f"<{name}>{escaped(text)}</{name}>"


def attributes(**values: str | None) -> str:
    """Attributes with a space before each; those that are None are left out."""
    return "".join(f' {name}="{escaped(value)}"' for name, value in values.items() if value is not None)
