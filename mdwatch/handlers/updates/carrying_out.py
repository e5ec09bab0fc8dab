"""What was decided of a group is carried out: its files are put away and its lines written, while the job is ours.

Where there are many files another process puts them away (`mover`), and goes on with that while the next group is
received here; nothing of that one is decided before it is through.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from mdwatch.handlers.updates import filing
from mdwatch.handlers.updates.group import Decided
from mdwatch.handlers.updates.known_files import filed_before
from mdwatch.handlers.updates.mover import Mover
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.troubles import Troubles
from mdwatch.repository import journal
from mdwatch.repository.journal import Entry, FiledRows
from mdwatch.runtime import counted
from mdwatch.runtime.lease import SURE_SECONDS, Lease


class _UnderWay(NamedTuple):
    """A group that another process puts away: `moved` waits, and tells which files it did."""

    decided: Decided
    files: list[Prepared]
    moved: Callable[[], frozenset[str]]


class CarryingOut:
    """Carries out the groups of one run, one after the other. Every method raises `OSError` and `Deferred`."""

    def __init__(self, session: Session, lease: Lease, troubles: Troubles) -> None:
        self._session = session
        self._lease = lease
        self._troubles = troubles
        self.mover: Mover | None = None  # who puts files away meanwhile, where there are many
        self._under_way: _UnderWay | None = None
        # What came of moving the files of the last group: noted with the next transaction.
        self._filed = FiledRows()

    def note_filed(self, connection: Connection) -> None:
        """Notes in this transaction what came of moving the files of the last group."""
        journal.mark_carried_out(connection, self._session.name, self._filed)

    def noted(self) -> None:
        """The transaction in which that was noted is committed."""
        self._filed = FiledRows()

    def carry_out(self, decided: Decided, known: list[Entry], files: list[Prepared]) -> None:
        """The moves, then the lines; where another process moves, the lines meanwhile, and `finish` is to follow.

        `known` was decided before and is to be moved only.
        """
        session = self._session
        until = time.monotonic() + SURE_SECONDS
        self._lease.ensure(asked=True)
        session.heartbeat.at("share")
        moved = self.mover.begin(decided.entries, until) if self.mover and not known else None
        if moved is not None:
            self._under_way = _UnderWay(decided, files, moved)
            session.heartbeat.at("work")
            self._tell(decided)
            return
        stuck = self._put_away([*known, *decided.entries], files)
        moved_late = [entry for entry in known if entry.name not in stuck]
        self._tell(decided, filing.late_lines(session.context.clock.now(), moved_late))

    def finish(self) -> None:
        """Waits until the last group is put away, where another process does that, and does what that one could not."""
        if self._under_way is None:
            return
        under_way, self._under_way = self._under_way, None
        self._session.heartbeat.at("share")
        self._put_away(under_way.decided.entries, under_way.files, under_way.moved())

    def _put_away(
        self, entries: list[Entry], files: list[Prepared], moved: AbstractSet[str] = frozenset()
    ) -> Mapping[str, str]:
        """Puts all files away but those that are `moved`; why those that are stuck are, by name."""
        session = self._session
        is_filed = filed_before(session.context, session.name)
        moves = filing.put_files_away(session.folder, entries, self._lease.ensure, is_filed, moved)
        session.heartbeat.at("work")
        self._filed = moves.filed
        self._troubles.note_stuck(files, moves.stuck)
        return moves.stuck

    def _tell(self, decided: Decided, late: Sequence[str] = ()) -> None:
        """The lines in both logs, and the counts."""
        counted.group(self._session.name, [entry.code for entry in decided.entries])
        filing.tell(self._session.job_log, decided.entries, late, partial(self._lease.ensure, asked=True))
