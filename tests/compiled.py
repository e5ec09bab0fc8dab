"""Statements that are compiled once a process, not once for each of the thousands of repositories that tests open.

That is a third of what a small test takes. The program itself opens one repository a process, and has no need of it.
"""

from functools import partial
from typing import Any, Final

from sqlalchemy.engine.default import DefaultDialect

from mdwatch.repository import postgres, sqlite

_compiled: Final[dict[Any, Any]] = {}


def share() -> None:
    """Has every repository opened from now on take statements that another one compiled for the same engine."""
    for room in (sqlite, postgres):
        engine = room.__dict__["create_engine"]
        room.__dict__["create_engine"] = partial(engine, execution_options={"compiled_cache": _compiled})
    # Dialects are part of the key; those of one class are all made alike.
    for name, act in {"__eq__": _same_class, "__hash__": _hash_of_class}.items():
        setattr(DefaultDialect, name, act)


def _same_class(one: object, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_class(one: object) -> int:
    return hash(type(one))
