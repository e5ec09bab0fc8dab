"""The formats that IEs could not be exported in, and when each is to be tried again. Moments are in milliseconds."""

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from mdwatch.repository.tables.exports import export_failure
from mdwatch.repository.tables.ies import EXPORTABLE, ie, of_institutions
from mdwatch.rules.exporting import LONGEST_PAUSE, Failure
from mdwatch.rules.moments import AHEAD_SECONDS


class Failing(NamedTuple):
    """A failure with the IE it concerns."""

    pid: str
    format: str
    failure: Failure


# A try that is planned further ahead than any can be was planned by a clock that was ahead: `rules.moments.has_come`.
_FURTHEST: Final = LONGEST_PAUSE + AHEAD_SECONDS * 1000
# Asked several times a second, and mostly answered with no: by the index, however many wait.
_ANY_TO_TRY = select(export_failure.c.ie_id).where(
    (export_failure.c.next_at <= bindparam("before")) | (export_failure.c.next_at > bindparam("furthest"))
)


def ids(
    connection: Connection, after: int, limit: int, before: int | None = None, upto: int | None = None
) -> list[int]:
    """The keys of exportable IEs with a format that failed, in order; only those to be tried again by `before`."""
    if (
        before is not None
        and connection.execute(_ANY_TO_TRY.limit(1), {"before": before, "furthest": before + _FURTHEST}).first() is None
    ):
        return []
    query = select(export_failure.c.ie_id).join(ie, ie.c.id == export_failure.c.ie_id).where(EXPORTABLE)
    query = query.where(export_failure.c.ie_id > after).distinct().order_by(export_failure.c.ie_id).limit(limit)
    if before is not None:
        query = query.where(_has_come(before))
    if upto is not None:
        query = query.where(export_failure.c.ie_id <= upto)
    return list(connection.execute(query).scalars())


def count(
    connection: Connection,
    before: int | None = None,
    *,
    attended: bool = False,
    institutions: Collection[str] | None = None,
) -> int:
    """How many exportable IEs, of these institutions or of all, have a format that failed.

    Only those that are not due besides, where `attended`.
    """
    query = select(func.count(export_failure.c.ie_id.distinct())).join(ie, ie.c.id == export_failure.c.ie_id)
    query = query.where(EXPORTABLE, of_institutions(institutions))
    if before is not None:
        query = query.where(_has_come(before))
    if attended:
        query = query.where(ie.c.exported_version == ie.c.version)
    return connection.execute(query).scalar_one()


def _has_come(now: int) -> ColumnElement[bool]:
    return (export_failure.c.next_at <= now) | (export_failure.c.next_at > now + _FURTHEST)


def put_off(connection: Connection, since: int) -> Iterator[Failing]:
    """The failures that were not tried since this moment (milliseconds), by PID and format."""
    query = select(ie.c.pid, export_failure).join(ie, ie.c.id == export_failure.c.ie_id)
    query = query.where(EXPORTABLE, export_failure.c.tried_at < since)
    # In the order of their own keys, so that no IE is read but those that they are of.
    for row in connection.execute(query.order_by(export_failure.c.ie_id, export_failure.c.format)):
        yield Failing(pid=row.pid, format=row.format, failure=failure_of(row))


def listing(
    connection: Connection, limit: int, pid: str | None = None, institutions: Collection[str] | None = None
) -> list[Failing]:
    """Formats that IEs, of these institutions or of all, could not be exported in, those that failed longest first."""
    query = select(ie.c.pid, export_failure).join(ie, ie.c.id == export_failure.c.ie_id)
    query = query.where(EXPORTABLE, of_institutions(institutions))
    if pid is not None:
        query = query.where(ie.c.pid == pid)
    query = query.order_by(export_failure.c.since, export_failure.c.ie_id, export_failure.c.format).limit(limit)
    return [Failing(pid=row.pid, format=row.format, failure=failure_of(row)) for row in connection.execute(query)]


def between(
    connection: Connection,
    since: int,
    until: int | None,
    after: int,
    limit: int,
    institutions: Collection[str] | None = None,
) -> list[tuple[int, list[Failing]]]:
    """IEs with the formats that were tried last between two moments (milliseconds), and failed.

    By their keys, from the one after `after` on; `until` None for no end. Of these institutions, or of all.
    """
    window = [export_failure.c.tried_at >= since, EXPORTABLE, of_institutions(institutions)]
    if until is not None:
        window.append(export_failure.c.tried_at <= until)
    joined = export_failure.join(ie, ie.c.id == export_failure.c.ie_id)
    keys = select(export_failure.c.ie_id).select_from(joined).where(*window, export_failure.c.ie_id > after)
    ids = list(connection.execute(keys.distinct().order_by(export_failure.c.ie_id).limit(limit)).scalars())
    found: dict[int, list[Failing]] = {key: [] for key in ids}
    if ids:
        query = select(ie.c.pid, export_failure).select_from(joined)
        query = query.where(*window, export_failure.c.ie_id > after, export_failure.c.ie_id <= ids[-1])
        for row in connection.execute(query.order_by(export_failure.c.ie_id, export_failure.c.format)):
            found[row.ie_id].append(Failing(pid=row.pid, format=row.format, failure=failure_of(row)))
    return list(found.items())


def failure_of(row: Any) -> Failure:
    """A failure of a row of its table."""
    return Failure(row.ie_version, row.exporter_version, row.reason, row.since, row.tries, row.next_at)
