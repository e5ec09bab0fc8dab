"""An operator asks what lies in a job's `error/`, why, what to do about it, and whether that is done already."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred
from mdwatch.handlers.files import chosen
from mdwatch.handlers.files.chosen import Chosen
from mdwatch.repository import error_files
from mdwatch.repository.journal import Entry
from mdwatch.rules import sequence, settlement
from mdwatch.rules.codes import MEANINGS, Code
from mdwatch.rules.settlement import DecidedFile
from mdwatch.runtime.context import Context
from mdwatch.shapes.values import Moment


class ErrorFile(NamedTuple):
    """One file in `error/`; what a run would know of it is None where no run is known to have put it there.

    `changed`: it is not, or no longer, the file that the run judged. `settled_by` names the file that has done what
    this one was to do.
    """

    name: str
    pid: str | None
    code: str | None
    reason: str | None
    remedy: str | None
    at: Moment | None
    run: int | None
    changed: bool = False
    settled_by: str | None = None


class ErrorFiles(NamedTuple):
    """Some of the error files of a job, by name, and how many there are in all."""

    total: int
    files: tuple[ErrorFile, ...]
    next_name: str | None


class ErrorCounts(NamedTuple):
    """How many error files there are to be seen to, and how many that are settled."""

    open: int
    settled: int


def listing(context: Context, job: str, after: str | None, limit: int) -> ErrorFiles:
    """The error files after this name; raises `UsageError` for an unknown job, `Deferred` where the folder is away."""
    settings = context.job(job)
    try:
        there = ask(settings.folder, lambda: chosen.look(context, job))
    except OSError as error:
        raise Deferred(f"{settings.folder} cannot be looked into: {error.strerror or error}") from None
    names = list(there)
    start = 0 if after is None else bisect_right(names, after)
    shown = names[start : start + limit]
    with context.repository.read() as connection:
        items = chosen.with_verdicts(connection, job, [there[name] for name in shown])
        settled = settled_by(connection, items)
    by_name = {item.file.name: item for item in items}
    more = start + limit < len(names)
    files = tuple(_file(by_name[name], settled.get(name)) for name in shown)
    return ErrorFiles(len(names), files, shown[-1] if more else None)


def everything(context: Context, job: str) -> tuple[ErrorFile, ...]:
    """All error files of a job, by name; raises `OSError`, and may take as long as the share does."""
    there = chosen.look(context, job)
    with context.repository.read() as connection:
        items = chosen.with_verdicts(connection, job, there.values())
        settled = settled_by(connection, items)
    found = {item.file.name: _file(item, settled.get(item.file.name)) for item in items}
    return tuple(found[name] for name in there)


def counts(context: Context, job: str) -> ErrorCounts:
    """How many error files a job has; raises `OSError`, and may take as long as the share does."""
    there = chosen.look(context, job)
    with context.repository.read() as connection:
        settled = settled_by(connection, chosen.with_verdicts(connection, job, there.values()))
    return ErrorCounts(len(there) + len(there.unseen) - len(settled), len(settled))


def settled_by(connection: Connection, items: Sequence[Chosen]) -> dict[str, str]:
    """The names of the files that have done what these were to do, by the names of those that are settled."""
    entries = {item.file.name: item.verdict for item in items if item.verdict is not None and not item.changed}
    later = error_files.successors(connection, entries.values())
    found = {}
    for name, entry in entries.items():
        by = settlement.successor(_filed(entry), [_filed(other) for other in later[entry.id]])
        if by is not None:
            found[name] = by.name
    return found


def _filed(entry: Entry) -> DecidedFile:
    return DecidedFile(
        row=entry.id,
        job=entry.job,
        name=entry.name,
        code=entry.code,
        pid=entry.pid,
        records=None if entry.records is None else frozenset(entry.records),
        key=sequence.key(error_files.created_ns(entry), entry.identity.mtime_ns, entry.name),
    )


def _file(item: Chosen, settled: str | None) -> ErrorFile:
    entry = item.verdict
    if entry is None:
        return ErrorFile(name=item.file.name, pid=None, code=None, reason=None, remedy=None, at=None, run=None)
    return ErrorFile(
        name=item.file.name,
        pid=entry.pid,
        code=entry.code,
        reason=entry.reason,
        remedy=MEANINGS[Code(entry.code)].remedy,
        at=entry.at,
        run=entry.run_id,
        changed=item.changed,
        settled_by=settled,
    )
