"""Column types for values that a database cannot take as they are."""

import re
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Dialect, Text, and_, func, select
from sqlalchemy.types import TypeDecorator

_ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2})")
_SIGN = 1 << 63
_LAST_SIGN = "\U0010ffff"  # sorts after every other that a text may hold


class FileName(TypeDecorator[str]):
    """A file name as Python has it; bytes that are not UTF-8 are kept as escapes, the backslash doubled."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The value as the database takes it."""
        return None if value is None else kept_name(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The value as it was."""
        return None if value is None else file_name(value)


class Unsigned(TypeDecorator[int]):
    """An unsigned 64-bit number, such as an inode of NFS, in a column that knows signed ones only."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The value as the database takes it."""
        return None if value is None else signed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The value as it was."""
        return None if value is None else unsigned(int(value))


def begins(connection: Connection, column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    """That a text begins like this, in a form for which the database uses an index of it.

    SQLite compares by code points, so that a range will do; a server by its own language, in which only itself knows.
    """
    if connection.dialect.name != "sqlite":
        return column.startswith(start, autoescape=True)
    return and_(column >= start, column < start + _LAST_SIGN)


def values_of(connection: Connection, column: ColumnElement[str]) -> list[str]:
    """The texts in a column that an index begins with: from one to the next, so that rows of the same are not read."""
    found: list[str] = []
    after = ""
    while (value := connection.execute(select(func.min(column)).where(column > after)).scalar()) is not None:
        found.append(value)
        after = value
    return found


def kept_name(name: str) -> str:
    """How a file name is kept."""
    if name.isascii() and "\\" not in name:
        return name
    raw = name.replace("\\", "\\\\").encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace")


def file_name(kept: str) -> str:
    """A file name from how it is kept."""
    if "\\" not in kept:
        return kept
    return _ESCAPE.sub(lambda match: "\\" if match[1] == "\\" else chr(0xDC00 + int(match[1][1:], 16)), kept)


def signed(number: int) -> int:
    """How an unsigned number is kept."""
    return number - 2 * _SIGN if number >= _SIGN else number


def unsigned(kept: int) -> int:
    """A number from how it is kept."""
    return kept + 2 * _SIGN if kept < 0 else kept


def clamped(number: int | None) -> int | None:
    """A number as a signed 64-bit column takes it; moments that lie beyond it are as good as its ends."""
    return None if number is None else max(-_SIGN, min(number, _SIGN - 1))
