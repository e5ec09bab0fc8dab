"""What harvesters are told of: exports of one format in the order of (datestamp, key), from any place on.

Every question goes along an index, so that it takes as long for the last records as for the first. Whether somebody
belongs to a set is asked of each record on the way, unless the set has few members: then those are looked up and
sorted. Of a set, whoever left it is found too. Moments are milliseconds since 1970 UTC.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, or_, select, tuple_

from mdwatch.repository.tables.exports import export, export_document, set_member, with_document
from mdwatch.repository.tables.ies import EXPORTABLE, ie

# Members up to which a set is few. Looking up so many takes a few milliseconds, as does passing by a hundred thousand
# records of which no more belong to it.
FEW: Final = 2_000


class Selected(NamedTuple):
    """Which exports: of this format, with a datestamp within these bounds (inclusive, None leaves them open).

    `set_ids` None: of any set or none; else those that are or were in one of these.
    """

    format: str
    from_ms: int | None = None
    until_ms: int | None = None
    set_ids: tuple[int, ...] | None = None


class ListKey(NamedTuple):
    """The place of a record in the order of a list."""

    datestamp: int
    ie_id: int


class Listed(NamedTuple):
    """A record in a list; `deleted`: its IE is not published any more."""

    place: ListKey
    deleted: bool


class Document(NamedTuple):
    """The export of an IE in one format; `content` None for a tombstone."""

    pid: str
    content: bytes | None


class HarvestItem(NamedTuple):
    """One IE as harvesters may know it, with its exports by format."""

    ie_id: int
    exports: dict[str, tuple[Listed, Document]]


def page(connection: Connection, selected: Selected, after: ListKey | None, limit: int) -> list[Listed]:
    """The records from the first one or the one after a place on, in order."""
    columns = (export.c.datestamp, export.c.ie_id, export.c.deleted)
    if selected.set_ids is not None and _are_few(connection, selected.set_ids):
        # Adding nothing keeps SQLite, which knows no sizes, from going through all records in their order after all.
        order = (export.c.datestamp + 0, export.c.ie_id + 0)
        query = _by_members(selected.set_ids, columns)
    else:
        order = (export.c.datestamp, export.c.ie_id)
        query = _by_datestamp(selected.set_ids, columns)
    rows = connection.execute(_bounded(query, order, selected, after).order_by(*order).limit(limit))
    return [Listed(ListKey(datestamp, ie_id), deleted) for datestamp, ie_id, deleted in rows]


def count(connection: Connection, selected: Selected) -> int:
    """How many records are selected; a tenth of a microsecond for each, up to a whole one where sets are asked for."""
    order = (export.c.datestamp, export.c.ie_id)
    columns = (func.count(),)
    unbounded = selected.from_ms is None and selected.until_ms is None
    if selected.set_ids is not None and (unbounded or _are_few(connection, selected.set_ids)):
        query = _by_members(selected.set_ids, columns)
    else:
        query = _by_datestamp(selected.set_ids, columns)
    return int(connection.execute(_bounded(query, order, selected, None)).scalar_one())


def _are_few(connection: Connection, set_ids: Sequence[int]) -> bool:
    some = _members(set_ids).limit(FEW + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one()) <= FEW


def _members(set_ids: Sequence[int]) -> Select[Any]:
    return select(set_member.c.ie_id).where(set_member.c.set_id.in_(set_ids))


def _by_members(set_ids: Sequence[int], columns: Iterable[Any]) -> Select[Any]:
    """Looks up the exports of all members."""
    members = _members(set_ids).distinct().subquery()
    return select(*columns).select_from(members.join(export, export.c.ie_id == members.c.ie_id))


def _by_datestamp(set_ids: Sequence[int] | None, columns: Iterable[Any]) -> Select[Any]:
    """Goes through the exports in their order, asking of each whether it is a member's."""
    query = select(*columns).select_from(export)
    if set_ids is None:
        return query
    return query.where(_members(set_ids).where(set_member.c.ie_id == export.c.ie_id).correlate(export).exists())


def _bounded(query: Select[Any], order: tuple[Any, Any], selected: Selected, after: ListKey | None) -> Select[Any]:
    query = query.where(export.c.format == selected.format)
    if after is not None:  # which lies within the bounds
        query = query.where(tuple_(*order) > tuple_(*after))
    elif selected.from_ms is not None:
        query = query.where(order[0] >= selected.from_ms)
    return query if selected.until_ms is None else query.where(order[0] <= selected.until_ms)


_DOCUMENTS: Final = (
    select(export.c.ie_id, ie.c.pid, export_document.c.content)
    .select_from(with_document())
    .join(ie, ie.c.id == export.c.ie_id)
    .where(export.c.format == bindparam("of_format"), export.c.ie_id.in_(bindparam("ids", expanding=True)))
)


def documents(connection: Connection, name: str, ids: Sequence[int]) -> dict[int, Document]:
    """The exports of these IEs in one format, by their keys."""
    rows = connection.execute(_DOCUMENTS, {"of_format": name, "ids": ids})
    return {ie_id: Document(pid, content) for ie_id, pid, content in rows}


def find(connection: Connection, pid: str, formats: Collection[str]) -> HarvestItem | None:
    """The IE with its exports in these formats; None where there is none that was ever published."""
    exported = select(export.c.ie_id).where(export.c.ie_id == ie.c.id).exists()
    ie_id = connection.execute(select(ie.c.id).where(ie.c.pid == pid, or_(EXPORTABLE, exported))).scalar()
    if ie_id is None:
        return None
    query = select(export.c.format, export.c.datestamp, export.c.deleted, export_document.c.content)
    query = query.select_from(with_document())
    rows = connection.execute(query.where(export.c.ie_id == ie_id, export.c.format.in_(formats)))
    return HarvestItem(
        ie_id,
        {
            name: (Listed(ListKey(datestamp, ie_id), deleted), Document(pid, content))
            for name, datestamp, deleted, content in rows
        },
    )


def earliest(connection: Connection, formats: Collection[str]) -> int | None:
    """The smallest datestamp among the exports in these formats; None where there are none."""
    first = (select(func.min(export.c.datestamp)).where(export.c.format == name) for name in formats)
    found = [connection.execute(query).scalar() for query in first]
    return min((datestamp for datestamp in found if datestamp is not None), default=None)
