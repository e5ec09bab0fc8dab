"""Asking others over HTTP, by the standard library: no answer takes longer than it may.

A timeout of a socket is one for each piece that comes. Who sends an answer byte by byte, or says again and again that
it is about to, would keep whoever waits for it for ever; so what is read here is read until a moment.
"""

import http.client
import io
import socket
import time
import urllib.request
from collections.abc import Callable
from typing import Any, Final

_Left = Callable[[], float]
_SHORTEST: Final = 0.001  # seconds; a timeout of 0 would be none


class TooSlow(OSError):
    """All the time that an answer may take has passed."""


class WebClient:
    """What asks one address after the other, for one thread; `redirects` says which redirections are followed."""

    def __init__(
        self, redirects: urllib.request.HTTPRedirectHandler, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.UnknownHandler(),
            _Http(self._left),
            _Https(self._left),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            redirects,
        ):
            self._opener.add_handler(handler)

    def open(self, request: urllib.request.Request, seconds: float) -> http.client.HTTPResponse:
        """The answer, all of which must be read within these seconds; raises what `urllib` does, and `TooSlow`."""
        self._until = self._monotonic() + seconds
        answer: http.client.HTTPResponse = self._opener.open(request, timeout=seconds)
        return answer

    def _left(self) -> float:
        return self._until - self._monotonic()


class _Http(urllib.request.HTTPHandler):
    def __init__(self, left: _Left) -> None:
        super().__init__()
        self._left = left

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_hasty(http.client.HTTPConnection, self._left), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, left: _Left) -> None:
        super().__init__()
        self._left = left

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_hasty(http.client.HTTPSConnection, self._left), req)


def _hasty(kind: type[http.client.HTTPConnection], left: _Left) -> Any:
    """Makes connections whose answers are read while there is time left."""

    class HastyAnswer(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
            super().__init__(sock, *arguments, **named)
            self.fp = io.BufferedReader(_UntilTimeIsUp(self.fp.detach(), sock, left))

    class HastyConnection(kind):  # type: ignore[misc, valid-type]
        response_class = HastyAnswer

    return HastyConnection


class _UntilTimeIsUp(io.RawIOBase):
    """What a connection brings, as long as there is time left; then `TooSlow` is raised."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket, left: _Left) -> None:
        self._raw = raw
        self._connection = connection
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._left()
        try:
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(max(left, _SHORTEST))
            return self._raw.readinto(buffer)
        except TimeoutError:
            raise TooSlow("its answer takes too long") from None

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()
