"""An operator asks how things stand: the jobs, their last runs, what waits, and what their folders hold.

What the database tells is told at once; a drop folder is asked within a limit, for its share may hang.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from mdwatch.config import JobSettings
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.listing import Ignored
from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred
from mdwatch.handlers.files import errors as file_errors
from mdwatch.handlers.files.errors import ErrorFile
from mdwatch.handlers.jobs import facts as job_facts
from mdwatch.handlers.jobs.facts import JobFacts
from mdwatch.handlers.stores import counting as store_counting
from mdwatch.repository import batches, control, ie_counts, notifications, waiting_list
from mdwatch.repository.control import JobStatus
from mdwatch.repository.exports import due, failures
from mdwatch.repository.run_entries import RunEntry
from mdwatch.repository.waiting_list import Waiting
from mdwatch.rules.job_states import AUDIT
from mdwatch.rules.notifying import GIVEN_UP_TOLD_FOR
from mdwatch.runtime import batch_holders
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease_holders import daemon_runs
from mdwatch.shapes.batches import BatchReportShape, BatchSliceShape
from mdwatch.shapes.exports import ExportCountsShape
from mdwatch.shapes.files import FileIdentityShape, WaitingFileShape
from mdwatch.shapes.harvests import HarvestShape
from mdwatch.shapes.jobs import FolderShape, IgnoredShape, JobStateShape, JobStatusShape, StatusShape
from mdwatch.shapes.runs import LastRunShape, LogPositionShape

_LONG_SECONDS: Final = 3600  # for how long an ignored file may lie before it is spoken of
_SHOWN: Final = 20  # waiting and ignored files that are named


class _Contents(NamedTuple):
    """What a drop folder holds: how many files, how many in `error/` open and settled, which entries are ignored."""

    files: int
    errors: int
    settled: int
    ignored: tuple[Ignored, ...]


def folder(context: Context, name: str) -> FolderShape:
    """What the folder of a job holds; raises `UsageError`, and `Deferred` where it cannot be told in time."""
    contents = _contents(context, name, context.job(name))
    return FolderShape(
        files=contents.files, errors=contents.errors, settled=contents.settled, ignored=len(contents.ignored)
    )


def contents(context: Context, name: str) -> tuple[FolderShape, tuple[ErrorFile, ...]]:
    """What the folder of a job holds, and all its error files; for whoever may wait as long as the share needs.

    Raises `OSError`.
    """
    job = context.job(name)
    with DropFolder(job.folder) as there:
        look = there.look(job.include)
    errors = file_errors.everything(context, name)
    settled = sum(file.settled_by is not None for file in errors)
    counts = FolderShape(
        files=len(look.files), errors=len(errors) - settled, settled=settled, ignored=len(look.ignored)
    )
    return counts, errors


def overview(context: Context, harvests: Iterable[HarvestShape] = ()) -> StatusShape:
    """Whether a daemon runs on this host, every job with its folder, IEs by institution, and how the exports stand."""
    with context.repository.read() as connection:
        institutions = ie_counts.count(connection)
        batch = batches.open_batch(connection)
        audit = control.states(connection).get(AUDIT)
        undelivered = notifications.given_up_since(connection, context.clock.now() - GIVEN_UP_TOLD_FOR)
        exported = ExportCountsShape(
            published=due.count_exportable(connection, due.last_key(connection)),
            due=due.count(connection),
            failing=failures.count(connection),
            batch=None if batch is None else BatchReportShape.of(batch),
            runner=batch_holders.runner(connection, context),
            slices=()
            if batch is None
            else tuple(BatchSliceShape.of(*item) for item in batch_holders.slices(connection, context, batch.id)),
        )
    return StatusShape(
        daemon=daemon_runs(context),
        jobs=tuple(_status(context, facts) for facts in job_facts.jobs(context)),
        harvests=tuple(harvests),
        institutions=institutions,
        exports=exported,
        store=store_counting.counts(context),
        audit=audit.reason if audit is not None else None,
        undelivered=undelivered,
    )


def _status(context: Context, facts: JobFacts) -> JobStatusShape:
    """A job with its folder."""
    with context.repository.read() as connection:
        state = control.states(connection).get(facts.name)
        waiting_files = waiting_list.waiting_files(connection, facts.name, _SHOWN)
    contents, fault = None, None
    try:
        contents = _contents(context, facts.name, facts.settings)
    except Deferred as error:
        fault = str(error)
    return JobStatusShape(
        name=facts.name,
        settings=facts.settings.plain(),
        last_run=None if facts.last_run is None else _last_run(facts.last_run),
        counts=facts.counts,
        interrupted=facts.interrupted,
        state=None if state is None else _state(state),
        files=None if contents is None else contents.files,
        errors=None if contents is None else contents.errors,
        settled=None if contents is None else contents.settled,
        waiting=facts.waiting,
        waiting_since=facts.waiting_since,
        waiting_files=tuple(_waiting(file) for file in waiting_files),
        ignored=() if contents is None else _ignored_for_long(context, contents.ignored),
        fault=fault,
        keeper=facts.keeper,
        next_run=facts.next_run,
    )


def _contents(context: Context, name: str, job: JobSettings) -> _Contents:
    """What the folder of a job holds; raises `Deferred` where it cannot be told in time."""
    try:
        return ask(job.folder, lambda: _look(context, name, job))
    except OSError as error:
        raise Deferred(f"{job.folder}: {error.strerror or error}") from None


def _look(context: Context, name: str, job: JobSettings) -> _Contents:
    with DropFolder(job.folder) as there:
        look = there.look(job.include)
    errors = file_errors.counts(context, name)
    return _Contents(len(look.files), errors.open, errors.settled, tuple(look.ignored))


def _ignored_for_long(context: Context, ignored: tuple[Ignored, ...]) -> tuple[IgnoredShape, ...]:
    """The entries that have been ignored for long, the oldest first."""
    before = (context.clock.now() - _LONG_SECONDS * 1000) * 1_000_000
    old = sorted((item for item in ignored if item.mtime_ns < before), key=lambda item: item.mtime_ns)
    return tuple(IgnoredShape(name=item.name, why=item.why, mtime_ns=item.mtime_ns) for item in old[:_SHOWN])


def _last_run(run: RunEntry) -> LastRunShape:
    return LastRunShape(
        id=run.id,
        job=run.job,
        user=run.user,
        started_at=run.started_at,
        ended_at=run.ended_at,
        status=run.status,
        reason=run.reason,
        log=LogPositionShape(inode=run.log.inode, offset=run.log.offset),
        closed=run.closed,
    )


def _state(state: JobStatus) -> JobStateShape:
    return JobStateShape(
        job=state.job,
        paused=state.paused,
        state=state.state,
        reason=state.reason,
        since=state.since,
        mount=state.mount,
        last_tick=state.last_tick,
    )


def _waiting(file: Waiting) -> WaitingFileShape:
    return WaitingFileShape(
        job=file.job,
        name=file.name,
        identity=FileIdentityShape.of(file.identity),
        pid=file.pid,
        code=file.code,
        reason=file.reason,
        since=file.since,
    )
