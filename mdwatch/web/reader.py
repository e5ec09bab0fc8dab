"""The process that accepts connections and answers what is public, reading the repository beside the daemon.

Whatever is not public it passes on to the daemon, connection and all. It ends when the daemon closes the channel
between them, or is gone.
"""

import asyncio
import json
import os
import signal
import socket
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

import structlog
from starlette.routing import compile_path

from mdwatch import logs
from mdwatch.config import Settings
from mdwatch.errors import MdwatchError
from mdwatch.runtime import context as runtime_context
from mdwatch.runtime.context import Context
from mdwatch.runtime.processes import end_with_parent, give_way
from mdwatch.web import listening, table
from mdwatch.web.listening import Listener
from mdwatch.web.serving import access, handover
from mdwatch.web.serving.application import application
from mdwatch.web.serving.protocol import protocol
from mdwatch.web.serving.route import House
from mdwatch.web.serving.sockets import Bound

log = structlog.get_logger()

_TELL_SECONDS: Final = 0.5
_TOLD_AT_ONCE: Final = 500
_MOST_UNTOLD: Final = 10_000


class Tally:
    """What was answered, told to the daemon now and then, for its metrics are the ones that are read."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._answers: deque[tuple[str, str, float]] = deque(maxlen=_MOST_UNTOLD)

    def answered(self, door: str, status: str, seconds: float) -> None:
        """Notes an answer."""
        self._answers.append((door, status, round(seconds, 6)))

    async def tell(self) -> None:
        """Tells of them until it is cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(_TELL_SECONDS)
                self._send()
        finally:
            self._send()

    def _send(self) -> None:
        # What does not go through now goes the next time; the daemon may be gone altogether.
        with suppress(OSError):
            while self._answers:
                some = list(islice(self._answers, _TOLD_AT_ONCE))
                self._end.send(json.dumps(some).encode())
                for _ in some:
                    self._answers.popleft()


@dataclass(frozen=True, slots=True)
class Task:
    """What a reader is given: the settings, sockets of administrators' and of public addresses, its end of the channel.

    The sockets listen already, and do so for the daemon and every reader alike.
    """

    settings: Settings
    admin: Sequence[socket.socket]
    public: Sequence[socket.socket]
    end: socket.socket


def run(task: Task) -> None:
    """The process: serves until the channel is closed."""
    end_with_parent()
    give_way()
    # From a terminal it reaches the daemon too, which then ends this process in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.configure_service_log(task.settings.logs.level)
    listening.quiet()
    try:
        with runtime_context.reading(task.settings) as context:
            asyncio.run(_serve(task, context))
    except MdwatchError as error:
        log.error("reader_cannot_begin", reason=str(error))
    # A thread that waits for the database would keep an ordinary exit waiting for it.
    os._exit(0)


async def _serve(task: Task, context: Context) -> None:
    settings = task.settings.http
    tally = Tally(task.end)
    house = House(lambda: context, tuple, tally.answered)
    pairs: list[tuple[Listener, list[Bound]]] = []
    if task.admin:
        # Tokens are for what is passed on.
        door = access.admin_door(settings, None, task.settings.oidc.page_url)
        front = application(house, door, table.ROUTES, only_public=True)
        passing = handover.passing(settings, is_public(), task.end)
        pairs.append((listening.listener(settings, front, passing), [Bound.again(item) for item in task.admin]))
    if task.public:
        public = application(house, access.public_door(), table.ROUTES)
        pairs.append(
            (listening.listener(settings, public, protocol(settings)), [Bound.again(item) for item in task.public])
        )

    def stop() -> None:
        asyncio.get_running_loop().remove_reader(task.end)
        for server, _ in pairs:
            server.should_exit = True

    # The daemon sends nothing: that there is something to read is the end.
    asyncio.get_running_loop().add_reader(task.end, stop)
    await listening.serve_all(pairs, tally.tell())


def is_public() -> Callable[[str], bool]:
    """Tells of a path whether what is there is public."""
    patterns = [compile_path(path)[0] for path in dict.fromkeys(route.path for route in table.ROUTES if route.public)]

    @lru_cache(maxsize=1_000)
    def found(path: str) -> bool:
        return any(pattern.match(path) for pattern in patterns)

    return found
