"""Old rows of the journal and old runs: read, summed up, and removed in the transaction that keeps what they add up to.

What stays of a row: the count of its code, by quarter of an hour and by run; how old the file of an update was, beside
the version that it made; and, where the file lies in `done/`, what tells it from one that nobody decided.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, or_, select, text, update

from mdwatch.model import Identity
from mdwatch.repository import trends
from mdwatch.repository.journal import Entry, entry_of
from mdwatch.repository.tables.control import request
from mdwatch.repository.tables.files import file_count, filed_file, journal, run, run_file_count, waiting
from mdwatch.repository.tables.ies import ie, ie_version
from mdwatch.repository.tables.people import errand, intervention
from mdwatch.rules.audit import filing_place
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.rules.retention import Handled, quarter

_ERRORS: Final = tuple(code.value for code in Code if MEANINGS[code].effect is Effect.ERROR)
_STAYED: Final = tuple(code.value for code in Code if filing_place(code.value) is None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside some rows of the journal: keys and names of those that it holds for, by job."""

    newest: int
    runs_over: frozenset[int]
    waiting: frozenset[tuple[str, str]]
    begun: frozenset[int]
    error_pids: frozenset[str]
    error_names: frozenset[tuple[str, str]]

    def handled(self, entry: Entry) -> Handled:
        """What an operator did with the file of this row in `error/`."""
        if entry.id in self.begun:
            return Handled.BEGUN
        return Handled.NOTHING if entry.retried_at is None else Handled.OVER

    def needed(self, entry: Entry) -> bool:
        """Whether an error file is left that this row may settle."""
        return entry.pid in self.error_pids or (entry.job, entry.name) in self.error_names


class FiledFile(NamedTuple):
    """A file in `done/` whose row was removed: its name there, what tells it, and when it was decided."""

    name: str
    identity: Identity
    at: int


def last_key(connection: Connection, before: int) -> int:
    """The key that those of all rows older than a moment are below, as long as clocks go forwards."""
    return trends.first_key(connection, before)


def page(connection: Connection, before: int, after: int, below: int, limit: int) -> list[Entry]:
    """Rows of all jobs that are older than a moment, in the order of their keys, between these two."""
    # By their keys alone: an index of anything else would have the rows put in order for each page.
    query = select(journal).where(journal.c.id > after, journal.c.id < below, journal.c.at < before)
    return [entry_of(row) for row in connection.execute(query.order_by(journal.c.id).limit(limit))]


def still(connection: Connection, keys: Sequence[int]) -> list[Entry]:
    """The rows of these keys, as they are now."""
    query = select(journal).where(journal.c.id.in_(list(keys))).order_by(journal.c.id)
    return [entry_of(row) for row in connection.execute(query)]


def surroundings(connection: Connection, job: str, entries: Sequence[Entry]) -> Surroundings:
    """What decides about these rows of a job, beside themselves."""
    keys = [entry.id for entry in entries]
    names = sorted({entry.name for entry in entries})
    pids = sorted({entry.pid for entry in entries if entry.pid})
    over = select(run.c.id).where(run.c.id.in_(sorted({entry.run_id for entry in entries})), run.c.closed)
    waits = select(waiting.c.name).where(waiting.c.job == job, waiting.c.name.in_(names))
    begun = select(intervention.c.journal_id).where(
        intervention.c.journal_id.in_(keys),
        or_(intervention.c.new_name.is_(None), and_(intervention.c.kind == "retry", intervention.c.taken_at.is_(None))),
    )
    left = journal.c.code.in_(_ERRORS), journal.c.retried_at.is_(None)
    of_pids = select(journal.c.pid).where(journal.c.pid.in_(pids), *left)
    of_names = select(journal.c.name).where(journal.c.job == job, journal.c.name.in_(names), *left)
    return Surroundings(
        newest=connection.execute(select(func.max(journal.c.id))).scalar() or 0,
        runs_over=frozenset(connection.execute(over).scalars()),
        waiting=frozenset((job, name) for name in connection.execute(waits).scalars()),
        begun=frozenset(connection.execute(begun).scalars()),
        error_pids=frozenset(connection.execute(of_pids).scalars()),
        error_names=frozenset((job, name) for name in connection.execute(of_names).scalars()),
    )


def _adding(table: str, keys: str, number: str) -> Any:
    """A statement that adds to a sum; both engines have it in these words."""
    columns = keys.split(", ")
    values = ", ".join(f":{name}" for name in [*columns, number])
    return text(
        f"INSERT INTO {table} ({keys}, {number}) VALUES ({values}) "  # noqa: S608 - our names
        f"ON CONFLICT ({keys}) DO UPDATE SET {number} = {table}.{number} + excluded.{number}"
    )


