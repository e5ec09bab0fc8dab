"""What the journal knows of files in `error/`: their verdicts, and what was applied or changed after them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, select

from mdwatch.model import Identity, RecordType
from mdwatch.repository.journal import Entry, entry_of
from mdwatch.repository.tables.files import journal
from mdwatch.repository.tables.ies import ie, ie_version, record, record_version
from mdwatch.rules.codes import MEANINGS, Code, Effect

_BATCH: Final = 400  # names or PIDs in one statement
_NANO: Final = 1_000_000  # nanoseconds in a millisecond
_ERRORS: Final = tuple(code.value for code in Code if MEANINGS[code].effect is Effect.ERROR)
_GOOD: Final = (Code.UPDATED.value, Code.NO_CHANGE.value)


def verdicts(connection: Connection, job: str, files: Mapping[str, Identity]) -> dict[str, Entry]:
    """The verdict that put each of these files into `error/`, by their names there; none where no run did.

    That of this very identity goes before one that only has the name: the file may have been changed since.
    """
    undone = select(journal).where(journal.c.job == job, ~journal.c.carried_out, journal.c.code.in_(_ERRORS))
    rows = [entry_of(row) for row in connection.execute(undone)]
    names = sorted(files)
    for start in range(0, len(names), _BATCH):
        chunk = names[start : start + _BATCH]
        # Asked one after the other, so that each has its index.
        for column in (journal.c.name, journal.c.filed_as):
            query = select(journal).where(journal.c.job == job, column.in_(chunk), journal.c.code.in_(_ERRORS))
            rows += [entry_of(row) for row in connection.execute(query)]
    found: dict[str, tuple[bool, Entry]] = {}
    by_identity = {identity: name for name, identity in files.items()}
    for entry in sorted(rows, key=lambda entry: entry.id):
        name = entry.filed_as or entry.name
        if not entry.carried_out and entry.identity in by_identity:
            # Under what name it was filed is not noted yet.
            name = by_identity[entry.identity]
        same = files.get(name) == entry.identity
        if name in files and (same or (entry.retried_at is None and not found.get(name, (False, entry))[0])):
            found[name] = (same, entry)
    return {name: entry for name, (_, entry) in found.items()}


def successors(connection: Connection, entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """The files that were applied, or found to be applied already, and may be successors of these error files.

    By the keys of the entries, oldest first: those for the same IE, in whatever job, and those of the same name.
    """
    wanted = list(entries)
    found: dict[int, list[Entry]] = {entry.id: [] for entry in wanted}
    for pids in _chunks({entry.pid for entry in wanted if entry.pid}):
        there = _applied(connection, journal.c.pid.in_(pids))
        for entry in wanted:
            found[entry.id] += [item for item in there if item.pid == entry.pid]
    for job in {entry.job for entry in wanted}:
        for names in _chunks({entry.name for entry in wanted if entry.job == job}):
            there = _applied(connection, and_(journal.c.job == job, journal.c.name.in_(names)))
            for entry in wanted:
                if entry.job == job:
                    found[entry.id] += [item for item in there if item.name == entry.name and item.pid != entry.pid]
    return found


def _applied(connection: Connection, which: ColumnElement[bool]) -> list[Entry]:
    query = select(journal).where(which, journal.c.code.in_(_GOOD)).order_by(journal.c.id)
    return [entry_of(row) for row in connection.execute(query)]


def _chunks(values: Iterable[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(values)
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))


class PastChange(NamedTuple):
    """A change of one record: in which version, when (milliseconds), by whom and what.

    `first`: the IE did not have the record before. `created_ns` and `mtime_ns` are the times of the file of an update,
    None for other causes; `created_ns` also in rows of before it was kept.
    """

    type: RecordType
    mid: str
    version: int
    at: int
    cause: str
    agent: str
    job: str | None
    file: str | None
    first: bool
    created_ns: int | None
    mtime_ns: int | None


# Once: it is asked for each file that is tried again, and takes longer to put together than to answer.
@cache
def _all_changes() -> Select[Any]:
    """Every change of the records of the IE `of_pid`, newest first."""
    brought = (
        select(record_version.c.record_id, func.min(record_version.c.version).label("version"))
        .join(record, record.c.id == record_version.c.record_id)
        .join(ie, ie.c.id == record.c.ie_id)
        .where(ie.c.pid == bindparam("of_pid"))
        .group_by(record_version.c.record_id)
        .subquery()
    )
    by_file = and_(
        journal.c.job == ie_version.c.job,
        journal.c.name == ie_version.c.file,
        journal.c.pid == bindparam("of_pid"),
        journal.c.at == ie_version.c.at,
        journal.c.code == Code.UPDATED.value,
    )
    return (
        select(
            record.c.type,
            record.c.mid,
            record_version.c.version,
            (brought.c.version == record_version.c.version).label("first"),
            ie_version.c.at,
            ie_version.c.cause,
            ie_version.c.agent,
            ie_version.c.job,
            ie_version.c.file,
            # Where its row is removed, the version has what that knew.
            func.coalesce(ie_version.c.created_ns, journal.c.created_ns).label("created_ns"),
            func.coalesce(ie_version.c.mtime_ns, journal.c.mtime_ns).label("mtime_ns"),
        )
        .select_from(
            ie.join(record, record.c.ie_id == ie.c.id)
            .join(record_version, record_version.c.record_id == record.c.id)
            .join(brought, brought.c.record_id == record.c.id)
            .join(ie_version, and_(ie_version.c.ie_id == ie.c.id, ie_version.c.version == record_version.c.version))
            .outerjoin(journal, by_file)
        )
        .where(ie.c.pid == bindparam("of_pid"))
        .order_by(record_version.c.version.desc())
    )


def changes_of(connection: Connection, pid: str) -> Iterator[PastChange]:
    """Every change of the records of an IE, newest first; read as it is asked for."""
    return (_change(row) for row in connection.execute(_all_changes(), {"of_pid": pid}))


def updates_by(connection: Connection, job: str, pid: str) -> Iterator[PastChange]:
    """Every update of the records of an IE by files of this job, newest first: what the journal has of it."""
    # By the PID alone: asked for the job as well, a database may read all that the job ever decided.
    query = select(journal).where(journal.c.pid == pid, journal.c.code == Code.UPDATED.value)
    for entry in map(entry_of, connection.execute(query.order_by(journal.c.id.desc()))):
        for type_, mid in (entry.records or ()) if entry.job == job else ():
            yield PastChange(
                type=RecordType(type_),
                mid=mid,
                version=0,
                at=entry.at,
                cause="update",
                agent="",
                job=job,
                file=entry.name,
                first=False,
                created_ns=entry.created_ns,
                mtime_ns=entry.identity.mtime_ns,
            )


def _change(row: Any) -> PastChange:
    return PastChange(
        type=RecordType(row.type),
        mid=row.mid,
        version=row.version,
        at=row.at,
        cause=row.cause,
        agent=row.agent,
        job=row.job,
        file=row.file,
        first=bool(row.first),
        created_ns=row.created_ns,
        mtime_ns=row.mtime_ns,
    )


def created_ns(entry: Entry | PastChange) -> int:
    """When the file of an entry was created, as far as is known: at the latest when it was decided."""
    return entry.at * _NANO if entry.created_ns is None else entry.created_ns
