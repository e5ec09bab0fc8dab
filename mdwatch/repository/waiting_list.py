"""The files that wait in drop folders, and for what: the rules, or a trouble with the file itself."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
)

from mdwatch.model import Identity, Stage, Status
from mdwatch.repository import columns
from mdwatch.repository.tables.files import waiting
from mdwatch.repository.tables.ies import ie


class Waiting(NamedTuple):
    """A file that stays in the drop folder, and why; `since` in milliseconds."""

    job: str
    name: str
    identity: Identity
    pid: str | None
    code: str
    reason: str
    since: int


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


_OF_JOB = select(waiting).where(waiting.c.job == bindparam("of_job"))
_ANY_OF = _OF_JOB.with_only_columns(waiting.c.name).limit(1)
# As two ranges, which an index has: for what is not equal a database reads all that wait.
_BUT = _OF_JOB.where(or_(waiting.c.code < bindparam("of_code"), waiting.c.code > bindparam("of_code")))
_COUNT_FOR = select(func.count()).where(waiting.c.job == bindparam("of_job"), waiting.c.code == bindparam("of_code"))
_NAMED = _OF_JOB.where(waiting.c.name.in_(bindparam("names", expanding=True)))


def waiting_of(connection: Connection, job: str, names: Sequence[str]) -> list[Waiting]:
    """Those of the named files that wait already; a name of a group, so at most a thousand."""
    # There seldom is any, and that is quickly told.
    if connection.execute(_ANY_OF, {"of_job": job}).first() is None:
        return []
    return [_waiting(row) for row in connection.execute(_NAMED, {"of_job": job, "names": list(names)})]


def waiting_but(connection: Connection, job: str, code: str) -> list[Waiting]:
    """The files of the job that wait for another reason than this code."""
    return [_waiting(row) for row in connection.execute(_BUT, {"of_job": job, "of_code": code})]


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
    jobs = columns.values_of(connection, waiting.c.job) if job is None else [job]
    query = select(waiting).where(waiting.c.job.in_(jobs), waiting.c.name == name)
    return [_waiting(row) for row in connection.execute(query)]


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
    return connection.execute(_COUNT_FOR, {"of_job": job, "of_code": code}).scalar_one()


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


def waiting_after(connection: Connection, job: str, after: str | None, limit: int) -> list[Waiting]:
    """The waiting files of a job by name, after this one."""
    query = select(waiting).where(waiting.c.job == job).order_by(waiting.c.name).limit(limit)
    if after is not None:
        query = query.where(waiting.c.name > after)
    return [_waiting(row) for row in connection.execute(query)]
