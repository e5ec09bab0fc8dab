"""The HTTP server: a thread of the daemon with its own event loop, and the sockets it listens on."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

import structlog
import uvicorn

from mdwatch.config import HttpSettings
from mdwatch.errors import ConfigError
from mdwatch.rules.addresses import UnixAddress
from mdwatch.runtime.context import Context
from mdwatch.web import table
from mdwatch.web.serving import access
from mdwatch.web.serving.access import Door
from mdwatch.web.serving.application import application
from mdwatch.web.serving.pace import Pace
from mdwatch.web.serving.protocol import protocol
from mdwatch.web.serving.route import House, PartTrouble
from mdwatch.web.serving.sockets import Bound, bind_all

log = structlog.get_logger()

_DRAIN_SECONDS: Final = 2  # for answers under way when the server stops
_LEAVE_SECONDS: Final = 0.5
_LAST_TURNS: Final = 5
_STOP_SECONDS: Final = 4.0
_KEEP_ALIVE_SECONDS: Final = 5


class Server:
    """The server; it is started and stopped once.

    `context` gives the context as it is now, `troubles` the parts of the daemon that are not ready, `busy` whether an
    update job runs. Addresses, names, token, times and the number of connections are those of the settings as it
    starts.
    """

    def __init__(
        self,
        context: Callable[[], Context],
        troubles: Callable[[], Sequence[PartTrouble]],
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._house = House(context, troubles, Pace(busy))
        self._bound: list[Bound] = []
        self._servers: list[uvicorn.Server] = []
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)
        self._sockets: list[list[Bound]] = []

    def start(self) -> None:
        """Listens on every address and serves; raises `ConfigError` with all that is wrong, listening on none."""
        settings = self._house.context().settings.http
        found: list[str] = []
        token = None
        try:
            token = access.read_token(settings)
        except ConfigError as error:
            found += error.faults
        admin = bind_all(settings.listen, "http.listen", found)
        public = bind_all(settings.public_listen, "http.public_listen", found)
        self._bound = [*admin, *public]
        if found:
            self._close()
            raise ConfigError(found)
        unix = [item for item in admin if isinstance(item.address, UnixAddress)]
        tcp = [item for item in admin if item not in unix]
        for door, sockets in (
            (access.admin_door(settings, token), tcp),
            (access.unix_door(settings), unix),
            (access.public_door(), public),
        ):
            if sockets:
                self._servers.append(self._uvicorn(settings, door))
                self._sockets.append(sockets)
        if self._servers:
            self._thread.start()
            log.info("http_listens", addresses=self.addresses, token=token is not None)

    @property
    def addresses(self) -> list[str]:
        """The addresses listened on, as they came out; those of administrators first."""
        return [item.name for item in self._bound]

    @property
    def alive(self) -> bool:
        """Whether it serves, or has nothing to serve."""
        return not self._servers or self._thread.is_alive()

    def stop(self) -> bool:
        """Takes no more requests, lets those under way be answered, for two seconds; whether all came to an end."""
        for server in self._servers:
            server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)
        self._close()
        return not self._thread.is_alive()

    def _uvicorn(self, settings: HttpSettings, door: Door) -> uvicorn.Server:
        config = uvicorn.Config(
            application(self._house, door, table.ROUTES),
            http=protocol(settings),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
            h11_max_incomplete_event_size=settings.header_bytes,
        )
        return uvicorn.Server(config)

    def _serve(self) -> None:
        """The thread: all servers in one loop, which is left behind with whatever does not come to an end."""
        _quiet()
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._serve_all())
        except Exception:
            log.exception("http_died")
        finally:
            loop.close()

    async def _serve_all(self) -> None:
        pairs = zip(self._servers, self._sockets, strict=True)
        await asyncio.gather(*(server.serve([item.socket for item in sockets]) for server, sockets in pairs))
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=_LEAVE_SECONDS)
        for server in self._servers:
            for connection in list(server.server_state.connections):
                connection.transport.abort()
        # Connections close in the turns of the loop that follow.
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)

    def _close(self) -> None:
        for item in self._bound:
            item.close()


class _ServiceLog(logging.Handler):
    """Passes what uvicorn says of its own faults on to the service log."""

    def emit(self, record: logging.LogRecord) -> None:
        """One record; that what was still being answered is cut short when the server stops is no fault."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, asyncio.CancelledError):
            log.error("http_server", message=record.getMessage().strip(), exc_info=error)


def _quiet() -> None:
    """Keeps uvicorn's words on each bad request, and on its comings and goings, from standard error."""
    logger = logging.getLogger("uvicorn")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(_ServiceLog(logging.ERROR))
