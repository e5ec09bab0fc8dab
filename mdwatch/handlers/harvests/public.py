"""What this room has found, in the public shapes."""

from mdwatch.repository.harvest_runs import HarvestRun
from mdwatch.shapes.harvests import HarvestRunShape


def run(found: HarvestRun) -> HarvestRunShape:
    """A run."""
    return HarvestRunShape(**found._asdict())
