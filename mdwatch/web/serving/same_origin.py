"""Whether a request may have been triggered by a page of another site, in the browser of someone who may ask here.

Browsers say where a request comes from: `Sec-Fetch-Site` in all current ones (over https, and http to this host),
`Origin` with everything but plain GETs, `Referer` unless the page forbids it. Programs such as curl say nothing of the
kind. A browser that says nothing either is not trusted with what changes something: an image on a page that hides its
referrer looks just like that.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

_OURS: Final = frozenset({"same-origin", "none"})  # "none": typed, or a bookmark
_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"(?P<name>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def host_name(host: str) -> str | None:
    """The name in a `Host` header, without the port, in small letters; None for one that is none."""
    found = _HOST.fullmatch(host)
    return found["name"].lower().rstrip(".") if found else None


def why_foreign(headers: Mapping[str, str], base_url: str, scheme: str, hosts: Collection[str] = ()) -> str | None:
    """Why this request is taken to come from a page of another site; None for one that does not.

    `headers` by their names in small letters; `base_url` is what the outside calls this service, or ""; `scheme` is
    that by which it was asked. A page of http is another site than one of https: whoever can change the one on its way
    must not get at the other. `hosts` are names that proxies call this service by: a page of https of such a name is
    ours, though what comes from its proxy is asked by http.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return None if site in _OURS else f"it was triggered by a page of another site (Sec-Fetch-Site: {site})"
    ours = {_origin(f"{scheme}://{headers.get('host', '')}"), _origin(base_url)} - {None}
    if (host_name(headers.get("host", "")) or "") in {host.lower() for host in hosts}:
        ours |= {_origin(f"https://{headers['host']}")} - {None}
    for name in ("origin", "referer"):
        if name in headers:
            why = f"it was triggered by a page of another site ({name}); behind a proxy, see http.base_url and hosts"
            return None if _origin(headers[name]) in ours else why
    if "mozilla/" in headers.get("user-agent", "").lower():
        return "a browser sent it without telling which page it comes from"
    return None


def _origin(url: str) -> str | None:
    """Scheme, host and port of a URL; None for one that has none, as the origin `null`."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    # Whoever puts a user before the host may want it taken for the host.
    known = parts.scheme in _PORTS and parts.hostname and "@" not in parts.netloc
    return f"{parts.scheme}://{parts.hostname}:{port}" if known else None
