"""Somebody asks how the store stands."""

from typing import Final

from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred, in_words
from mdwatch.handlers.stores import keeping
from mdwatch.objectstore import storage_root
from mdwatch.repository import store_counts, storing
from mdwatch.runtime.context import Context
from mdwatch.shapes.stores import StoreFailureShape, StoreStatusShape

_SHOWN: Final = 20


def status(context: Context) -> StoreStatusShape:
    """How the store stands; raises `UsageError` where there is none."""
    root = keeping.path_of(context)
    with context.repository.read() as connection:
        due, failing = store_counts.count(connection), store_counts.count_failures(connection)
        failures = storing.failures(connection, _SHOWN)
    try:
        there = ask(root, lambda: storage_root.is_there(root))
        fault = None if there else f"there is no store at {root} yet, or its disk is not mounted"
    except (OSError, Deferred) as error:
        fault = in_words(error)
    return StoreStatusShape(
        path=str(root),
        fault=fault,
        due=due,
        failing=failing,
        failures=tuple(StoreFailureShape(**item._asdict()) for item in failures),
    )
