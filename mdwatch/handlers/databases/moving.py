"""A repository moves house: from SQLite to PostgreSQL, back, or to another of the same. Nothing of the old is changed.

All of it is written in one transaction, and read again from there before that ends: the new database has everything, or
nothing. While it lasts nobody can change the old one: what came after its first moment would not be brought along. A
daemon is to be stopped first, for it would go on with the old one afterwards.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from mdwatch.config import database_url
from mdwatch.errors import Deferred, UsageError
from mdwatch.repository import moving, sqlite
from mdwatch.repository.engine import Repository
from mdwatch.repository.moving import Summing, TableSum
from mdwatch.runtime import lease_holders
from mdwatch.runtime.context import Context

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MovedTable:
    """A table as it is in both databases now."""

    name: str
    rows: int
    digest: str


def copy(context: Context, target: str, progress: Progress) -> list[MovedTable]:
    """Copies the repository of the settings into the database at a URL, which must be empty; raises `UsageError`.

    `progress` is told how many rows of how many are written. Raises `Deferred` for faults of either database.
    """
    with _opened(target) as repository:
        if _same(context.settings.repository.url, target):
            raise UsageError("this is the repository itself; name another database")
        with context.repository.write() as source, repository.write() as into:
            moving.hold_still(source)
            moving.bear_with(into)
            _check_idle(source, context)
            if not moving.is_empty(into):
                raise UsageError("there is something in the database to copy into already; name an empty one")
            sums = _write(source, into, progress)
            _compare(into, sums)
            moving.set_counters(into)
    return [MovedTable(name, *item) for name, item in sums.items()]


@contextmanager
def _opened(url: str) -> Iterator[Repository]:
    try:
        database_url(url)
    except ValueError as error:
        known = "sqlite:////path/to/file.db or postgresql+psycopg://user@host/name"
        raise UsageError(f"the target {error}; a database is named by a URL: {known}") from None
    repository = Repository(url, 30)
    try:
        yield repository
    finally:
        repository.close()


def _same(one: str, other: str) -> bool:
    """Whether two URLs name one database; a file may have several names."""
    there = sqlite.file_at(sqlite.path_of(one))
    return make_url(one) == make_url(other) or (there is not None and there == sqlite.file_at(sqlite.path_of(other)))


def _check_idle(connection: Connection, context: Context) -> None:
    """Raises `UsageError` where somebody works with the repository."""
    if at_work := lease_holders.living(connection, context, ""):
        raise UsageError(f"mdwatch is at work here ({', '.join(at_work)}); stop it first, and copy again")


def _write(source: Connection, into: Connection, progress: Progress) -> dict[str, TableSum]:
    total = moving.count(source)
    done = 0
    sums = {}
    for table in moving.TABLES:
        adding = Summing()
        for piece in moving.rows(source, table):
            moving.write(into, table, piece)
            adding.add(piece)
            done += len(piece)
            progress(done, total)
        sums[table.name] = adding.sum()
    return sums


def _compare(into: Connection, sums: dict[str, TableSum]) -> None:
    for table in moving.TABLES:
        adding = Summing()
        for piece in moving.rows(into, table):
            adding.add(piece)
        if adding.sum() != sums[table.name]:
            raise Deferred(f"the table {table.name} reads otherwise than it was written; nothing was copied")
