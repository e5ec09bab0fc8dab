"""Errands: what operators asked to be done with error files of a job, and what came of each file.

An errand is written before anything is done, and each file's answer in the transaction that notes its move. So whoever
carries it out, and however often that is cut short, goes on with the files that have no answer yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update

from mdwatch.model import Actor
from mdwatch.repository import columns
from mdwatch.repository.bulk import execute_many
from mdwatch.repository.interventions import Kind
from mdwatch.repository.tables.people import errand, errand_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One errand; moments in milliseconds.

    `everything`: it is about all error files of the job, which are named when it begins. `ended_at` is None until every
    file has its answer; `reason` tells what it waits for until then, or why it was `refused` as a whole. `run_id` is
    that of the run that was made for the files it put back.
    """

    id: int
    job: str
    kind: Kind
    everything: bool
    anyway: bool
    actor: Actor
    asked_at: int
    started_at: int | None
    ended_at: int | None
    reason: str | None
    refused: bool
    run_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandFile:
    """A file of an errand, as it was named; with its answer once it is `done`.

    `new_name` is the one it has where it went, None where it was left; `reason` says why it was, `warning` what is to
    be minded, `later` what stands against it.
    """

    position: int
    name: str
    done: bool = False
    new_name: str | None = None
    reason: str = ""
    warning: str = ""
    later: str | None = None


@dataclass(frozen=True, slots=True)
class ErrandCounts:
    """How many files an errand has, how many of them have their answer, and how many of these were moved."""

    total: int
    done: int
    moved: int


def ask(connection: Connection, item: Errand, names: Sequence[str]) -> Errand:
    """Writes an errand about these files; the same with its key."""
    values: dict[str, Any] = {
        "job": item.job,
        "kind": item.kind,
        "everything": item.everything,
        "anyway": item.anyway,
        "agent": item.actor.name,
        "way": item.actor.way,
        "origin": item.actor.origin,
        "asked_at": item.asked_at,
    }
    key = connection.execute(insert(errand).values(values).returning(errand.c.id)).scalar_one()
    name(connection, key, names)
    found = of_key(connection, key)
    assert found is not None  # noqa: S101 - it was just written
    return found


def name(connection: Connection, key: int, names: Iterable[str]) -> None:
    """Names the files of an errand."""
    rows = [
        {"errand_id": key, "position": position, "name": columns.kept_name(item)} for position, item in enumerate(names)
    ]
    execute_many(connection, _NEW_FILE, rows)


_NEW_FILE: Final = insert(errand_file)


def of_key(connection: Connection, key: int) -> Errand | None:
    """The errand of this key."""
    row = connection.execute(select(errand).where(errand.c.id == key)).one_or_none()
    return None if row is None else _errand(row)


_OPEN_OF: Final = (
    select(errand).where(errand.c.job == bindparam("of_job"), errand.c.ended_at.is_(None)).order_by(errand.c.id)
)


def open_of(connection: Connection, job: str) -> list[Errand]:
    """The errands of a job that are to be carried out, oldest first."""
    return [_errand(row) for row in connection.execute(_OPEN_OF, {"of_job": job})]


def all_open(connection: Connection) -> list[tuple[int, str]]:
    """Every errand that is to be carried out, by key and job, oldest first."""
    # Put in order here: asked for it, SQLite would read all there ever were, every second.
    query = select(errand.c.id, errand.c.job).where(errand.c.ended_at.is_(None))
    return sorted((row.id, row.job) for row in connection.execute(query))


def newest(connection: Connection, jobs: Sequence[str], limit: int) -> list[Errand]:
    """The errands in these jobs, newest first."""
    query = select(errand).where(errand.c.job.in_(jobs)).order_by(errand.c.id.desc()).limit(limit)
    return [_errand(row) for row in connection.execute(query)]


def begin(connection: Connection, key: int, at: int) -> None:
    """Notes that an errand is being carried out."""
    connection.execute(update(errand).where(*_open(key)).values(started_at=at, reason=None))


