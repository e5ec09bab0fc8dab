"""People are told of parts of the daemon that do not work: HTTP, exports, the database, refused settings.

A part that is in order again soon is not told of. What is to be told while the database is away is noted later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from mdwatch.errors import Deferred
from mdwatch.repository import occurrences
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules import notifying
from mdwatch.rules.notifying import Happening
from mdwatch.runtime.context import Context

log = structlog.get_logger()

_MOST: Final = 100  # that are kept while the database is away


@dataclass(slots=True)
class _Known:
    """A part that does not work: since when (milliseconds), why, and whether that was told."""

    since: int
    reason: str
    told: bool = False


class PartNews:
    """What becomes of the parts; used by one thread."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._untold: list[Occurrence] = []

    def look(self, context: Context, troubles: Iterable[tuple[str, str]]) -> None:
        """Notes what is news of the parts that do not work now: each with why."""
        now = context.clock.now()
        there: Mapping[str, str] = dict(troubles)
        for part in [part for part in self._known if part not in there]:
            known = self._known.pop(part)
            if known.told:
                self._add(Happening.PART_HEALED, now, part, known.reason)
        for part, reason in there.items():
            known = self._known.setdefault(part, _Known(now, reason))
            # A clock that is set back meanwhile has passed the time, too.
            if not known.told and abs(now - known.since) >= notifying.PASSING:
                known.told = True
                self._add(Happening.PART_FAILED, known.since, part, reason)
        self._note(context)

    def _add(self, what: Happening, at: int, part: str, reason: str) -> None:
        self._untold = [*self._untold, Occurrence(at=at, what=what, reason=f"{part}: {reason}")][-_MOST:]

    def _note(self, context: Context) -> None:
        if not self._untold:
            return
        try:
            context.repository.carry_out(lambda connection: occurrences.note_all(connection, self._untold))
        except Deferred as error:
            log.debug("part_not_told", reason=str(error))
        else:
            self._untold = []
