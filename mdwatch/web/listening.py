"""How uvicorn serves here: no signals, no words of its own, and an end to whatever does not end by itself."""

import asyncio
import errno
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import structlog
import uvicorn

from mdwatch.config import HttpSettings
from mdwatch.handlers.updates import remedies
from mdwatch.web.serving.sockets import BACKLOG, Bound

log = structlog.get_logger()

# For answers under way when a server stops: longer than a request waits for what it asked for (`errands.MOMENT`).
DRAIN_SECONDS: Final = 4
_LEAVE_SECONDS: Final = 0.5
_LAST_TURNS: Final = 5
_KEEP_ALIVE_SECONDS: Final = 5
_SAY_AGAIN_SECONDS: Final = 60.0
_USED_UP: Final = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Listener(uvicorn.Server):
    """One server in a loop that belongs to others too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for whoever runs the loop."""
        yield


def listener(settings: HttpSettings, application: Any, protocol: type[asyncio.Protocol]) -> Listener:
    """A server of this application."""
    config = uvicorn.Config(
        application,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        h11_max_incomplete_event_size=settings.header_bytes,
        # asyncio accepts so many before it looks at any of them.
        backlog=BACKLOG,
    )
    config.load()
    return Listener(config)


async def serve_all(pairs: Sequence[tuple[Listener, Sequence[Bound]]], *beside: Any) -> None:
    """Serves until every server is told to exit, with other work beside; then leaves behind what does not end."""
    asyncio.get_running_loop().set_exception_handler(LoopFaults())
    others = [asyncio.ensure_future(item) for item in beside]
    await asyncio.gather(*(server.serve([item.socket for item in sockets]) for server, sockets in pairs))
    left = (asyncio.all_tasks() | set(others)) - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=_LEAVE_SECONDS)
    for server, _ in pairs:
        for connection in list(server.server_state.connections):
            connection.transport.abort()
    # Connections close in the turns of the loop that follow.
    for _ in range(_LAST_TURNS):
        await asyncio.sleep(0)


class LoopFaults:
    """Passes what asyncio says of faults that have nobody to be raised to on to the service log.

    Where descriptors are used up asyncio says so for every connection that waits, some hundred times a second, which
    would fill a disk: that is told once in a while.
    """

    def __init__(self) -> None:
        self._again_at = float("-inf")

    def __call__(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """One fault."""
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _USED_UP:
            log.error("http_server", message=context.get("message"), exc_info=error)
        elif time.monotonic() >= self._again_at:
            self._again_at = time.monotonic() + _SAY_AGAIN_SECONDS
            log.warning("connections_not_accepted", reason=remedies.of_means(error))


class _ServiceLog(logging.Handler):
    """Passes what uvicorn says of its own faults on to the service log."""

    def emit(self, record: logging.LogRecord) -> None:
        """One record; that what was still being answered is cut short when the server stops is no fault."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, asyncio.CancelledError):
            log.error("http_server", message=record.getMessage().strip(), exc_info=error)


def quiet() -> None:
    """Keeps uvicorn's words on each bad request, and on its comings and goings, from standard error."""
    logger = logging.getLogger("uvicorn")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(_ServiceLog(logging.ERROR))
