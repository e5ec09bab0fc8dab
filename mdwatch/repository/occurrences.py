"""What somebody may be told of: noted in the transaction in which it happens, so that a crash loses none of it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, insert, select, update

from mdwatch.repository.tables.notices import notification_occurrence, occurrence
from mdwatch.rules.notifying import Happening

_MOST_DETAILS: Final = 50


class Occurrence(NamedTuple):
    """Something that happened (`at` in milliseconds); `details` are lines, `job` and `run_id` None without one.

    `institution` is that of the IEs it is about, None where it is that of the job, or all of them.
    """

    at: int
    what: Happening
    job: str | None = None
    institution: str | None = None
    run_id: int | None = None
    reason: str = ""
    details: tuple[str, ...] = ()
    id: int = 0


def note(connection: Connection, item: Occurrence) -> int:
    """Notes something, and tells its key; of its details the first fifty are kept."""
    values = {
        "at": item.at,
        "kind": item.what.value,
        "job": item.job,
        "institution": item.institution,
        "run_id": item.run_id,
        "reason": item.reason,
        "details": json.dumps(item.details[:_MOST_DETAILS], ensure_ascii=True),
    }
    return int(connection.execute(insert(occurrence).values(values).returning(occurrence.c.id)).scalar_one())


def untaken(connection: Connection, limit: int) -> list[Occurrence]:
    """So many of those that no messages were made of yet, oldest first."""
    query = select(occurrence).where(~occurrence.c.taken).order_by(occurrence.c.id).limit(limit)
    return [_occurrence(row) for row in connection.execute(query)]


def take(connection: Connection, keys: Sequence[int]) -> None:
    """Messages are made of these, in the same transaction; of two that do so at once on a server, one fails."""
    connection.execute(update(occurrence).where(occurrence.c.id.in_(keys)).values(taken=True))


def of_notification(connection: Connection, key: int) -> list[Occurrence]:
    """What a message is about, in the order it happened."""
    query = select(occurrence).join(notification_occurrence).where(notification_occurrence.c.notification_id == key)
    return [_occurrence(row) for row in connection.execute(query.order_by(occurrence.c.id))]


def _occurrence(row: Any) -> Occurrence:
    return Occurrence(
        id=row.id,
        at=row.at,
        what=Happening(row.kind),
        job=row.job,
        institution=row.institution,
        run_id=row.run_id,
        reason=row.reason,
        details=tuple(json.loads(row.details)),
    )


def note_all(connection: Connection, items: Iterable[Occurrence]) -> None:
    """Notes several."""
    for item in items:
        note(connection, item)
