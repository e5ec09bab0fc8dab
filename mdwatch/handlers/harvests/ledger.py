"""What is kept of the run of a harvest: its counts, what is to be known of records, its log, how it ended."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection

from mdwatch import logs
from mdwatch.errors import Deferred, in_words
from mdwatch.formats.numbers import counted
from mdwatch.logs import JobLog
from mdwatch.model import RunStatus
from mdwatch.repository import harvest_runs, occurrences
from mdwatch.repository.harvest_runs import HarvestCounts, HarvestNote, HarvestRun
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules import harvest_ends
from mdwatch.rules.notifying import OF_HARVEST
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease

_NOTES: Final = 1_000  # that are kept of one run; the log has all

Tell = Callable[[str], None]


class HarvestLedger:
    """The book of one run, which its transactions write under the lease of the harvest."""

    def __init__(self, context: Context, run: HarvestRun, job: str, lease: Lease, tell: Tell) -> None:
        """`tell` is told what the log is told."""
        self._context = context
        self._job = job
        self.run = run
        self._lease = lease
        self._tell = tell
        self._log = log_of(context, run.harvest)

    def close(self) -> None:
        """Lets the log go."""
        self._log.close()

    def renew(self, connection: Connection) -> None:
        """To be called in each transaction of the run: raises `JobBusy` and `JobPaused`."""
        self._lease.renew(connection)

    def ensure(self) -> None:
        """To be called before each act outside of the database: raises `JobBusy` where another has the harvest now."""
        self._lease.ensure()

    def enter(self, connection: Connection, counts: HarvestCounts, notes: Sequence[HarvestNote] = ()) -> None:
        """Counts what came of records; what is to be known of them is told before it is durable, and so never lost.

        Raises `Deferred`, also where the log cannot be written.
        """
        self.renew(connection)
        harvest_runs.count(connection, self.run.id, counts)
        harvest_runs.add_notes(connection, self.run.id, notes, _NOTES)
        for note in notes:
            self._tell(f"{note.identifier} {note.text}" if note.identifier else note.text)
        now = self._context.clock.now()
        _write(self._log, [logs.harvest_line(now, "WARN", note.identifier, note.text) for note in notes])

    def end(self) -> HarvestRun:
        """Ends a run that came to its end; raises `Deferred`."""
        ended, status = self._context.repository.carry_out(self._end)
        metrics.harvest_ended(self.run.harvest, status, ended.counts._asdict())
        return ended

    def _end(self, connection: Connection) -> tuple[HarvestRun, RunStatus]:
        self.renew(connection)
        so_far = harvest_runs.get(connection, self.run.id)
        status = harvest_ends.status(so_far.left_out if so_far is not None else 0)
        return end_run(connection, self._context, self.run, self._job, self._log, status), status


def log_of(context: Context, name: str) -> JobLog:
    """The log of a harvest."""
    return JobLog(context.settings.logs.directory, f"harvest_{name}")


def end_run(
    connection: Connection,
    context: Context,
    run: HarvestRun,
    job: str,
    log: JobLog,
    status: RunStatus,
    reason: str | None = None,
) -> HarvestRun:
    """Ends a run, and tells its log and whoever is to be told; raises `Deferred`."""
    now = context.clock.now()
    ended = harvest_runs.end(connection, run.id, now, status.value, reason)
    in_short = in_brief(ended.counts)
    told = f"harvest {run.harvest}: {reason or in_short}"
    details = [f"{note.identifier} {note.text}" for note in harvest_runs.notes(connection, run.id)[:50]]
    what = Occurrence(at=now, what=OF_HARVEST[status], job=job, reason=told, details=tuple(details))
    occurrences.note(connection, what)
    _write(log, [logs.harvest_last_line(now, status, reason or in_short)])
    return ended


def in_brief(counts: HarvestCounts) -> str:
    """What a run came to, in words."""
    return (
        f"{counted(counts.written, 'file')} written, {counted(counts.same, 'record')} the same as before, "
        f"{counts.deleted} deleted there, "
        f"{counts.left_out} left out"
    )


def _write(log: JobLog, lines: Sequence[str]) -> None:
    try:
        log.write(lines)
    except OSError as error:
        raise Deferred(f"the log of the harvest: {in_words(error)}") from None
