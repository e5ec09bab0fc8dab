"""The database is checked: by its engine, and against the tables that this mdwatch works with. Changes nothing."""

from mdwatch.repository import moving
from mdwatch.runtime.context import Context


def faults(context: Context) -> list[str]:
    """What is wrong with it; raises `Deferred`."""
    with context.repository.read() as connection:
        return moving.faults(connection)
