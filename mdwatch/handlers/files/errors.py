"""An operator asks what lies in a job's `error/`, why, and what to do about it."""

from bisect import bisect_right
from dataclasses import dataclass

from mdwatch.dropfolder.folder import ERROR, identity_of
from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred
from mdwatch.handlers.files.retry import error_files
from mdwatch.model import Identity
from mdwatch.repository import journal
from mdwatch.repository.journal import Entry
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.runtime.context import Context
from mdwatch.shapes.values import Moment

_PAST = 20  # rows of the journal among which the one of an error file is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFile:
    """One file in `error/`; all but its name is None where no run is known to have put it there."""

    name: str
    pid: str | None
    code: str | None
    reason: str | None
    remedy: str | None
    at: Moment | None
    run: int | None


@dataclass(frozen=True, slots=True)
class ErrorFiles:
    """Some of the error files of a job, by name, and how many there are in all."""

    total: int
    files: tuple[ErrorFile, ...]
    next_name: str | None


def listing(context: Context, job: str, after: str | None, limit: int) -> ErrorFiles:
    """The error files after this name; raises `UsageError` for an unknown job, `Deferred` where the folder is away."""
    settings = context.job(job)
    try:
        names = ask(settings.folder, lambda: error_files(settings.folder, settings.include))
    except OSError as error:
        raise Deferred(f"{settings.folder} cannot be looked into: {error.strerror or error}") from None
    start = 0 if after is None else bisect_right(names, after)
    shown = names[start : start + limit]
    with context.repository.read() as connection:
        rows = {name: journal.of_name(connection, name, job, _PAST) for name in shown}
    more = start + limit < len(names)
    there = ask(settings.folder, lambda: {name: identity_of(settings.folder / ERROR / name) for name in shown})
    files = tuple(_file(name, rows[name], there[name]) for name in shown)
    return ErrorFiles(len(names), files, shown[-1] if more else None)


def _file(name: str, past: list[Entry], there: Identity | None) -> ErrorFile:
    for entry in past:
        meaning = MEANINGS[Code(entry.code)]
        if (entry.filed_as or entry.name) == name and meaning.effect is Effect.ERROR:
            changed = there is not None and there != entry.identity
            return ErrorFile(
                name=name,
                pid=entry.pid,
                code=entry.code,
                reason=f"{entry.reason}; the file was changed since" if changed else entry.reason,
                remedy=meaning.remedy,
                at=entry.at,
                run=entry.run_id,
            )
    return ErrorFile(name=name, pid=None, code=None, reason=None, remedy=None, at=None, run=None)
