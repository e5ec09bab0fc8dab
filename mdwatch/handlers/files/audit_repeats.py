"""An audit looks for files that were applied twice, the second time over newer ones: copies of a backup, as a rule.

A copy is new work, whoever made it. What tells that it was none is that it looks as the first one did, times and all,
and that a file with newer times was applied in between.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from mdwatch.repository import auditing
from mdwatch.repository.journal import Entry
from mdwatch.rules.codes import Code

_Looks = tuple[int, int, bytes]  # size, mtime, digest


class Repeat(NamedTuple):
    """A file that was applied again: the row of the first time, and that of the last."""

    first: Entry
    last: Entry


class Repeats:
    """Finds them among the rows of a job, which come by the names of the files."""

    def __init__(self) -> None:
        self._name: str | None = None
        self._first: dict[_Looks, Entry] = {}
        self._last: dict[_Looks, Repeat] = {}
        self._found: list[Repeat] = []

    def watched(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The same rows, which are looked at on their way."""
        for entry in entries:
            if entry.name != self._name:
                self._close(entry.name)
            if entry.code == Code.UPDATED.value:
                looks = (entry.identity.size, entry.identity.mtime_ns, entry.digest)
                first = self._first.setdefault(looks, entry)
                if first is not entry:
                    self._last[looks] = Repeat(first, entry)
            yield entry
        self._close(None)

    def _close(self, name: str | None) -> None:
        """Goes on to the rows of another name."""
        self._found += self._last.values()
        self._name, self._first, self._last = name, {}, {}

    def over_newer(self, connection: Connection) -> Iterator[tuple[Entry, int, str]]:
        """Those found since the last time whose IE stands as they left it, with its version, and over which file."""
        found, self._found = self._found, []
        current = auditing.current_updates(connection, {repeat.last.pid or "" for repeat in found})
        for first, last in found:
            there = current.get(last.pid or "")
            if there is None or there[1:] != (last.job, last.name, last.at):
                continue
            between = auditing.updates_between(connection, last.pid or "", first.id, last.id)
            # One that says the same is undone by nobody.
            others = (entry for entry in between if entry.digest != last.digest)
            newer = [entry for entry in others if entry.identity.mtime_ns > last.identity.mtime_ns]
            over = next((entry for entry in newer if set(entry.records or ()) & set(last.records or ())), None)
            if over is not None:
                yield last, there.version, over.name
