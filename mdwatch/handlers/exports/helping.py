"""A daemon works off slices of the batch of exports that another daemon, or a command, runs on the same server."""

from collections.abc import Callable

import structlog

from mdwatch.handlers.exports import slices
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.handlers.exports.processes import processes_for
from mdwatch.handlers.exports.tools import Toolbox
from mdwatch.model import Batch
from mdwatch.repository import batches
from mdwatch.repository.exports import due
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import Formats
from mdwatch.runtime.heartbeat import Heartbeat

log = structlog.get_logger()


def help_out(context: Context, toolbox: Toolbox, heartbeat: Heartbeat, stopping: Callable[[], bool]) -> bool:
    """Works off slices as long as there are any that nobody has; whether it did. Raises `Deferred`, `ConfigError`."""
    if not context.repository.shared:
        return False
    toolbox.drop_lease()
    formats = toolbox.formats(context)
    with context.repository.read() as connection:
        batch = batches.open_batch(connection)
        # One that has other exporters could not say of an IE that all is done.
        known = due.exporters_known(connection, formats.mark)
    if batch is None or batch.started_at is None or not known:
        return False
    settings = context.settings
    processes = processes_for(context, batch.total - batch.processed)
    heartbeat.at("making")
    with DocumentMaker(formats, settings.export.seconds, processes, settings.logs.level) as maker:
        done = _work_off(context, formats, maker, batch, stopping)
    heartbeat.at("work")
    if done:
        log.info("slices_exported", batch=batch.id, slices=done)
    return done > 0


def _work_off(
    context: Context, formats: Formats, maker: DocumentMaker, batch: Batch, stopping: Callable[[], bool]
) -> int:
    """How many slices were there to be done."""
    done = 0
    while (held := slices.take(context, batch)) is not None:
        try:
            for _ in slices.work(context, formats, maker, batch, held):
                if stopping() or _is_over(context, batch):
                    return done
        finally:
            slices.give_back(held)
        done += 1
    return done


def _is_over(context: Context, batch: Batch) -> bool:
    with context.repository.read() as connection:
        there = batches.get(connection, batch.id)
    return there is None or there.cancelled or there.ended_at is not None
