"""What was decided of a group is carried out: its files are put away and its lines written, while the job is ours.

Where there are many files another process puts them away (`mover`), and goes on with that while the next group is
decided here. So the rows of two groups may be open after a crash, and the log is noted where it stood before the lines
of the first. A transaction waits for no disk but its own: what is through by the time it writes its rows is noted in
it, else with the one after.
"""

import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from mdwatch.handlers.updates import filing
from mdwatch.handlers.updates.group import Decided
from mdwatch.handlers.updates.known_files import JobFiles
from mdwatch.handlers.updates.mover import Mover, MovesAsked
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.troubles import Troubles
from mdwatch.repository import journal, run_entries
from mdwatch.repository.journal import Entry, FiledRows
from mdwatch.repository.run_entries import LogPosition
from mdwatch.runtime import counted
from mdwatch.runtime.lease import SURE_SECONDS, Lease


@dataclass(slots=True)
class _OpenGroup:
    """A group whose rows are open: up to which key they are, and where the log stood before its lines.

    `filed` is what came of moving its files, None as long as another process is at it, as it was `asked` to.
    """

    last: int
    log: LogPosition
    decided: Decided
    files: list[Prepared]
    asked: MovesAsked | None = None
    filed: FiledRows | None = None


class CarryingOut:
    """Carries out the groups of one run, one after the other. Every method raises `OSError` and `Deferred`."""

    def __init__(self, session: Session, lease: Lease, troubles: Troubles) -> None:
        self._session = session
        self._lease = lease
        self._troubles = troubles
        self.mover: Mover | None = None  # who puts files away meanwhile, where there are many
        self._open: list[_OpenGroup] = []  # oldest first; of all but the last it is known what came of them
        self._noted = 0  # how many of them this transaction closes
        self._written = 0, LogPosition(0, 0)

    def make_way(self, files: Sequence[Prepared]) -> None:
        """Waits for the last group where these files cannot be decided beside it.

        One of them may be one of its own, under another name: each name is looked at once until all are put away.
        """
        inodes = {file.file.identity.inode for group in self._open if group.filed is None for file in group.files}
        if inodes and any(file.file.identity.inode in inodes for file in files):
            self.finish()

    def note_filed(self, connection: Connection) -> None:
        """Notes in this transaction what came of moving the files of groups that are through."""
        self._noted = 0
        for group in self._open:
            if group.filed is not None:
                journal.mark_carried_out(connection, self._session.name, group.filed, group.last)
                self._noted += 1

    def note_moved(self, connection: Connection) -> None:
        """The same of a group that has come to be through within this transaction."""
        for group in self._open[self._noted :]:
            if group.asked is not None and group.asked.all_moved():
                self._troubles.note_stuck(group.files, {})
                group.filed = FiledRows()
                journal.mark_carried_out(connection, self._session.name, group.filed, group.last)
                self._noted += 1

    def note_written(self, connection: Connection, run_id: int) -> None:
        """Notes where the lines begin of the rows that are open now; those of this transaction are written."""
        log = LogPosition(*self._session.job_log.position())
        self._written = journal.last_open(connection, self._session.name), log
        still_open = self._open[self._noted :]
        run_entries.set_log(connection, run_id, still_open[0].log if still_open else log)

    def noted(self) -> None:
        """The transaction is committed."""
        del self._open[: self._noted]
        self._noted = 0

    def carry_out(self, decided: Decided, known: list[Entry], files: list[Prepared]) -> None:
        """The moves, then the lines; where another process moves, the lines meanwhile, and `finish` is to follow.

        `known` was decided before and is to be moved only.
        """
        session = self._session
        self.finish()
        group = _OpenGroup(*self._written, decided, files)
        self._open.append(group)
        until = time.monotonic() + SURE_SECONDS
        self._lease.ensure(asked=True)
        session.heartbeat.at("share")
        group.asked = self.mover.begin(decided.entries, until) if self.mover and not known else None
        if group.asked is not None:
            session.heartbeat.at("work")
            self._tell(decided)
            return
        stuck = self._put_away(group, known)
        moved_late = [entry for entry in known if entry.name not in stuck]
        self._tell(decided, filing.late_lines(session.context.clock.now(), moved_late))

    def finish(self) -> None:
        """Waits until the last group is put away, where another process does that, and does what that one could not."""
        for group in self._open:
            if group.filed is None and group.asked is not None:
                self._session.heartbeat.at("share")
                self._put_away(group, (), group.asked.moved())

    def conclude(self) -> None:
        """Notes what came of moving files in a transaction of its own, where there may be no other for long."""
        if any(group.filed is not None for group in self._open):
            self._session.context.repository.carry_out(self._conclude)
            self.noted()

    def _conclude(self, connection: Connection) -> None:
        # A pause does not keep this back, as it would what takes files.
        self._lease.prolong(connection)
        self.note_filed(connection)

    def _put_away(
        self, group: _OpenGroup, known: Sequence[Entry], moved: AbstractSet[str] = frozenset()
    ) -> Mapping[str, str]:
        """Puts all files away but those that are `moved`; why those that are stuck are, by name."""
        session = self._session
        files = JobFiles(session.context, session.name)
        entries = [*known, *group.decided.entries]
        moves = filing.put_files_away(session.folder, entries, self._lease.ensure, files, moved)
        session.heartbeat.at("work")
        group.filed = moves.filed
        self._troubles.note_stuck(group.files, moves.stuck)
        return moves.stuck

    def _tell(self, decided: Decided, late: Sequence[str] = ()) -> None:
        """The lines in both logs, and the counts."""
        counted.group(self._session.name, [entry.code for entry in decided.entries])
        filing.tell(self._session.job_log, decided.entries, late, partial(self._lease.ensure, asked=True))
