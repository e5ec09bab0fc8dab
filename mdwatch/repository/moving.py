"""A whole database, row by row: to be written into another, and to be compared with it. Never all of it in memory.

Rows come in the order of their keys and as values that both engines mean the same by, so that the digest of a table is
the same in both if, and only if, its rows are.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Connection, Table, func, insert, inspect, select, text
from sqlalchemy.sql import quoted_name

from mdwatch.repository import postgres
from mdwatch.repository.tables.control import lease
from mdwatch.repository.tables.every import metadata

_AT_ONCE: Final = 500  # rows
# Who holds what is no part of what is kept: nobody holds anything in the other database.
TABLES: Final[tuple[Table, ...]] = tuple(table for table in metadata.sorted_tables if table is not lease)


class TableSum(NamedTuple):
    """What a table holds: how many rows, and a digest of all of them."""

    rows: int
    digest: str


def hold_still(connection: Connection) -> None:
    """Has nobody else change anything until the transaction ends, which is one of those that write and has begun.

    So what is read of it is all that there is when it ends. SQLite gives such a transaction the file alone.
    """
    if connection.dialect.name != "sqlite":
        postgres.hold_still(connection, TABLES)
    bear_with(connection)


def bear_with(connection: Connection) -> None:
    """Has a server wait for a transaction for as long as the other database takes."""
    if connection.dialect.name != "sqlite":
        postgres.may_be_silent(connection)


def is_empty(connection: Connection) -> bool:
    """Whether there is nothing in any table yet."""
    first = (connection.execute(select(1).select_from(table).limit(1)).first() for table in metadata.sorted_tables)
    return all(row is None for row in first)


def count(connection: Connection) -> int:
    """The rows of all tables together."""
    return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES)


def rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """The rows of a table in the order of their keys, a piece at a time."""
    binary = quoted_name("BINARY" if connection.dialect.name == "sqlite" else "C", quote=True)
    query = select(table).order_by(*(_in_order(column, binary) for column in table.primary_key.columns))
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as result:
        yield from result.partitions()


def _in_order(column: Column[Any], binary: str) -> Any:
    """Text by its bytes: the order of a language is another one elsewhere."""
    return column.collate(binary) if column.type.python_type is str else column


def write(connection: Connection, table: Table, piece: Sequence[Any]) -> None:
    """Adds rows to a table."""
    if connection.dialect.name != "sqlite":
        postgres.add_rows(connection, table, piece)
        return
    connection.execute(insert(table), [dict(zip(table.columns.keys(), row, strict=True)) for row in piece])


class Summing:
    """Adds rows up to a digest."""

    def __init__(self) -> None:
        self._rows = 0
        self._digest = blake2b(digest_size=16)

    def add(self, piece: Sequence[Any]) -> None:
        """Takes rows in."""
        self._rows += len(piece)
        for row in piece:
            self._digest.update(repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)).encode())

    def sum(self) -> TableSum:
        """What it came to."""
        return TableSum(self._rows, self._digest.hexdigest())


def set_counters(connection: Connection) -> None:
    """Has a server go on numbering after the rows that were brought with their numbers; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table in TABLES:
        for column in table.primary_key.columns:
            if column is table.autoincrement_column:
                statement = (
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - our names
                    f'max({column.name})) FROM "{table.name}" HAVING max({column.name}) IS NOT NULL'
                )
                connection.execute(text(statement))


def faults(connection: Connection) -> list[str]:
    """What the engine itself finds wrong with its database, and what of our tables is not there."""
    there = inspect(connection)
    known = set(there.get_table_names())
    found = [f"the table {table.name} is missing" for table in metadata.sorted_tables if table.name not in known]
    for table in metadata.sorted_tables:
        if table.name in known:
            columns = {column["name"] for column in there.get_columns(table.name)}
            missing = [column.name for column in table.columns if column.name not in columns]
            found += [f"the table {table.name} has no column {name}" for name in missing]
            indexes = {item["name"] for item in there.get_indexes(table.name)}
            found += [f"the index {item.name} is missing" for item in table.indexes if item.name not in indexes]
    if connection.dialect.name == "sqlite":
        rows_of = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        found += [f"SQLite: {line}" for line in rows_of if line != "ok"]
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        found += [f"SQLite: row {row[1]} of {row[0]} names a row of {row[2]} that is not there" for row in broken]
    return found
