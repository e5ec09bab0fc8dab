"""References to the five characters that need no declaration (XML 1.0, 4.6), in records in plain writing."""

from typing import Final

_CHARACTERS: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def resolved(text: str) -> str:
    """The text with their characters in place of the references; raises `KeyError` where there is any other."""
    before, *parts = text.split("&")
    found = [before]
    for part in parts:
        name, closed, after = part.partition(";")
        found += _CHARACTERS[name if closed else ""], after
    return "".join(found)
