"""One run of a job: a drain of its folder, logged as one. What interrupts it, the next run takes up again.

    with Run(session) as run:
        run.take(files, progress)
        report = run.end()

Entering takes the job, so that no other process runs it, and finishes what a crash or a fault left. A run that is left
without `end` stays open, and goes on under the next `Run`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy import Connection

from mdwatch import logs
from mdwatch.errors import Deferred, JobBusy, JobPaused, RepositoryConflict
from mdwatch.handlers.updates import recovery, remedies
from mdwatch.handlers.updates.foreign_applier import applier_for
from mdwatch.handlers.updates.group_applier import FirstGroup, GroupApplier
from mdwatch.handlers.updates.mover import Mover
from mdwatch.handlers.updates.preparation import Preparation, Prepared, processes_for
from mdwatch.handlers.updates.reports import Progress, Report, end_cancelled, end_run, tell_end
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.taking import Taking, start_run
from mdwatch.model import RunStatus, Sighting
from mdwatch.repository import journal, run_entries, waiting_list
from mdwatch.rules import outcome
from mdwatch.rules.codes import Code
from mdwatch.runtime import counted
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()


class Stopped(Deferred):
    """The process is to end: the group in hand is finished, the run stays open for the next start."""


class Run:
    """A run of the session's job. Every method raises `OSError` and `Deferred`; the next run then goes on with it.

    Entering raises `JobBusy` where another process has the job; `held`: there are files to be taken, so that the job is
    taken with the first of them, by the first `take`.
    """

    def __init__(self, session: Session, *, held: bool = False) -> None:
        self._session = session
        self._context = session.context
        self._name = session.name
        self._lease: Lease
        self._stack = ExitStack()
        self._run: run_entries.RunEntry | None = None
        self._groups: GroupApplier
        # Another repository is asked before anything is decided for it.
        self._begins_later = held and not session.job.repository
        self._done = self._total = 0

    def __enter__(self) -> Self:
        if self._begins_later:
            return self
        try:
            self._begin()
        except BaseException as error:
            self._stack.__exit__(type(error), error, None)
            if isinstance(error, OSError | Deferred):
                _note_interruption(self._session, self._run, error)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.skipped.clear()
        self._stack.__exit__(kind, error, at)
        if isinstance(error, OSError | Deferred):
            _note_interruption(self._session, self._run, error)

    def _begin(self, prepared: Sequence[Prepared] = ()) -> FirstGroup | None:
        """Takes the job, finishes what was left of it, and begins a run or goes on with the one that was cut short.

        These files are decided with it, unless something was left over or somebody else had the job meanwhile.
        """
        session, goes_on = self._session, False
        self._begins_later = False
        session.skipped.clear()
        session.heartbeat.at("share")
        session.folder.make_places()
        session.heartbeat.at("work")
        taking = Taking(session, self._stack)
        taking.take(prepared)
        self._lease, self._run = taking.lease, taking.run
        if taking.first is not None:
            self._groups = _noted_at_end(taking.first.applier, self._stack)
            return taking.first
        if self._run is None:
            session.heartbeat.at("share")
            self._run = recovery.recover(self._context, self._name, session.folder, session.job_log, self._lease)
            goes_on = self._run is not None
        session.heartbeat.at("work")
        if self._run is None:
            self._run = self._context.repository.carry_out(partial(_renew_and_start, self._lease, session))
        session.book.read()
        self._groups = _noted_at_end(applier_for(session, self._lease, self._run.id, goes_on=goes_on), self._stack)
        return None

    def take(self, ready: list[Sighting], progress: Progress) -> None:
        """Takes files in their order, up to the first that cannot be taken yet and holds back the others."""
        session = self._session
        self._total = self._done + len(ready)
        stopped = False
        processes = processes_for(len(ready), self._context.settings.workers.processes)
        limits = self._context.settings.limits.limits()
        with Preparation(session.folder, limits, processes) as preparation, closing(Mover(session.folder)) as mover:
            session.heartbeat.at("share")
            size = session.job.group_size if self._begins_later else self._groups.most_at_once
            for prepared in preparation.stream(_groups(ready, size)):
                session.heartbeat.at("work")
                if not self._begins_later:
                    self._groups.carrying_out.mover = mover if preparation.at_work else None
                taken, held_back = self._apply(prepared, preparation)
                self._done += taken
                progress(self._done, self._total)
                stopped = session.stopping()
                if held_back or stopped:
                    break
                session.heartbeat.at("share")
            session.heartbeat.at("work")
            if not self._begins_later:
                self._groups.carrying_out.finish()
        if stopped:
            raise _stopped(session)

    def _apply(self, prepared: list[Prepared], preparation: Preparation) -> tuple[int, bool]:
        if not self._begins_later:
            return self._groups.apply(prepared)
        if (first := self._begin(prepared)) is not None:
            return first.applier.finish(first)
        # Read before the job was ours; somebody else may have taken them since.
        return self._groups.apply(preparation.again(prepared))

    def pause(self, seconds: float) -> None:
        """Waits within a run, and keeps the job ours meanwhile."""
        self._session.heartbeat.at("idle")
        self._context.clock.wait(seconds)
        self._session.heartbeat.at("work")
        if self._session.stopping():
            raise _stopped(self._session)
        self._context.repository.carry_out(partial(_keep, self._lease, self._groups))

    def note_unsettled(self, files: list[Sighting]) -> None:
        """Notes files that the run ends without, for they never settled."""
        self._groups.troubles.note_unsettled(files)

    def end(self, *, tell_of_nothing: bool = True) -> Report | None:
        """Ends the run; its status counts all its files, also those from before it was interrupted.

        A run in which nothing happened is taken back where it is not to be told of; there is no report then.
        """
        session, gone = self._session, self._session.gone()
        report, lines = self._context.repository.carry_out(partial(self._end, gone, tell_of_nothing=tell_of_nothing))
        counted.unmoved(self._name, len(session.stuck))
        self._run = None
        _forget(session, gone)
        if report is not None:
            _tell(session, self._lease, report, lines)
        return report

    def _end(
        self, gone: set[str], connection: Connection, *, tell_of_nothing: bool
    ) -> tuple[Report | None, Sequence[str]]:
        """One transaction: what came of the run, and the lines about its files; no report where it is taken back."""
        run, job_log = self._open_run(), self._session.job_log
        self._lease.renew(connection)
        self._groups.carrying_out.note_filed(connection)
        waiting_list.stop_waiting(connection, self._name, gone)
        journal.note_missing(connection, self._name, gone)
        lines = self._groups.troubles.tell(connection)
        counts = run_entries.counts(connection, run.id)
        by = run_entries.cancelled_by(connection, run.id)
        if not tell_of_nothing and not counts and not lines and by is None:
            run_entries.take_back_run(connection, run.id)
            self._lease.release(connection)
            return None, lines
        if by is not None:
            return end_cancelled(connection, self._context, run, by, job_log), lines
        return end_run(connection, self._context, run, job_log, _status(counts), counts=counts), lines

    def _open_run(self) -> run_entries.RunEntry:
        assert self._run is not None, "a run is begun before anything is done in it"  # noqa: S101
        return self._run


def _forget(session: Session, gone: set[str]) -> None:
    """Lets go of what concerns the run that ended, and of waiting files that are gone."""
    session.skipped.clear()
    session.book.forget(gone)
    for name in gone:
        session.stuck.pop(name, None)


def _tell(session: Session, held: Lease, report: Report, lines: Sequence[str]) -> None:
    """Tells of the end of a run, after lines of its files, and gives the job back."""
    last = logs.last_line(report.at, report.status, report.reason)
    session.job_log.write([*lines, last], partial(held.ensure, asked=True))

    def close(connection: Connection) -> None:
        # Whoever has taken over may not have told the end of the run yet.
        held.prolong(connection)
        run_entries.close_run(connection, report.run_id)
        held.release(connection)

    session.context.repository.carry_out(close)
    tell_end(report)


def _status(counts: Mapping[str, int]) -> RunStatus:
    return outcome.run_status(Counter({Code(code): number for code, number in counts.items()}))


def _stopped(session: Session) -> Stopped:
    return Stopped(f"job {session.name}: stopped; the next start goes on with the run")


def _keep(held: Lease, groups: GroupApplier, connection: Connection) -> None:
    held.renew(connection)
    groups.check_cancelled(connection)


def _renew_and_start(held: Lease, session: Session, connection: Connection) -> run_entries.RunEntry:
    held.renew(connection)
    return start_run(connection, session)


def _noted_at_end(groups: GroupApplier, stack: ExitStack) -> GroupApplier:
    """The groups of a run, noted as far as they are put away before the job is given back."""
    stack.push(partial(_leave, groups))
    return groups


def _leave(
    groups: GroupApplier, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
) -> None:
    """Notes what is put away where people have the run stop, for nobody may go on with it for long."""
    if isinstance(error, Stopped | JobPaused):
        try:
            groups.carrying_out.conclude()
        except Deferred as failed:
            # The next run finds out by itself.
            log.warning("filing_not_noted", reason=str(failed))


def _note_interruption(session: Session, run: run_entries.RunEntry | None, error: OSError | Deferred) -> None:
    """Notes what interrupts the run where `status` finds it."""
    if run is None or isinstance(error, Stopped | JobBusy | JobPaused | RepositoryConflict):
        return
    try:
        key, reason = run.id, remedies.reason(error, session.job.folder)
        session.context.repository.carry_out(lambda connection: run_entries.stumble(connection, key, reason))
    except Deferred:
        log.warning("interruption_not_noted", job=session.name)


def _groups(ready: list[Sighting], size: int) -> Iterator[list[Sighting]]:
    return (ready[start : start + size] for start in range(0, len(ready), size))
