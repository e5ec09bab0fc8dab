"""The end of a log, read from its end: logs grow long, and pages ask often."""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from mdwatch.web.pages.words import Tone

_BYTES_A_LINE: Final = 400  # a guess, high enough for most; a tail of long lines is shorter
_LEVEL: Final = re.compile(r" {3}(INFO|WARN|ERROR) {3}")
_TONES: Final[dict[str, Tone]] = {"INFO": "calm", "WARN": "warn", "ERROR": "bad"}


class Line(NamedTuple):
    """A line of a log, and its tone."""

    text: str
    tone: Tone


def tail(path: Path, lines: int) -> list[Line]:
    """The last lines of a log, none where there is no log or it cannot be read."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = max(size - lines * _BYTES_A_LINE, 0)
            file.seek(start)
            data = file.read()
    except OSError:
        return []
    found = data.decode("utf-8", "replace").split("\n")[:-1]
    if start > 0:
        del found[:1]
    return [line(text) for text in found[-lines:]]


def line(text: str) -> Line:
    """A line of a log with the tone of its level."""
    level = _LEVEL.search(text)
    return Line(text, _TONES[level[1]] if level else "calm")
