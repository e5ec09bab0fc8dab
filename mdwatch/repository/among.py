"""A condition for many keys at a time, which stays one and the same statement however many there are.

SQLAlchemy's own `IN` writes out a parameter for each key, anew for every execution, which takes longer than SQLite
needs to answer. Here the keys are one parameter: a JSON array for SQLite, an array for a server.
"""

import json
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _KeyList(TypeDecorator[Any]):
    """A sequence of keys as one parameter; `of` is what a server knows each of them by."""

    impl = Text
    cache_ok = True
    of: TypeEngine[Any]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type that the database knows it by."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.of))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The value as the database takes it."""
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class _Numbers(_KeyList):
    """Whole numbers."""

    cache_ok = True
    of = BigInteger()


class _Texts(_KeyList):
    """Texts."""

    cache_ok = True
    of = Text()


class _Among(FunctionElement[bool]):
    """The column, then the parameter."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_Among":  # noqa: ARG002
        """As it is: compared with 1, as SQLAlchemy has it with functions, no index would be used."""
        return self


@compiles(_Among)
def _on_server(element: _Among, compiler: Any, **options: Any) -> str:
    column, keys = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({keys})"


@compiles(_Among, "sqlite")
def _on_sqlite(element: _Among, compiler: Any, **options: Any) -> str:
    column, keys = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608 - both come from the statement.


def among(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """That a column of keys holds one of those that the statement is executed with under this name."""
    return _Among(column, bindparam(name, type_=_Numbers()))


def among_texts(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """The same for a column of texts."""
    return _Among(column, bindparam(name, type_=_Texts()))
