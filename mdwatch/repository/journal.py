"""The journal of files and runs: what was decided of each file, what of it is still to be carried out, what waits.

A file's row is written in the transaction that applies it. `carried_out` follows in the next transaction, when the
file is filed, its reason written and its line logged; a crash in between leaves rows that recovery finishes. A row
whose file was not seen moved says so for good (`unmoved`), for the file may show up again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from mdwatch.model import Identity, Stage, Status
from mdwatch.repository import columns
from mdwatch.repository.bulk import execute_many
from mdwatch.repository.columns import FileName
from mdwatch.repository.tables import ie, journal, request, run, waiting
from mdwatch.rules.codes import Code
from mdwatch.rules.recognition import Traces, Unmoved


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A place in a job log: the inode of the file and the offset in bytes."""

    inode: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """One execution of a job; `status` None while it lasts, or where it was cut short."""

    id: int
    job: str
    user: str
    started_at: int
    ended_at: int | None
    status: str | None
    reason: str | None
    log: LogPosition
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file that stays in the drop folder, and why; `since` in milliseconds."""

    job: str
    name: str
    identity: Identity
    pid: str | None
    code: str
    reason: str
    since: int


def start_run(connection: Connection, job: str, user: str, at: int, log: LogPosition) -> RunEntry:
    """Begins a run."""
    values = {"job": job, "user": user, "started_at": at, "log_inode": log.inode, "log_offset": log.offset}
    key = connection.execute(insert(run).values(values).returning(run.c.id)).scalar_one()
    return RunEntry(
        id=key, job=job, user=user, started_at=at, ended_at=None, status=None, reason=None, log=log, closed=False
    )


def set_log(connection: Connection, run_id: int, log: LogPosition) -> None:
    """Notes where the job log stands before the lines of the transaction in hand."""
    connection.execute(update(run).where(run.c.id == run_id).values(log_inode=log.inode, log_offset=log.offset))


def end_run(connection: Connection, run_id: int, at: int, status: str, reason: str | None, log: LogPosition) -> None:
    """Ends a run; its last line is still to be logged."""
    values = {"ended_at": at, "status": status, "reason": reason, "log_inode": log.inode, "log_offset": log.offset}
    connection.execute(update(run).where(run.c.id == run_id).values(values))


def take_back_run(connection: Connection, run_id: int) -> None:
    """Forgets a run in which nothing was decided."""
    connection.execute(delete(run).where(run.c.id == run_id))


def close_run(connection: Connection, run_id: int) -> None:
    """Notes that the last line of the run is logged."""
    connection.execute(update(run).where(run.c.id == run_id).values(closed=True))


def stumble(connection: Connection, run_id: int, reason: str) -> None:
    """Notes the fault that interrupted a run; the next one takes it up again."""
    connection.execute(update(run).where(run.c.id == run_id).values(reason=reason))


def open_runs(connection: Connection, job: str) -> list[RunEntry]:
    """The runs of the job that were cut short, at the latest before their last line; oldest first."""
    query = select(run).where(run.c.job == job, ~run.c.closed).order_by(run.c.id)
    return [_run(row) for row in connection.execute(query)]


def runs(connection: Connection, job: str, limit: int) -> list[RunEntry]:
    """The last runs of a job, newest first."""
    query = select(run).where(run.c.job == job).order_by(run.c.id.desc()).limit(limit)
    return [_run(row) for row in connection.execute(query)]


def _run(row: Row[*tuple[Any, ...]]) -> RunEntry:
    return RunEntry(
        id=row.id,
        job=row.job,
        user=row.user,
        started_at=row.started_at,
        ended_at=row.ended_at,
        status=row.status,
        reason=row.reason,
        log=LogPosition(row.log_inode, row.log_offset),
        closed=row.closed,
    )


def counts(connection: Connection, run_id: int) -> dict[str, int]:
    """How many files of a run came to each code."""
    query = select(journal.c.code, func.count()).where(journal.c.run_id == run_id).group_by(journal.c.code)
    return {row[0]: row[1] for row in connection.execute(query)}


_NEW_ENTRY = insert(journal)
_OPEN = journal.c.job == bindparam("of_job"), ~journal.c.carried_out
_CARRIED_OUT = update(journal).where(*_OPEN).values(carried_out=True, unmoved=None)
_NOT_MOVED = (
    update(journal)
    .where(*_OPEN, journal.c.name == bindparam("of_name"))
    .values(carried_out=True, unmoved=bindparam("why"))
)
_MOVED_LATE = (
    update(journal)
    .where(journal.c.id == bindparam("key"))
    .values(filed_as=func.nullif(bindparam("new_name", type_=FileName), journal.c.name), unmoved=bindparam("why"))
)
_FILED_AS = (
    update(journal)
    .where(journal.c.job == bindparam("of_job"), journal.c.name == bindparam("of_name"), ~journal.c.carried_out)
    .values(filed_as=bindparam("new_name"))
)


_MISSING = (
    update(journal)
    .where(journal.c.job == bindparam("of_job"), journal.c.name == bindparam("of_name"))
    .where(journal.c.unmoved == Unmoved.STUCK.value)
    .values(unmoved=Unmoved.MISSING.value)
)


def write(connection: Connection, entries: Sequence[Entry]) -> None:
    """Writes the rows of a group, in the order its files took effect."""
    execute_many(connection, _NEW_ENTRY, [_row(entry) for entry in entries])


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "run_id": entry.run_id,
        "job": entry.job,
        "name": columns.kept_name(entry.name),
        "inode": columns.signed(entry.identity.inode),
        "size": entry.identity.size,
        "mtime_ns": entry.identity.mtime_ns,
        "digest": entry.digest,
        "pid": entry.pid,
        "code": entry.code,
        "reason": entry.reason,
        "at": entry.at,
        "ctime_ns": entry.ctime_ns,
        "born_ns": entry.born_ns,
        "unmoved": entry.unmoved.value if entry.unmoved is not None else None,
        "created_ns": columns.clamped(entry.created_ns),
        "records": None if entry.records is None else _records_text(entry.records),
    }


@lru_cache(maxsize=1024)
def _records_text(records: tuple[tuple[str, str], ...]) -> str:
    """Most files replace the same records of their IEs, so that few texts are made."""
    return json.dumps(records, ensure_ascii=False, separators=(",", ":"))


def to_carry_out(connection: Connection, job: str) -> list[Entry]:
    """What is decided and not yet carried out, in its order."""
    query = select(journal).where(journal.c.job == job, ~journal.c.carried_out).order_by(journal.c.id)
    return [entry_of(row) for row in connection.execute(query)]


def any_left_over(connection: Connection, job: str) -> bool:
    """Whether a run of the job is not closed, or something decided not carried out."""
    undone = select(journal.c.id).where(journal.c.job == job, ~journal.c.carried_out).limit(1)
    unclosed = select(run.c.id).where(run.c.job == job, ~run.c.closed).limit(1)
    return any(connection.execute(query).scalar() is not None for query in (undone, unclosed))


@dataclass(slots=True)
class FiledRows:
    """What came of moving files: those filed under another name than their own, and those not seen moved, by name.

    `late` are rows of earlier groups by key, with the name the file got and why it is still not moved, either None.
    """

    renamed: dict[str, str] = field(default_factory=dict)
    unmoved: dict[str, Unmoved] = field(default_factory=dict)
    late: dict[int, tuple[str | None, Unmoved | None]] = field(default_factory=dict)


def mark_carried_out(connection: Connection, job: str, filed: FiledRows) -> None:
    """Closes all open rows of the job, and those of earlier groups that were moved late."""
    if filed.renamed:
        rows = [{"of_job": job, "of_name": name, "new_name": new} for name, new in filed.renamed.items()]
        connection.execute(_FILED_AS, rows)
    if filed.unmoved:
        rows = [{"of_job": job, "of_name": name, "why": why.value} for name, why in filed.unmoved.items()]
        connection.execute(_NOT_MOVED, rows)
    if filed.late:
        connection.execute(
            _MOVED_LATE,
            [
                {"key": key, "new_name": new, "why": why.value if why is not None else None}
                for key, (new, why) in filed.late.items()
            ],
        )
    connection.execute(_CARRIED_OUT, {"of_job": job})


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


def note_missing(connection: Connection, job: str, names: Iterable[str]) -> None:
    """Notes of files that could not be moved that they are no longer there."""
    rows = [{"of_job": job, "of_name": name} for name in names]
    if rows:
        connection.execute(_MISSING, rows)


def count_unmoved(connection: Connection, job: str, why: Unmoved) -> int:
    """How many decided files of the job are not moved for this reason."""
    query = select(func.count()).where(
        journal.c.job == job, journal.c.unmoved.is_not(None), journal.c.unmoved == why.value
    )
    return connection.execute(query).scalar_one()


def of_name(connection: Connection, name: str, job: str | None, limit: int) -> list[Entry]:
    """What became of files of this name, or filed under it, newest first."""
    query = select(journal).where((journal.c.name == name) | (journal.c.filed_as == name))
    return _entries(connection, query if job is None else query.where(journal.c.job == job), limit)


def of_run(connection: Connection, run_id: int, limit: int) -> list[Entry]:
    """The files of a run, newest first."""
    return _entries(connection, select(journal).where(journal.c.run_id == run_id), limit)


def updates_after(connection: Connection, pid: str, entry_id: int) -> list[Entry]:
    """The files that updated this IE after the given row, newest first."""
    query = select(journal).where(journal.c.pid == pid, journal.c.code == "updated", journal.c.id > entry_id)
    return _entries(connection, query, 10)


def _entries(connection: Connection, query: Select[Any], limit: int) -> list[Entry]:
    return [entry_of(row) for row in connection.execute(query.order_by(journal.c.id.desc()).limit(limit))]


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


class Held(NamedTuple):
    """A waiting file beside its IE as it is now; stage, status and institution None where there is no such IE."""

    name: str
    identity: Identity
    pid: str | None
    code: str
    stage: str | None
    status: str | None
    institution: str | None


def held(connection: Connection, job: str) -> dict[str, Held]:
    """Every waiting file of a job by name, with what decides whether it still waits."""
    # Taken raw and put right here: a hundred thousand files may wait, few of them under odd names.
    query = (
        select(
            type_coerce(waiting.c.name, Text),
            type_coerce(waiting.c.inode, BigInteger),
            waiting.c.size,
            waiting.c.mtime_ns,
            waiting.c.pid,
            waiting.c.code,
            ie.c.stage,
            ie.c.status,
            ie.c.institution,
        )
        .select_from(waiting.outerjoin(ie, ie.c.pid == waiting.c.pid))
        .where(waiting.c.job == job)
    )
    found = {}
    for raw, inode, size, mtime_ns, pid, code, stage, status, institution in connection.execute(query):
        name = columns.file_name(raw)
        identity = Identity(columns.unsigned(inode), size, mtime_ns)
        found[name] = Held(name, identity, pid, code, stage, status, institution)
    return found


def waiting_files(connection: Connection, job: str, limit: int | None = None) -> list[Waiting]:
    """The waiting files of a job, longest first."""
    query = select(waiting).where(waiting.c.job == job).order_by(waiting.c.since, waiting.c.name)
    return [_waiting(row) for row in connection.execute(query if limit is None else query.limit(limit))]


def waiting_of(connection: Connection, job: str, names: Sequence[str]) -> list[Waiting]:
    """Those of the named files that wait already; a name of a group, so at most a thousand."""
    query = select(waiting).where(waiting.c.job == job, waiting.c.name.in_(names))
    return [_waiting(row) for row in connection.execute(query)]


def waiting_but(connection: Connection, job: str, code: str) -> list[Waiting]:
    """The files of the job that wait for another reason than this code."""
    query = select(waiting).where(waiting.c.job == job, waiting.c.code != code)
    return [_waiting(row) for row in connection.execute(query)]


def released(connection: Connection, job: str) -> set[str]:
    """The names of waiting files whose IE is no longer active in SIP processing, or is not there at all."""
    in_sip = and_(ie.c.stage == Stage.SIP.value, ie.c.status == Status.ACTIVE.value)
    query = (
        select(waiting.c.name)
        .select_from(waiting.outerjoin(ie, and_(ie.c.pid == waiting.c.pid, in_sip)))
        .where(waiting.c.job == job, ie.c.id.is_(None))
    )
    return set(connection.execute(query).scalars())


def waiting_of_name(connection: Connection, name: str, job: str | None) -> list[Waiting]:
    """The waiting files of this name."""
    query = select(waiting).where(waiting.c.name == name)
    return [_waiting(row) for row in connection.execute(query if job is None else query.where(waiting.c.job == job))]


def _waiting(row: Row[*tuple[Any, ...]]) -> Waiting:
    return Waiting(
        job=row.job,
        name=row.name,
        identity=Identity(row.inode, row.size, row.mtime_ns),
        pid=row.pid,
        code=row.code,
        reason=row.reason,
        since=row.since,
    )


def count_waiting(connection: Connection, job: str) -> tuple[int, int | None]:
    """How many files of the job wait, and since when the first does."""
    query = select(func.count(), func.min(waiting.c.since)).where(waiting.c.job == job)
    number, since = connection.execute(query).one()
    return number, since


def count_waiting_for(connection: Connection, job: str, code: str) -> int:
    """How many files of the job wait for this reason."""
    query = select(func.count()).where(waiting.c.job == job, waiting.c.code == code)
    return connection.execute(query).scalar_one()


_NEW_WAITING = insert(waiting)
_NO_LONGER = delete(waiting).where(and_(waiting.c.job == bindparam("of_job"), waiting.c.name == bindparam("of_name")))


def keep_waiting(connection: Connection, files: Sequence[Waiting]) -> None:
    """Notes files that wait from now on; an older note of the same name is replaced."""
    if not files:
        return
    stop_waiting(connection, files[0].job, [file.name for file in files])
    connection.execute(
        _NEW_WAITING,
        [
            {
                "job": file.job,
                "name": file.name,
                "inode": file.identity.inode,
                "size": file.identity.size,
                "mtime_ns": file.identity.mtime_ns,
                "pid": file.pid,
                "code": file.code,
                "reason": file.reason,
                "since": file.since,
            }
            for file in files
        ],
    )


def stop_waiting(connection: Connection, job: str, names: Iterable[str]) -> None:
    """Forgets that files of these names wait."""
    rows = [{"of_job": job, "of_name": name} for name in names]
    if rows:
        connection.execute(_NO_LONGER, rows)


# Reading the past page by page, each by the key that the one before ended with.

_LAST_CHARACTER = "\U0010ffff"  # sorts after every other that a name may hold


def runs_before(connection: Connection, job: str | None, before: int | None, limit: int) -> list[RunEntry]:
    """Runs older than the one of this key, newest first; of one job, or of all."""
    query = select(run).order_by(run.c.id.desc()).limit(limit)
    if job is not None:
        query = query.where(run.c.job == job)
    if before is not None:
        query = query.where(run.c.id < before)
    return [_run(row) for row in connection.execute(query)]


def run_of(connection: Connection, key: int) -> RunEntry | None:
    """The run of this key."""
    row = connection.execute(select(run).where(run.c.id == key)).one_or_none()
    return None if row is None else _run(row)


def files_of_run(connection: Connection, key: int, code: str | None, after: int | None, limit: int) -> list[Entry]:
    """The files of a run in the order they took effect, after the row of this key; of one code, or of all."""
    query = select(journal).where(journal.c.run_id == key).order_by(journal.c.id).limit(limit)
    if code is not None:
        query = query.where(journal.c.code == code)
    if after is not None:
        query = query.where(journal.c.id > after)
    return [entry_of(row) for row in connection.execute(query)]


def waiting_after(connection: Connection, job: str, after: str | None, limit: int) -> list[Waiting]:
    """The waiting files of a job by name, after this one."""
    query = select(waiting).where(waiting.c.job == job).order_by(waiting.c.name).limit(limit)
    if after is not None:
        query = query.where(waiting.c.name > after)
    return [_waiting(row) for row in connection.execute(query)]


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


def job_of_request(connection: Connection, key: int) -> str | None:
    """The job that this request is about; None where there is no such request."""
    return connection.execute(select(request.c.job).where(request.c.id == key)).scalar()
