"""Many rows by one statement, past SQLAlchemy's work on each of them, which would cost more than the database's.

What SQLAlchemy would do to values on the way is done by who makes the rows: file names and inodes come as they are kept
(`columns.kept_name`, `columns.signed`).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql import ClauseElement


def execute_many(connection: Connection, statement: ClauseElement, rows: Sequence[Mapping[str, Any]]) -> None:
    """Executes an INSERT or UPDATE for each row, all rows having the same keys; nothing for no rows."""
    if not rows:
        return
    text, names = _compiled(statement, connection.dialect, tuple(rows[0]))
    if names is None:
        connection.exec_driver_sql(text, [dict(row) for row in rows])
    else:
        # An itemgetter of one name would give no tuple.
        in_order = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
        connection.exec_driver_sql(text, list(map(in_order, rows)))


def execute_rows(
    connection: Connection, statement: ClauseElement, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """The same for rows that are tuples, whose values have these names in this order: half the work again."""
    if not rows:
        return
    text, order = _compiled(statement, connection.dialect, names)
    if order is None:
        connection.exec_driver_sql(text, [dict(zip(names, row, strict=True)) for row in rows])
    elif order == names:
        connection.exec_driver_sql(text, list(rows))
    else:
        pick = itemgetter(*(names.index(name) for name in order))
        connection.exec_driver_sql(text, [pick(row) for row in rows])


@lru_cache(maxsize=64)
def _compiled(statement: ClauseElement, dialect: Dialect, keys: tuple[str, ...]) -> tuple[str, tuple[str, ...] | None]:
    """The statement as the driver takes it, and the order of its parameters where they have no names."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(keys))
    return str(compiled), tuple(compiled.positiontup) if compiled.positional else None
