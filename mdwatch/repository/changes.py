"""Changing Intellectual Entities: new IEs, new versions of records, and the facts that rules read.

A content is written once, under the version that brought it, and never again; the row in `record` says which version is
current. So a history needs no copies, and nothing can rewrite it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, text, update

from mdwatch.model import Digests, IntellectualEntity, RecordType, Status
from mdwatch.repository import columns, control, news, server_clock
from mdwatch.repository.bulk import execute_rows
from mdwatch.repository.exports import documents, due
from mdwatch.repository.tables.ies import event, ie, ie_mets, ie_version, institution, record, record_version
from mdwatch.rules.exporting import datestamp, exportable

Cause = Literal["load", "update", "revert"]
_GONE = Digests(b"", b"")


class RecordChange(NamedTuple):
    """The new state of one record. `key` is its row, or None for a new record; no content: the IE loses it."""

    key: int | None
    type: RecordType
    mid: str
    sub_type: str
    content: str | None
    digests: Digests = _GONE
    position: int = 0


class IeChange(NamedTuple):
    """One new version of one IE. `at` in milliseconds; `characteristics` and the `events` are JSON text.

    `undoes` is the key of a run whose changes it takes back.
    """

    ie_id: int
    version: int
    at: int
    agent: str
    cause: Cause
    records: Sequence[RecordChange]
    events: Sequence[str]
    characteristics: str
    job: str | None = None
    file: str | None = None
    undoes: int | None = None


# Statements are made once: the database's and SQLAlchemy's caches know them again.
_NEW_IE = insert(ie).returning(ie.c.id)
_NEW_RECORD = insert(record).returning(record.c.id)
_FIND_RECORD = select(record.c.id).where(
    record.c.ie_id == bindparam("of_ie"), record.c.type == bindparam("of_type"), record.c.mid == bindparam("of_mid")
)
_NEW_INSTITUTION = text("INSERT INTO institution (code) VALUES (:new_code) ON CONFLICT DO NOTHING")
_FIND_INSTITUTION = select(institution.c.code).where(institution.c.code == bindparam("of_code"))
_NEW_VERSION = insert(record_version)
_NEW_IE_VERSION = insert(ie_version)
_NEW_EVENT = insert(event)
_POINT = (
    update(record)
    .where(record.c.id == bindparam("key"))
    .values(
        version=bindparam("new_version"),
        sub_type=bindparam("new_sub_type"),
        present=bindparam("new_present"),
        ordered=bindparam("new_ordered"),
        unordered=bindparam("new_unordered"),
    )
)
_RAISE = (
    update(ie)
    .where(ie.c.id == bindparam("key"))
    .values(version=bindparam("new_version"), characteristics=bindparam("new_characteristics"))
)


def apply(connection: Connection, changes: Sequence[IeChange]) -> None:
    """Writes new versions, in order; of several for one IE the last stands as current."""
    contents: list[tuple[Any, ...]] = []
    made: dict[tuple[int, RecordType, str], int] = {}
    current: dict[int, tuple[Any, ...]] = {}
    raised: dict[int, tuple[Any, ...]] = {}
    for change in changes:
        version = change.version
        for item in change.records:
            sub_type, content, (ordered, unordered) = item.sub_type, item.content, item.digests
            key = item.key if item.key is not None else _new_record(connection, change, item, made)
            contents.append((key, version, sub_type, content))
            current[key] = (version, sub_type, content is not None, ordered, unordered, key)
        raised[change.ie_id] = (version, change.characteristics, change.ie_id)
    execute_rows(connection, _NEW_VERSION, ("record_id", "version", "sub_type", "content"), contents)
    execute_rows(connection, _POINT, _POINT_NAMES, list(current.values()))
    execute_rows(connection, _RAISE, ("new_version", "new_characteristics", "key"), list(raised.values()))
    execute_rows(connection, _NEW_IE_VERSION, _VERSION_NAMES, [_version_row(change) for change in changes])
    events = [(change.ie_id, text, change.version) for change in changes for text in change.events]
    execute_rows(connection, _NEW_EVENT, ("ie_id", "dnx", "version"), events)


_POINT_NAMES = ("new_version", "new_sub_type", "new_present", "new_ordered", "new_unordered", "key")
_VERSION_NAMES = ("ie_id", "version", "at", "agent", "cause", "job", "file", "undoes")


def _version_row(change: IeChange) -> tuple[Any, ...]:
    """The values of a new row, in the order of `_VERSION_NAMES`."""
    file = columns.kept_name(change.file) if change.file is not None else None
    return (
        change.ie_id, change.version, change.at, change.agent, change.cause, change.job, file, change.undoes
    )  # fmt: skip


def _new_record(
    connection: Connection, change: IeChange, item: RecordChange, made: dict[tuple[int, RecordType, str], int]
) -> int:
    """The row of a record that the IE did not have before; a second change of the same group finds it in `made`."""
    name = (change.ie_id, item.type, item.mid)
    if name in made:
        return made[name]
    if change.version > 1:
        # There is a row where the IE had the record once.
        found = connection.execute(
            _FIND_RECORD, {"of_ie": change.ie_id, "of_type": item.type.value, "of_mid": item.mid}
        ).scalar()
        if found is not None:
            return int(found)
    row = {
        "ie_id": change.ie_id,
        "type": item.type.value,
        "mid": item.mid,
        "sub_type": item.sub_type,
        "position": item.position,
        "version": change.version,
        "ordered": item.digests.ordered,
        "unordered": item.digests.unordered,
    }
    made[name] = int(connection.execute(_NEW_RECORD, row).scalar_one())
    return made[name]


def create(connection: Connection, new: IntellectualEntity) -> int:
    """The row of a new IE, with its facts and without records; `apply` brings these, as version 1."""
    ensure_institution(connection, new.institution)
    values = {**_facts(new), "pid": new.pid, "version": 0, "characteristics": "{}"}
    key = int(connection.execute(_NEW_IE, values).scalar_one())
    set_remainder(connection, key, new.mets)
    return key


def ensure_institution(connection: Connection, code: str) -> None:
    """Makes the institution known."""
    known = connection.execute(_FIND_INSTITUTION, {"of_code": code}).scalar()
    if known is None:
        # Another process may make it at the same moment; SQLite and PostgreSQL both know this clause.
        connection.execute(_NEW_INSTITUTION, {"new_code": code})


def set_facts(connection: Connection, ie_id: int, at: int, **facts: Any) -> None:
    """Sets facts of an IE that are no metadata and make no version: lock, stage, status, publication, institution.

    An IE that loses its publication thereby loses its exports, in the same transaction, and is noted as `news`; `at` in
    milliseconds. Of any other the exports are due, for some tell these facts.
    """
    if "institution" in facts:
        ensure_institution(connection, facts["institution"])
    if facts.keys() & {"stage", "status", "institution"}:
        # Files may wait for this; the daemon then looks again.
        control.count_up(connection, control.STAGES)
    connection.execute(update(ie).where(ie.c.id == ie_id).values({**facts, "stored_version": 0}))
    if facts.keys() & {"institution", "stage", "locked_by"}:
        due.forget_stamps_of(connection, ie_id)
    if facts.keys() & {"published", "harvested", "status"}:
        row = connection.execute(select(ie.c.published, ie.c.harvested, ie.c.status).where(ie.c.id == ie_id)).one()
        if not exportable(published=row.published, harvested=row.harvested, status=Status(row.status)):
            now = server_clock.datestamp_moment(connection, at)
            if documents.bury(connection, ie_id, now, datestamp(now)):
                # By the time it is there to be seen, harvesters may have asked from a later second on.
                news.note(connection, [ie_id])


def facts_of(new: IntellectualEntity, names: Iterable[str]) -> dict[str, Any]:
    """The named facts of an IE as column values."""
    facts = _facts(new)
    return {name: facts[name] for name in names if name in facts}


def _facts(new: IntellectualEntity) -> dict[str, Any]:
    return {
        "institution": new.institution,
        "stage": new.stage.value,
        "status": new.status.value,
        "locked_by": new.locked_by,
        "published": new.published,
        "harvested": new.harvested,
    }


def set_remainder(connection: Connection, ie_id: int, remainder: str | None) -> None:
    """Keeps the rest of the METS an IE was loaded from."""
    if remainder is None:
        return
    done = connection.execute(update(ie_mets).where(ie_mets.c.ie_id == ie_id).values(remainder=remainder))
    if done.rowcount == 0:
        connection.execute(insert(ie_mets).values(ie_id=ie_id, remainder=remainder))


# json.dumps would make an encoder each time.
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def json_text(keys: Mapping[str, Any]) -> str:
    """Characteristics or a DNX event as they are kept."""
    return _ENCODER.encode(keys)
