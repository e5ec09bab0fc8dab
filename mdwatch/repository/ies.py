"""Reading Intellectual Entities: the state that rules look at, whole IEs, and their history."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, func, select

from mdwatch.errors import Rejected
from mdwatch.formats import canonical, xml
from mdwatch.formats.event_history import EventHistory
from mdwatch.formats.limits import ACCEPTED
from mdwatch.model import (
    Digests,
    IeState,
    IntellectualEntity,
    Record,
    RecordState,
    RecordType,
    Stage,
    Status,
)
from mdwatch.repository.among import among, among_texts
from mdwatch.repository.tables.ies import event, ie, ie_mets, ie_version, record, record_version


class Stored(NamedTuple):
    """An IE as the database keeps it: its state for the rules, its keys for whoever changes it.

    `records` maps type and mid to the key of the record's row, present or not; `characteristics` is JSON text.
    """

    id: int
    state: IeState
    characteristics: str
    records: Mapping[tuple[RecordType, str], int]


class Version(NamedTuple):
    """One version of an IE: when (milliseconds), by whom and how it came about, and which records it changed."""

    version: int
    at: int
    agent: str
    cause: str
    job: str | None
    file: str | None
    records: tuple[tuple[RecordType, str], ...]


_STATES = select(
    ie.c.id, ie.c.pid, ie.c.institution, ie.c.stage, ie.c.status, ie.c.locked_by, ie.c.version, ie.c.characteristics
).where(among_texts(ie.c.pid, "pids"))
_RECORDS = select(
    record.c.id,
    record.c.ie_id,
    record.c.type,
    record.c.mid,
    record.c.sub_type,
    record.c.present,
    record.c.ordered,
    record.c.unordered,
).where(among(record.c.ie_id, "ids"))
_IES = select(
    ie.c.id,
    ie.c.version,
    ie.c.pid,
    ie.c.institution,
    ie.c.stage,
    ie.c.status,
    ie.c.published,
    ie.c.harvested,
    ie.c.locked_by,
    ie.c.characteristics,
).where(among(ie.c.id, "ids"))
_REMAINDERS = select(ie_mets.c.ie_id, ie_mets.c.remainder).where(among(ie_mets.c.ie_id, "ids"))
_EVENTS = select(event.c.ie_id, event.c.dnx).where(among(event.c.ie_id, "ids")).order_by(event.c.ie_id, event.c.id)
# What is current: the row in record_version that the record points to.
_CONTENTS = (
    select(record.c.ie_id, record.c.type, record.c.mid, record.c.sub_type, record_version.c.content)
    .select_from(
        record.join(
            record_version,
            and_(record_version.c.record_id == record.c.id, record_version.c.version == record.c.version),
        )
    )
    .where(among(record.c.ie_id, "ids"), record.c.present)
    .order_by(record.c.ie_id, record.c.type, record.c.position, record.c.id)
)
_TYPES = {item.value: item for item in RecordType}
_STAGES = {item.value: item for item in Stage}
_STATUSES = {item.value: item for item in Status}
_NOTHING: Final = "{}"  # characteristics of an IE that has none
_BATCH = 500  # bound parameters in one statement


def stored(connection: Connection, pids: Iterable[str]) -> dict[str, Stored]:
    """The IEs of these PIDs that exist."""
    wanted = sorted(set(pids))
    found: dict[str, Stored] = {}
    for start in range(0, len(wanted), _BATCH):
        found.update(_stored(connection, wanted[start : start + _BATCH]))
    return found


def _stored(connection: Connection, pids: list[str]) -> Iterator[tuple[str, Stored]]:
    rows = connection.execute(_STATES, {"pids": pids}).all()
    states: dict[int, dict[tuple[RecordType, str], RecordState]] = {row[0]: {} for row in rows}
    keys: dict[int, dict[tuple[RecordType, str], int]] = {row[0]: {} for row in rows}
    outdated: list[int] = []
    records = connection.execute(_RECORDS, {"ids": list(states)}).all() if states else []
    # Unpacked, for this runs for every record of every IE of a group.
    for key, ie_id, type_, mid, sub_type, present, ordered, unordered in records:
        name = (_TYPES[type_], mid)
        keys[ie_id][name] = key
        if present:
            states[ie_id][name] = RecordState(sub_type, Digests(ordered, unordered))
            if not canonical.is_current(ordered):
                outdated.append(ie_id)
    if outdated:
        _renew(connection, outdated, states)
    for key, pid, institution, stage, status, locked_by, version, characteristics in rows:
        state = IeState(pid, institution, _STAGES[stage], _STATUSES[status], locked_by, version, states[key])
        yield pid, Stored(key, state, characteristics, keys[key])


def _renew(
    connection: Connection, outdated: list[int], states: dict[int, dict[tuple[RecordType, str], RecordState]]
) -> None:
    """Digests records anew whose digests an earlier version of mdwatch made, for they compare with none of today's.

    What it comes to is not kept: the next change of the record does that.
    """
    for ie_id, type_, mid, sub_type, content in connection.execute(_CONTENTS, {"ids": sorted(set(outdated))}):
        name = (_TYPES[type_], mid)
        there = states[ie_id].get(name)
        if there is not None and not canonical.is_current(there.digests.ordered):
            # A record that is over a cap of today keeps its old digests, and so equals none.
            with suppress(Rejected):
                digests = canonical.digests(xml.parse(content, ACCEPTED), ACCEPTED)
                states[ie_id][name] = RecordState(sub_type, digests)


def get(connection: Connection, pid: str, *, events: bool = True) -> IntellectualEntity | None:
    """The whole IE as it is now, or None; without its events where nobody asks for them."""
    key = connection.execute(select(ie.c.id).where(ie.c.pid == pid)).scalar()
    return None if key is None else whole(connection, [key], events=events)[key][1]


def whole(
    connection: Connection, ids: Sequence[int], *, events: bool = True
) -> dict[int, tuple[int, IntellectualEntity]]:
    """Whole IEs by their keys, each with its version; at most some hundred at a time.

    Without `events` they have none: an old IE may have thousands, and few ask for them.
    """
    chosen = {"ids": list(ids)}
    # All rows of an answer at once: one by one each costs more than it takes to read it.
    remainders = {row.ie_id: row.remainder for row in connection.execute(_REMAINDERS, chosen).all()}
    events_of: dict[int, list[str]] = {}
    for ie_id, text in connection.execute(_EVENTS, chosen).all() if events else ():
        events_of.setdefault(ie_id, []).append(text)
    records: dict[int, list[Record]] = {}
    for ie_id, type_, mid, sub_type, content in connection.execute(_CONTENTS, chosen).all():
        record_ = Record(type=_TYPES[type_], sub_type=sub_type, mid=mid, content=content)
        records.setdefault(ie_id, []).append(record_)
    found = {}
    rows = connection.execute(_IES, chosen).all()
    for ie_id, version, pid, institution, stage, status, published, harvested, locked_by, characteristics in rows:
        entity = IntellectualEntity(
            pid=pid,
            institution=institution,
            stage=_STAGES[stage],
            status=_STATUSES[status],
            published=published,
            harvested=harvested,
            locked_by=locked_by,
            records=tuple(records.get(ie_id, ())),
            events=EventHistory(events_of[ie_id]) if ie_id in events_of else (),
            characteristics=json.loads(characteristics) if characteristics != _NOTHING else {},
            mets=remainders.get(ie_id),
        )
        found[ie_id] = version, entity
    return found


def version_of(connection: Connection, pid: str) -> int | None:
    """The IE's version, or None where there is no such IE."""
    return connection.execute(select(ie.c.version).where(ie.c.pid == pid)).scalar()


