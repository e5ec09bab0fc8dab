"""HTTP, kept up: begun anew where the server died, tried again where it could not begin."""

import time
from collections.abc import Callable
from typing import Final

import structlog

from mdwatch.daemon.troubles import PartTroubles
from mdwatch.errors import ConfigError
from mdwatch.runtime.context import Context
from mdwatch.web import server

log = structlog.get_logger()

_AGAIN_SECONDS: Final = 5.0


class Serving:
    """The HTTP server of the daemon; used by the main thread alone."""

    def __init__(self, context: Callable[[], Context], troubles: PartTroubles) -> None:
        self._context = context
        self._troubles = troubles
        self._server: server.Server | None = None
        self._again_at = 0.0
        self._told = False

    def keep(self) -> None:
        """Serves, if it does not; where that is not possible now, it is tried again a little later."""
        if self._server is not None and not self._server.alive:
            log.error("http_died")
            self._server.stop()
            self._server = None
        if self._server is None and time.monotonic() >= self._again_at:
            self._begin()

    def _begin(self) -> None:
        self._again_at = time.monotonic() + _AGAIN_SECONDS
        try:
            made = server.Server(self._context, self._troubles.all)
            made.start()
        except ConfigError as error:
            if not self._told:
                log.error("http_not_served", faults=error.faults)
            self._told = True
            self._troubles.note("http", "; ".join(error.faults))
        else:
            self._server, self._told = made, False
            self._troubles.note("http", None)

    def stop(self) -> None:
        """Ends the server, when what it answers is answered, or soon."""
        if self._server is not None:
            self._server.stop()
