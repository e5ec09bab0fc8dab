"""An operator looks for IEs: by the beginning of a PID, or by words of a title."""

import threading
import time
from dataclasses import dataclass
from typing import Final

from mdwatch.handlers.ies.titles import titles
from mdwatch.repository import ie_finding
from mdwatch.repository.ie_finding import Described
from mdwatch.rules.folding import fold
from mdwatch.runtime.context import Context

_SECONDS: Final = 2.0  # for which records are read through
_SHORTEST: Final = 2  # letters of a word that is looked for in titles
# Few read all records through at a time, and leave connections to the others.
_turns: Final = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class FoundIe:
    """An IE that was found, and the first title of its descriptive record, "" where it has none."""

    pid: str
    title: str


@dataclass(frozen=True, slots=True)
class FoundIes:
    """IEs that were found; `whole` is False where there are more records than could be read through in time."""

    ies: tuple[FoundIe, ...]
    whole: bool = True


def by_pid(context: Context, start: str, limit: int) -> FoundIes:
    """IEs whose PIDs begin like this."""
    with context.repository.read() as connection:
        found = ie_finding.beginning_with(connection, start, limit, context.institutions)
    return FoundIes(tuple(FoundIe(item.pid, next(iter(titles(item.content)), "")) for item in found))


def by_title(context: Context, text: str, limit: int) -> FoundIes:
    """IEs with all of these words, or beginnings of words, in one of their titles."""
    words = fold(text).split()
    longest = max(text.split(), key=len, default="")
    if len(longest) < _SHORTEST:
        return FoundIes(())
    if not _turns.acquire(timeout=_SECONDS):
        return FoundIes((), whole=False)
    try:
        return _read_through(context, longest, words, limit)
    finally:
        _turns.release()


def _read_through(context: Context, longest: str, words: list[str], limit: int) -> FoundIes:
    until = time.monotonic() + _SECONDS
    found: list[FoundIe] = []
    with context.repository.read() as connection:
        for item in ie_finding.with_text(connection, longest, context.institutions):
            title = _title_with(item, words)
            if title is not None:
                found.append(FoundIe(item.pid, title))
            if len(found) == limit or time.monotonic() > until:
                return FoundIes(tuple(found), whole=False)
    return FoundIes(tuple(found))


def _title_with(item: Described, words: list[str]) -> str | None:
    for title in titles(item.content):
        folded = fold(title)
        if all(word in folded for word in words):
            return title
    return None
