"""What worker processes of the exports are forked from: started early, it loads what they need while others work."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from mdwatch.config import Settings
from mdwatch.exporters import BUILT_IN
from mdwatch.runtime import forked

_FIRST: Final = ("mdwatch.runtime.unread", "mdwatch.handlers.exports.maker_process")
# Bytes of a database that holds far more IEs than deserve processes.
_LARGE: Final = 1 << 22


def expect_redo(settings: Settings) -> None:
    """Has it start before the database is opened, where that is a large file: all of its IEs are to be exported anew.

    Where a daemon turns out to run, which does that itself, it was for nothing.
    """
    path = settings.repository.plain_file
    # Where it cannot be had, whoever wants a process is told.
    with suppress(OSError):
        if path is not None and settings.workers.processes != 0 and path.stat().st_size > _LARGE:
            start(settings.export.formats)


def start(names: Iterable[str]) -> None:
    """Starts what processes are forked from, unless it is there, with what makes these formats; raises `OSError`."""
    forked.start(modules(names))


def modules(names: Iterable[str]) -> list[str]:
    """What it is to have read, in this order; what other packages bring is loaded by the workers alone."""
    return [*_FIRST, *(f"mdwatch.exporters.{BUILT_IN[name]}" for name in names if name in BUILT_IN)]
