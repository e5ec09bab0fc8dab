"""A job in our hands: its folder looked into, its settled files taken in order, its runs begun and ended.

One session lasts for one call of `mdwatch job run`, or as long as the daemon works on the job. A run is one drain of
the folder, logged as one; what a crash or a fault interrupts, the same or the next session takes up again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch import logs
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import Deferred
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import filing, recovery, retried
from mdwatch.handlers.updates import group as update_group
from mdwatch.handlers.updates.group import Decided, Terms
from mdwatch.handlers.updates.preparation import Preparation, Prepared, processes_for
from mdwatch.logs import JobLog
from mdwatch.model import Identity, InvalidUpdate, RunStatus, Sighting
from mdwatch.repository import changes, ies, interventions, journal
from mdwatch.repository.journal import Held, LogPosition, Run, Waiting
from mdwatch.rules import outcome, sequence
from mdwatch.rules.codes import Code
from mdwatch.rules.patience import Patience
from mdwatch.rules.settling import Split
from mdwatch.runtime import lease, metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()

# Codes of files that wait for other reasons than the rules'.
UNREAD: Final = "unread"
UNSETTLED: Final = "unsettled"
FAULT: Final = "fault"

Progress = Callable[[int, int], None]


class Stopped(Deferred):
    """The process is to end: the group in hand is finished, the run stays open for the next start."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended: when (milliseconds), its status, files by code, how many wait, and why it was aborted."""

    run_id: int
    at: int
    job: str
    status: RunStatus
    reason: str | None
    counts: dict[str, int]
    waiting: int