def stumble(connection: Connection, key: int, reason: str | None) -> None:
    """Notes what an errand waits for."""
    connection.execute(update(errand).where(*_open(key)).values(reason=reason))


def end(connection: Connection, key: int, at: int) -> None:
    """Notes that every file of an errand has its answer, be it that somebody gave it up meanwhile."""
    connection.execute(update(errand).where(errand.c.id == key).values(ended_at=at, reason=None, refused=False))


def refuse(connection: Connection, key: int, at: int, reason: str) -> bool:
    """Ends an errand that cannot be carried out, or not to its end; whether it was open still."""
    values = {"ended_at": at, "reason": reason, "refused": True}
    return connection.execute(update(errand).where(*_open(key)).values(values)).rowcount == 1


def touch(connection: Connection, key: int) -> bool:
    """Whether an errand is open; fails a transaction that ends it before this one ends."""
    return connection.execute(update(errand).where(*_open(key)).values(job=errand.c.job)).rowcount == 1


def _open(key: int) -> tuple[ColumnElement[bool], ...]:
    return errand.c.id == key, errand.c.ended_at.is_(None)


def ran(connection: Connection, keys: Sequence[int], run_id: int) -> None:
    """Notes the run that was made for the files that these errands put back."""
    connection.execute(update(errand).where(errand.c.id.in_(keys)).values(run_id=run_id))


_ANSWERED: Final = (
    update(errand_file)
    .where(errand_file.c.errand_id == bindparam("of_errand"), errand_file.c.position == bindparam("at_position"))
    .values(
        done=True,
        new_name=bindparam("to_name"),
        reason=bindparam("told_reason"),
        warning=bindparam("told_warning"),
        later=bindparam("told_later"),
    )
)


def answer(connection: Connection, key: int, files: Iterable[ErrandFile]) -> None:
    """Notes what came of files of an errand."""
    rows = [
        {
            "of_errand": key,
            "at_position": file.position,
            "to_name": file.new_name,
            "told_reason": file.reason,
            "told_warning": file.warning,
            "told_later": file.later,
        }
        for file in files
    ]
    if rows:
        connection.execute(_ANSWERED, rows)


def counts(connection: Connection, key: int) -> ErrandCounts:
    """How far an errand has come."""
    query = select(
        func.count(),
        func.count().filter(errand_file.c.done),
        func.count().filter(errand_file.c.new_name.is_not(None)),
    ).where(errand_file.c.errand_id == key)
    total, done, moved = connection.execute(query).one()
    return ErrandCounts(total, done, moved)


def files(
    connection: Connection, key: int, *, done: bool | None = None, left: bool = False, after: int = -1, limit: int = -1
) -> list[ErrandFile]:
    """The files of an errand as they were named, after this position; those with an answer, those without, or all.

    `left`: those that were left where they are, only. No limit where that is negative.
    """
    query = select(errand_file).where(errand_file.c.errand_id == key, errand_file.c.position > after)
    if done is not None:
        query = query.where(errand_file.c.done == done)
    if left:
        query = query.where(errand_file.c.done, errand_file.c.new_name.is_(None))
    query = query.order_by(errand_file.c.position)
    return [_file(row) for row in connection.execute(query if limit < 0 else query.limit(limit))]


def _errand(row: Row[*tuple[Any, ...]]) -> Errand:
    return Errand(
        id=row.id,
        job=row.job,
        kind=row.kind,
        everything=row.everything,
        anyway=row.anyway,
        actor=Actor(row.agent, row.way, row.origin),
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        reason=row.reason,
        refused=row.refused,
        run_id=row.run_id,
    )


def _file(row: Row[*tuple[Any, ...]]) -> ErrandFile:
    return ErrandFile(
        position=row.position,
        name=row.name,
        done=row.done,
        new_name=row.new_name,
        reason=row.reason,
        warning=row.warning,
        later=row.later,
    )
