"""Where a provider may lead a harvest on to."""

import socket
import urllib.request
from ipaddress import IPv6Address, ip_address
from typing import IO, Any
from urllib.parse import urlsplit


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