class Session:
    """What is remembered of a job from look to look and run to run.

    `open` is to be given the folder before anything else. Every method raises `OSError` and `Deferred`; all can be
    tried again. `grace_seconds` is how long a file that ends too early may stay unchanged before that counts as invalid
    XML.
    """

    def __init__(
        self,
        context: Context,
        name: str,
        job_log: JobLog,
        *,
        grace_seconds: float = 0,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.context = context
        self.name = name
        self.job = context.job(name)
        self.patience = Patience(self.job.settle_seconds, self.job.order_wait)
        self.heartbeat = Heartbeat()
        self._user = context.user(self.job)
        self._lease: Lease
        self._folder: DropFolder
        self._job_log = job_log
        self._grace_seconds = grace_seconds
        self._stopping = stopping
        self._run: Run | None = None
        self._files: dict[str, Sighting] = {}
        # Files that wait for their IEs to leave SIP, as the table of waiting files has them.
        self._book: dict[str, Held] = {}
        self._book_is_new = False
        # PIDs whose later files wait too: skipped in this run, or behind a file that mdwatch failed on.
        self._held: set[str] = set()
        self._held_by_faults: set[str] = set()
        self._skipped: set[str] = set()
        self._troubled: dict[str, Waiting] = {}
        self._renamed: dict[str, str] = {}
        self._done = self._total = 0

    def open(self, folder: DropFolder) -> None:
        """Works in this folder from now on."""
        self._folder = folder

    def left_over(self) -> bool:
        """Whether a run was cut short, or something decided is not carried out, so that there is work without files."""
        with self.context.repository.read() as connection:
            return journal.any_left_over(connection, self.name)

    def look(self, *, full: bool = True) -> Split:
        """Looks into the folder: which files may be taken now. Not `full`: files known to wait are not looked at."""
        self._strike_released()
        fresh = self._list(full=full)
        if self.patience.has_new():
            fresh = self._list(full=False)
        now = self.context.clock.monotonic()
        return self.patience.split(sequence.in_order(fresh, self._creation_times()), now)

    def _creation_times(self) -> Mapping[Identity, int]:
        """When files that were changed in `error/` before they were put back were created."""
        with self.context.repository.read() as connection:
            return interventions.creation_times(connection, self.name)

    def _strike_released(self) -> None:
        """Takes files out of the book whose IEs have left SIP; a book that was read a moment ago is right."""
        if self._book and not self._book_is_new:
            with self.context.repository.read() as connection:
                for name in journal.released(connection, self.name) & self._book.keys():
                    del self._book[name]
        self._book_is_new = False

    def _list(self, *, full: bool) -> list[Sighting]:
        """One listing of the folder, taken in; the files that do not wait for their IEs."""
        known = {} if full else {name: self._files[name] for name in self._book if name in self._files}
        self.heartbeat.at("share")
        look = self._folder.look(self.job.include, known, before=self._files)
        self._files = {file.name: file for file in look.files}
        self.heartbeat.at("work")
        # What this run skipped is left to the next one, even if its IE has left SIP meanwhile.
        fresh = [file for file in self._files.values() if not self._waits(file) and file.name not in self._skipped]
        self.patience.see(fresh, self.context.clock.monotonic())
        return fresh

    def begin(self) -> None:
        """Takes the job, finishes what a crash or anybody else left of it, and begins a run or goes on with that one.

        Raises `JobBusy` where another process has the job.
        """
        self._troubled, self._renamed, self._skipped = {}, {}, set()
        self.heartbeat.at("share")
        self._folder.make_places()
        self.heartbeat.at("work")
        with self.context.repository.write() as connection:
            self._lease = lease.take(connection, self.context, lease.job_name(self.name))
            left_over = journal.any_left_over(connection, self.name)
            self._run = None if left_over else self._start(connection)
        if left_over:
            self.heartbeat.at("share")
            self._run = recovery.recover(self.context, self.name, self._folder, self._job_log, self._lease)
        self.heartbeat.at("work")
        if self._run is None:
            with self.context.repository.write() as connection:
                self._lease.renew(connection)
                self._run = self._start(connection)
        self._read_book()
        self._held = self._held_by_faults | {item.pid for item in self._book.values() if item.pid}
        self._done = self._total = 0

    def _start(self, connection: Connection) -> Run:
        position = LogPosition(*self._job_log.position())
        return journal.start_run(connection, self.name, self.job.user, self.context.clock.now(), position)

    def _read_book(self) -> None:
        """Brings the book of waiting files up to date where another process wrote in it."""
        with self.context.repository.read() as connection:
            waiting = journal.count_waiting_for(connection, self.name, _SIP)
            held = journal.held(connection, self.name) if waiting != len(self._book) else None
        if held is not None:
            self._book = {name: item for name, item in held.items() if self._still_in_sip(item)}
            self._book_is_new = True

    def take(self, ready: list[Sighting], progress: Progress) -> None:
        """Takes files in their order, up to the first that cannot be taken yet and holds back the others."""
        self._total = self._done + len(ready)
        processes = processes_for(len(ready), self.context.settings.workers.processes)
        with Preparation(self._folder, self.context.settings.limits.limits(), processes) as preparation:
            self.heartbeat.at("share")
            for prepared in preparation.stream(self._groups(ready)):
                self.heartbeat.at("work")
                whole, held_back = self._takeable(prepared)
                self._apply(whole)
                self._done += len(whole)
                progress(self._done, self._total)
                if held_back:
                    return
                if self._stopping():
                    raise Stopped(f"job {self.name}: stopped; the next start goes on with the run")
                self.heartbeat.at("share")
        self.heartbeat.at("work")

    def end(self, *, tell_of_nothing: bool = True) -> Report | None:
        """Ends the run; its status counts all its files, also those from before it was interrupted.

        A run in which nothing happened is taken back where it is not to be told of; there is no report then.
        """
        run = self._run
        assert run is not None, "a run is begun before it is ended"  # noqa: S101
        new = [item for item in self._troubled.values() if item.name in self._files]
        with self.context.repository.write() as connection:
            self._lease.renew(connection)
            journal.mark_carried_out(connection, self.name, self._renamed)
            told = {item.name: item for item in journal.waiting_but(connection, self.name, _SIP)}
            gone = (self._book.keys() | told.keys()) - self._files.keys()
            journal.stop_waiting(connection, self.name, gone)
            new = [item for item in new if not _same_trouble(told.get(item.name), item)]
            journal.keep_waiting(connection, new)
            counts = Counter({Code(code): n for code, n in journal.counts(connection, run.id).items()})
            lines = [
                logs.unread_line(item.since, item.name, f"{item.reason}, the file stays")
                for item in new
                if item.code != UNSETTLED
            ]
            if not tell_of_nothing and not counts and not lines:
                journal.take_back_run(connection, run.id)
                self._lease.release(connection)
                self._forget(gone)
                return None
            report = end_run(connection, self.context, run, self._job_log, outcome.run_status(counts))
        self._forget(gone)
        self._job_log.write([*lines, logs.last_line(report.at, report.status, report.reason)])
        with self.context.repository.write() as connection:
            journal.close_run(connection, run.id)
            self._lease.release(connection)
        tell_end(report)
        return report

    def _forget(self, gone: set[str]) -> None:
        """Lets go of what concerns the run that ended, and of waiting files that are gone."""
        self._run, self._troubled, self._renamed, self._skipped = None, {}, {}, set()
        self._book = {name: item for name, item in self._book.items() if name not in gone}

    def stumble(self, reason: str) -> None:
        """Notes what interrupts the run where `status` finds it."""
        if self._run is not None:
            with self.context.repository.write() as connection:
                journal.stumble(connection, self._run.id, reason)

    def pause(self, seconds: float) -> None:
        """Waits within a run, and keeps the job ours meanwhile."""
        self.heartbeat.at("idle")
        self.context.clock.wait(seconds)
        self.heartbeat.at("work")
        if self._stopping():
            raise Stopped(f"job {self.name}: stopped; the next start goes on with the run")
        with self.context.repository.write() as connection:
            self._lease.renew(connection)

    def in_sip(self) -> list[Sighting]:
        """The files of the last look that wait for their IEs to leave SIP."""
        return [self._files[name] for name in self._book if name in self._files]

    def _still_in_sip(self, item: Held) -> bool:
        """Whether a waiting file's IE is still where it was, so that the file need not be read again."""
        in_sip = item.stage == "sip" and item.status == "active" and self._user.covers(item.institution or "")
        return item.code == _SIP and in_sip

    def _waits(self, file: Sighting) -> bool:
        """Whether this very file was skipped before and its IE is still in SIP processing."""
        known = self._book.get(file.name)
        return known is not None and known.identity == file.identity

    def _groups(self, ready: list[Sighting]) -> Iterator[list[Sighting]]:
        size = self.job.group_size
        return (ready[start : start + size] for start in range(0, len(ready), size))

    def _takeable(self, prepared: list[Prepared]) -> tuple[list[Prepared], bool]:
        """The files that could be read; and whether one that could not holds back those behind it."""
        whole = []
        for file in prepared:
            trouble = self._trouble(file)
            if trouble is None:
                whole.append(file)
            elif self.patience.holding(file.file.name, self.context.clock.monotonic()):
                return whole, True
        return whole, False

    def _trouble(self, file: Prepared) -> str | None:
        """Why the file cannot be taken now, noted; None where it can."""
        name, now = file.file.name, self.context.clock.monotonic()
        again = now + max(self.job.settle_seconds, 0.1)
        trouble, code = file.trouble, UNSETTLED if file.changing else UNREAD
        if isinstance(file.update, InvalidUpdate) and file.update.premature:
            left = self._grace_seconds - self.patience.unchanged_for(name, now)
            if left > 0:
                trouble, again = "it ends too early, as if it were still being written", now + left
                code = UNSETTLED
        if not trouble:
            return None
        self.patience.trouble(name, trouble, now, again)
        self._note_trouble(file.file, trouble, code)
        return trouble

    def _note_trouble(self, file: Sighting, trouble: str, code: str) -> None:
        self._troubled[file.name] = Waiting(
            job=self.name,
            name=file.name,
            identity=file.identity,
            pid=None,
            code=code,
            reason=trouble,
            since=self.context.clock.now(),
        )

    def note_unsettled(self, files: list[Sighting]) -> None:
        """Notes files that a run ends without, for they never settled."""
        for file in files:
            if file.name not in self._troubled:
                self._note_trouble(file, self.patience.why(file.name), UNSETTLED)

    def _apply(self, files: list[Prepared]) -> None:
        """Applies a group. A fault of ours stops the file it lies in, and the IE behind it, but nothing else."""
        if not files:
            return
        try:
            self._apply_group(files)
        except (OSError, Deferred):
            raise
        except Exception as error:
            if len(files) > 1:
                for file in files:
                    self._apply([file])
                return
            file = files[0]
            log.exception("file_fault", job=self.name, file=escape(file.file.name))
            trouble = f"mdwatch failed on it ({type(error).__name__}); see the service log"
            self._note_trouble(file.file, trouble, FAULT)
            self.patience.trouble(file.file.name, trouble, -inf, inf)
            self._held_by_faults |= update_group.pids_of(files)
            self._held |= update_group.pids_of(files)

    def _apply_group(self, files: list[Prepared]) -> None:
        """One transaction: look, decide, write. Then the moves, then the lines."""
        run = self._run
        assert run is not None, "files are taken within a run"  # noqa: S101
        terms = Terms(
            run_id=run.id,
            name=self.name,
            job=self.job,
            user=self._user,
            source_subtypes=frozenset(self.context.settings.source.subtypes),
            at=self.context.clock.now(),
        )
        held = set(self._held)
        with self.context.repository.write() as connection:
            self._lease.renew(connection)
            journal.mark_carried_out(connection, self.name, self._renamed)
            stored = ies.stored(connection, update_group.pids_of(files))
            ignoring = self.job.ignore_field_sequence
            put_back = retried.look(connection, self.name, files, stored, ignoring=ignoring)
            decided = update_group.decide(files, stored, held, terms, put_back)
            self._write(connection, decided, run)
        self._held = held
        for item in decided.waiting:
            self._skipped.add(item.name)
            self._book[item.name] = Held(item.name, item.identity, item.pid, item.code, "sip", "active", None)
        self.heartbeat.at("share")
        self._renamed = filing.put_files_away(self._folder, decided.entries)
        self.heartbeat.at("work")
        self._job_log.write(filing.lines(decided.entries))
        filing.tell(decided.entries)
        metrics.group(self.name, [entry.code for entry in decided.entries])
        for file in files:
            self._troubled.pop(file.file.name, None)

    def _write(self, connection: Connection, decided: Decided, run: Run) -> None:
        """All that a group comes to, and where its lines will stand in the log."""
        changes.apply(connection, decided.changes)
        told = {item.name: item for item in journal.waiting_of(connection, self.name, decided.names())}
        again = {item.name for item in decided.waiting if _same_trouble(told.get(item.name), item)}
        # A file that goes on waiting was told of before: no second row, no second line.
        decided.leave_out(again)
        journal.write(connection, decided.entries)
        interventions.taken(connection, decided.taken, self.context.clock.now())
        journal.stop_waiting(connection, self.name, told.keys() - again)
        journal.keep_waiting(connection, [item for item in decided.waiting if item.name not in again])
        journal.set_log(connection, run.id, LogPosition(*self._job_log.position()))


_SIP: Final = Code.IN_SIP.value


def _same_trouble(told: Waiting | None, item: Waiting) -> bool:
    """Whether people were told already that this very file waits for this."""
    return told is not None and (told.identity, told.code) == (item.identity, item.code)


def end_run(
    connection: Connection, context: Context, run: Run, job_log: JobLog, status: RunStatus, reason: str | None = None
) -> Report:
    """Ends a run in the journal; its last line and the note that it is written are to follow."""
    now = context.clock.now()
    journal.end_run(connection, run.id, now, status.value, reason, LogPosition(*job_log.position()))
    counts = journal.counts(connection, run.id)
    waiting, _ = journal.count_waiting(connection, run.job)
    return Report(run.id, now, run.job, status, reason, counts, waiting)


def tell_end(report: Report) -> None:
    """Tells the service log and the metrics of a run that ended."""
    metrics.RUNS.labels(report.job, report.status.value).inc()
    log.info(
        "run_ended",
        job=report.job,
        run=report.run_id,
        status=report.status.value,
        reason=report.reason,
        counts=report.counts,
        waiting=report.waiting,
    )
