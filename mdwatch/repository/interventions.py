"""What operators did with files in `error/`: put them back (a retry) or dismissed them.

An intervention is written, with the file's identity and digest, before the file is moved. So whatever a crash leaves,
the next run knows a file that was put back for new work, and how old it is; and the row of its old verdict, carried out
or not, no longer lays claim to it. Who did it and when stands in the audit trail, in a row of the same transaction.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, literal_column, select, update

from mdwatch.model import Actor, Identity
from mdwatch.repository import columns, trail
from mdwatch.repository.tables.files import journal
from mdwatch.repository.tables.people import intervention
from mdwatch.repository.tables.people import trail as trail_table
from mdwatch.repository.trail import TrailEntry
from mdwatch.rules.acts import Act, Outcome

Kind = Literal["retry", "dismissal"]

RETRY: Final = "retry"
DISMISSAL: Final = "dismissal"
_ACTS: Final[dict[Kind, Act]] = {"retry": Act.FILE_RETRY, "dismissal": Act.FILE_DISMISS}
_BATCH: Final = 500  # bound parameters in one statement


class Intervention(NamedTuple):
    """One file that an operator put back or dismissed.

    `agent` is who did it, as the audit trail has it. `name` is the one it had in `error/`, `new_name` the one it has
    where it went, None where it was not seen to have been moved; `at` and `taken_at` (the new verdict on a file that
    was put back) in milliseconds. `changed`: its times on disk tell something else than `created_ns`. `anyway`:
    although a file created later was applied. `errand`: the key of the errand that it is part of.
    """

    kind: Kind
    job: str
    name: str
    identity: Identity
    digest: bytes
    created_ns: int
    at: int
    agent: str = ""
    journal_id: int | None = None
    changed: bool = False
    anyway: bool = False
    new_name: str | None = None
    taken_at: int | None = None
    errand: int | None = None
    id: int = 0


# Its kind stands in the text, as in the index: for a parameter SQLite would plan the question anew each time.
_OPEN: Final = and_(intervention.c.kind == literal_column(f"'{RETRY}'"), intervention.c.taken_at.is_(None))


def note(connection: Connection, item: Intervention, filed_as: str | None, actor: Actor) -> int:
    """Writes an intervention of `actor`, in place of one for this very file that was never carried out; its key.

    The row of the verdict lays claim to the file no more; `filed_as` is the name it turned out to have in `error/`,
    where the row does not have it.
    """
    same = {"of_inode": item.identity.inode, "of_size": item.identity.size, "of_mtime": item.identity.mtime_ns}
    connection.execute(_REPLACED, {"of_job": item.job, "of_digest": item.digest, **same})
    entry = TrailEntry(
        at=item.at,
        actor=actor,
        code=_ACTS[item.kind].value,
        subject=item.name,
        job=item.job,
        outcome=Outcome.BEGUN,
        details={"anyway": True} if item.anyway else {},
    )
    values: dict[str, Any] = {
        "journal_id": item.journal_id,
        "job": item.job,
        "kind": item.kind,
        "name": item.name,
        "inode": item.identity.inode,
        "size": item.identity.size,
        "mtime_ns": columns.clamped(item.identity.mtime_ns),
        "digest": item.digest,
        "created_ns": columns.clamped(item.created_ns),
        "changed": item.changed,
        "act_id": trail.record(connection, entry),
        "anyway": item.anyway,
        "errand_id": item.errand,
    }
    key = connection.execute(_NOTED, values).scalar_one()
    if item.journal_id is not None:
        statement = _TAKEN_OVER if filed_as is None else _TAKEN_OVER_AS
        name = {} if filed_as is None else {"by_name": filed_as}
        connection.execute(statement, {"of_row": item.journal_id, "since": item.at, **name})
    return int(key)


# Made once, for thousands of files may be tried again at a time.
_REPLACED: Final = delete(intervention).where(
    intervention.c.job == bindparam("of_job"),
    intervention.c.inode == bindparam("of_inode"),
    intervention.c.size == bindparam("of_size"),
    intervention.c.mtime_ns == bindparam("of_mtime"),
    intervention.c.digest == bindparam("of_digest"),
    intervention.c.taken_at.is_(None),
    intervention.c.new_name.is_(None),
)
_NOTED: Final = insert(intervention).returning(intervention.c.id)
_TAKEN_OVER: Final = (
    update(journal).where(journal.c.id == bindparam("of_row")).values(retried_at=bindparam("since"), unmoved=None)
)
_TAKEN_OVER_AS: Final = _TAKEN_OVER.values(filed_as=bindparam("by_name"))


_ANY_OPEN = select(intervention.c.id).where(intervention.c.job == bindparam("of_job"), _OPEN).limit(1)
_WITH_ACTS = select(intervention, trail_table.c.at, trail_table.c.who).join(trail_table)
_CHANGED = _WITH_ACTS.where(intervention.c.job == bindparam("of_job"), _OPEN, intervention.c.changed)
_MOVED = update(intervention).where(intervention.c.id == bindparam("key")).values(new_name=bindparam("went_to"))
# A run that has the file is the proof of its move, be it that the note of that was cut off.
_TAKEN = (
    update(intervention)
    .where(intervention.c.id == bindparam("key"))
    .values(taken_at=bindparam("now"), new_name=func.coalesce(intervention.c.new_name, intervention.c.name))
)


def moved(connection: Connection, names: Iterable[tuple[int, str]]) -> None:
    """Notes under which names files went where they were to go, by the keys of their interventions."""
    rows = [{"key": key, "went_to": name} for key, name in names]
    if rows:
        connection.execute(_MOVED, rows)
        _finish_acts(connection, [row["key"] for row in rows])


def _finish_acts(connection: Connection, keys: Sequence[Any]) -> None:
    for start in range(0, len(keys), _BATCH):
        chosen = select(intervention.c.act_id).where(intervention.c.id.in_(keys[start : start + _BATCH]))
        trail.finish(connection, connection.execute(chosen).scalars())


def withdraw(connection: Connection, keys: Sequence[int]) -> None:
    """Takes back what was noted of files that were not moved: their verdicts stand as if nothing was asked."""
    for start in range(0, len(keys), _BATCH):
        chosen = and_(
            intervention.c.id.in_(keys[start : start + _BATCH]),
            intervention.c.new_name.is_(None),
            intervention.c.taken_at.is_(None),
        )
        rows = connection.execute(select(intervention.c.journal_id, intervention.c.act_id).where(chosen)).all()
        verdicts = [row.journal_id for row in rows if row.journal_id is not None]
        connection.execute(update(journal).where(journal.c.id.in_(verdicts)).values(retried_at=None))
        connection.execute(delete(intervention).where(chosen))
        trail.finish(connection, [row.act_id for row in rows], Outcome.REFUSED)


def taken(connection: Connection, keys: Iterable[int], at: int) -> None:
    """Notes that there is a new verdict on files that were put back."""
    rows = [{"key": key, "now": at} for key in keys]
    if rows:
        connection.execute(_TAKEN, rows)
        _finish_acts(connection, [row["key"] for row in rows])


def not_moved(connection: Connection, job: str) -> list[Intervention]:
    """The interventions in a job whose files were not seen to have been moved, nor by a run since; oldest first."""
    query = _WITH_ACTS.where(
        intervention.c.job == job, intervention.c.new_name.is_(None), intervention.c.taken_at.is_(None)
    )
    return [_intervention(row) for row in connection.execute(query.order_by(intervention.c.id))]


def open_retries(connection: Connection, job: str, inodes: Sequence[int]) -> dict[int, list[Intervention]]:
    """The files put back that there is no new verdict on, among those of these inodes, by these; newest first."""
    found: dict[int, list[Intervention]] = {}
    for start in range(0, len(inodes), _BATCH):
        chunk = list(inodes[start : start + _BATCH])
        query = _WITH_ACTS.where(intervention.c.job == job, _OPEN, intervention.c.inode.in_(chunk))
        for row in connection.execute(query.order_by(intervention.c.id)):
            item = _intervention(row)
            found.setdefault(item.identity.inode, []).insert(0, item)
    return found


def any_open(connection: Connection, job: str) -> bool:
    """Whether some file was put back that there is no new verdict on."""
    return connection.execute(_ANY_OPEN, {"of_job": job}).first() is not None


def decided_at(connection: Connection, item: Intervention) -> int:
    """When the verdict was that the intervention followed (milliseconds); where there was none, that of itself."""
    query = select(journal.c.at).where(journal.c.id == item.journal_id)
    found = None if item.journal_id is None else connection.execute(query).scalar()
    return item.at if found is None else int(found)


def creation_times(connection: Connection, job: str) -> dict[Identity, int]:
    """When files that were put back were created, of those whose times on disk tell something else (nanoseconds)."""
    rows = connection.execute(_CHANGED, {"of_job": job})
    return {item.identity: item.created_ns for item in map(_intervention, rows)}


def of_name(connection: Connection, job: str, name: str, limit: int) -> list[Intervention]:
    """What was done with files of this name in `error/`, newest first."""
    query = _WITH_ACTS.where(intervention.c.job == job, intervention.c.name == name)
    return [_intervention(row) for row in connection.execute(query.order_by(intervention.c.id.desc()).limit(limit))]


def of_verdicts(connection: Connection, keys: Sequence[int]) -> dict[int, Intervention]:
    """What was done last after verdicts, by the keys of their rows."""
    found = {}
    for start in range(0, len(keys), _BATCH):
        chunk = list(keys[start : start + _BATCH])
        query = _WITH_ACTS.where(intervention.c.journal_id.in_(chunk)).order_by(intervention.c.id)
        for row in connection.execute(query):
            found[int(row.journal_id)] = _intervention(row)
    return found


def of_errand(connection: Connection, errand: int) -> dict[str, str]:
    """The files of an errand that were moved, by their names in `error/`: the names they have where they went."""
    query = select(intervention.c.name, intervention.c.new_name).where(
        intervention.c.errand_id == errand, intervention.c.new_name.is_not(None)
    )
    return {row.name: row.new_name for row in connection.execute(query)}


def count_taken(connection: Connection, errand: int) -> int:
    """On how many of the files that an errand put back there is a new verdict."""
    query = select(func.count()).where(intervention.c.errand_id == errand, intervention.c.taken_at.is_not(None))
    return int(connection.execute(query).scalar_one())


def _intervention(row: Row[*tuple[Any, ...]]) -> Intervention:
    return Intervention(
        id=row.id,
        journal_id=row.journal_id,
        job=row.job,
        kind=row.kind,
        name=row.name,
        identity=Identity(row.inode, row.size, row.mtime_ns),
        digest=row.digest,
        created_ns=row.created_ns,
        changed=row.changed,
        at=row.at,
        agent=row.who,
        anyway=row.anyway,
        new_name=row.new_name,
        taken_at=row.taken_at,
        errand=row.errand_id,
    )
