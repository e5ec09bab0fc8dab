"""The HTTP server: a thread of the daemon with its own event loop, the sockets it listens on, and the readers.

Readers are processes that accept connections on the TCP addresses and answer what is public; the rest they pass on to
this server. Where there are none it answers everything. Unix sockets are always its own.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from mdwatch.errors import ConfigError
from mdwatch.rules.addresses import UnixAddress
from mdwatch.runtime.context import Context
from mdwatch.web import listening, table
from mdwatch.web.listening import DRAIN_SECONDS, Listener
from mdwatch.web.readers import Readers
from mdwatch.web.serving import access
from mdwatch.web.serving.access import Door
from mdwatch.web.serving.application import application
from mdwatch.web.serving.protocol import protocol
from mdwatch.web.serving.route import House, PartTrouble
from mdwatch.web.serving.sockets import Bound, bind_all
from mdwatch.web.serving.token import Token

log = structlog.get_logger()

_STOP_SECONDS: Final = DRAIN_SECONDS + 2.0


class Server:
    """The server; it is started and stopped once.

    `context` gives the context as it is now, `troubles` the parts of the daemon that are not ready. Addresses, names,
    token, times, the number of connections and that of readers are those of the settings as it starts.
    """

    def __init__(self, context: Callable[[], Context], troubles: Callable[[], Sequence[PartTrouble]]) -> None:
        self._house = House(context, troubles)
        self._bound: list[Bound] = []
        self._servers: list[tuple[Listener, list[Bound]]] = []
        self._readers: Readers | None = None
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)

    def start(self) -> None:
        """Listens on every address and serves; raises `ConfigError` with all that is wrong, listening on none."""
        whole = self._house.context().settings
        settings = whole.http
        found: list[str] = []
        token = None
        try:
            token = access.read_token(settings, known_otherwise=access.is_known_otherwise(whole))
        except ConfigError as error:
            found += error.faults
        admin = bind_all(settings.listen, "http.listen", found)
        public = bind_all(settings.public_listen, "http.public_listen", found)
        self._bound = [*admin, *public]
        if found:
            self._close()
            raise ConfigError(found)
        self._divide(admin, public, token)
        if self._servers:
            self._thread.start()
            log.info("http_listens", addresses=self.addresses, token=token is not None)

    def _divide(self, admin: Sequence[Bound], public: Sequence[Bound], token: Token | None) -> None:
        """Who serves what."""
        whole = self._house.context().settings
        settings, page_url = whole.http, whole.oidc.page_url
        unix = [item for item in admin if isinstance(item.address, UnixAddress)]
        tcp = [item for item in admin if item not in unix]
        apart = settings.readers > 0 and bool(tcp or public)
        if tcp or apart:
            # With readers it listens nowhere, and serves what they pass on.
            passed_on = self._listener(access.admin_door(settings, token, page_url), [] if apart else tcp)
        if apart:
            self._readers = Readers(self._house.context, passed_on, tcp, public)
        if unix:
            self._listener(access.unix_door(settings, page_url), unix)
        if public and not apart:
            self._listener(access.public_door(), public)

    def _listener(self, door: Door, sockets: Sequence[Bound]) -> Listener:
        settings = self._house.context().settings.http
        made = listening.listener(settings, application(self._house, door, table.ROUTES), protocol(settings))
        self._servers.append((made, list(sockets)))
        return made

    @property
    def addresses(self) -> list[str]:
        """The addresses listened on, as they came out; those of administrators first."""
        return [item.name for item in self._bound]

    @property
    def alive(self) -> bool:
        """Whether it serves, or has nothing to serve."""
        return not self._servers or self._thread.is_alive()

    def stop(self) -> bool:
        """Takes no more requests, lets those under way be answered, for some seconds; whether all came to an end."""
        for server, _ in self._servers:
            server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)
        ended = self._readers.end() if self._readers is not None else True
        self._close()
        return ended and not self._thread.is_alive()

    def _serve(self) -> None:
        """The thread: all servers in one loop, which is left behind with whatever does not come to an end."""
        listening.quiet()
        loop = asyncio.new_event_loop()
        try:
            beside = [] if self._readers is None else [self._readers.keep()]
            loop.run_until_complete(listening.serve_all(self._servers, *beside))
        except Exception:
            log.exception("http_died")
        finally:
            loop.close()

    def _close(self) -> None:
        for item in self._bound:
            item.close()
