"""Names under which a file is put away where its own name is taken already, and the folders of dated places."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Final, Literal

_LONGEST: Final = 255  # bytes, what file systems allow
_LONGEST_ENDING: Final = 100  # bytes; what follows the last dot of a longer one is no ending that must be kept
REASON_SUFFIX: Final = ".reason.txt"


Layout = Literal["flat", "month", "day"]


_FOLDERS: Final[dict[Layout, int]] = {"flat": 0, "month": 2, "day": 3}  # of year, month and day
DEEPEST: Final = max(_FOLDERS.values())


def dated(layout: Layout, when: datetime) -> tuple[str, ...]:
    """The folders below `done/` for a file of this moment: none, year and month, or the day, too; in UTC."""
    return (f"{when:%Y}", f"{when:%m}", f"{when:%d}")[: _FOLDERS[layout]]


def candidates(name: str, when: datetime, *, with_reason: bool) -> Iterator[str]:
    """The name itself, then names with the time of filing in UTC before the ending, then with a number too.

    `with_reason`: every candidate must leave room for the name of the reason file beside it.
    """
    longest = _LONGEST - (len(REASON_SUFFIX) if with_reason else 0)
    if _size(name) <= longest:
        yield name
    stem, dot, ending = name.rpartition(".")
    if not dot or _size(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    stamp = f".{when:%Y%m%dT%H%M%SZ}"
    for number in count(1):
        tail = f"{stamp}{'' if number == 1 else f'.{number}'}{dot}{ending}"
        yield _cut(stem, longest - _size(tail)) + tail


def _size(name: str) -> int:
    """The length of a name on disk, in bytes."""
    return len(name.encode("utf-8", "surrogateescape"))


def _cut(stem: str, room: int) -> str:
    """As much of the stem as fits into so many bytes, no character cut in two."""
    while _size(stem) > room:
        stem = stem[:-1]
    return stem
