"""What the daemon and the commands tell each other: states of jobs, requests to run one, counters of changes."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from mdwatch.repository.tables.control import counter, job_state, request

STAGES: Final = "stages"  # counts IEs that moved between stages or were deleted


class JobStatus(NamedTuple):
    """A job as its worker last told; moments in milliseconds, `state` empty where no worker ever told."""

    job: str
    paused: bool = False
    state: str = ""
    reason: str | None = None
    since: int = 0
    mount: str | None = None
    last_tick: int | None = None


def states(connection: Connection) -> dict[str, JobStatus]:
    """Every job that there is something to tell of."""
    return {
        row.job: JobStatus(
            job=row.job,
            paused=row.paused,
            state=row.state,
            reason=row.reason,
            since=row.since,
            mount=row.mount,
            last_tick=row.last_tick,
        )
        for row in connection.execute(select(job_state))
    }


_PAUSED = select(job_state.c.paused).where(job_state.c.job == bindparam("of_job"))


def is_paused(connection: Connection, job: str) -> bool:
    """Whether the job is paused, as this transaction sees it."""
    return bool(connection.execute(_PAUSED, {"of_job": job}).scalar())


def tell(connection: Connection, job: str, **values: Any) -> None:
    """Sets what is told of a job: `paused`, `state` with `reason` and `since`, `mount`, `last_tick`."""
    done = connection.execute(update(job_state).where(job_state.c.job == job).values(values))
    if done.rowcount == 0:
        connection.execute(insert(job_state).values({"job": job, "state": "", "since": 0, **values}))


def ask_to_run(connection: Connection, job: str, at: int) -> int:
    """Asks the daemon to run a job; the key of the request."""
    query = insert(request).values(job=job, at=at).returning(request.c.id)
    return int(connection.execute(query).scalar_one())


def open_requests(connection: Connection) -> list[tuple[int, str]]:
    """The requests without an answer, by key and job, oldest first."""
    query = select(request.c.id, request.c.job).where(request.c.run_id.is_(None), request.c.refusal.is_(None))
    return [(row.id, row.job) for row in connection.execute(query.order_by(request.c.id))]


def answer(
    connection: Connection, keys: Iterable[int], *, run_id: int | None = None, refusal: str | None = None
) -> None:
    """Answers requests: with the run that was made, or why there is none."""
    query = update(request).where(request.c.id.in_(list(keys)))
    connection.execute(query.values(run_id=run_id, refusal=refusal))


def answer_to(connection: Connection, key: int) -> tuple[int | None, str | None]:
    """The run and the refusal a request was answered with, both None while it is open."""
    row = connection.execute(select(request.c.run_id, request.c.refusal).where(request.c.id == key)).one()
    return row.run_id, row.refusal


def withdraw(connection: Connection, key: int) -> None:
    """Takes a request back."""
    connection.execute(delete(request).where(request.c.id == key))


def count_up(connection: Connection, name: str) -> None:
    """Counts a change."""
    done = connection.execute(update(counter).where(counter.c.name == name).values(value=counter.c.value + 1))
    if done.rowcount == 0:
        connection.execute(insert(counter).values(name=name, value=1))


def count_of(connection: Connection, name: str) -> int:
    """How many changes were counted."""
    return connection.execute(select(counter.c.value).where(counter.c.name == name)).scalar() or 0
