"""An operator asks after jobs: at once what the database tells of all of them, and of one what its folder holds."""

from dataclasses import dataclass

from sqlalchemy import Connection

from mdwatch.config import JobSettings
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred
from mdwatch.handlers.files import errors as file_errors
from mdwatch.repository import control, journal
from mdwatch.repository.control import JobState
from mdwatch.repository.journal import Run
from mdwatch.runtime.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """What the database tells of a job; `interrupted` is why a run was cut short that is still to be taken up."""

    name: str
    settings: JobSettings
    state: JobState
    last_run: Run | None
    counts: dict[str, int]
    interrupted: str | None
    waiting: int
    waiting_since: int | None


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """How many files lie in a drop folder, in its `error/`, and beside them as no business of the job's.

    `errors` counts those that are to be seen to, `settled` those in `error/` that another file has replaced.
    """

    files: int
    errors: int
    ignored: int
    settled: int = 0


def jobs(context: Context) -> list[JobFacts]:
    """Every configured job; asks no share, and so answers whatever their state."""
    with context.repository.read() as connection:
        states = control.states(connection)
        return [_facts(connection, name, job, states) for name, job in context.settings.jobs.items()]


def job(context: Context, name: str) -> JobFacts:
    """One job; raises `UsageError` where there is none of this name."""
    settings = context.job(name)
    with context.repository.read() as connection:
        return _facts(connection, name, settings, control.states(connection))


def folder(context: Context, name: str) -> FolderFacts:
    """What the folder of a job holds; raises `UsageError`, and `Deferred` where it cannot be told in time."""
    settings = context.job(name)
    try:
        return ask(settings.folder, lambda: _look(context, name, settings))
    except OSError as error:
        raise Deferred(f"{settings.folder}: {error.strerror or error}") from None


def _facts(connection: Connection, name: str, job: JobSettings, states: dict[str, JobState]) -> JobFacts:
    last = next(iter(journal.runs(connection, name, 1)), None)
    waiting, since = journal.count_waiting(connection, name)
    return JobFacts(
        name=name,
        settings=job,
        state=states.get(name, JobState(job=name)),
        last_run=last,
        counts=journal.counts(connection, last.id) if last else {},
        interrupted=next((run.reason for run in journal.open_runs(connection, name) if run.reason), None),
        waiting=waiting,
        waiting_since=since,
    )


def _look(context: Context, name: str, job: JobSettings) -> FolderFacts:
    with DropFolder(job.folder) as there:
        look = there.look(job.include)
    errors = file_errors.counts(context, name)
    return FolderFacts(len(look.files), errors.open, len(look.ignored), errors.settled)
