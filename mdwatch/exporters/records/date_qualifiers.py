"""How certain a date is, by what stands around it: `ca.`, a question mark, brackets; in the words of MODS."""

import re
from collections.abc import Iterable
from typing import Final

INFERRED: Final = "inferred"
_QUALIFIERS: Final = (
    ("approximate", re.compile(r"\b(?:ca|circa|approx|approximately|about|um|vers)\b|\bc\. |[0-9][~%]", re.IGNORECASE)),
    ("questionable", re.compile(r"\?|\b(?:probably|possibly|or)\b", re.IGNORECASE)),
    (INFERRED, re.compile(r"\[.*\]")),
)
_IN_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_UNSURE_WORDS: Final = ("ca", "circa", "approx", "approximately", "about", "um", "vers", "probably", "possibly", "or")
# A text of small letters without any of these has none of the qualifiers. All begin with a character of their own, so
# that the others are passed over at once.
_UNSURE: Final = re.compile(
    "|".join([*(rf"{word}(?<!\w{word})\b" for word in _UNSURE_WORDS), r"c\. (?<!\wc\. )", r"~", r"%", r"\?", r"\["])
)


def qualifier(text: str, years: Iterable[str]) -> str:
    """The qualifier of a date, of which these years were read; empty for one that is certain."""
    if text.isascii() and not _UNSURE.search(text.lower()):
        return ""
    for name, pattern in _QUALIFIERS:
        if pattern.search(text) and (name != INFERRED or _is_supplied(text, years)):
            return name
    return ""


def _is_supplied(text: str, years: Iterable[str]) -> bool:
    """Whether a year stands in brackets, which not every bracket is for: `c1975, [pref. 1955]`."""
    outside = _IN_BRACKETS.sub("", text)
    return not all(year in outside for year in years if year)
