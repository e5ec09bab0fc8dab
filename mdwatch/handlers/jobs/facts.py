"""What the database tells of jobs: how they stand, their last runs, what waits; no share is asked."""

from typing import NamedTuple, Self

from sqlalchemy import Connection

from mdwatch.config import JobSettings
from mdwatch.repository import control, run_entries, waiting_list
from mdwatch.repository.control import JobStatus
from mdwatch.repository.run_entries import RunEntry
from mdwatch.runtime import identity, lease_holders
from mdwatch.runtime.context import Context
from mdwatch.watch import schedule


class JobFacts(NamedTuple):
    """What the database tells of a job; `interrupted` is why a run was cut short that is still to be taken up.

    `keeper` is the daemon that looks after it, where several share the repository.
    """

    name: str
    settings: JobSettings
    state: JobStatus
    last_run: RunEntry | None
    counts: dict[str, int]
    interrupted: str | None
    waiting: int
    waiting_since: int | None
    next_run: int | None
    keeper: str | None


def jobs(context: Context) -> list[JobFacts]:
    """Every configured job; asks no share, and so answers whatever their state."""
    with context.repository.read() as connection:
        all_jobs = _AllJobs.of(connection, context)
        return [_facts(connection, name, job, all_jobs) for name, job in context.settings.jobs.items()]


def job(context: Context, name: str) -> JobFacts:
    """One job; raises `UsageError` where there is none of this name."""
    settings = context.job(name)
    with context.repository.read() as connection:
        return _facts(connection, name, settings, _AllJobs.of(connection, context))


def next_run(context: Context, name: str) -> int | None:
    """When the schedule of a job comes next; None where it has none, is paused, or is no job of the settings."""
    settings = context.settings.jobs.get(name)
    if settings is None:
        return None
    with context.repository.read() as connection:
        return _next_run(settings, control.states(connection).get(name), context.clock.now())


class _AllJobs(NamedTuple):
    """What is asked for once for all jobs: their states, who looks after them (by their names), and the time."""

    states: dict[str, JobStatus]
    keepers: dict[str, str]
    now: int

    @classmethod
    def of(cls, connection: Connection, context: Context) -> Self:
        """As the database has it."""
        return cls(control.states(connection), lease_holders.keepers(connection, context), context.clock.now())


def _facts(connection: Connection, name: str, job: JobSettings, every: _AllJobs) -> JobFacts:
    keeper = every.keepers.get(name)
    last = next(iter(run_entries.runs(connection, name, 1)), None)
    waiting, since = waiting_list.count_waiting(connection, name)
    return JobFacts(
        name=name,
        settings=job,
        state=every.states.get(name, JobStatus(job=name)),
        last_run=last,
        counts=run_entries.counts(connection, last.id) if last else {},
        interrupted=next((run.reason for run in run_entries.open_runs(connection, name) if run.reason), None),
        waiting=waiting,
        waiting_since=since,
        next_run=_next_run(job, every.states.get(name), every.now),
        keeper=None if keeper is None else identity.shown(keeper),
    )


def _next_run(job: JobSettings, state: JobStatus | None, now: int) -> int | None:
    """When the schedule of a job comes next; None where it goes by arrivals or by hand, or is paused."""
    if job.schedule in {"watch", "manual"} or (state is not None and state.paused):
        return None
    return schedule.next_tick(job.schedule, now)
