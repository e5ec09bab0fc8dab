"""What the worker of the exports works with: the exporters, the processes that make documents, and the lease."""

from functools import partial
from typing import Final, NamedTuple

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import telling
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.repository import batches
from mdwatch.repository.exports import due
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import Formats, load_exporters
from mdwatch.runtime.lease import Lease, take
from mdwatch.runtime.lease_holders import seconds
from mdwatch.runtime.site import site_of

log = structlog.get_logger()

_WORTH_A_BATCH: Final = 1_000  # IEs that other exporters made due


class Tools(NamedTuple):
    """The tools at hand, good for one turn."""

    formats: Formats
    maker: DocumentMaker
    lease: Lease


def _begin(context: Context, formats: Formats, connection: Connection) -> Lease:
    """Takes the lease, and sees to what exporters that are new made due."""
    taken = take(connection, context, export_batch.LEASE)
    others = due.note_exporters(connection, formats.mark)
    if others and due.count(connection) >= _WORTH_A_BATCH:
        # With all cores, and a log.
        batches.ask(connection, "all", "the daemon", context.clock.now())
    return taken


class Toolbox:
    """Where the tools are kept from turn to turn; used by the worker of the exports alone."""

    def __init__(self) -> None:
        self._formats: Formats | None = None
        self._maker: DocumentMaker | None = None
        self._lease: Lease | None = None
        self._renewed_at = 0.0

    def ready(self, context: Context) -> Tools:
        """The tools; raises `JobBusy` where another process exports, `ConfigError`."""
        now = context.clock.monotonic()
        formats, maker = self._loaded(context)
        if self._lease is None:
            self._lease = context.repository.carry_out(partial(_begin, context, formats))
            telling.complete_ended(context)
            self._renewed_at = now
        elif now - self._renewed_at > seconds(context) / 3:
            context.repository.carry_out(self._lease.renew)
            self._renewed_at = now
        return Tools(formats, maker, self._lease)

    def formats(self, context: Context) -> Formats:
        """The exporters, for whoever helps the process that has the lease; raises `ConfigError`."""
        return self._loaded(context)[0]

    def _loaded(self, context: Context) -> tuple[Formats, DocumentMaker]:
        if self._formats is None or self._maker is None:
            settings = context.settings
            self._formats = load_exporters(settings.export.formats, site_of(settings))
            self._maker = DocumentMaker(self._formats, settings.export.seconds, 0, settings.logs.level)
            self._lease = None
        return self._formats, self._maker

    def drop_lease(self) -> None:
        """After a fault: the lease is taken anew, for it may be another's."""
        if self._lease is not None:
            self._lease.let_go()
        self._lease = None

    def renew(self) -> None:
        """Other settings hold: the exporters are loaded anew."""
        if self._maker is not None:
            self._maker.close()
        self._formats = self._maker = None

    def close(self, context: Context) -> None:
        """Ends the worker processes, and gives the lease back."""
        if self._maker is not None:
            self._maker.close()
        if self._lease is not None:
            try:
                context.repository.carry_out(self._lease.release)
            except Deferred as error:
                log.warning("lease_not_released", reason=str(error))
