"""The audit trail: who did what to what, when and from where. Rows are added within the transaction of their act.

A row is never changed but for its outcome, and never deleted: neither that of an IE that is deleted, nor of a job that
is no longer configured.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, exists, insert, or_, select, update

from mdwatch.model import Actor
from mdwatch.repository.columns import kept_name
from mdwatch.repository.tables.exports import oai_set, set_member
from mdwatch.repository.tables.ies import ie, of_institutions
from mdwatch.repository.tables.people import trail
from mdwatch.rules.acts import ACTS, Act, ActedOn, Outcome

_LONGEST: Final = 1_000  # characters of what somebody named and may not even be there


class TrailEntry(NamedTuple):
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


class ActsOn(NamedTuple):
    """Acts on the IEs of these institutions, on sets that never had others, and on these jobs and their files."""

    institutions: frozenset[str]
    jobs: frozenset[str]


class TrailFilter(NamedTuple):
    """Which acts are wanted; None: whatever it is. `subject` also finds what was done to the files of a job.

    `since` in milliseconds.
    """

    kind: ActedOn | None = None
    subject: str | None = None
    job: str | None = None
    who: str | None = None
    act: Act | None = None
    since: int | None = None
    whose: ActsOn | None = None


def acts(connection: Connection, wanted: TrailFilter, before: int | None, limit: int) -> list[TrailEntry]:
    """Acts below the key `before` (None: all), newest first."""
    query = _filtered(select(trail), wanted)
    if before is not None:
        query = query.where(trail.c.id < before)
    return [_entry(row) for row in connection.execute(query.order_by(trail.c.id.desc()).limit(limit))]


def _filtered(query: Select[tuple[Any, ...]], wanted: TrailFilter) -> Select[tuple[Any, ...]]:
    if wanted.subject is not None:
        # As names are kept, for one that is no text could not be asked for.
        as_job = trail.c.job == kept_name(wanted.subject)
        query = query.where(or_(trail.c.subject == wanted.subject, as_job))
    if wanted.job is not None:
        query = query.where(trail.c.job == wanted.job)
    if wanted.kind is not None:
        query = query.where(trail.c.kind == wanted.kind.value)
    if wanted.who is not None:
        query = query.where(trail.c.who == wanted.who)
    if wanted.act is not None:
        query = query.where(trail.c.act == wanted.act.value)
    if wanted.since is not None:
        query = query.where(trail.c.at >= wanted.since)
    if wanted.whose is not None:
        query = query.where(_concerns(wanted.whose))
    return query


def _concerns(whose: ActsOn) -> ColumnElement[bool]:
    """That an act concerns these and nobody else; what is done to everything at once concerns others, too."""
    theirs = of_institutions(whose.institutions)
    member = exists().where(set_member.c.set_id == oai_set.c.id, ie.c.id == set_member.c.ie_id)
    sets = select(oai_set.c.spec).where(member.where(theirs), ~member.where(~theirs))
    return or_(
        and_(trail.c.kind == ActedOn.IE.value, exists().where(ie.c.pid == trail.c.subject, theirs)),
        and_(trail.c.kind.in_([ActedOn.JOB.value, ActedOn.FILE.value]), trail.c.job.in_(sorted(whose.jobs))),
        and_(trail.c.kind == ActedOn.SET.value, trail.c.subject.in_(sets)),
    )


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
