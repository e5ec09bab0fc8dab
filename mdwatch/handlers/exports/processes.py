"""How many worker processes exports deserve; a command has what they are forked from start before it loads the rest."""

from contextlib import suppress
from typing import Final

from mdwatch.handlers.exports import forking
from mdwatch.model import BatchKind
from mdwatch.repository.exports import due
from mdwatch.runtime import lease_holders
from mdwatch.runtime.context import Context
from mdwatch.runtime.processes import cores

# Below this many IEs, starting processes costs more than it saves.
WORTH_PROCESSES: Final = 50


def processes_for(context: Context, ies: int) -> int:
    """How many worker processes so many IEs deserve."""
    return cores(context.settings.workers.processes) if ies >= WORTH_PROCESSES else 0


def expect(context: Context, kind: BatchKind) -> None:
    """Has what worker processes are forked from start at once, where this process will want some for such a batch."""
    if lease_holders.daemon_runs(context):
        return
    with context.repository.read() as connection:
        if kind == "all":
            some = due.ids(connection, 0, WORTH_PROCESSES)
        else:
            some = due.exportable(connection, 0, due.last_key(connection), WORTH_PROCESSES)
    if processes_for(context, len(some)):
        # Where it cannot be had, whoever wants a process is told.
        with suppress(OSError):
            forking.start(context.settings.export.formats)
