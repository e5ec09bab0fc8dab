"""Exports: what is due, what an IE is exported from, documents with their stamps, failures, tombstones.

A document, its stamp and the note that its IE was attended to are written in one transaction, so that none of them can
speak of another state than the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, text, update

from mdwatch.model import IntellectualEntity, Status
from mdwatch.repository import ies
from mdwatch.repository.bulk import execute_many
from mdwatch.repository.tables import DUE, counter, export, export_failure, ie
from mdwatch.rules.exporting import Failure, Stamp

_EXPORTERS: Final = "exporters"


class Subject(NamedTuple):
    """An IE that may be exported: its key and version, and how its exports stand by format."""

    ie_id: int
    version: int
    entity: IntellectualEntity
    stamps: Mapping[str, Stamp]
    failures: Mapping[str, Failure]


class Document(NamedTuple):
    """A document as it is to be kept."""

    format: str
    exporter_version: str
    digest: bytes
    content: bytes


class Facts(NamedTuple):
    """The facts of an IE that its documents tell though they make no version."""

    institution: str
    stage: str
    locked_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """What came of attending to one IE; `version` is the one that was exported, `facts` those that held then.

    `outlived` are formats whose failures mean nothing any more.
    """

    ie_id: int
    version: int
    documents: Sequence[Document]
    failures: Mapping[str, Failure]
    outlived: Sequence[str] = ()
    facts: Facts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An export as it is kept; moments in milliseconds, `content` None for a tombstone."""

    pid: str
    format: str
    ie_version: int
    exporter_version: str
    at: int
    datestamp: int
    digest: bytes
    content: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A failure with the IE it concerns."""

    pid: str
    format: str
    failure: Failure


def _due(connection: Connection) -> Any:
    """The condition of the index of what is due, in its very words, for the database to know it again."""
    words = {"true": "1", "false": "0"} if connection.dialect.name == "sqlite" else {"true": "true", "false": "false"}
    return text(DUE.format(**words))


_EXPORTABLE = and_(ie.c.published, ~ie.c.harvested, ie.c.status == "active")


def due(connection: Connection, after: int, limit: int, upto: int | None = None) -> list[int]:
    """The keys of IEs that changed since they were attended to, from the one after `after` to `upto`, in order."""
    query = select(ie.c.id).where(_due(connection), ie.c.id > after).order_by(ie.c.id).limit(limit)
    if upto is not None:
        query = query.where(ie.c.id <= upto)
    return list(connection.execute(query).scalars())


def count_due(connection: Connection) -> int:
    """How many IEs changed since they were attended to."""
    return connection.execute(select(func.count()).select_from(ie).where(_due(connection))).scalar_one()


# Asked several times a second, and mostly answered with no: by the index, however many wait.
_ANY_TO_TRY = select(export_failure.c.ie_id).where(export_failure.c.next_at <= bindparam("before")).limit(1)


def failing(
    connection: Connection, after: int, limit: int, before: int | None = None, upto: int | None = None
) -> list[int]:
    """The keys of exportable IEs with a format that failed, in order; only those to be tried again by `before`."""
    if before is not None and connection.execute(_ANY_TO_TRY, {"before": before}).first() is None:
        return []
    query = select(export_failure.c.ie_id).join(ie, ie.c.id == export_failure.c.ie_id).where(_EXPORTABLE)
    query = query.where(export_failure.c.ie_id > after).distinct().order_by(export_failure.c.ie_id).limit(limit)
    if before is not None:
        query = query.where(export_failure.c.next_at <= before)
    if upto is not None:
        query = query.where(export_failure.c.ie_id <= upto)
    return list(connection.execute(query).scalars())


def count_failing(connection: Connection, before: int | None = None, *, attended: bool = False) -> int:
    """How many exportable IEs have a format that failed; only those that are not due besides, where `attended`."""
    query = select(func.count(export_failure.c.ie_id.distinct())).join(ie, ie.c.id == export_failure.c.ie_id)
    query = query.where(_EXPORTABLE)
    if before is not None:
        query = query.where(export_failure.c.next_at <= before)
    if attended:
        query = query.where(ie.c.exported_version == ie.c.version)
    return connection.execute(query).scalar_one()


def put_off(connection: Connection, since: int) -> Iterator[Failing]:
    """The failures that were not tried since this moment (milliseconds), by PID and format."""
    query = select(ie.c.pid, export_failure).join(ie, ie.c.id == export_failure.c.ie_id)
    query = query.where(_EXPORTABLE, export_failure.c.tried_at < since)
    for row in connection.execute(query.order_by(ie.c.id, export_failure.c.format)):
        yield Failing(pid=row.pid, format=row.format, failure=_failure(row))


def tried(connection: Connection, since: int, upto: int, limit: int) -> list[Failing]:
    """The failures of the last IEs up to a key that were tried from this moment (milliseconds) on."""
    query = select(ie.c.pid, export_failure).join(ie, ie.c.id == export_failure.c.ie_id)
    query = query.where(_EXPORTABLE, export_failure.c.tried_at >= since, export_failure.c.ie_id <= upto)
    rows = connection.execute(query.order_by(ie.c.id.desc(), export_failure.c.format.desc()).limit(limit)).all()
    return [Failing(pid=row.pid, format=row.format, failure=_failure(row)) for row in reversed(rows)]


def exportable(connection: Connection, after: int, upto: int, limit: int) -> list[int]:
    """The keys of all IEs that have exports, from the one after `after` to `upto`, in order."""
    query = select(ie.c.id).where(_EXPORTABLE, ie.c.id > after, ie.c.id <= upto).order_by(ie.c.id).limit(limit)
    return list(connection.execute(query).scalars())


def older(connection: Connection, than: int, after: int, upto: int, limit: int) -> list[int]:
    """The same, but only of those of which some export is missing or was made before `than` (milliseconds)."""
    query = select(ie.c.id).where(_EXPORTABLE, _is_older(than), ie.c.id > after, ie.c.id <= upto)
    return list(connection.execute(query.order_by(ie.c.id).limit(limit)).scalars())


def _is_older(than: int) -> Any:
    of_ie = select(export.c.ie_id).where(export.c.ie_id == ie.c.id)
    return or_(
        of_ie.where(export.c.at < than).exists(), ~of_ie.where(~export.c.deleted).exists(), ie.c.exported_version == 0
    )


def count_exportable(connection: Connection, upto: int, older_than: int | None = None) -> int:
    """How many IEs have exports; only those of which some export is missing or older."""
    query = select(func.count()).select_from(ie).where(_EXPORTABLE, ie.c.id <= upto)
    return connection.execute(query if older_than is None else query.where(_is_older(older_than))).scalar_one()


def last_key(connection: Connection) -> int:
    """The key of the newest IE."""
    return connection.execute(select(func.max(ie.c.id))).scalar() or 0


_STAMPS = select(export.c.ie_id, export.c.format, export.c.ie_version, export.c.exporter_version, export.c.at).where(
    export.c.ie_id.in_(bindparam("ids", expanding=True)), ~export.c.deleted
)
_FAILURES = select(export_failure).where(export_failure.c.ie_id.in_(bindparam("ids", expanding=True)))


def subjects(connection: Connection, ids: Sequence[int]) -> list[Subject]:
    """The IEs of these keys with all that exporting them takes, in order of their keys."""
    chosen = {"ids": list(ids)}
    stamps: dict[int, dict[str, Stamp]] = {}
    for ie_id, name, version, exporter_version, at in connection.execute(_STAMPS, chosen):
        stamps.setdefault(ie_id, {})[name] = Stamp(version, exporter_version, at)
    failures: dict[int, dict[str, Failure]] = {}
    for row in connection.execute(_FAILURES, chosen):
        failures.setdefault(row.ie_id, {})[row.format] = _failure(row)
    return [
        Subject(ie_id, version, entity, stamps.get(ie_id, {}), failures.get(ie_id, {}))
        for ie_id, (version, entity) in sorted(ies.whole(connection, ids).items())
    ]


def _failure(row: Any) -> Failure:
    return Failure(row.ie_version, row.exporter_version, row.reason, row.since, row.tries, row.next_at)


_STANDING = select(ie.c.id, ie.c.exported_version, ie.c.institution, ie.c.stage, ie.c.locked_by).where(
    ie.c.id.in_(bindparam("ids", expanding=True)), _EXPORTABLE
)
_BEFORE = select(
    export.c.ie_id, export.c.format, export.c.ie_version, export.c.digest, export.c.datestamp, export.c.deleted
).where(export.c.ie_id.in_(bindparam("ids", expanding=True)))
_NEW = insert(export)
_KEY: Final = and_(export.c.ie_id == bindparam("of_ie"), export.c.format == bindparam("of_format"))
_STAMP: dict[str, Any] = {
    name: bindparam(f"new_{name}") for name in ("ie_version", "exporter_version", "at", "datestamp")
}
_CONFIRM = update(export).where(_KEY).values(_STAMP)
_REPLACE = (
    update(export)
    .where(_KEY)
    .values(_STAMP | {name: bindparam(f"new_{name}") for name in ("deleted", "digest", "content")})
)
_FORGET = delete(export_failure).where(
    export_failure.c.ie_id == bindparam("of_ie"), export_failure.c.format == bindparam("of_format")
)
_FAIL = insert(export_failure)
_ATTEND = update(ie).where(ie.c.id == bindparam("of_ie")).values(exported_version=bindparam("new_version"))


class Stored(NamedTuple):
    """What storing came to, in IEs by their keys: with a new document, and with all the same as before."""

    changed: set[int]
    unchanged: set[int]


def store(
    connection: Connection,
    attended: Sequence[Attended],
    at: int,
    datestamp: int,
    *,
    attend: bool = True,
    rewrite: bool = False,
) -> Stored:
    """Keeps documents and failures; `at` and `datestamp` in milliseconds.

    IEs that lost their publication meanwhile, got other facts, or were attended to in a newer version, are passed over;
    a document of a newer version is never replaced by one of an older. A document that is the same as before keeps its
    datestamp: harvesters have nothing to learn. Without `attend` the IEs stay due, for whoever knows every format there
    is. With `rewrite` documents are written even where their digests say that they are there already.
    """
    ids = [item.ie_id for item in attended]
    standing = {row.id: row for row in connection.execute(_STANDING, {"ids": ids})}
    before = {(row.ie_id, row.format): row for row in connection.execute(_BEFORE, {"ids": ids})}
    versions = {item.ie_id: item.version for item in attended}
    new: list[dict[str, Any]] = []
    replaced: list[dict[str, Any]] = []
    confirmed: list[dict[str, Any]] = []
    forgotten: list[dict[str, Any]] = []
    changed: set[int] = set()
    attended = [item for item in attended if _stands(item, standing.get(item.ie_id))]
    newer = {key for key, row in before.items() if not row.deleted and row.ie_version > versions[key[0]]}
    for item in attended:
        forgotten += [{"of_ie": item.ie_id, "of_format": name} for name in item.outlived]
        for document in item.documents:
            key = (item.ie_id, document.format)
            there = before.get(key)
            if key in newer:
                continue
            forgotten.append({"of_ie": item.ie_id, "of_format": document.format})
            if there is not None and there.digest == document.digest and not there.deleted:
                stamp = _stamp(item, document, at, there.datestamp)
                if rewrite:
                    replaced.append(stamp | _content(document))
                else:
                    confirmed.append(stamp)
                continue
            changed.add(item.ie_id)
            if there is None:
                new.append(_row(item, document, at, datestamp))
            else:
                # Never back in time, whatever the clock does: harvesters would not see it.
                replaced.append(_stamp(item, document, at, max(datestamp, there.datestamp)) | _content(document))
    execute_many(connection, _NEW, new)
    execute_many(connection, _CONFIRM, confirmed)
    execute_many(connection, _REPLACE, replaced)
    _store_failures(connection, attended, newer, forgotten, at)
    if attend:
        execute_many(connection, _ATTEND, [{"of_ie": item.ie_id, "new_version": item.version} for item in attended])
    return Stored(changed, {item.ie_id for item in attended if item.documents} - changed)


def _content(document: Document) -> dict[str, Any]:
    return {"new_deleted": False, "new_digest": document.digest, "new_content": document.content}


def _stands(item: Attended, row: Any) -> bool:
    """Whether what was made of an IE may still be kept."""
    if row is None or row.exported_version > item.version:
        return False
    return item.facts is None or item.facts == (row.institution, row.stage, row.locked_by)


def _row(item: Attended, document: Document, at: int, datestamp: int) -> dict[str, Any]:
    return {
        "ie_id": item.ie_id,
        "format": document.format,
        "ie_version": item.version,
        "exporter_version": document.exporter_version,
        "at": at,
        "datestamp": datestamp,
        "digest": document.digest,
        "content": document.content,
    }


def _stamp(item: Attended, document: Document, at: int, datestamp: int) -> dict[str, Any]:
    return {
        "of_ie": item.ie_id,
        "of_format": document.format,
        "new_ie_version": item.version,
        "new_exporter_version": document.exporter_version,
        "new_at": at,
        "new_datestamp": datestamp,
    }


def _store_failures(
    connection: Connection,
    attended: Iterable[Attended],
    newer: AbstractSet[tuple[int, str]],
    forgotten: list[dict[str, Any]],
    at: int,
) -> None:
    """Brings the failures up to date: what succeeded has none any more, nor what there is a newer document of."""
    rows = [
        {
            "ie_id": item.ie_id,
            "format": name,
            "ie_version": failure.ie_version,
            "exporter_version": failure.exporter_version,
            "reason": failure.reason,
            "since": failure.since,
            "tried_at": at,
            "tries": failure.tries,
            "next_at": failure.next_at,
        }
        for item in attended
        for name, failure in item.failures.items()
        if (item.ie_id, name) not in newer
    ]
    gone = forgotten + [{"of_ie": row["ie_id"], "of_format": row["format"]} for row in rows]
    execute_many(connection, _FORGET, gone)
    execute_many(connection, _FAIL, rows)


def bury(connection: Connection, ie_id: int, at: int, datestamp: int) -> None:
    """Takes the documents of an IE away and leaves tombstones; its failures are forgotten."""
    values = {"deleted": True, "content": None, "at": at, "datestamp": datestamp}
    connection.execute(update(export).where(export.c.ie_id == ie_id, ~export.c.deleted).values(values))
    connection.execute(delete(export_failure).where(export_failure.c.ie_id == ie_id))
    connection.execute(update(ie).where(ie.c.id == ie_id).values(exported_version=0))


# Never back in time, whatever the clock does: harvesters would not see it.
_RETELL = (
    update(export)
    .where(export.c.ie_id == bindparam("of_ie"), export.c.datestamp < bindparam("new_datestamp"))
    .values(datestamp=bindparam("new_datestamp"))
)


def refresh(connection: Connection, ids: Iterable[int], datestamp: int) -> None:
    """Tells harvesters that something about these IEs changed beside their documents: the sets they belong to."""
    execute_many(connection, _RETELL, [{"of_ie": ie_id, "new_datestamp": datestamp} for ie_id in ids])


def note_exporters(connection: Connection, mark: int) -> bool:
    """Notes which exporters are at work; where they are others than before, every IE is to be looked at anew.

    `mark` is a number made of the names and versions of the exporters. Returns whether they are others.
    """
    known = connection.execute(select(counter.c.value).where(counter.c.name == _EXPORTERS)).scalar()
    if known == mark:
        return False
    if known is None:
        connection.execute(insert(counter).values(name=_EXPORTERS, value=mark))
    else:
        connection.execute(update(counter).where(counter.c.name == _EXPORTERS).values(value=mark))
    clear(connection)
    return True


def exporters_known(connection: Connection, mark: int) -> bool:
    """Whether these exporters are the ones that were noted."""
    return connection.execute(select(counter.c.value).where(counter.c.name == _EXPORTERS)).scalar() == mark


def clear(connection: Connection) -> int:
    """Has every exportable IE looked at anew; how many were not to be already."""
    statement = update(ie).where(_EXPORTABLE, ie.c.exported_version != 0).values(exported_version=0)
    return connection.execute(statement).rowcount


def forget_stamps(connection: Connection) -> int:
    """Makes every export due, the documents staying as they are; how many IEs are concerned."""
    connection.execute(update(export).where(~export.c.deleted).values(ie_version=0))
    clear(connection)
    return count_exportable(connection, last_key(connection))


def get(connection: Connection, pid: str, name: str) -> Kept | None:
    """An export, also one that is a tombstone."""
    query = select(export).join(ie, ie.c.id == export.c.ie_id).where(ie.c.pid == pid, export.c.format == name)
    row = connection.execute(query).one_or_none()
    return None if row is None else _kept(pid, row)


def of_ie(connection: Connection, pid: str) -> list[Kept]:
    """Every export of an IE, without its content."""
    columns = [column for column in export.c if column is not export.c.content]
    query = select(*columns).join(ie, ie.c.id == export.c.ie_id).where(ie.c.pid == pid).order_by(export.c.format)
    return [_kept(pid, row) for row in connection.execute(query)]


def _kept(pid: str, row: Any) -> Kept:
    return Kept(
        pid=pid,
        format=row.format,
        ie_version=row.ie_version,
        exporter_version=row.exporter_version,
        at=row.at,
        datestamp=row.datestamp,
        digest=row.digest,
        content=getattr(row, "content", None),
    )


def failures(connection: Connection, limit: int, pid: str | None = None) -> list[Failing]:
    """Formats that IEs could not be exported in, those that failed longest first."""
    query = select(ie.c.pid, export_failure).join(ie, ie.c.id == export_failure.c.ie_id).where(_EXPORTABLE)
    if pid is not None:
        query = query.where(ie.c.pid == pid)
    query = query.order_by(export_failure.c.since, export_failure.c.ie_id, export_failure.c.format).limit(limit)
    return [Failing(pid=row.pid, format=row.format, failure=_failure(row)) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatCount:
    """How many exports there are in one format, how many of them tombstones, and how many IEs fail in it."""

    format: str
    documents: int
    tombstones: int
    failing: int


def counts(connection: Connection) -> list[FormatCount]:
    """How the exports stand, by format."""
    query = select(export.c.format, export.c.deleted, func.count()).group_by(export.c.format, export.c.deleted)
    there: dict[str, dict[bool, int]] = {}
    for name, deleted, number in connection.execute(query):
        there.setdefault(name, {})[bool(deleted)] = number
    query = select(export_failure.c.format, func.count()).join(ie, ie.c.id == export_failure.c.ie_id)
    failed = {row[0]: row[1] for row in connection.execute(query.where(_EXPORTABLE).group_by(export_failure.c.format))}
    return [
        FormatCount(
            format=name,
            documents=there.get(name, {}).get(False, 0),
            tombstones=there.get(name, {}).get(True, 0),
            failing=failed.get(name, 0),
        )
        for name in sorted(there.keys() | failed.keys())
    ]


def forget_stamps_of(connection: Connection, ie_id: int) -> None:
    """Makes the exports of one IE due at once, also the formats that failed; the documents stay as they are."""
    connection.execute(update(export).where(export.c.ie_id == ie_id, ~export.c.deleted).values(ie_version=0))
    connection.execute(update(export_failure).where(export_failure.c.ie_id == ie_id).values(next_at=0))
    connection.execute(update(ie).where(ie.c.id == ie_id, _EXPORTABLE).values(exported_version=0))


class Whereabouts(NamedTuple):
    """How far an IE is with its exports: its key and version, whether it is due, and what decides if it has any."""

    ie_id: int
    version: int
    due: bool
    published: bool
    harvested: bool
    status: Status


def whereabouts(connection: Connection, pid: str) -> Whereabouts | None:
    """The whereabouts of the IE of this PID, None where there is none."""
    columns = (ie.c.id, ie.c.version, ie.c.exported_version, ie.c.published, ie.c.harvested, ie.c.status)
    row = connection.execute(select(*columns).where(ie.c.pid == pid)).one_or_none()
    if row is None:
        return None
    due = row.exported_version != row.version
    return Whereabouts(row.id, row.version, due, row.published, row.harvested, Status(row.status))


def tombstones(connection: Connection, ie_id: int) -> frozenset[str]:
    """The formats of which an IE has only a tombstone left."""
    query = select(export.c.format).where(export.c.ie_id == ie_id, export.c.deleted)
    return frozenset(connection.execute(query).scalars())


def failing_since(
    connection: Connection, since: int, until: int | None, after: int, limit: int
) -> list[tuple[int, list[Failing]]]:
    """IEs with the formats that were tried last between two moments (milliseconds), and failed.

    By their keys, from the one after `after` on; `until` None for no end.
    """
    window = [export_failure.c.tried_at >= since, _EXPORTABLE]
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
            found[row.ie_id].append(Failing(pid=row.pid, format=row.format, failure=_failure(row)))
    return list(found.items())
