"""What the store beyond the database has yet to be given, and what it is given; never all of it at once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from mdwatch.formats.ocfl.ie_document import FACTS, IeOrigin, StoredEvent, StoredFacts, StoredRecord, record_file
from mdwatch.repository.tables.control import counter
from mdwatch.repository.tables.ies import (
    UNSTORED,
    event,
    ie,
    ie_mets,
    ie_version,
    record,
    record_version,
    store_failure,
)
from mdwatch.repository.tables.people import trail
from mdwatch.rules.acts import ActedOn, Outcome

_STORE: Final = "store"


class StoreFailure(NamedTuple):
    """An IE that could not be kept: why, since when, how often it was tried, when it may be again (milliseconds)."""

    pid: str
    reason: str
    since: int
    tries: int
    next_at: int


class StoreSubject(NamedTuple):
    """An IE as it is now, but for its records."""

    key: int
    pid: str
    version: int
    facts: StoredFacts
    characteristics: Mapping[str, Any]
    remainder: str | None
    events: Sequence[StoredEvent]


def due(connection: Connection, limit: int, now: int) -> list[tuple[int, str]]:
    """The keys and PIDs of the first IEs to be kept, without those that are not to be tried yet."""
    put_off = select(store_failure.c.ie_id).where(store_failure.c.ie_id == ie.c.id, store_failure.c.next_at > now)
    query = select(ie.c.id, ie.c.pid).where(UNSTORED, ~put_off.exists())
    return [(row.id, row.pid) for row in connection.execute(query.order_by(ie.c.id).limit(limit))]


def known_store(connection: Connection) -> int | None:
    """The number of the store that was last written to, None where there never was one."""
    return connection.execute(select(counter.c.value).where(counter.c.name == _STORE)).scalar()


def note_store(connection: Connection, number: int) -> None:
    """Notes which store is written to from now on; all of it is to be looked at anew."""
    done = connection.execute(update(counter).where(counter.c.name == _STORE).values(value=number))
    if done.rowcount == 0:
        connection.execute(insert(counter).values(name=_STORE, value=number))
    look_anew(connection)
    connection.execute(delete(store_failure))


def look_anew(connection: Connection) -> None:
    """Has every object looked into, whether its IE changed or not."""
    connection.execute(update(ie).where(ie.c.stored_version != 0).values(stored_version=0))


def subject(connection: Connection, key: int) -> StoreSubject:
    """The IE of this key."""
    row = connection.execute(select(ie).where(ie.c.id == key)).one()
    remainder = connection.execute(select(ie_mets.c.remainder).where(ie_mets.c.ie_id == key)).scalar()
    events = connection.execute(
        select(event.c.id, event.c.version, event.c.dnx).where(event.c.ie_id == key).order_by(event.c.id)
    )
    return StoreSubject(
        key=row.id,
        pid=row.pid,
        version=row.version,
        facts=StoredFacts(*(getattr(row, name) for name in StoredFacts._fields)),
        characteristics=json.loads(row.characteristics),
        remainder=remainder,
        events=[StoredEvent(item.id, item.version, json.loads(item.dnx)) for item in events],
    )


def origin(connection: Connection, key: int, version: int) -> IeOrigin | None:
    """How a version came about; None where there is none of this number."""
    query = select(*(ie_version.c[name] for name in IeOrigin._fields))
    row = connection.execute(query.where(ie_version.c.ie_id == key, ie_version.c.version == version)).first()
    return None if row is None else IeOrigin(*row)


def records_at(connection: Connection, key: int, version: int) -> list[tuple[StoredRecord, str | None]]:
    """The records of the IE as they were in a version, each with its content, None for one that was gone then."""
    newest = (
        select(record_version.c.record_id, func.max(record_version.c.version).label("version"))
        .where(
            record_version.c.record_id.in_(select(record.c.id).where(record.c.ie_id == key)),
            record_version.c.version <= version,
        )
        .group_by(record_version.c.record_id)
        .subquery()
    )
    then = record_version.alias()
    query = (
        select(record.c.id, record.c.type, record.c.mid, record.c.position, then.c.version, then.c.sub_type)
        .add_columns(then.c.content)
        .select_from(
            record.join(newest, newest.c.record_id == record.c.id).join(
                then, and_(then.c.record_id == newest.c.record_id, then.c.version == newest.c.version)
            )
        )
        .order_by(record.c.type, record.c.position, record.c.id)
    )
    return [
        (
            StoredRecord(
                key=row.id,
                type=row.type,
                mid=row.mid,
                sub_type=row.sub_type,
                position=row.position,
                version=row.version,
                file=None if row.content is None else record_file(row.type, row.mid),
            ),
            row.content,
        )
        for row in connection.execute(query)
    ]


def last_act(connection: Connection, pid: str, version: int, now: int) -> IeOrigin:
    """Who last did something to the IE by hand, as the cause of a version in which only facts are new."""
    query = (
        select(trail.c.at, trail.c.who, trail.c.act)
        .where(trail.c.subject == pid, trail.c.kind == ActedOn.IE.value, trail.c.outcome == Outcome.DONE.value)
        .order_by(trail.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return IeOrigin(version, now, "mdwatch", FACTS)
    return IeOrigin(version, row.at, row.who, f"{FACTS}: {row.act}")


def mark(connection: Connection, kept: Iterable[tuple[int, int, StoredFacts]]) -> None:
    """Notes what is in the store: keys, versions and facts. An IE that is another one by now stays to be kept."""
    for key, version, facts in kept:
        same = and_(*(ie.c[name].is_not_distinct_from(value) for name, value in facts._asdict().items()))
        connection.execute(
            update(ie).where(ie.c.id == key, ie.c.version == version, same).values(stored_version=version)
        )
        connection.execute(delete(store_failure).where(store_failure.c.ie_id == key))


def tries(connection: Connection, key: int) -> int:
    """How often the IE could not be kept, in a row."""
    return connection.execute(select(store_failure.c.tries).where(store_failure.c.ie_id == key)).scalar() or 0


def note_failure(connection: Connection, key: int, reason: str, now: int, next_at: int) -> None:
    """Notes that the IE could not be kept."""
    done = connection.execute(
        update(store_failure)
        .where(store_failure.c.ie_id == key)
        .values(reason=reason, tries=store_failure.c.tries + 1, next_at=next_at)
    )
    if done.rowcount == 0:
        values = {"ie_id": key, "reason": reason, "since": now, "tries": 1, "next_at": next_at}
        connection.execute(insert(store_failure).values(values))


def try_again(connection: Connection) -> None:
    """Has everything tried again that could not be kept."""
    connection.execute(update(store_failure).values(next_at=0))


def failures(connection: Connection, limit: int) -> list[StoreFailure]:
    """Those that could not be kept, the longest first."""
    query = select(ie.c.pid, store_failure).select_from(store_failure.join(ie, ie.c.id == store_failure.c.ie_id))
    rows = connection.execute(query.order_by(store_failure.c.since, ie.c.id).limit(limit))
    return [StoreFailure(row.pid, row.reason, row.since, row.tries, row.next_at) for row in rows]


def all_ies(connection: Connection, after: int, limit: int) -> list[tuple[int, str, bool]]:
    """The keys and PIDs of all IEs from the one after `after`, and whether each is to be kept yet."""
    query = select(ie.c.id, ie.c.pid, UNSTORED.label("due")).where(ie.c.id > after)
    return [(row.id, row.pid, bool(row.due)) for row in connection.execute(query.order_by(ie.c.id).limit(limit))]


def is_due(connection: Connection, key: int) -> bool:
    """Whether the IE is to be kept yet."""
    return connection.execute(select(ie.c.id).where(ie.c.id == key, UNSTORED)).first() is not None