def is_published(connection: Connection, pid: str) -> bool:
    """Whether the IE is published."""
    return bool(connection.execute(select(ie.c.published).where(ie.c.pid == pid)).scalar())


def _record(row: Row[*tuple[Any, ...]]) -> Record:
    return Record(type=RecordType(row.type), sub_type=row.sub_type, mid=row.mid, content=row.content)


# The records of an IE as they were in a version. Made once, for making it takes longer than asking it.
_NEWEST: Final = (
    select(record_version.c.record_id, func.max(record_version.c.version).label("version"))
    # Else every record of every IE would be looked at.
    .where(record_version.c.record_id.in_(select(record.c.id).where(record.c.ie_id == bindparam("of_ie"))))
    .where(record_version.c.version <= bindparam("of_version"))
    .group_by(record_version.c.record_id)
    .subquery()
)
_THEN: Final = record_version.alias()
_RECORDS_AT: Final = (
    select(record.c.type, record.c.mid, _THEN.c.sub_type, _THEN.c.content)
    .select_from(
        record.outerjoin(_NEWEST, _NEWEST.c.record_id == record.c.id).outerjoin(
            _THEN, and_(_THEN.c.record_id == _NEWEST.c.record_id, _THEN.c.version == _NEWEST.c.version)
        )
    )
    .where(record.c.ie_id == bindparam("of_ie"))
    .order_by(record.c.type, record.c.position, record.c.id)
)


def records_at(connection: Connection, ie_id: int, version: int) -> dict[tuple[RecordType, str], Record | None]:
    """The records of the IE as they were in a version; None for one that it has at another time only."""
    rows = connection.execute(_RECORDS_AT, {"of_ie": ie_id, "of_version": version})
    return {(RecordType(row.type), row.mid): None if row.content is None else _record(row) for row in rows}


def versions(connection: Connection, pid: str) -> list[Version]:
    """Every version of the IE, oldest first."""
    changed: dict[int, list[tuple[RecordType, str]]] = {}
    joined = record_version.join(record, record.c.id == record_version.c.record_id).join(ie, ie.c.id == record.c.ie_id)
    for item in connection.execute(
        select(record_version.c.version, record.c.type, record.c.mid)
        .select_from(joined)
        .where(ie.c.pid == pid)
        .order_by(record.c.type, record.c.position)
    ):
        changed.setdefault(item.version, []).append((RecordType(item.type), item.mid))
    rows = connection.execute(
        select(ie_version)
        .select_from(ie_version.join(ie, ie.c.id == ie_version.c.ie_id))
        .where(ie.c.pid == pid)
        .order_by(ie_version.c.version)
    )
    return [
        Version(row.version, row.at, row.agent, row.cause, row.job, row.file, tuple(changed.get(row.version, ())))
        for row in rows
    ]
