"""What was decided of a group is carried out: its files are put away and its lines written, while the job is ours.

Where there are many files another process puts them away (`mover`), and goes on with that while the next group is
decided here. At most one group is behind in this way: the rows of two may be open after a crash, and the log is noted
where it stood before the lines of the first. A transaction waits for no disk but its own: what is through by the time a
transaction writes its rows is noted in it, else with the one after.
"""

import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from mdwatch.handlers.updates import filing
from mdwatch.handlers.updates.group import Decided
from mdwatch.handlers.updates.known_files import filed_before
from mdwatch.handlers.updates.mover import Mover, Removal
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.troubles import Troubles
from mdwatch.repository import journal
from mdwatch.repository.journal import Entry, FiledRows
from mdwatch.runtime import counted
from mdwatch.runtime.lease import SURE_SECONDS, Lease


class _UnderWay(NamedTuple):
    """A group that another process puts away, as it was asked to."""

    decided: Decided
    files: list[Prepared]
    asked: Removal


class CarryingOut:
    """Carries out the groups of one run, one after the other. Every method raises `OSError` and `Deferred`."""

    def __init__(self, session: Session, lease: Lease, troubles: Troubles) -> None:
        self._session = session
        self._lease = lease
        self._troubles = troubles
        self.mover: Mover | None = None  # who puts files away meanwhile, where there are many
        self._under_way: _UnderWay | None = None
        # What came of moving files whose rows are still open; None where no row is.
        self._filed: FiledRows | None = None
        self._noting = False

    def make_way(self, files: Sequence[Prepared]) -> None:
        """Waits for the last group where these files cannot be decided beside it.

        One of them may be one of its own, under another name: each name is looked at once until all are put away. Nor
        can they be where rows of the one before are open, too.
        """
        if self._under_way is not None:
            inodes = {file.file.identity.inode for file in self._under_way.files}
            if self._filed is not None or any(file.file.identity.inode in inodes for file in files):
                self.finish()

    def note_filed(self, connection: Connection) -> None:
        """Notes in this transaction what came of moving the files of groups that are through."""
        self._noting = self._filed is not None
        if self._filed is not None:
            journal.mark_carried_out(connection, self._session.name, self._filed)

    def note_moved(self, connection: Connection) -> bool:
        """The same of a group that has come to be through within this transaction; whether no row is open now.

        To be called before it writes rows of its own.
        """
        if self._under_way is None:
            return True
        if not self._under_way.asked.all_moved():
            return False
        self._troubles.note_stuck(self._under_way.files, {})
        self._under_way, self._filed = None, FiledRows()
        self.note_filed(connection)
        return True

    def noted(self) -> None:
        """The transaction in which that was noted is committed."""
        if self._noting:
            self._filed, self._noting = None, False

    def carry_out(self, decided: Decided, known: list[Entry], files: list[Prepared]) -> None:
        """The moves, then the lines; where another process moves, the lines meanwhile, and `finish` is to follow.

        `known` was decided before and is to be moved only.
        """
        session = self._session
        self.finish()
        until = time.monotonic() + SURE_SECONDS
        self._lease.ensure(asked=True)
        session.heartbeat.at("share")
        asked = self.mover.begin(decided.entries, until) if self.mover and not known else None
        if asked is not None:
            self._under_way = _UnderWay(decided, files, asked)
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
        self._put_away(under_way.decided.entries, under_way.files, under_way.asked.moved())

    def _put_away(
        self, entries: list[Entry], files: list[Prepared], moved: AbstractSet[str] = frozenset()
    ) -> Mapping[str, str]:
        """Puts all files away but those that are `moved`; why those that are stuck are, by name."""
        session = self._session
        is_filed = filed_before(session.context, session.name)
        moves = filing.put_files_away(session.folder, entries, self._lease.ensure, is_filed, moved)
        session.heartbeat.at("work")
        self._filed = moves.filed if self._filed is None else self._filed.with_those(moves.filed)
        self._troubles.note_stuck(files, moves.stuck)
        return moves.stuck

    def _tell(self, decided: Decided, late: Sequence[str] = ()) -> None:
        """The lines in both logs, and the counts."""
        counted.group(self._session.name, [entry.code for entry in decided.entries])
        filing.tell(self._session.job_log, decided.entries, late, partial(self._lease.ensure, asked=True))
