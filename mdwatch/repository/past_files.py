"""Reading the past of files: by name, by run, by IE; page by page, each by the key that the one before ended with."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    or_,
    select,
)

from mdwatch.repository.journal import Entry, entry_of
from mdwatch.repository.tables import journal


def of_name(connection: Connection, name: str, job: str | None, limit: int) -> list[Entry]:
    """What became of files of this name, or filed under it, newest first."""
    query = select(journal).where((journal.c.name == name) | (journal.c.filed_as == name))
    return _entries(connection, query if job is None else query.where(journal.c.job == job), limit)


def of_run(connection: Connection, run_id: int, limit: int) -> list[Entry]:
    """The files of a run, newest first."""
    return _entries(connection, select(journal).where(journal.c.run_id == run_id), limit)


def _entries(connection: Connection, query: Select[Any], limit: int) -> list[Entry]:
    return [entry_of(row) for row in connection.execute(query.order_by(journal.c.id.desc()).limit(limit))]


_LAST_CHARACTER = "\U0010ffff"  # sorts after every other that a name may hold


def files_of_run(connection: Connection, key: int, code: str | None, after: int | None, limit: int) -> list[Entry]:
    """The files of a run in the order they took effect, after the row of this key; of one code, or of all."""
    query = select(journal).where(journal.c.run_id == key).order_by(journal.c.id).limit(limit)
    if code is not None:
        query = query.where(journal.c.code == code)
    if after is not None:
        query = query.where(journal.c.id > after)
    return [entry_of(row) for row in connection.execute(query)]


def files_of_ie(connection: Connection, pid: str, before: int | None, limit: int) -> list[Entry]:
    """What became of files for this IE, newest first."""
    return _newest(connection, select(journal).where(journal.c.pid == pid), before, limit)


def files_named(connection: Connection, jobs: Iterable[str], start: str, before: int | None, limit: int) -> list[Entry]:
    """What became of files whose names start like this, in these jobs, newest first."""
    # Named job by job, for the index of names begins with the job.
    named = or_(false(), *(_named(job, start) for job in jobs))
    return _newest(connection, select(journal).where(named), before, limit)


def _named(job: str, start: str) -> ColumnElement[bool]:
    return and_(journal.c.job == job, journal.c.name >= start, journal.c.name < start + _LAST_CHARACTER)


def _newest(connection: Connection, query: Select[Any], before: int | None, limit: int) -> list[Entry]:
    if before is not None:
        query = query.where(journal.c.id < before)
    return [entry_of(row) for row in connection.execute(query.order_by(journal.c.id.desc()).limit(limit))]
