"""A connection goes from the process that accepts it to the one that answers: the socket, with what was read from it.

Between the two is a channel, a pair of Unix sockets that keep messages apart. The kernel passes sockets through it, so
that nothing has to be passed on afterwards: whoever has the connection now speaks with the client itself.
"""

import asyncio
import re
import socket
from array import array
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from mdwatch.config import HttpSettings
from mdwatch.web.serving import target
from mdwatch.web.serving.protocol import Impatient, limited

_AT_ONCE: Final = 1 << 16  # bytes read from a client at a time; they must fit into a message
_LONGEST: Final = 1 << 17  # bytes of a message
_FIRST_LINE: Final = re.compile(rb"[!-~]+ ([!-~]+) HTTP/1\.[01]\r?")
_LATER_SECONDS: Final = 0.01
_BUSY: Final = b'{"status": "ERROR", "message": "mdwatch is busy; come back in some seconds"}\n'


def channel() -> tuple[socket.socket, socket.socket]:
    """The two ends of a new channel."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


class Passed(NamedTuple):
    """A connection that was passed on, and what had been read from it."""

    connection: socket.socket
    data: bytes


def receive(end: socket.socket) -> Passed | bytes | None:
    """The next connection or message; None where the other end is closed. Raises `BlockingIOError` where none waits."""
    data, descriptors, _, _ = socket.recv_fds(end, _LONGEST, 1, socket.MSG_CMSG_CLOEXEC)
    if not descriptors:
        return data or None
    return Passed(socket.socket(fileno=descriptors[0]), data)


def passing(settings: HttpSettings, here: Callable[[str], bool], end: socket.socket) -> type[asyncio.Protocol]:
    """The protocol of connections that may be passed on through this end of a channel."""
    made = limited(Passing, settings)
    made.here = staticmethod(here)
    made.end = end
    return made


class Passing(Impatient):
    """A connection of the process that accepts them; it goes elsewhere once a request comes that is not answered here.

    `here` tells by its path whether a request is; `end` is the end of the channel.
    """

    here: Callable[[str], bool]
    end: socket.socket
    longest = 1 << 14  # bytes in which the first line of a request must end

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._first = b""
        self._begun = False
        self._before: Any = None  # what answered the request before this one

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Reads no more at a time than can be passed on."""
        super().connection_made(transport)
        transport.max_size = _AT_ONCE  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Looks where each request belongs before anything of it is read."""
        if not self._is_start():
            super().data_received(data)
            return
        # Empty lines before a request mean nothing (RFC 9112, 2.2).
        self._first = (self._first + data).lstrip(b"\r\n")
        line, ended, _ = self._first.partition(b"\n")
        if not ended and len(self._first) < self.longest:
            self._await_head()
            return
        data, self._first = self._first, b""
        found = _FIRST_LINE.fullmatch(line) if ended else None
        # What is no request at all is told so here.
        if found is None or self.here(target.path_of(found[1])):
            self._begun, self._before = True, self.cycle
            super().data_received(data)
        else:
            self._pass_on(data)

    def _is_start(self) -> bool:
        """Whether what comes next is the beginning of a request."""
        if self._begun and self.cycle is not self._before and self.cycle.response_complete:
            self._begun = bool(self.conn.trailing_data[0])
        return not self._begun

    def _pass_on(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size():
            # The client has yet to take the end of the answer before.
            self.transport.pause_reading()
            self.loop.call_later(_LATER_SECONDS, self._pass_on, data)
            return
        try:
            self._send(data)
        except OSError:
            head = f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {len(_BUSY)}"
            self.transport.write(f"{head}\r\nRetry-After: 10\r\nConnection: close\r\n\r\n".encode() + _BUSY)
            self.transport.close()
        else:
            # Here it is let go, without a word to the client.
            self.transport.abort()

    def _send(self, data: bytes) -> None:
        rights = array("i", [self.transport.get_extra_info("socket").fileno()])
        self.end.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])


def received(settings: HttpSettings) -> type["Received"]:
    """The protocol of connections that were passed on."""
    return limited(Received, settings)


class Received(Impatient):
    """A connection that another process has passed on; `data` is what that had read from it."""

    def __init__(self, data: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._data = data

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Goes on with what was read already."""
        super().connection_made(transport)
        if not transport.is_closing():
            self.data_received(self._data)
