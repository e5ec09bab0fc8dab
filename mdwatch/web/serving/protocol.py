"""HTTP on a connection, as uvicorn speaks it, with an end to the patience for slow clients.

uvicorn waits for the headers of a request, and for a client that takes no answer, for as long as the connection lasts;
a few hundred such clients would take every connection there is.
"""

import asyncio
import json
import resource
import sys
from typing import Any, Final, TypeVar, cast

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from mdwatch.config import HttpSettings

_ALIVE: Final = "/healthz"
_MALFORMED: Final = "400 Bad Request", "this is not a request as HTTP/1.1 has it"
_TOO_LONG: Final = "431 Request Header Fields Too Large", "the headers of the request are longer than {} bytes"
_TOO_MANY: Final = b'{"status": "ERROR", "message": "too many connections are open; come back in some seconds"}\n'
_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def protocol(settings: HttpSettings) -> type[asyncio.Protocol]:
    """The protocol with its limits, for uvicorn to make one of for each connection."""
    return limited(Impatient, settings)


_Kind = TypeVar("_Kind", bound="Impatient")


def limited(kind: type[_Kind], settings: HttpSettings) -> type[_Kind]:
    """This kind of connection under the limits of the settings and of this process."""
    limits = {
        "seconds": settings.request_seconds,
        "most": settings.connections,
        # The other half is for files, the database and whatever else is in this process.
        "most_held": resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2,
        "head_bytes": settings.header_bytes,
    }
    return cast(type[_Kind], type("Limited", (kind,), limits))


class Impatient(H11Protocol):
    """One connection. `seconds` is how long the head of a request, or the next part of an answer, may take.

    Whoever comes while `most` connections are open is told to come back, unless he asks whether anybody is there. While
    `most_held` are, nobody is told anything any more.
    """

    seconds = 10.0
    most = 200
    most_held = 512
    head_bytes = 16_384

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._no_more = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > self.most_held:
            transport.abort()
            return
        if len(self.connections) > self.most:
            self.app = _come_back_or_alive(self.app)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Goes on waiting while no request is whole, on the time it had from the first byte."""
        super().data_received(data)
        if self._between_requests():
            self._await_head()
        else:
            self._stop_head()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more; what it sent whole is answered all the same (RFC 9112, 9.6)."""
        self._no_more = not self._between_requests() and self.conn.their_state in {h11.DONE, h11.MUST_CLOSE}
        return self._no_more

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Tells whoever does not speak HTTP, if no answer is begun yet."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            # uvicorn says the same of every request that h11 refuses; why it did is in what it raised.
            hint = getattr(sys.exc_info()[1], "error_status_hint", 400)
            status, message = _TOO_LONG if hint == 431 else _MALFORMED
            body = json.dumps({"status": "ERROR", "message": message.format(self.head_bytes)}).encode() + b"\n"
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            self.transport.write(f"{head}\r\nConnection: close\r\n\r\n".encode() + body)
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends all waiting."""
        self._stop_head()
        self._stop_taking()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client is behind with taking the answer."""
        super().pause_writing()
        self._await_taking()

    def resume_writing(self) -> None:
        """It caught up."""
        super().resume_writing()
        self._stop_taking()

    def on_response_complete(self) -> None:
        """The rest of the answer is to be taken in time, also where the connection is to be closed after it."""
        super().on_response_complete()
        if self._no_more and self._between_requests():
            self.transport.close()
        if self.transport.is_closing():
            self._await_taking()

    def timeout_keep_alive_handler(self) -> None:
        """Closes a connection that lies idle, whether or not the client has taken all of the last answer."""
        super().timeout_keep_alive_handler()
        self._await_taking()

    def _between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _await_head(self) -> None:
        if self._head is None and not self.transport.is_closing():
            self._head = self.loop.call_later(self.seconds, self._give_up)

    def _give_up(self) -> None:
        self._head = None
        if self._between_requests() and not self.transport.is_closing():
            if self.conn.our_state is h11.IDLE:
                self.transport.write(_TOO_SLOW)
            self.transport.close()
            self._await_taking()

    def _await_taking(self) -> None:
        if self._taking is None:
            self._taking = self.loop.call_later(self.seconds, self.transport.abort)

    def _stop_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _stop_taking(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None


def _come_back_or_alive(application: Any) -> Any:
    """The application for connections beyond the limit: whoever watches the service is told that it is alive."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == _ALIVE:
            await application(scope, receive, send)
        else:
            await _come_back(send)

    return answer


async def _come_back(send: Send) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_TOO_MANY)).encode()),
        (b"retry-after", b"10"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _TOO_MANY})
