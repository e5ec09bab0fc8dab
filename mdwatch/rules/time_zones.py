"""What TZ may say, as POSIX has it (POSIX.1-2024, 8.3) and glibc reads it: a file of zone data, or a rule."""

import re
from typing import Final

_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_HOURS = r"[+-]?\d{1,3}(?::\d{1,2}(?::\d{1,2})?)?"
_DATE = r"(?:M(?:1[0-2]|[1-9])\.[1-5]\.[0-6]|J\d{1,3}|\d{1,3})"
_RULE: Final = rf"{_NAME}{_HOURS}(?:{_NAME}(?:{_HOURS})?(?:,{_DATE}(?:/{_HOURS})?,{_DATE}(?:/{_HOURS})?)?)?"
_UNIVERSAL: Final = frozenset({"", "UTC", "GMT"})


def is_rule(text: str) -> bool:
    """Whether this is a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`, or a name of universal time."""
    return text in _UNIVERSAL or re.fullmatch(_RULE, text) is not None


def zone_file(text: str, directory: str) -> str:
    """The path of the file of zone data that glibc looks for first; `text` without a leading colon."""
    return text if text.startswith("/") else f"{directory}/{text}"
