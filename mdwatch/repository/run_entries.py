"""The runs of jobs: begun, ended, cut short, and told of; each with the place in the job log where its lines begin."""

from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    union_all,
    update,
)

from mdwatch.repository.tables.control import request
from mdwatch.repository.tables.files import journal, run, run_file_count


class LogPosition(NamedTuple):
    """A place in a job log: the inode of the file and the offset in bytes."""

    inode: int
    offset: int


class RunEntry(NamedTuple):
    """One execution of a job; `status` None while it lasts, or where it was cut short."""

    id: int
    job: str
    user: str
    started_at: int
    ended_at: int | None
    status: str | None
    reason: str | None
    log: LogPosition
    closed: bool
    cancelled_by: str | None = None


# Made once: a daemon asks these for every file that is dropped alone.
_THIS = run.c.id == bindparam("of_run")
_START = insert(run).returning(run.c.id)
_SET_LOG = (
    update(run)
    .where(_THIS)
    .values(log_inode=bindparam("inode", type_=run.c.log_inode.type), log_offset=bindparam("offset"))
)
_CLOSE = update(run).where(_THIS).values(closed=True)
_CANCELLED_BY = select(run.c.cancelled_by).where(_THIS)
_COUNTS = union_all(
    select(journal.c.code, func.count()).where(journal.c.run_id == bindparam("of_run")).group_by(journal.c.code),
    select(run_file_count.c.code, run_file_count.c.files).where(run_file_count.c.run_id == bindparam("of_run")),
)


def start_run(connection: Connection, job: str, user: str, at: int, log: LogPosition) -> RunEntry:
    """Begins a run."""
    values = {"job": job, "user": user, "started_at": at, "log_inode": log.inode, "log_offset": log.offset}
    key = connection.execute(_START, values).scalar_one()
    return RunEntry(
        id=key, job=job, user=user, started_at=at, ended_at=None, status=None, reason=None, log=log, closed=False
    )


def set_log(connection: Connection, run_id: int, log: LogPosition) -> None:
    """Notes where the job log stands before the lines of the transaction in hand."""
    connection.execute(_SET_LOG, {"of_run": run_id, "inode": log.inode, "offset": log.offset})


def end_run(connection: Connection, run_id: int, at: int, status: str, reason: str | None, log: LogPosition) -> None:
    """Ends a run; its last line is still to be logged."""
    values = {"ended_at": at, "status": status, "reason": reason, "log_inode": log.inode, "log_offset": log.offset}
    connection.execute(update(run).where(run.c.id == run_id).values(values))


def take_back_run(connection: Connection, run_id: int) -> None:
    """Forgets a run in which nothing was decided."""
    connection.execute(delete(run).where(run.c.id == run_id))


def close_run(connection: Connection, run_id: int) -> None:
    """Notes that the last line of the run is logged."""
    connection.execute(_CLOSE, {"of_run": run_id})


def stumble(connection: Connection, run_id: int, reason: str) -> None:
    """Notes the fault that interrupted a run; the next one takes it up again."""
    connection.execute(update(run).where(run.c.id == run_id).values(reason=reason))


def cancel(connection: Connection, run_id: int, by: str) -> bool:
    """Notes that somebody wants the run to end; whether it had not ended, and nobody wanted that yet."""
    open_run = (run.c.id == run_id) & run.c.status.is_(None) & run.c.cancelled_by.is_(None)
    return connection.execute(update(run).where(open_run).values(cancelled_by=by)).rowcount == 1


def cancelled_by(connection: Connection, run_id: int) -> str | None:
    """Who wants the run to end; None where nobody does."""
    return connection.execute(_CANCELLED_BY, {"of_run": run_id}).scalar()


def open_runs(connection: Connection, job: str) -> list[RunEntry]:
    """The runs of the job that were cut short, at the latest before their last line; oldest first."""
    query = select(run).where(run.c.job == job, ~run.c.closed).order_by(run.c.id)
    return [_run(row) for row in connection.execute(query)]


def runs(connection: Connection, job: str, limit: int) -> list[RunEntry]:
    """The last runs of a job, newest first."""
    query = select(run).where(run.c.job == job).order_by(run.c.id.desc()).limit(limit)
    return [_run(row) for row in connection.execute(query)]


def _run(row: Row[*tuple[Any, ...]]) -> RunEntry:
    return RunEntry(
        id=row.id,
        job=row.job,
        user=row.user,
        started_at=row.started_at,
        ended_at=row.ended_at,
        status=row.status,
        reason=row.reason,
        log=LogPosition(row.log_inode, row.log_offset),
        closed=row.closed,
        cancelled_by=row.cancelled_by,
    )


def counts(connection: Connection, run_id: int) -> dict[str, int]:
    """How many files of a run came to each code; those whose rows were removed by their age are counted, too."""
    found: dict[str, int] = {}
    for code, number in connection.execute(_COUNTS, {"of_run": run_id}):
        found[code] = found.get(code, 0) + int(number)
    return found


def runs_before(connection: Connection, job: str | None, before: int | None, limit: int) -> list[RunEntry]:
    """Runs older than the one of this key, newest first; of one job, or of all."""
    query = select(run).order_by(run.c.id.desc()).limit(limit)
    if job is not None:
        query = query.where(run.c.job == job)
    if before is not None:
        query = query.where(run.c.id < before)
    return [_run(row) for row in connection.execute(query)]


def run_of(connection: Connection, key: int) -> RunEntry | None:
    """The run of this key."""
    row = connection.execute(select(run).where(run.c.id == key)).one_or_none()
    return None if row is None else _run(row)


def job_of_request(connection: Connection, key: int) -> str | None:
    """The job that this request is about; None where there is no such request."""
    return connection.execute(select(request.c.job).where(request.c.id == key)).scalar()
