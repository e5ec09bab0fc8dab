"""An operator asks how things stand: the jobs, their last runs, what waits, what lies in `error/`, what is ignored."""

import threading
from dataclasses import dataclass

from mdwatch.config import JobSettings
from mdwatch.dropfolder.folder import DropFolder, Ignored
from mdwatch.errors import Deferred
from mdwatch.handlers.files import errors as file_errors
from mdwatch.repository import batches, control, exports, ies, journal
from mdwatch.repository.batches import Batch
from mdwatch.repository.control import JobState
from mdwatch.repository.journal import Run, Waiting
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import daemon_runs

_LONG_SECONDS = 3600  # for how long an ignored file may lie before status speaks of it
_ANSWER_SECONDS = 5.0
_SHOWN = 20  # waiting and ignored files that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOverview:
    """One job as it stands. `fault` says why its folder cannot be looked into; the counts of files are then None.

    `errors` counts the files in `error/` that are to be seen to, `settled` those that another file has replaced.
    """

    name: str
    settings: JobSettings
    last_run: Run | None
    counts: dict[str, int]
    interrupted: str | None
    state: JobState | None
    files: int | None
    errors: int | None
    settled: int | None
    waiting: int
    waiting_since: int | None
    waiting_files: tuple[Waiting, ...]
    ignored: tuple[Ignored, ...]
    fault: str | None


@dataclass(frozen=True, slots=True)
class ExportOverview:
    """How many IEs are exported, due, or fail in some format; and the batch that is open."""

    published: int
    due: int
    failing: int
    batch: Batch | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Whether a daemon runs on this host, every job, how many IEs each institution has, and their exports."""

    daemon: bool
    jobs: tuple[JobOverview, ...]
    institutions: dict[str, int]
    exports: ExportOverview


def overview(context: Context) -> Overview:
    """How things stand."""
    with context.repository.read() as connection:
        institutions = ies.count(connection)
        exported = ExportOverview(
            exports.count_exportable(connection, exports.last_key(connection)),
            exports.count_due(connection),
            exports.count_failing(connection),
            batches.open_batch(connection),
        )
    return Overview(
        daemon_runs(context),
        tuple(_job(context, name, job) for name, job in context.settings.jobs.items()),
        institutions,
        exported,
    )


def _job(context: Context, name: str, job: JobSettings) -> JobOverview:
    with context.repository.read() as connection:
        state = control.states(connection).get(name)
        last = next(iter(journal.runs(connection, name, 1)), None)
        counts = journal.counts(connection, last.id) if last else {}
        waiting, since = journal.count_waiting(connection, name)
        waiting_files = tuple(journal.waiting_files(connection, name, _SHOWN))
        interrupted = next((run.reason for run in journal.open_runs(connection, name) if run.reason), None)
    files, errors, settled, ignored, fault = _answer_in_time(context, name, job)
    return JobOverview(
        name=name,
        settings=job,
        last_run=last,
        counts=counts,
        interrupted=interrupted,
        state=state,
        files=files,
        errors=errors,
        settled=settled,
        waiting=waiting,
        waiting_since=since,
        waiting_files=waiting_files,
        ignored=ignored,
        fault=fault,
    )


_Folder = tuple[int | None, int | None, int | None, tuple[Ignored, ...], str | None]


def _answer_in_time(context: Context, name: str, job: JobSettings) -> _Folder:
    """What the folder holds, or that it does not answer: a share that hangs must not hang whoever asks after it."""
    found: list[_Folder] = []
    asking = threading.Thread(target=lambda: found.append(_folder(context, name, job)), daemon=True)
    asking.start()
    asking.join(_ANSWER_SECONDS)
    return found[0] if found else (None, None, None, (), f"{job.folder} does not answer")


def _folder(context: Context, name: str, job: JobSettings) -> _Folder:
    """How many files the folder and `error/` hold, what has been ignored for long, or why that cannot be told."""
    try:
        with DropFolder(job.folder) as folder:
            look = folder.look(job.include)
        errors = file_errors.counts(context, name)
    except OSError as error:
        return None, None, None, (), f"{job.folder}: {error.strerror or error}"
    except Deferred as error:
        return None, None, None, (), str(error)
    before = (context.clock.now() - _LONG_SECONDS * 1000) * 1_000_000
    old = sorted((item for item in look.ignored if item.mtime_ns < before), key=lambda item: item.mtime_ns)
    return len(look.files), errors.open, errors.settled, tuple(old[:_SHOWN]), None
