"""How far harvests of other repositories have come: the list under way, what was sent, what is still to be written."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from mdwatch.repository.tables.harvests import harvest, harvest_record


class HarvestProgress(NamedTuple):
    """How far a harvest has come; see the table. `source` is where it harvests."""

    source: str
    last: int | None = None
    open: bool = False
    began_from: str = ""
    token: str = ""
    reached: int | None = None
    began_at: int | None = None


class SentRecord(NamedTuple):
    """What was made of a record; `pending` is the file that is still to be written, begun at the moment `dropping`.

    Where it came to none, `pid` is "", and `sent` the digest of what was told of it.
    """

    identifier: str
    pid: str
    datestamp: int
    sent: bytes | None
    pending: bytes | None
    dropping: int | None = None


_AT_ONCE: Final = 500
_COLUMNS = tuple(harvest_record.c[name] for name in SentRecord._fields)


def progress(connection: Connection, name: str) -> HarvestProgress | None:
    """How far it has come; None where it never ran."""
    columns = (harvest.c[field] for field in HarvestProgress._fields)
    row = connection.execute(select(*columns).where(harvest.c.name == name)).one_or_none()
    return None if row is None else HarvestProgress(*row)


def keep(connection: Connection, name: str, reached: HarvestProgress) -> None:
    """Keeps how far it has come."""
    values: dict[str, Any] = reached._asdict()
    if connection.execute(update(harvest).where(harvest.c.name == name).values(values)).rowcount == 0:
        connection.execute(insert(harvest).values({"name": name, **values}))


def kept(connection: Connection, name: str, identifiers: Sequence[str]) -> dict[str, SentRecord]:
    """What was made of records before, by their identifiers."""
    found: dict[str, SentRecord] = {}
    for start in range(0, len(identifiers), _AT_ONCE):
        some = identifiers[start : start + _AT_ONCE]
        query = select(*_COLUMNS).where(harvest_record.c.harvest == name, harvest_record.c.identifier.in_(some))
        found |= {row.identifier: SentRecord(*row) for row in connection.execute(query)}
    return found


def other_of(connection: Connection, name: str, pid: str, identifier: str) -> str | None:
    """Another record of the harvest that is about this IE."""
    query = select(harvest_record.c.identifier).where(
        harvest_record.c.harvest == name, harvest_record.c.pid == pid, harvest_record.c.identifier != identifier
    )
    return connection.execute(query.limit(1)).scalar()


def keep_record(connection: Connection, name: str, record: SentRecord) -> None:
    """Keeps what was made of a record, in place of what was before."""
    mine = (harvest_record.c.harvest == name, harvest_record.c.identifier == record.identifier)
    values: dict[str, Any] = record._asdict()
    if connection.execute(update(harvest_record).where(*mine).values(values)).rowcount == 0:
        connection.execute(insert(harvest_record).values({"harvest": name, **values}))


def forget(connection: Connection, name: str) -> None:
    """Forgets all records: they were those of another source."""
    connection.execute(delete(harvest_record).where(harvest_record.c.harvest == name))


def next_pending(connection: Connection, name: str, limit: int, *, begun: bool) -> list[SentRecord]:
    """The records whose files are to be written next, in the order of datestamps; `begun`: only those being written."""
    query = select(*_COLUMNS).where(harvest_record.c.harvest == name, harvest_record.c.pending.is_not(None))
    query = query.where(harvest_record.c.dropping.is_not(None)) if begun else query
    order = (harvest_record.c.datestamp, harvest_record.c.identifier)
    return [SentRecord(*row) for row in connection.execute(query.order_by(*order).limit(limit))]


def count_pending(connection: Connection, name: str) -> int:
    """How many files are still to be written."""
    query = select(func.count()).where(harvest_record.c.harvest == name, harvest_record.c.pending.is_not(None))
    return int(connection.execute(query).scalar_one())
