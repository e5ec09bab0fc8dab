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
from typing import Any

from mdwatch.runtime.haste import UntilTimeIsUp

_Left = Callable[[], float]


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
            self.fp = io.BufferedReader(UntilTimeIsUp(self.fp.detach(), sock, left))

    class HastyConnection(kind):  # type: ignore[misc, valid-type]
        response_class = HastyAnswer

    return HastyConnection
