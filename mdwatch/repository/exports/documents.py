"""The documents as they are kept, the tombstones of those that are gone, and how many there are."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, delete, func, select, update

from mdwatch.model import Status
from mdwatch.repository.bulk import execute_many
from mdwatch.repository.tables.exports import export, export_document, export_failure, with_document
from mdwatch.repository.tables.ies import EXPORTABLE, ie, of_institutions


class KeptExport(NamedTuple):
    """An export as it is kept; moments in milliseconds, `content` None for a tombstone."""

    pid: str
    format: str
    ie_version: int
    exporter_version: str
    at: int
    datestamp: int
    digest: bytes
    content: bytes | None


class FormatCount(NamedTuple):
    """How many exports there are in one format, how many of them tombstones, and how many IEs fail in it."""

    format: str
    documents: int
    tombstones: int
    failing: int


class Whereabouts(NamedTuple):
    """How far an IE is with its exports: its key and version, whether it is due, and what decides if it has any."""

    ie_id: int
    version: int
    due: bool
    published: bool
    harvested: bool
    status: Status


def get(connection: Connection, pid: str, name: str) -> KeptExport | None:
    """An export, also one that is a tombstone."""
    query = select(export, export_document.c.content).select_from(with_document())
    query = query.join(ie, ie.c.id == export.c.ie_id).where(ie.c.pid == pid, export.c.format == name)
    row = connection.execute(query).one_or_none()
    return None if row is None else _kept(pid, row)


def of_ie(connection: Connection, pid: str) -> list[KeptExport]:
    """Every export of an IE, without its content."""
    query = select(export).join(ie, ie.c.id == export.c.ie_id).where(ie.c.pid == pid).order_by(export.c.format)
    return [_kept(pid, row) for row in connection.execute(query)]


def _kept(pid: str, row: Any) -> KeptExport:
    return KeptExport(
        pid=pid,
        format=row.format,
        ie_version=row.ie_version,
        exporter_version=row.exporter_version,
        at=row.at,
        datestamp=row.datestamp,
        digest=row.digest,
        content=getattr(row, "content", None),
    )


def tombstones(connection: Connection, ie_id: int) -> frozenset[str]:
    """The formats of which an IE has only a tombstone left."""
    query = select(export.c.format).where(export.c.ie_id == ie_id, export.c.deleted)
    return frozenset(connection.execute(query).scalars())


def whereabouts(connection: Connection, pid: str) -> Whereabouts | None:
    """The whereabouts of the IE of this PID, None where there is none."""
    columns = (ie.c.id, ie.c.version, ie.c.exported_version, ie.c.published, ie.c.harvested, ie.c.status)
    row = connection.execute(select(*columns).where(ie.c.pid == pid)).one_or_none()
    if row is None:
        return None
    due = row.exported_version != row.version
    return Whereabouts(row.id, row.version, due, row.published, row.harvested, Status(row.status))


def counts(connection: Connection, institutions: Collection[str] | None = None) -> list[FormatCount]:
    """How the exports of IEs, of these institutions or of all, stand by format."""
    query = select(export.c.format, export.c.deleted, func.count()).group_by(export.c.format, export.c.deleted)
    if institutions is not None:
        query = query.join(ie, ie.c.id == export.c.ie_id).where(of_institutions(institutions))
    there: dict[str, dict[bool, int]] = {}
    for name, deleted, number in connection.execute(query):
        there.setdefault(name, {})[bool(deleted)] = number
    query = select(export_failure.c.format, func.count()).join(ie, ie.c.id == export_failure.c.ie_id)
    concerned = and_(EXPORTABLE, of_institutions(institutions))
    failed = {row[0]: row[1] for row in connection.execute(query.where(concerned).group_by(export_failure.c.format))}
    return [
        FormatCount(
            format=name,
            documents=there.get(name, {}).get(False, 0),
            tombstones=there.get(name, {}).get(True, 0),
            failing=failed.get(name, 0),
        )
        for name in sorted(there.keys() | failed.keys())
    ]


def bury(connection: Connection, ie_id: int, at: int, datestamp: int) -> bool:
    """Takes the documents of an IE away and leaves tombstones, if it has any; its failures are forgotten.

    No datestamp goes back in time, whatever the clock does: harvesters would not see it.
    """
    connection.execute(delete(export_document).where(export_document.c.ie_id == ie_id))
    later = case((export.c.datestamp > datestamp, export.c.datestamp), else_=datestamp)
    values = {"deleted": True, "at": at, "datestamp": later}
    there = update(export).where(export.c.ie_id == ie_id, ~export.c.deleted)
    buried = connection.execute(there.values(values)).rowcount
    connection.execute(delete(export_failure).where(export_failure.c.ie_id == ie_id))
    connection.execute(update(ie).where(ie.c.id == ie_id).values(exported_version=0))
    return buried > 0


# Never back in time either.
_RETELL = (
    update(export)
    .where(export.c.ie_id == bindparam("of_ie"), export.c.datestamp < bindparam("new_datestamp"))
    .values(datestamp=bindparam("new_datestamp"))
)


def refresh(connection: Connection, ids: Iterable[int], datestamp: int) -> None:
    """Tells harvesters that something about these IEs changed beside their documents: the sets they belong to."""
    execute_many(connection, _RETELL, [{"of_ie": ie_id, "new_datestamp": datestamp} for ie_id in ids])
