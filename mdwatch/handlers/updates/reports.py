"""How a run ended: for whoever asked for it, the service log and the metrics."""

from collections.abc import Callable
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from mdwatch.logs import JobLog
from mdwatch.model import RunStatus
from mdwatch.repository import control, occurrences, run_entries, waiting_list
from mdwatch.repository.occurrences import Occurrence
from mdwatch.repository.run_entries import LogPosition, RunEntry
from mdwatch.rules import outcome
from mdwatch.rules.notifying import OF_RUN
from mdwatch.runtime import counted
from mdwatch.runtime.context import Context

log = structlog.get_logger()

Progress = Callable[[int, int], None]


class Report(NamedTuple):
    """How a run ended: when (milliseconds), its status, files by code, how many wait, and why it was aborted."""

    run_id: int
    at: int
    job: str
    status: RunStatus
    reason: str | None
    counts: dict[str, int]
    waiting: int


def silent(_done: int, _total: int) -> None:
    """Nobody looks how far a run is."""


def end_run(
    connection: Connection,
    context: Context,
    run: RunEntry,
    job_log: JobLog | None,
    status: RunStatus,
    reason: str | None = None,
    counts: dict[str, int] | None = None,
) -> Report:
    """Ends a run in the journal; its last line and the note that it is written are to follow.

    `counts` is what `run_entries.counts` tells of it, where that was asked before. Where no log is given, lines of the
    run may be missing yet: whoever takes the job next adds them, and the last.
    """
    now = context.clock.now()
    position = run.log if job_log is None else LogPosition(*job_log.position())
    run_entries.end_run(connection, run.id, now, status.value, reason, position)
    what = Occurrence(at=now, what=OF_RUN[status], job=run.job, run_id=run.id, reason=reason or "")
    occurrences.note(connection, what)
    if counts is None:
        counts = run_entries.counts(connection, run.id)
    waiting, _ = waiting_list.count_waiting(connection, run.job)
    return Report(run.id, now, run.job, status, reason, counts, waiting)


def end_cancelled(connection: Connection, context: Context, run: RunEntry, by: str, job_log: JobLog | None) -> Report:
    """The same for a run that was cancelled. A job that watches its folder is paused, or the next run would begin."""
    if context.job(run.job).schedule == "watch":
        control.tell(connection, run.job, paused=True)
    return end_run(connection, context, run, job_log, RunStatus.ABORTED, outcome.cancelled(by))


def tell_end(report: Report) -> None:
    """Tells the service log and the metrics of a run that ended."""
    counted.run_ended(report.job, report.status.value)
    log.info(
        "run_ended",
        job=report.job,
        run=report.run_id,
        status=report.status.value,
        reason=report.reason,
        counts=report.counts,
        waiting=report.waiting,
    )
