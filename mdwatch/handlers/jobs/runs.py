"""An operator looks back: runs, the files of one, what waits, and what became of a file or of the files for an IE."""

from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from mdwatch.errors import UsageError
from mdwatch.formats.pids import valid_pid
from mdwatch.handlers.jobs import public
from mdwatch.repository import ies, interventions, past_files, run_entries, tokens, waiting_list
from mdwatch.repository.interventions import Intervention
from mdwatch.repository.journal import Entry
from mdwatch.repository.run_entries import RunEntry
from mdwatch.rules.codes import MEANINGS, Code
from mdwatch.runtime.context import Context
from mdwatch.shapes.files import WaitingShape

REACH: Final = 500_000  # verdicts, a fraction of a second


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run and how many of its files came to each code."""

    run: RunEntry
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class PastFile:
    """What was decided of a file, and what whoever dropped it can do; what an operator did with it in `error/`."""

    entry: Entry
    remedy: str
    act: Intervention | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found: whether its text is the PID of an IE that there is, and files, newest first."""

    pid: str | None
    files: tuple[PastFile, ...]


def runs(context: Context, job: str | None, before: int | None, limit: int) -> list[PastRun]:
    """Runs older than the one of this key, newest first, of one job or of all; raises `UsageError` for no job."""
    if job is not None:
        context.job(job)
    with context.repository.read() as connection:
        if job is None and context.institutions is not None:
            each = (run_entries.runs_before(connection, name, before, limit) for name in context.settings.jobs)
            found = sorted(chain(*each), key=lambda item: item.id, reverse=True)[:limit]
        else:
            found = run_entries.runs_before(connection, job, before, limit)
        return [PastRun(run, run_entries.counts(connection, run.id)) for run in found]


def run(context: Context, key: int) -> PastRun:
    """One run; raises `UsageError` where there is none of this key."""
    with context.repository.read() as connection:
        found = run_entries.run_of(connection, key)
        if found is None:
            raise UsageError(f"there is no run {key}")
        return PastRun(found, run_entries.counts(connection, key))


def files_of_run(context: Context, key: int, code: str | None, after: int | None, limit: int) -> list[PastFile]:
    """The files of a run in the order they took effect; raises `UsageError` where there is no such run."""
    with context.repository.read() as connection:
        if run_entries.run_of(connection, key) is None:
            raise UsageError(f"there is no run {key}")
        return _past(past_files.files_of_run(connection, key, code, after, limit))


def of_file(context: Context, job: str, name: str, limit: int) -> list[PastFile]:
    """What became of files of this name in a job, newest first."""
    with context.repository.read() as connection:
        entries = past_files.of_name(connection, name, job, limit)
        acts = interventions.of_verdicts(connection, [entry.id for entry in entries])
    return [replace(file, act=acts.get(file.entry.id)) for file in _past(entries)]


def waiting(context: Context, job: str, after: str | None, limit: int) -> list[WaitingShape]:
    """The waiting files of a job by name; raises `UsageError` for no job."""
    context.job(job)
    with context.repository.read() as connection:
        return [public.waiting(file) for file in waiting_list.waiting_after(connection, job, after, limit)]


def search(context: Context, text: str, before: int | None, limit: int) -> SearchResult:
    """Files for the IE of this PID, or else files whose names start with the text, or else have it in any case.

    For a part of a name the last `REACH` verdicts are looked through.
    """
    found = _search(context, text, before, limit)
    if context.institutions is None:
        return found
    with context.repository.read() as connection:
        institution = None if found.pid is None else tokens.institution_of(connection, found.pid)
    pid = found.pid if institution is not None and context.sees(institution) else None
    return SearchResult(pid, tuple(file for file in found.files if file.entry.job in context.settings.jobs))


def _search(context: Context, text: str, before: int | None, limit: int) -> SearchResult:
    """The same, whatever institutions may be shown."""
    pid = text.strip()
    with context.repository.read() as connection:
        if valid_pid(pid):
            there = ies.version_of(connection, pid) is not None
            files = past_files.files_of_ie(connection, pid, before, limit)
            if there or files:
                return SearchResult(pid if there else None, tuple(_past(files)))
        # Along the index first: who gives the beginning of a name finds it however long ago it was.
        files = past_files.files_named(connection, context.settings.jobs, text, before, limit)
        if not files:
            files = past_files.files_with(connection, context.settings.jobs, pid, before, limit, REACH)
        if not files and before is None:
            # Perhaps the name it has in done/ or error/, beside another of its own name.
            files = past_files.of_name(connection, text, None, limit)
    return SearchResult(None, tuple(_past(files)))


def _past(entries: list[Entry]) -> list[PastFile]:
    return [PastFile(entry, MEANINGS[Code(entry.code)].remedy) for entry in entries]
