"""The end of a log as pages show it: each line in the tone of its level."""

import re
from pathlib import Path
from typing import Final, NamedTuple

from mdwatch.runtime.log_tail import tail
from mdwatch.web.pages.words import Tone

_LEVEL: Final = re.compile(r" {3}(INFO|WARN|ERROR) {3}")
_TONES: Final[dict[str, Tone]] = {"INFO": "calm", "WARN": "warn", "ERROR": "bad"}


class Line(NamedTuple):
    """A line of a log, and its tone."""

    text: str
    tone: Tone


def shown(path: Path, lines: int) -> list[Line]:
    """The last lines of a log, none where there is no log or it cannot be read."""
    return [line(text) for text in tail(path, lines)]


def line(text: str) -> Line:
    """A line of a log with the tone of its level."""
    level = _LEVEL.search(text)
    return Line(text, _TONES[level[1]] if level else "calm")
