"""Groups of files are applied within one run: each is decided and written in one transaction, then carried out.

A group that mdwatch itself fails on is taken file by file, so that the fault stops the file it lies in and its IE only.
"""

from collections.abc import Sequence
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred, JobPaused, RunCancelled
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import group as update_group
from mdwatch.handlers.updates import retried
from mdwatch.handlers.updates.carrying_out import CarryingOut
from mdwatch.handlers.updates.group import Decided, Terms
from mdwatch.handlers.updates.known_files import known_files
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.troubles import Troubles, same_trouble
from mdwatch.repository import changes, ies, interventions, journal, run_entries, waiting_list
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.journal import Entry
from mdwatch.rules.codes import Trouble
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()


class FirstGroup(NamedTuple):
    """The first group of a run as it was decided in the transaction that began the run."""

    applier: "GroupApplier"
    files: list[Prepared]
    held_back: bool
    held: set[str]
    decided: Decided
    known: list[Entry]


class GroupApplier:
    """Applies the groups of one run, one after the other; `troubles` are the files that it could not take.

    The last group may still be being put away when `apply` returns, until `carrying_out.finish` or the next group.

    Every method raises `OSError` and `Deferred`; what is decided by then is found by the next run.
    """

    def __init__(self, session: Session, lease: Lease, run_id: int, *, goes_on: bool) -> None:
        """`goes_on`: groups of the run were applied before, by others or by who was here before a crash."""
        self._session = session
        self._context = session.context
        self._name = session.name
        self._lease = lease
        self._run_id = run_id
        # The files that this run decided are known here, unless it goes on from what somebody else did of it.
        self._decided: set[str] | None = None if goes_on else set()
        self.troubles = Troubles(session)
        self.carrying_out = CarryingOut(session, lease, self.troubles)
        # PIDs whose later files wait too: skipped in this run, or behind a file that mdwatch failed on.
        self._held = session.held_by_faults | session.book.pids()

    @property
    def most_at_once(self) -> int:
        """How many files are given to `apply` at a time."""
        return self._session.job.group_size

    def check_cancelled(self, connection: Connection) -> None:
        """Raises `RunCancelled` where somebody wants the run to end."""
        if run_entries.cancelled_by(connection, self._run_id) is not None:
            raise RunCancelled(f"run {self._run_id} of job {self._name} is cancelled")

    def apply(self, prepared: list[Prepared]) -> tuple[int, bool]:
        """Applies a group: how many of its files could be taken, and whether one that could not holds back the rest."""
        whole, held_back = self._takeable(prepared)
        self.carrying_out.make_way(whole)
        try:
            self._apply(whole)
        except (RunCancelled, JobPaused):
            # People do not find files half put away where they had the job stopped.
            self.carrying_out.finish()
            raise
        return len(whole), held_back

    def _takeable(self, prepared: Sequence[Prepared]) -> tuple[list[Prepared], bool]:
        whole = []
        for file in prepared:
            if not self.troubles.found(file):
                whole.append(file)
            elif self._session.patience.holding(file.file.name, self._context.clock.monotonic()):
                return whole, True
        return whole, False

    def _apply(self, files: list[Prepared]) -> None:
        """A fault of ours stops the file it lies in, and the IE behind it, but nothing else."""
        if not files:
            return
        try:
            decided, known = self._decide(files)
        except (OSError, Deferred):
            raise
        except Exception:
            if len(files) > 1:
                for file in files:
                    self._apply([file])
                return
            log.exception("file_fault", job=self._name, file=escape(files[0].file.name))
            self._fault(files[0])
            return
        self.carrying_out.carry_out(decided, known, files)

    def _fault(self, file: Prepared) -> None:
        self.troubles.note(file.file, "mdwatch itself failed on it; see the service log", Trouble.FAULT)
        self._session.held_by_faults |= update_group.pids_of([file])
        self._held |= update_group.pids_of([file])

    @repeated
    def _decide(self, files: list[Prepared]) -> tuple[Decided, list[Entry]]:
        """One transaction: look, decide, write. What was decided before is told apart, to be moved only."""
        held = set(self._held)
        with self._context.repository.write() as connection:
            self._lease.renew(connection)
            self.check_cancelled(connection)
            self.carrying_out.note_filed(connection)
            decided, known = self._decide_in(connection, files, held)
        self._take_in(decided, held, files)
        return decided, known

    def _decide_in(self, connection: Connection, files: list[Prepared], held: set[str]) -> tuple[Decided, list[Entry]]:
        session = self._session
        terms = Terms.of(self._context, self._name, session.job, session.user, self._run_id, connection)
        known = known_files(connection, self._name, self._run_id, files, self._maybe_returned(files))
        fresh = [file for file in files if file.file.name not in known] if known else files
        stored = ies.stored(connection, update_group.pids_of(fresh))
        ignoring = session.job.ignore_field_sequence
        put_back = retried.look(connection, self._name, fresh, stored, ignoring=ignoring)
        decided = update_group.decide(fresh, stored, held, terms, put_back)
        write(connection, session, self._run_id, decided, self.carrying_out)
        return decided, list(known.values())

    def decide_first(self, connection: Connection, prepared: Sequence[Prepared]) -> "FirstGroup":
        """Decides the first group of a run, in the transaction that begins it; `finish` is to be called after it."""
        whole, held_back = self._takeable(prepared)
        held = set(self._held)
        decided, known = self._decide_in(connection, whole, held) if whole else (Decided(), [])
        return FirstGroup(self, whole, held_back, held, decided, known)

    def finish(self, first: "FirstGroup") -> tuple[int, bool]:
        """Carries out the first group, which is committed; what `apply` comes to."""
        if first.files:
            self._take_in(first.decided, first.held, first.files)
            self.carrying_out.carry_out(first.decided, first.known, first.files)
        return len(first.files), first.held_back

    def _take_in(self, decided: Decided, held: set[str], files: list[Prepared]) -> None:
        """Remembers what was committed."""
        self._held = held
        self.carrying_out.noted()
        if self._decided is not None:
            self._decided.update(file.file.name for file in files)
        self._session.skipped |= {item.name for item in decided.waiting}
        self._session.book.add(decided.waiting)

    def _maybe_returned(self, files: list[Prepared]) -> list[Prepared]:
        """Those of the files that this run may have decided before: nearly always none, and the database is spared."""
        decided = self._decided
        return files if decided is None else [file for file in files if file.file.name in decided]


def write(connection: Connection, session: Session, run_id: int, decided: Decided, carrying_out: CarryingOut) -> None:
    """Writes all that a group comes to, and where its lines will stand in the log."""
    changes.apply(connection, decided.changes)
    carrying_out.note_moved(connection)
    told = {item.name: item for item in waiting_list.waiting_of(connection, session.name, decided.names())}
    again = {item.name for item in decided.waiting if same_trouble(told.get(item.name), item)}
    # A file that goes on waiting was told of before: no second row, no second line.
    decided.leave_out(again)
    journal.write(connection, decided.entries)
    interventions.taken(connection, decided.taken, session.context.clock.now())
    waiting_list.stop_waiting(connection, session.name, told.keys() - again)
    waiting_list.keep_waiting(connection, [item for item in decided.waiting if item.name not in again])
    carrying_out.note_written(connection, run_id)
