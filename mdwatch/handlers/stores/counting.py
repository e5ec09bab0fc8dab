"""Somebody asks how much is to be kept in the store. Asks the database alone, and loads next to nothing."""

from mdwatch.repository import store_counts
from mdwatch.runtime.context import Context
from mdwatch.shapes.stores import StoreCountsShape


def counts(context: Context) -> StoreCountsShape | None:
    """How much is to be kept yet; None where there is no store."""
    if not context.settings.store.ocfl:
        return None
    with context.repository.read() as connection:
        due, failing = store_counts.count(connection), store_counts.count_failures(connection)
    return StoreCountsShape(path=context.settings.store.ocfl, due=due, failing=failing)
