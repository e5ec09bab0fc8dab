"""Many rows by one statement, past SQLAlchemy's work on each of them, which would cost more than the database's.

What SQLAlchemy would do to values on the way is done by who makes the rows: file names and inodes come as they are kept
(`columns.kept_name`, `columns.signed`).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
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
        connection.exec_driver_sql(text, [tuple(row[name] for name in names) for row in rows])


@lru_cache(maxsize=64)
def _compiled(statement: ClauseElement, dialect: Dialect, keys: tuple[str, ...]) -> tuple[str, tuple[str, ...] | None]:
    """The statement as the driver takes it, and the order of its parameters where they have no names."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(keys))
    return str(compiled), tuple(compiled.positiontup) if compiled.positional else None
