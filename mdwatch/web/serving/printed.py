"""Text on pages: what cannot be printed is written as escapes, so that no sign turns the direction of what follows."""

import unicodedata
from typing import Any, Final

from markupsafe import Markup

from mdwatch.formats.printable import escape

_HARMLESS: Final = "\n\t\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def printed(value: Any) -> Any:
    """Text with what cannot be printed written as escapes; spaces, line ends and what joins letters stay."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(sign if sign.isprintable() or _harmless(sign) else escape(sign) for sign in value)


def _harmless(sign: str) -> bool:
    """Whether a sign that Python would not print is one that texts are written with."""
    return sign in _HARMLESS or unicodedata.category(sign) == "Zs"
