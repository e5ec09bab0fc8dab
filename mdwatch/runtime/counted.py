"""What a run counts on its way, for whoever serves metrics in this process.

A command that runs a job once serves none: it is quicker to start without them, and what it counts goes nowhere.
"""

import sys
from collections.abc import Sequence
from types import ModuleType


def _metrics() -> ModuleType | None:
    """`metrics`, where this process has them."""
    return sys.modules.get("mdwatch.runtime.metrics")


def group(job: str, codes: Sequence[str]) -> None:
    """Counts a group of files."""
    if (metrics := _metrics()) is not None:
        metrics.group(job, codes)


def run_ended(job: str, status: str) -> None:
    """Counts a run."""
    if (metrics := _metrics()) is not None:
        metrics.RUNS.labels(job, status).inc()


def unmoved(job: str, files: int) -> None:
    """Tells how many decided files there are that cannot be moved."""
    if (metrics := _metrics()) is not None:
        metrics.UNMOVED.labels(job).set(files)
