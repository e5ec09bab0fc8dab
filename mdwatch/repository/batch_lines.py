"""The lines of batch logs, in the order in which they count: kept with what they tell of, in one transaction.

Whoever runs a batch writes them into its log as they come. The log is a copy of them, and can be made anew from them;
they go when the batch has ended and the log has them all.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from mdwatch.repository.bulk import execute_many
from mdwatch.repository.tables.exports import batch, batch_line

_LINES: Final = 0x6D64_6C69_6E65  # the lock of who adds lines: "mdline"
_AT_ONCE: Final = 500
# Made once, for it is asked for each group.
_AFTER = (
    select(batch_line)
    .where(batch_line.c.batch_id == bindparam("of_batch"), batch_line.c.id > bindparam("of_line"))
    .order_by(batch_line.c.id)
    .execution_options(yield_per=_AT_ONCE)
)


class BatchLine(NamedTuple):
    """A line: when it was said (milliseconds), how grave it is, and what it says."""

    at: int
    level: str
    text: str


def add(connection: Connection, batch_id: int, lines: Iterable[BatchLine]) -> None:
    """Adds lines; the last thing a transaction does, for others have to wait with theirs until it ends.

    So nobody reads a line while one before it is not there to be read: who reads on from the last one misses none.
    """
    rows = [{"batch_id": batch_id, **line._asdict()} for line in lines]
    if rows and connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(_LINES)))
    execute_many(connection, insert(batch_line), rows)


def after(connection: Connection, batch_id: int, key: int) -> Iterator[tuple[int, BatchLine]]:
    """The lines of a batch after the one with this key, with their keys."""
    with connection.execute(_AFTER, {"of_batch": batch_id, "of_line": key}) as result:
        for row in result:
            yield row.id, BatchLine(row.at, row.level, row.text)


def any_of(connection: Connection, batch_id: int) -> bool:
    """Whether there are lines of a batch."""
    query = select(batch_line.c.id).where(batch_line.c.batch_id == batch_id).limit(1)
    return connection.execute(query).first() is not None


def of_ended(connection: Connection) -> list[int]:
    """The batches that have ended and whose logs may lack lines."""
    query = select(batch_line.c.batch_id).join(batch, batch.c.id == batch_line.c.batch_id)
    query = query.where(batch.c.ended_at.is_not(None)).distinct()
    return list(connection.execute(query).scalars())


def forget(connection: Connection, batch_id: int) -> None:
    """The log has all lines of the batch."""
    connection.execute(delete(batch_line).where(batch_line.c.batch_id == batch_id))
