"""The audit trail: who did what to what, when and from where. Rows are added within the transaction of their act.

A row is never changed but for its outcome, and never deleted: neither that of an IE that is deleted, nor of a job that
is no longer configured.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, insert, or_, select, update

from mdwatch.model import Actor
from mdwatch.repository.tables import trail
from mdwatch.rules.acts import ACTS, Act, ActedOn, Outcome

_LONGEST: Final = 1_000  # characters of what somebody named and may not even be there


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One act: `at` in milliseconds, `subject` a PID, a job, a file in its `job`, the spec of a set, or a number.

    `details` are JSON. `code` is that of an act; a row of a later version of mdwatch may have one unknown here.
    """

    at: int
    actor: Actor
    code: str
    subject: str
    job: str | None = None
    outcome: Outcome = Outcome.DONE
    details: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    id: int = 0


_NEW: Final = insert(trail)
_NEW_KEY: Final = insert(trail).returning(trail.c.id)
_OUTCOME: Final = update(trail).where(trail.c.id == bindparam("key")).values(outcome=bindparam("came_to"))


def record(connection: Connection, entry: TrailEntry) -> int:
    """Adds one act; its key."""
    return int(connection.execute(_NEW_KEY, _values(entry)).scalar_one())


def record_all(connection: Connection, entries: Sequence[TrailEntry]) -> None:
    """Adds many acts at once."""
    if entries:
        connection.execute(_NEW, [_values(entry) for entry in entries])


def finish(connection: Connection, keys: Iterable[int], outcome: Outcome = Outcome.DONE) -> None:
    """Notes what acts that were begun came to."""
    rows = [{"key": key, "came_to": outcome.value} for key in keys]
    if rows:
        connection.execute(_OUTCOME, rows)


def _values(entry: TrailEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "who": entry.actor.name,
        "way": entry.actor.way,
        "origin": entry.actor.origin,
        "act": entry.code,
        "kind": ACTS[Act(entry.code)].kind.value,
        "subject": entry.subject[:_LONGEST],
        "job": entry.job,
        "outcome": entry.outcome.value,
        # In ASCII, so that also a name that is no Unicode can stand in it.
        "details": json.dumps(entry.details, separators=(",", ":")),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """Which acts are wanted; None: whatever it is. `subject` also finds what was done to the files of a job.

    `since` in milliseconds.
    """

    kind: ActedOn | None = None
    subject: str | None = None
    who: str | None = None
    act: Act | None = None
    since: int | None = None


def acts(connection: Connection, wanted: TrailFilter, before: int | None, limit: int) -> list[TrailEntry]:
    """Acts below the key `before` (None: all), newest first."""
    query = _filtered(select(trail), wanted)
    if before is not None:
        query = query.where(trail.c.id < before)
    return [_entry(row) for row in connection.execute(query.order_by(trail.c.id.desc()).limit(limit))]


def _filtered(query: Select[tuple[Any, ...]], wanted: TrailFilter) -> Select[tuple[Any, ...]]:
    if wanted.subject is not None:
        query = query.where(or_(trail.c.subject == wanted.subject, trail.c.job == wanted.subject))
    if wanted.kind is not None:
        query = query.where(trail.c.kind == wanted.kind.value)
    if wanted.who is not None:
        query = query.where(trail.c.who == wanted.who)
    if wanted.act is not None:
        query = query.where(trail.c.act == wanted.act.value)
    if wanted.since is not None:
        query = query.where(trail.c.at >= wanted.since)
    return query


def _entry(row: Row[*tuple[Any, ...]]) -> TrailEntry:
    return TrailEntry(
        id=row.id,
        at=row.at,
        actor=Actor(row.who, row.way, row.origin),
        code=row.act,
        kind=row.kind,
        subject=row.subject,
        job=row.job,
        outcome=Outcome(row.outcome),
        details=json.loads(row.details),
    )
