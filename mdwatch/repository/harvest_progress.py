"""How far harvests of other repositories have come: the list under way, what was sent, what is still to be written."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from mdwatch.repository.tables import harvest, harvest_record


class HarvestProgress(NamedTuple):
    """How far a harvest has come; see the table. `source` is where it harvests."""

    source: str
    last: int | None = None
    open: bool = False
    began_from: str = ""
    token: str = ""
    reached: int | None = None


class SentRecord(NamedTuple):
    """What was made of a record; `pending` is the file that is still to be written."""

    identifier: str
    pid: str
    datestamp: int
    sent: bytes | None
    pending: bytes | None


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


def kept(connection: Connection, name: str, identifier: str) -> SentRecord | None:
    """What was made of a record before."""
    query = select(*_COLUMNS).where(harvest_record.c.harvest == name, harvest_record.c.identifier == identifier)
    row = connection.execute(query).one_or_none()
    return None if row is None else SentRecord(*row)


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


def next_pending(connection: Connection, name: str) -> SentRecord | None:
    """The record whose file is to be written next, in the order of datestamps."""
    query = select(*_COLUMNS).where(harvest_record.c.harvest == name, harvest_record.c.pending.is_not(None))
    order = (harvest_record.c.datestamp, harvest_record.c.identifier)
    row = connection.execute(query.order_by(*order).limit(1)).one_or_none()
    return None if row is None else SentRecord(*row)


def count_pending(connection: Connection, name: str) -> int:
    """How many files are still to be written."""
    query = select(func.count()).where(harvest_record.c.harvest == name, harvest_record.c.pending.is_not(None))
    return int(connection.execute(query).scalar_one())


def forget_record(connection: Connection, name: str, identifier: str) -> None:
    """Forgets a record: it is deleted where it came from."""
    mine = (harvest_record.c.harvest == name, harvest_record.c.identifier == identifier)
    connection.execute(delete(harvest_record).where(*mine))