_ADD_FILES: Final = _adding("file_count", "at, job, code", "files")
_ADD_RUN_FILES: Final = _adding("run_file_count", "run_id, code", "files")
_ADD_RUNS: Final = _adding("run_count", "at, job, status", "runs")
_KEEP_AGE: Final = (
    update(ie_version)
    .where(
        ie_version.c.ie_id == select(ie.c.id).where(ie.c.pid == bindparam("of_pid")).scalar_subquery(),
        ie_version.c.job == bindparam("of_job"),
        ie_version.c.file == bindparam("of_file"),
        ie_version.c.at == bindparam("of_at"),
        ie_version.c.cause == "update",
    )
    .values(created_ns=bindparam("created"), mtime_ns=bindparam("mtime"))
)
_FORGET_FILED: Final = delete(filed_file).where(
    filed_file.c.job == bindparam("of_job"), filed_file.c.name == bindparam("of_name")
)


def remove(connection: Connection, entries: Sequence[Entry], filed: Iterable[FiledFile]) -> None:
    """Removes rows of a job, having summed them up; `filed` are those of their files that lie in `done/`."""
    if not entries:
        return
    by_moment = Counter((quarter(entry.at), entry.job, entry.code) for entry in entries)
    by_run = Counter((entry.run_id, entry.code) for entry in entries)
    rows = [{"at": at, "job": job, "code": code, "files": files} for (at, job, code), files in by_moment.items()]
    connection.execute(_ADD_FILES, rows)
    runs = [{"run_id": key, "code": code, "files": files} for (key, code), files in by_run.items()]
    connection.execute(_ADD_RUN_FILES, runs)
    ages = [
        {
            "of_pid": entry.pid,
            "of_job": entry.job,
            "of_file": entry.name,
            "of_at": entry.at,
            "created": entry.created_ns,
            "mtime": entry.identity.mtime_ns,
        }
        for entry in entries
        if entry.code == Code.UPDATED.value
    ]
    if ages:
        connection.execute(_KEEP_AGE, ages)
    _keep_filed(connection, entries[0].job, list(filed))
    keys = [entry.id for entry in entries]
    connection.execute(update(intervention).where(intervention.c.journal_id.in_(keys)).values(journal_id=None))
    connection.execute(delete(journal).where(journal.c.id.in_(keys)))


def _keep_filed(connection: Connection, job: str, files: Sequence[FiledFile]) -> None:
    if not files:
        return
    forget_filed(connection, job, [file.name for file in files])
    rows = [
        {
            "job": job,
            "name": file.name,
            "inode": file.identity.inode,
            "size": file.identity.size,
            "mtime_ns": file.identity.mtime_ns,
            "at": file.at,
        }
        for file in files
    ]
    connection.execute(insert(filed_file), rows)


def filed_after(connection: Connection, job: str, after: str, limit: int) -> list[FiledFile]:
    """Files of a job in `done/` whose rows were removed, by their names, after this one."""
    query = select(filed_file).where(filed_file.c.job == job, filed_file.c.name > after)
    return [_filed(row) for row in connection.execute(query.order_by(filed_file.c.name).limit(limit))]


def filed_named(connection: Connection, job: str, name: str) -> FiledFile | None:
    """The file of this name in `done/`, if its row was removed."""
    row = connection.execute(select(filed_file).where(filed_file.c.job == job, filed_file.c.name == name)).one_or_none()
    return None if row is None else _filed(row)


def _filed(row: Any) -> FiledFile:
    return FiledFile(row.name, Identity(row.inode, row.size, row.mtime_ns), row.at)


def forget_filed(connection: Connection, job: str, names: Iterable[str]) -> None:
    """Forgets files that are not in `done/` any more."""
    rows = [{"of_job": job, "of_name": name} for name in names]
    if rows:
        connection.execute(_FORGET_FILED, rows)


def summed_up(connection: Connection, job: str) -> int:
    """How many files of a job are summed up; rows of such as stayed are not counted, for they got others."""
    query = select(func.coalesce(func.sum(file_count.c.files), 0)).where(file_count.c.job == job)
    query = query.where(file_count.c.code.not_in(_STAYED))
    return int(connection.execute(query).scalar_one())


def old_runs(connection: Connection, before: int, limit: int) -> list[int]:
    """Runs that ended before a moment and that nothing hangs on any more: the last of each job is not among them."""
    later = run.alias()
    query = select(run.c.id).where(
        run.c.id < trends.first_key(connection, before, run.c.id, run.c.started_at),
        run.c.ended_at < before,
        run.c.closed,
        ~exists().where(journal.c.run_id == run.c.id),
        exists().where(later.c.job == run.c.job, later.c.id > run.c.id),
        ~exists().where(errand.c.run_id == run.c.id),
    )
    return list(connection.execute(query.order_by(run.c.id).limit(limit)).scalars())


def remove_runs(connection: Connection, keys: Sequence[int]) -> None:
    """Removes runs, having summed them up, with the requests that they answered."""
    chosen = select(run.c.ended_at, run.c.job, run.c.status).where(run.c.id.in_(list(keys)))
    sums = Counter((quarter(row.ended_at), row.job, row.status or "") for row in connection.execute(chosen))
    rows = [{"at": at, "job": job, "status": status, "runs": runs} for (at, job, status), runs in sums.items()]
    if rows:
        connection.execute(_ADD_RUNS, rows)
    for table, column in ((request, request.c.run_id), (run_file_count, run_file_count.c.run_id), (run, run.c.id)):
        connection.execute(delete(table).where(column.in_(list(keys))))
