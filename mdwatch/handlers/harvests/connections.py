"""Connections to a provider, by the standard library: none lasts longer than it may, nor leads where it must not.

A timeout of a socket is one for each piece that comes. A provider that sends its answer byte by byte, or says again and
again that it is about to, would keep whoever waits for it for ever; so what is read here is read until a moment.
"""

import http.client
import io
import socket
import urllib.request
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import IO, Any, Final
from urllib.parse import urlsplit

_Left = Callable[[], float]
_SHORTEST: Final = 0.001  # seconds; a timeout of 0 would be none


class TooSlow(OSError):
    """All the time that an answer may take has passed."""


class Connections:
    """What opens an address for one reader; redirections are followed as far as they may be."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
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
            WebRedirects(),
        ):
            self._opener.add_handler(handler)

    def open(self, request: urllib.request.Request, seconds: float) -> http.client.HTTPResponse:
        """The answer, all of which must be read within these seconds; raises what `urllib` does, and `TooSlow`."""
        self._until = self._monotonic() + seconds
        answer: http.client.HTTPResponse = self._opener.open(request, timeout=seconds)
        return answer

    def _left(self) -> float:
        return self._until - self._monotonic()


class WebRedirects(urllib.request.HTTPRedirectHandler):
    """Redirections stay on the web, never leave encryption, and do not lead from elsewhere to services of this host.

    Among those is mdwatch itself, which may trust whoever asks it from here.
    """

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """The request to go on with; None, so that the redirection counts as the answer, where it leads elsewhere."""
        to = urlsplit(newurl)
        allowed = {"https"} if req.type == "https" else {"http", "https"}
        if to.scheme.lower() not in allowed:
            return None
        if _is_here(to.hostname or "") and not _is_here(urlsplit(req.full_url).hostname or ""):
            return None
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        # Else all that comes with the redirection would be read, however much that is.
        fp.close()
        return made


def _is_here(host: str) -> bool:
    """Whether a name or an address leads to this host itself, or to one that only its own network segment knows."""
    try:
        found = {ip_address(str(item[4][0]).partition("%")[0]) for item in socket.getaddrinfo(host, None)}
    except (OSError, ValueError):
        return False
    plain = {item.ipv4_mapped or item if isinstance(item, IPv6Address) else item for item in found}
    return any(item.is_loopback or item.is_link_local or item.is_unspecified for item in plain)


# --- reading until a moment


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
            raise TooSlow("it takes too long") from None

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()
