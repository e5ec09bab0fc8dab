"""Which IEs have exports at all, and which of them are to be exported: by keys, in their order, never all at once."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from mdwatch.repository.tables.control import counter
from mdwatch.repository.tables.exports import export, export_failure
from mdwatch.repository.tables.ies import DUE, EXPORTABLE, ie, of_institutions

_EXPORTERS: Final = "exporters"


# Made once, for these are asked for each group, and to make one costs more than to execute it.
_EXPORTABLE_IDS = (
    select(ie.c.id)
    .where(EXPORTABLE, ie.c.id > bindparam("after"), ie.c.id <= bindparam("upto"))
    .order_by(ie.c.id)
    .limit(bindparam("most"))
)
_MARK = select(counter.c.value).where(counter.c.name == _EXPORTERS)


def ids(connection: Connection, after: int, limit: int, upto: int | None = None) -> list[int]:
    """The keys of IEs that changed since they were attended to, from the one after `after` to `upto`, in order."""
    query = select(ie.c.id).where(DUE, ie.c.id > after).order_by(ie.c.id).limit(limit)
    if upto is not None:
        query = query.where(ie.c.id <= upto)
    return list(connection.execute(query).scalars())


def count(connection: Connection, institutions: Collection[str] | None = None) -> int:
    """How many IEs, of these institutions or of all, changed since they were attended to."""
    query = select(func.count()).select_from(ie).where(DUE, of_institutions(institutions, by_index=False))
    return connection.execute(query).scalar_one()


def exportable(connection: Connection, after: int, upto: int, limit: int) -> list[int]:
    """The keys of all IEs that have exports, from the one after `after` to `upto`, in order."""
    return list(connection.execute(_EXPORTABLE_IDS, {"after": after, "upto": upto, "most": limit}).scalars())


def older(connection: Connection, than: int, after: int, upto: int, limit: int) -> list[int]:
    """The same, but only of those of which some export is missing or was made before `than` (milliseconds)."""
    query = select(ie.c.id).where(EXPORTABLE, _is_older(than), ie.c.id > after, ie.c.id <= upto)
    return list(connection.execute(query.order_by(ie.c.id).limit(limit)).scalars())


def _is_older(than: int) -> Any:
    of_ie = select(export.c.ie_id).where(export.c.ie_id == ie.c.id)
    return or_(
        of_ie.where(export.c.at < than).exists(), ~of_ie.where(~export.c.deleted).exists(), ie.c.exported_version == 0
    )


def count_exportable(
    connection: Connection, upto: int, older_than: int | None = None, institutions: Collection[str] | None = None
) -> int:
    """How many IEs, of these institutions or of all, have exports; only those of which some is missing or older."""
    query = select(func.count()).select_from(ie).where(EXPORTABLE, ie.c.id <= upto, of_institutions(institutions))
    return connection.execute(query if older_than is None else query.where(_is_older(older_than))).scalar_one()


def last_key(connection: Connection) -> int:
    """The key of the newest IE."""
    return connection.execute(select(func.max(ie.c.id))).scalar() or 0


def note_exporters(connection: Connection, mark: int) -> bool:
    """Notes which exporters are at work; where they are others than before, every IE is to be looked at anew.

    `mark` is a number made of the names and versions of the exporters. Returns whether they are others.
    """
    known = connection.execute(_MARK).scalar()
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
    return connection.execute(_MARK).scalar() == mark


def clear(connection: Connection) -> int:
    """Has every exportable IE looked at anew; how many were not to be already."""
    statement = update(ie).where(EXPORTABLE, ie.c.exported_version != 0).values(exported_version=0)
    return connection.execute(statement).rowcount


def forget_stamps(connection: Connection) -> int:
    """Makes every export due, the documents staying as they are; how many IEs are concerned."""
    connection.execute(update(export).where(~export.c.deleted).values(ie_version=0))
    clear(connection)
    return count_exportable(connection, last_key(connection))


def forget_stamps_of(connection: Connection, ie_id: int) -> None:
    """Makes the exports of one IE due at once, also the formats that failed; the documents stay as they are."""
    connection.execute(update(export).where(export.c.ie_id == ie_id, ~export.c.deleted).values(ie_version=0))
    connection.execute(update(export_failure).where(export_failure.c.ie_id == ie_id).values(next_at=0))
    connection.execute(update(ie).where(ie.c.id == ie_id, EXPORTABLE).values(exported_version=0))
