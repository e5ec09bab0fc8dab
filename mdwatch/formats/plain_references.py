"""References to the five characters that need no declaration (XML 1.0, 4.6), in records in plain writing."""

import re
from typing import Final

_REFERENCE: Final = re.compile("&([a-z]*;?)")
_CHARACTERS: Final = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "apos;": "'"}


def resolved(text: str) -> str:
    """The text with their characters in place of the references; raises `KeyError` where there is any other."""
    return _REFERENCE.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    return _CHARACTERS[reference[1]]
