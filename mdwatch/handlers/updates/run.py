"""One run of a job: a drain of its folder, logged as one. What interrupts it, the next run takes up again.

    with Run(session) as run:
        run.take(files, progress)
        report = run.end()

Entering takes the job, so that no other process runs it, and finishes what a crash or a fault left. A run that is left
without `end` stays open, and goes on under the next `Run`.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy import Connection

from mdwatch import logs
from mdwatch.errors import Deferred, JobBusy, JobPaused, RepositoryConflict
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import filing, recovery, remedies, retried
from mdwatch.handlers.updates import group as update_group
from mdwatch.handlers.updates.filing import Moves
from mdwatch.handlers.updates.group import Decided, Terms
from mdwatch.handlers.updates.known_files import known_files
from mdwatch.handlers.updates.preparation import Preparation, Prepared, processes_for
from mdwatch.handlers.updates.reports import Progress, Report, end_run, tell_end
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.troubles import Troubles, same_trouble
from mdwatch.model import Sighting
from mdwatch.repository import changes, ies, interventions, journal, run_entries, waiting_list
from mdwatch.repository.engine import repeated
from mdwatch.repository.journal import Entry, FiledRows
from mdwatch.repository.run_entries import LogPosition
from mdwatch.rules import grace, outcome
from mdwatch.rules.codes import Code, Trouble
from mdwatch.runtime import lease, metrics
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()


class Stopped(Deferred):
    """The process is to end: the group in hand is finished, the run stays open for the next start."""


class Run:
    """A run of the session's job. Every method raises `OSError` and `Deferred`; the next run then goes on with it.

    Entering raises `JobBusy` where another process has the job.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._context = session.context
        self._name = session.name
        self._lease: Lease
        self._stack = ExitStack()
        self._run: run_entries.RunEntry | None = None
        self._troubles = Troubles(session)
        # What came of moving the files of the last group: noted with the next transaction.
        self._filed = FiledRows()
        # PIDs whose later files wait too: skipped in this run, or behind a file that mdwatch failed on.
        self._held: set[str] = set()
        self._done = self._total = 0

    def __enter__(self) -> Self:
        session = self._session
        try:
            self._begin()
        except BaseException as error:
            self._stack.__exit__(type(error), error, None)
            if isinstance(error, OSError | Deferred):
                self._stumble(error)
            raise
        self._held = session.held_by_faults | session.book.pids()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.skipped.clear()
        self._stack.__exit__(kind, error, at)
        if isinstance(error, OSError | Deferred):
            self._stumble(error)

    def _begin(self) -> None:
        """Takes the job, finishes what was left of it, and begins a run or goes on with the one that was cut short."""
        session, repository = self._session, self._context.repository
        session.skipped.clear()
        session.heartbeat.at("share")
        session.folder.make_places()
        session.heartbeat.at("work")
        with repository.write() as connection:
            self._lease = lease.take(connection, self._context, lease.job_name(self._name))
            self._lease.wanted = session.heartbeat.answers
            self._stack.push(self._give_back)
            left_over = journal.any_left_over(connection, self._name)
            self._run = None if left_over else self._start(connection)
        if left_over:
            session.heartbeat.at("share")
            self._run = recovery.recover(self._context, self._name, session.folder, session.job_log, self._lease)
        session.heartbeat.at("work")
        if self._run is None:
            with repository.write() as connection:
                self._lease.renew(connection)
                self._run = self._start(connection)
        session.book.read()

    def _give_back(self, kind: type[BaseException] | None, *_: object) -> None:
        """Lets the job go; after a fault so that all can see that nothing of it is in hand."""
        if kind is None:
            self._lease.let_go()
        elif not issubclass(kind, JobBusy):
            self._lease.give_back()

    def _start(self, connection: Connection) -> run_entries.RunEntry:
        position = LogPosition(*self._session.job_log.position())
        now = self._context.clock.now()
        return run_entries.start_run(connection, self._name, self._session.job.user, now, position)

    def _stumble(self, error: OSError | Deferred) -> None:
        """Notes what interrupts the run where `status` finds it."""
        if self._run is None or isinstance(error, Stopped | JobBusy | JobPaused | RepositoryConflict):
            return
        try:
            with self._context.repository.write() as connection:
                run_entries.stumble(connection, self._run.id, remedies.reason(error))
        except Deferred:
            log.warning("interruption_not_noted", job=self._name)

    def take(self, ready: list[Sighting], progress: Progress) -> None:
        """Takes files in their order, up to the first that cannot be taken yet and holds back the others."""
        session = self._session
        self._total = self._done + len(ready)
        processes = processes_for(len(ready), self._context.settings.workers.processes)
        with Preparation(session.folder, self._context.settings.limits.limits(), processes) as preparation:
            session.heartbeat.at("share")
            for prepared in preparation.stream(self._groups(ready)):
                session.heartbeat.at("work")
                whole, held_back = self._takeable(prepared)
                self._apply(whole)
                self._done += len(whole)
                progress(self._done, self._total)
                if held_back:
                    return
                self._go_on()
                session.heartbeat.at("share")
        session.heartbeat.at("work")

    def pause(self, seconds: float) -> None:
        """Waits within a run, and keeps the job ours meanwhile."""
        self._session.heartbeat.at("idle")
        self._context.clock.wait(seconds)
        self._session.heartbeat.at("work")
        self._go_on()
        with self._context.repository.write() as connection:
            self._lease.renew(connection)

    def note_unsettled(self, files: list[Sighting]) -> None:
        """Notes files that the run ends without, for they never settled."""
        self._troubles.note_unsettled(files)

    def end(self, *, tell_of_nothing: bool = True) -> Report | None:
        """Ends the run; its status counts all its files, also those from before it was interrupted.

        A run in which nothing happened is taken back where it is not to be told of; there is no report then.
        """
        run, session = self._open_run(), self._session
        gone = session.gone()
        with self._context.repository.write() as connection:
            self._lease.renew(connection)
            journal.mark_carried_out(connection, self._name, self._filed)
            waiting_list.stop_waiting(connection, self._name, gone)
            journal.note_missing(connection, self._name, gone)
            lines = self._troubles.tell(connection)
            metrics.UNMOVED.labels(self._name).set(len(session.stuck))
            counts = Counter({Code(code): n for code, n in run_entries.counts(connection, run.id).items()})
            if not tell_of_nothing and not counts and not lines:
                run_entries.take_back_run(connection, run.id)
                self._lease.release(connection)
                self._forget(gone)
                return None
            report = end_run(connection, self._context, run, session.job_log, outcome.run_status(counts))
        self._forget(gone)
        self._lease.ensure(asked=True)
        session.job_log.write([*lines, logs.last_line(report.at, report.status, report.reason)])
        with self._context.repository.write() as connection:
            run_entries.close_run(connection, run.id)
            self._lease.release(connection)
        tell_end(report)
        return report

    def _open_run(self) -> run_entries.RunEntry:
        assert self._run is not None, "a run is begun before anything is done in it"  # noqa: S101
        return self._run

    def _forget(self, gone: set[str]) -> None:
        """Lets go of what concerns the run that ended, and of waiting files that are gone."""
        self._run, self._filed = None, FiledRows()
        self._session.skipped.clear()
        self._session.book.forget(gone)
        for name in gone:
            self._session.stuck.pop(name, None)

    def _go_on(self) -> None:
        if self._session.stopping():
            raise Stopped(f"job {self._name}: stopped; the next start goes on with the run")

    def _groups(self, ready: list[Sighting]) -> Iterator[list[Sighting]]:
        size = self._session.job.group_size
        return (ready[start : start + size] for start in range(0, len(ready), size))

    def _takeable(self, prepared: list[Prepared]) -> tuple[list[Prepared], bool]:
        """The files that could be read; and whether one that could not holds back those behind it."""
        whole = []
        for file in prepared:
            if not self._troubles.found(file):
                whole.append(file)
            elif self._session.patience.holding(file.file.name, self._context.clock.monotonic()):
                return whole, True
        return whole, False

    def _apply(self, files: list[Prepared]) -> None:
        """Applies a group. A fault of ours stops the file it lies in, and the IE behind it, but nothing else."""
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
        self._carry_out(decided, known, files)

    def _fault(self, file: Prepared) -> None:
        self._troubles.note(file.file, "mdwatch itself failed on it; see the service log", Trouble.FAULT)
        self._session.held_by_faults |= update_group.pids_of([file])
        self._held |= update_group.pids_of([file])

    @repeated
    def _decide(self, files: list[Prepared]) -> tuple[Decided, list[Entry]]:
        """One transaction: look, decide, write. What was decided before is told apart, to be moved only."""
        run, session = self._open_run(), self._session
        terms = Terms.of(self._context, self._name, session.job, session.user, run.id)
        held = set(self._held)
        with self._context.repository.write() as connection:
            self._lease.renew(connection)
            journal.mark_carried_out(connection, self._name, self._filed)
            known = known_files(connection, self._name, run.id, files)
            fresh = [file for file in files if file.file.name not in known] if known else files
            stored = ies.stored(connection, update_group.pids_of(fresh))
            ignoring = session.job.ignore_field_sequence
            put_back = retried.look(connection, self._name, fresh, stored, ignoring=ignoring)
            decided = update_group.decide(fresh, stored, held, terms, put_back)
            self._write(connection, decided)
        self._held, self._filed = held, FiledRows()
        session.skipped |= {item.name for item in decided.waiting}
        session.book.add(decided.waiting)
        return decided, list(known.values())

    def _write(self, connection: Connection, decided: Decided) -> None:
        """All that a group comes to, and where its lines will stand in the log."""
        changes.apply(connection, decided.changes)
        told = {item.name: item for item in waiting_list.waiting_of(connection, self._name, decided.names())}
        again = {item.name for item in decided.waiting if same_trouble(told.get(item.name), item)}
        # A file that goes on waiting was told of before: no second row, no second line.
        decided.leave_out(again)
        journal.write(connection, decided.entries)
        interventions.taken(connection, decided.taken, self._context.clock.now())
        waiting_list.stop_waiting(connection, self._name, told.keys() - again)
        waiting_list.keep_waiting(connection, [item for item in decided.waiting if item.name not in again])
        run_entries.set_log(connection, self._open_run().id, LogPosition(*self._session.job_log.position()))

    def _carry_out(self, decided: Decided, known: list[Entry], files: list[Prepared]) -> None:
        """The moves, then the lines; each only while the job is ours."""
        session = self._session
        self._lease.ensure(asked=True)
        session.heartbeat.at("share")
        moves = filing.put_files_away(session.folder, [*known, *decided.entries], self._lease.ensure)
        session.heartbeat.at("work")
        self._lease.ensure(asked=True)
        late = filing.late_lines(self._context.clock.now(), [entry for entry in known if entry.name not in moves.stuck])
        session.job_log.write([*filing.lines(decided.entries), *late])
        self._filed = moves.filed
        filing.tell(decided.entries)
        metrics.group(self._name, [entry.code for entry in decided.entries])
        self._note_stuck(moves, files)

    def _note_stuck(self, moves: Moves, files: list[Prepared]) -> None:
        """Files that are decided and cannot be moved are tried again now and then; they keep nobody waiting."""
        now = self._context.clock.monotonic()
        for file in files:
            why = moves.stuck.get(file.file.name)
            if why is None:
                self._troubles.forget(file.file.name)
                self._session.stuck.pop(file.file.name, None)
                continue
            since = self._session.stuck.setdefault(file.file.name, now)
            again = grace.retry_after(now - since)
            self._troubles.note(file.file, why, Trouble.UNMOVED, again, blocks=False)
