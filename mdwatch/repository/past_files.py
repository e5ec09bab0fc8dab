"""Reading the past of files: by name, by run, by IE; page by page, each by the key that the one before ended with."""

from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import normalize

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    false,
    func,
    or_,
    select,
    type_coerce,
)

from mdwatch.repository.columns import begins, kept_name, values_of
from mdwatch.repository.journal import Entry, entry_of
from mdwatch.repository.tables.files import journal
from mdwatch.rules.codes import Code


def of_name(connection: Connection, name: str, job: str | None, limit: int) -> list[Entry]:
    """What became of files of this name, or filed under it, newest first."""
    # Job by job, for the indexes of names begin with the job.
    jobs = values_of(connection, journal.c.job) if job is None else [job]
    named = [
        and_(journal.c.job == one, column == name) for one in jobs for column in (journal.c.name, journal.c.filed_as)
    ]
    return _entries(connection, select(journal).where(or_(false(), *named)), limit)


def put_away(connection: Connection, job: str, names: Sequence[str], inodes: Sequence[int]) -> list[Entry]:
    """What was decided of files of these inodes that were seen put away under one of these names, oldest first."""
    seen = journal.c.carried_out, journal.c.unmoved.is_(None), journal.c.retried_at.is_(None)
    sent = journal.c.job == job, journal.c.inode.in_(inodes), journal.c.code != Code.IN_SIP.value, *seen
    # Asked one after the other, so that each has its index.
    queries = [select(journal).where(column.in_(names), *sent) for column in (journal.c.name, journal.c.filed_as)]
    rows = {row.id: row for query in queries for row in connection.execute(query)}
    return [entry_of(rows[key]) for key in sorted(rows)]


def of_run(connection: Connection, run_id: int, limit: int) -> list[Entry]:
    """The files of a run, newest first."""
    return _entries(connection, select(journal).where(journal.c.run_id == run_id), limit)


def _entries(connection: Connection, query: Select[Any], limit: int) -> list[Entry]:
    return [entry_of(row) for row in connection.execute(query.order_by(journal.c.id.desc()).limit(limit))]


def files_of_run(connection: Connection, key: int, code: str | None, after: int | None, limit: int) -> list[Entry]:
    """The files of a run in the order they took effect, after the row of this key; of one code, or of all."""
    query = select(journal).where(journal.c.run_id == key).order_by(journal.c.id).limit(limit)
    if code is not None:
        query = query.where(journal.c.code == code)
    if after is not None:
        query = query.where(journal.c.id > after)
    return [entry_of(row) for row in connection.execute(query)]


def files_of_codes(connection: Connection, key: int, codes: Sequence[str], limit: int) -> list[Entry]:
    """The first files of a run that came to one of these codes."""
    query = select(journal).where(journal.c.run_id == key, journal.c.code.in_(codes)).order_by(journal.c.id)
    return [entry_of(row) for row in connection.execute(query.limit(limit))]


def files_of_ie(connection: Connection, pid: str, before: int | None, limit: int) -> list[Entry]:
    """What became of files for this IE, newest first."""
    return _newest(connection, select(journal).where(journal.c.pid == pid), before, limit)


def files_named(connection: Connection, jobs: Iterable[str], start: str, before: int | None, limit: int) -> list[Entry]:
    """What became of files whose names start like this, in these jobs, newest first."""
    # Named job by job, for the index of names begins with the job.
    named = or_(false(), *(_named(connection, job, start) for job in jobs))
    return _newest(connection, select(journal).where(named), before, limit)


def _named(connection: Connection, job: str, start: str) -> ColumnElement[bool]:
    return and_(journal.c.job == job, begins(connection, type_coerce(journal.c.name, Text), kept_name(start)))


def files_with(
    connection: Connection, jobs: Iterable[str], part: str, before: int | None, limit: int, reach: int
) -> list[Entry]:
    """What became of files with this part in their names, in any case, newest first; among the last `reach` rows."""
    newest = connection.execute(select(func.max(journal.c.id))).scalar() or 0 if before is None else before - 1
    # As they may be written: databases fold ASCII only, and a Mac composes otherwise than the rest of the world.
    cases = {part, part.lower(), part.upper(), part.title()}
    kept = {kept_name(normalize(form, case)) for case in cases for form in ("NFC", "NFD")}
    name = type_coerce(journal.c.name, Text)
    query = select(journal).where(
        # By their keys: the index of jobs, which plain words would have used, holds all that a job ever decided.
        (type_coerce(journal.c.job, Text) + "").in_(list(jobs)),
        journal.c.id > newest - reach,
        or_(false(), *(name.icontains(item, autoescape=True) for item in sorted(kept))),
    )
    return _newest(connection, query, before, limit)


def _newest(connection: Connection, query: Select[Any], before: int | None, limit: int) -> list[Entry]:
    if before is not None:
        query = query.where(journal.c.id < before)
    return [entry_of(row) for row in connection.execute(query.order_by(journal.c.id.desc()).limit(limit))]
