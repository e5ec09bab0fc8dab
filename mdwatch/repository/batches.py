"""Batches of exports: asked for, run one at a time, cancelled, resumed, remembered.

What is done of the open one is told with what is done of its slices in hand (`batch_slices`).
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from mdwatch.model import Batch, BatchEnding, BatchKind
from mdwatch.repository import occurrences
from mdwatch.repository.occurrences import Occurrence
from mdwatch.repository.tables.exports import batch, batch_slice
from mdwatch.rules.notifying import Happening

COUNTS: Final = ("processed", "exported", "unchanged", "failed")
# What the slices in hand add to their batches; there are as many as processes at work.
_IN_HAND = (
    select(
        batch_slice.c.batch_id,
        func.min(batch_slice.c.position).label("first"),
        *(func.sum(batch_slice.c[name]).label(f"more_{name}") for name in COUNTS),
    )
    .group_by(batch_slice.c.batch_id)
    .subquery("in_hand")
)
_BATCHES = select(batch, _IN_HAND).outerjoin_from(batch, _IN_HAND, _IN_HAND.c.batch_id == batch.c.id)
# Made once, for it is asked for each group, and to make it costs more than to execute it.
_BATCH = _BATCHES.where(batch.c.id == bindparam("of_batch"))


def ask(
    connection: Connection,
    kind: BatchKind,
    asked_by: str,
    at: int,
    *,
    older_than: int | None = None,
    set_spec: str | None = None,
    formats: Sequence[str] | None = None,
) -> Batch | None:
    """A new batch, or None where one is open already; within a write transaction."""
    if open_batch(connection) is not None:
        return None
    values = {"kind": kind, "asked_by": asked_by, "asked_at": at, "older_than": older_than, "set_spec": set_spec}
    values["formats"] = None if formats is None else ",".join(formats)
    key = connection.execute(insert(batch).values({**values, "open": True}).returning(batch.c.id)).scalar_one()
    return get(connection, key)


def open_batch(connection: Connection) -> Batch | None:
    """The batch that waits or runs, if there is one."""
    row = connection.execute(_BATCHES.where(batch.c.open.is_(True))).one_or_none()
    return None if row is None else _batch(row)


def get(connection: Connection, key: int) -> Batch | None:
    """The batch of this key."""
    row = connection.execute(_BATCH, {"of_batch": key}).one_or_none()
    return None if row is None else _batch(row)


def latest(connection: Connection, limit: int, before: int | None = None) -> list[Batch]:
    """The last batches, newest first; of those that are older than the one of the key `before`."""
    query = _BATCHES.order_by(batch.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(batch.c.id < before)
    return [_batch(row) for row in connection.execute(query)]


def last_finished(connection: Connection, kind: BatchKind) -> int | None:
    """When a batch of this kind last finished, neither cancelled nor failed; None where none ever did."""
    query = select(func.max(batch.c.ended_at)).where(batch.c.kind == kind, batch.c.status == "finished")
    return connection.execute(query).scalar()


def start(connection: Connection, key: int, at: int, log: str, total: int, upto: int) -> None:
    """Notes that the batch begins: its log, how many IEs it is about, and the key of the last of them."""
    values = {"started_at": at, "log": log, "total": total, "upto": upto}
    connection.execute(update(batch).where(batch.c.id == key).values(values))


def add(connection: Connection, key: int, **counts: int) -> None:
    """Adds to the counts of a batch.

    What became due meanwhile may make it more than was counted up front; the total then grows with it.
    """
    values: dict[str, Any] = {name: batch.c[name] + number for name, number in counts.items()}
    processed = batch.c.processed + counts.get("processed", 0)
    values["total"] = case((processed > batch.c.total, processed), else_=batch.c.total)
    connection.execute(update(batch).where(batch.c.id == key).values(values))


def cancel(connection: Connection, key: int) -> None:
    """Asks whoever runs the batch to end it."""
    connection.execute(update(batch).where(batch.c.id == key, batch.c.open.is_(True)).values(cancelled=True))


def end(connection: Connection, key: int, at: int, status: BatchEnding, reason: str | None = None) -> None:
    """Ends a batch, so that another may be asked for; one that has ended stays as it is."""
    values = {"ended_at": at, "status": status, "reason": reason, "open": None}
    done = connection.execute(update(batch).where(batch.c.id == key, batch.c.open.is_(True)).values(values))
    if status == "failed" and done.rowcount:
        told = f"Batch {key} failed: {reason or 'see its log'}"
        occurrences.note(connection, Occurrence(at=at, what=Happening.EXPORT_FAILED, reason=told))


def _batch(row: Any) -> Batch:
    counts = {name: getattr(row, name) + int(getattr(row, f"more_{name}") or 0) for name in COUNTS}
    return Batch(
        id=row.id,
        kind=row.kind,
        older_than=row.older_than,
        set_spec=row.set_spec,
        formats=None if row.formats is None else tuple(row.formats.split(",")),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        status=row.status,
        reason=row.reason,
        cancelled=row.cancelled,
        log=row.log,
        total=max(row.total, counts["processed"]),
        **counts,
        position=row.position if row.first is None else row.first,
        upto=row.upto,
    )
