"""The journal of files: what was decided of each, and what of it is still to be carried out.

A file's row is written in the transaction that applies it. `carried_out` follows in the next transaction, when the
file is filed, its reason written and its line logged; a crash in between leaves rows that recovery finishes. A row
whose file was not seen moved says so for good (`unmoved`), for the file may show up again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select, update

from mdwatch.model import Identity
from mdwatch.repository import columns
from mdwatch.repository.bulk import execute_rows
from mdwatch.repository.columns import FileName
from mdwatch.repository.tables.files import filed_file, journal, run
from mdwatch.rules.codes import Code
from mdwatch.rules.recognition import Traces, Unmoved


class Entry(NamedTuple):
    """What was decided of one file; `at` in milliseconds, `code` one of the rules' codes.

    `unmoved` says why its move was not seen yet, None where it was or the file is to stay; `retried_at` when it was put
    back to be tried again, or dismissed: it is not to be moved any more. `created_ns` is when the file was created, as
    its job orders by; `records` the type and mid of each record it was to replace; both None in rows of before they
    were kept, `records` also where the file could not be read.
    """

    run_id: int
    job: str
    name: str
    identity: Identity
    digest: bytes
    pid: str | None
    code: str
    reason: str
    at: int
    ctime_ns: int = 0
    born_ns: int = 0
    filed_as: str | None = None
    carried_out: bool = False
    unmoved: Unmoved | None = None
    retried_at: int | None = None
    created_ns: int | None = None
    records: tuple[tuple[str, str], ...] | None = None
    id: int = 0

    @property
    def traces(self) -> Traces:
        """What the file is known again by."""
        return Traces(self.identity, self.digest, self.born_ns, self.ctime_ns)


_NEW_ENTRY = insert(journal)


_OPEN = journal.c.job == bindparam("of_job"), ~journal.c.carried_out
_THROUGH = *_OPEN, journal.c.id <= bindparam("last")


_CARRIED_OUT = update(journal).where(*_THROUGH).values(carried_out=True, unmoved=None)


_NOT_MOVED = (
    update(journal)
    .where(*_THROUGH, journal.c.name == bindparam("of_name"))
    .values(carried_out=True, unmoved=bindparam("why"))
)


_MOVED_LATE = (
    update(journal)
    .where(journal.c.id == bindparam("key"))
    .values(
        filed_as=func.nullif(bindparam("new_name", type_=FileName), journal.c.name),
        unmoved=bindparam("why"),
        mtime_ns=bindparam("mtime"),
    )
)


_FILED_AS = (
    update(journal)
    .where(*_THROUGH, journal.c.name == bindparam("of_name"))
    .values(
        filed_as=func.nullif(bindparam("new_name", type_=FileName), journal.c.name),
        mtime_ns=bindparam("mtime"),
    )
)


_MISSING = (
    update(journal)
    .where(journal.c.job == bindparam("of_job"), journal.c.name == bindparam("of_name"))
    .where(journal.c.unmoved == Unmoved.STUCK.value)
    .values(unmoved=Unmoved.MISSING.value)
)


def write(connection: Connection, entries: Sequence[Entry]) -> None:
    """Writes the rows of a group, in the order its files took effect."""
    execute_rows(connection, _NEW_ENTRY, _COLUMNS, [_row(entry) for entry in entries])


_COLUMNS = (
    "run_id", "job", "name", "inode", "size", "mtime_ns", "digest", "pid", "code", "reason", "at", "ctime_ns",
    "born_ns", "unmoved", "created_ns", "records",
)  # fmt: skip


def _row(entry: Entry) -> tuple[Any, ...]:
    """The values of a new row, in the order of `_COLUMNS`."""
    return (
        entry.run_id,
        entry.job,
        columns.kept_name(entry.name),
        columns.signed(entry.identity.inode),
        entry.identity.size,
        entry.identity.mtime_ns,
        entry.digest,
        entry.pid,
        entry.code,
        entry.reason,
        entry.at,
        entry.ctime_ns,
        entry.born_ns,
        entry.unmoved.value if entry.unmoved is not None else None,
        columns.clamped(entry.created_ns),
        None if entry.records is None else _records_text(entry.records),
    )


@lru_cache(maxsize=1024)
def _records_text(records: tuple[tuple[str, str], ...]) -> str:
    """Most files replace the same records of their IEs, so that few texts are made."""
    return json.dumps(records, ensure_ascii=False, separators=(",", ":"))


def to_carry_out(connection: Connection, job: str) -> list[Entry]:
    """What is decided and not yet carried out, in its order."""
    query = select(journal).where(journal.c.job == job, ~journal.c.carried_out).order_by(journal.c.id)
    return [entry_of(row) for row in connection.execute(query)]


_UNDONE = select(journal.c.id).where(*_OPEN)
_UNCLOSED = select(run.c.id).where(run.c.job == bindparam("of_job"), ~run.c.closed)
_ANY_LEFT_OVER = select(or_(_UNDONE.exists(), _UNCLOSED.exists()))


def any_left_over(connection: Connection, job: str) -> bool:
    """Whether a run of the job is not closed, or something decided not carried out."""
    return bool(connection.execute(_ANY_LEFT_OVER, {"of_job": job}).scalar())


@dataclass(slots=True)
class FiledRows:
    """What came of moving files: those filed with another name or mtime than they had, and those not moved, by name.

    `late` are rows of earlier groups, by key.
    """

    otherwise: dict[str, "FiledAs"] = field(default_factory=dict)
    unmoved: dict[str, Unmoved] = field(default_factory=dict)
    late: dict[int, "MovedLate"] = field(default_factory=dict)


class FiledAs(NamedTuple):
    """The name that a file got, and its mtime by then."""

    name: str
    mtime_ns: int


class MovedLate(NamedTuple):
    """The name that a file of an earlier group got, or why it is still not moved, the other None; its mtime by now."""

    new_name: str | None
    why: Unmoved | None
    mtime_ns: int


_LAST_OPEN = select(func.max(journal.c.id)).where(*_OPEN)
_LAST: Final = (1 << 63) - 1


def last_open(connection: Connection, job: str) -> int:
    """The last open row of the job, by its key; 0 where none is open."""
    return connection.execute(_LAST_OPEN, {"of_job": job}).scalar() or 0


def mark_carried_out(connection: Connection, job: str, filed: FiledRows, last: int = _LAST) -> None:
    """Closes the open rows of the job up to this key, and those of earlier groups that were moved late."""
    ours = {"of_job": job, "last": last}
    if filed.otherwise:
        otherwise = [
            {**ours, "of_name": name, "new_name": new, "mtime": mtime_ns}
            for name, (new, mtime_ns) in filed.otherwise.items()
        ]
        connection.execute(_FILED_AS, otherwise)
    if filed.unmoved:
        rows = [{**ours, "of_name": name, "why": why.value} for name, why in filed.unmoved.items()]
        connection.execute(_NOT_MOVED, rows)
    if filed.late:
        late = [
            {"key": key, "new_name": new, "why": why.value if why is not None else None, "mtime": mtime_ns}
            for key, (new, why, mtime_ns) in filed.late.items()
        ]
        connection.execute(_MOVED_LATE, late)
    connection.execute(_CARRIED_OUT, ours)


_UNMOVED = select(journal).where(journal.c.job == bindparam("of_job"), journal.c.unmoved.is_not(None))


_ANY_UNMOVED = _UNMOVED.with_only_columns(journal.c.id).limit(1)


_UNMOVED_OF = _UNMOVED.where(
    journal.c.retried_at.is_(None), journal.c.inode.in_(bindparam("inodes", expanding=True))
).order_by(journal.c.id)


_MOVED_IN_RUN = select(journal).where(
    journal.c.job == bindparam("of_job"),
    journal.c.name.in_(bindparam("names", expanding=True)),
    journal.c.run_id == bindparam("of_run"),
    journal.c.unmoved.is_(None),
    journal.c.retried_at.is_(None),
    journal.c.code != Code.IN_SIP.value,
)


def unmoved_of(connection: Connection, job: str, inodes: Iterable[int]) -> list[Entry]:
    """Rows of the job whose files were never seen moved, of these inodes; oldest first."""
    # There seldom is any, and that is quickly told.
    if connection.execute(_ANY_UNMOVED, {"of_job": job}).first() is None:
        return []
    return [entry_of(row) for row in connection.execute(_UNMOVED_OF, {"of_job": job, "inodes": list(inodes)})]


def moved_in_run(connection: Connection, job: str, run_id: int, names: Iterable[str]) -> list[Entry]:
    """Rows of this run for files of these names that were moved and not put back by `retry`."""
    given = {"of_job": job, "of_run": run_id, "names": list(names)}
    return [entry_of(row) for row in connection.execute(_MOVED_IN_RUN, given)]


def is_filed(connection: Connection, job: str, name: str, identity: Identity, born_ns: int = 0) -> bool:
    """Whether a row of the job says of a file of this identity that it was put away under this name, or is to be.

    One that was seen there is known by its birth, too, whatever was done to it since; not so one that was put back from
    there. A row that was removed by its age left behind what tells the file (`retiring`).
    """
    untouched = and_(journal.c.size == identity.size, journal.c.mtime_ns == identity.mtime_ns)
    there_yet = and_(journal.c.carried_out, journal.c.unmoved.is_(None), journal.c.retried_at.is_(None))
    known = or_(untouched, and_(journal.c.born_ns == born_ns, there_yet)) if born_ns else untouched
    sent = journal.c.code != Code.IN_SIP.value
    query = select(journal.c.id).where(journal.c.job == job, journal.c.inode == identity.inode, sent, known)
    # Asked one after the other, so that each has its index.
    for column in (journal.c.name, journal.c.filed_as):
        if connection.execute(query.where(column == name).limit(1)).scalar() is not None:
            return True
    old = select(filed_file).where(filed_file.c.job == job, filed_file.c.name == name)
    row = connection.execute(old).one_or_none()
    return row is not None and Identity(row.inode, row.size, row.mtime_ns) == identity


def note_missing(connection: Connection, job: str, names: Iterable[str]) -> None:
    """Notes of files that could not be moved that they are no longer there."""
    rows = [{"of_job": job, "of_name": name} for name in names]
    if rows:
        connection.execute(_MISSING, rows)


def entry_of(row: Row[*tuple[Any, ...]]) -> Entry:
    """The entry of a whole row of the table."""
    return Entry(
        id=row.id,
        run_id=row.run_id,
        job=row.job,
        name=row.name,
        identity=Identity(row.inode, row.size, row.mtime_ns),
        digest=row.digest,
        pid=row.pid,
        code=row.code,
        reason=row.reason,
        at=row.at,
        ctime_ns=row.ctime_ns,
        born_ns=row.born_ns,
        filed_as=row.filed_as,
        carried_out=row.carried_out,
        unmoved=Unmoved(row.unmoved) if row.unmoved is not None else None,
        retried_at=row.retried_at,
        created_ns=row.created_ns,
        records=None if row.records is None else tuple((type_, mid) for type_, mid in json.loads(row.records)),
    )
