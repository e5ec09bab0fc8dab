"""A job is to be run once: one run of the Metadata Update Job ("Rosetta Update Metadata Job").

1. The user's role is looked at; below editor typical the job aborts and touches nothing.
2. The job is held, so that no other process runs it; what a crash left is finished; a run cut short is taken up again.
3. The folder is looked at twice, `settle_seconds` apart; the files that were there and have settled are put in order.
4. They are prepared, decided and applied in groups: one transaction each, then the moves, then the lines in the log.
5. The run ends with its status, in the journal and in the log.
"""

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred, JobBusy, JobPaused, RunCancelled
from mdwatch.handlers.updates import remedies, share
from mdwatch.handlers.updates.reports import Progress, Report, end_run, silent, tell_end
from mdwatch.handlers.updates.run import Run
from mdwatch.handlers.updates.session import Session
from mdwatch.logs import JobLog, last_line
from mdwatch.model import RunStatus, Sighting
from mdwatch.repository import run_entries
from mdwatch.repository.run_entries import LogPosition
from mdwatch.rules import admission
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease, holding
from mdwatch.runtime.lease_names import job_name

log = structlog.get_logger()

_STUCK_SECONDS: Final = 3.0


def run_job(context: Context, name: str, progress: Progress | None = None) -> Report:
    """Runs a job once.

    `progress` is told how many files are done, of how many. Raises `UsageError` for an unknown job, `JobBusy` where
    another process runs it, and `Deferred` for a fault that may pass: the run is then taken up again by the next call.
    """
    job_log = JobLog(context.settings.logs.directory, name)
    context.job(name)
    try:
        return _run(context, name, job_log, progress or silent)
    finally:
        job_log.close()


def _run(context: Context, name: str, job_log: JobLog, progress: Progress) -> Report:
    """The run, or what keeps it from beginning."""
    job = context.job(name)
    reason = why_abort(context, name)
    folder = None
    if reason is None:
        known = share.remembered(context, name)
        try:
            folder, mount = share.opened(context, name, known)
        except OSError as error:
            reason = f"The drop folder {job.folder} cannot be used: {remedies.without_place(error)}"
    if folder is None:
        return abort(context, name, job_log, reason or "")
    with folder:
        if mount != known:
            share.remember(context, name, mount)
        session = Session(context, name, job_log)
        session.open(folder)
        try:
            return drain(session, progress)
        except (JobBusy, JobPaused):
            raise
        except (OSError, Deferred) as error:
            raise interrupted(name, job.folder, error) from error


def drain(session: Session, progress: Progress) -> Report:
    """Takes every file that was there at the start and settles within `order_wait`."""
    with Run(session) as run:
        with suppress(RunCancelled):
            _drain(session, run, progress)
        report = run.end()
    assert report is not None, "it tells of nothing too"  # noqa: S101
    return report


def _drain(session: Session, run: Run, progress: Progress) -> None:
    clock, job = session.context.clock, session.job
    deadline = clock.monotonic() + job.order_wait
    split = session.look()
    there = {file.name for file in (*split.ready, *split.unsettled, *split.behind)}
    left, pause = list(there), job.settle_seconds
    # Where a look finds new files it lists twice; if that is all the job wants, they are ready, and nobody looks again.
    looked = bool(split.ready) and not split.unsettled and not split.behind
    while left:
        late = clock.monotonic() > deadline
        if not looked:
            run.pause(pause)
            late = clock.monotonic() > deadline
            split = session.look()
        looked, pause = False, max(job.settle_seconds, 0.1)
        run.take(_up_to_last(split.ready, there), progress)
        split = session.look(full=False)
        takeable = [file.name for file in (*split.ready, *split.behind) if file.name in there]
        still_open = [file for file in split.unsettled if file.name in there and not _stuck_for_long(session, file)]
        left = [*takeable, *(file.name for file in still_open)]
        if late and not takeable:
            # What still does not settle is left to the next run; it holds back nobody any more.
            run.note_unsettled(still_open)
            break


def _stuck_for_long(session: Session, file: Sighting) -> bool:
    """Whether the file is decided and cannot be moved: it is tried twice, and then left to the next run."""
    since = session.stuck.get(file.name)
    return since is not None and session.context.clock.monotonic() - since > _STUCK_SECONDS


def _up_to_last(ready: list[Sighting], there: set[str]) -> list[Sighting]:
    """The files up to the last that was there at the start: one that listing missed may come before it in order."""
    last = max((number for number, file in enumerate(ready, 1) if file.name in there), default=0)
    return ready[:last]


def why_abort(context: Context, name: str) -> str | None:
    """Why the job may not run at all: its user's role (rule 0). None where it may."""
    job = context.job(name)
    return admission.why_abort(job.user, context.user(job).role)


def abort(context: Context, name: str, job_log: JobLog, reason: str) -> Report:
    """Ends a run before it began; nothing in the folder is touched. Raises `JobBusy` and `Deferred`."""
    log.error("job_aborted", job=name, reason=reason)
    try:
        return _abort(context, name, job_log, reason)
    except OSError as error:
        raise Deferred(f"job {name}: {reason}; and its log cannot be written: {remedies.remedy(error)}") from error


def _abort(context: Context, name: str, job_log: JobLog, reason: str) -> Report:
    with holding(context, job_name(name)) as lease:
        report = context.repository.carry_out(partial(_end_at_once, context, name, job_log, reason))
        job_log.write([last_line(report.at, report.status, reason)], partial(lease.ensure, asked=True))
        context.repository.carry_out(partial(_close, lease, report))
    tell_end(report)
    return report


def _end_at_once(context: Context, name: str, job_log: JobLog, reason: str, connection: Connection) -> Report:
    position = LogPosition(*job_log.position())
    run = run_entries.start_run(connection, name, context.job(name).user, context.clock.now(), position)
    return end_run(connection, context, run, job_log, RunStatus.ABORTED, reason)


def _close(lease: Lease, report: Report, connection: Connection) -> None:
    lease.renew(connection)
    run_entries.close_run(connection, report.run_id)


def interrupted(name: str, folder: Path, error: OSError | Deferred) -> Deferred:
    """What interrupts a run in this drop folder, in words that say what to do."""
    reason = remedies.reason(error, folder)
    log.error("run_interrupted", job=name, reason=reason)
    if isinstance(error, Deferred):
        return error
    return Deferred(f"job {name}: {reason}; the run is taken up again by the next one")
