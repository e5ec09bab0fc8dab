"""Values of attributes, and of text that is of a type, as DDI Codebook 2.5 wants them."""

import re
from collections.abc import Callable
from typing import Final

from mdwatch.exporters.ddi.dates import iso
from mdwatch.exporters.xml_text import language, uri

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_.:-]+")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_STEP: Final = r"(?:(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*|\*|[A-Za-z_][\w.-]*:\*)"
_ELEMENT_PATH: Final = re.compile(rf"(?://?{_STEP})+", re.ASCII)
_ATTRIBUTE_PATH: Final = re.compile(rf"@{_STEP}", re.ASCII)


def _whole(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda value: value if pattern.fullmatch(value) else ""


_TYPES: Final[dict[str, Callable[[str], str]]] = {
    "name": _whole(_NAME),
    "token": _whole(_TOKEN),
    "integer": _whole(_INTEGER),
    "element path": _whole(_ELEMENT_PATH),
    "attribute path": _whole(_ATTRIBUTE_PATH),
    "date": iso,
    "language": language,
    "URI": uri,
}
REFERENCES: Final = frozenset(("IDREF", "IDREFS"))


class DdiValues:
    """The values of one codebook; it knows which IDs were met, for each is there once."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def fitting(self, value: str, wanted: str) -> str:
        """The value as it fits what is wanted, a type or the words of a list; or empty."""
        if wanted == "ID":
            if value in self._ids or not _NAME.fullmatch(value):
                return ""
            self._ids.add(value)
            return value
        if wanted in REFERENCES:
            return " ".join(part for part in value.split() if _NAME.fullmatch(part))
        make = _TYPES.get(wanted)
        if make:
            return make(value)
        return value if value in wanted.split("|") else ""


def is_typed(value: str, wanted: str) -> bool:
    """Whether text is of the type that is wanted; what is no type wants nothing."""
    make = _TYPES.get(wanted)
    return make is None or bool(make(value))
