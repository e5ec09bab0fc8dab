"""An operator asks how far harvests have come."""

from typing import NamedTuple

from mdwatch.config import HarvestSettings
from mdwatch.repository import harvest_progress
from mdwatch.runtime.context import Context


class HarvestState(NamedTuple):
    """A harvest: its settings, the last datestamp (milliseconds), whether a list is under way, files to be written."""

    name: str
    settings: HarvestSettings
    last: int | None
    under_way: bool
    pending: int


def states(context: Context) -> list[HarvestState]:
    """All harvests of the settings."""
    found = []
    with context.repository.read() as connection:
        for name, settings in context.settings.harvests.items():
            reached = harvest_progress.progress(connection, name)
            pending = harvest_progress.count_pending(connection, name)
            last, under_way = (reached.last, reached.open) if reached is not None else (None, False)
            found.append(HarvestState(name, settings, last, under_way, pending))
    return found
