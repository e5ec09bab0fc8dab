"""Whether a request may have been triggered by a page of another site, in the browser of someone who may ask here.

Browsers say where a request comes from: `Sec-Fetch-Site` in all current ones (over https, and http to this host),
`Origin` with everything but plain GETs, `Referer` unless the page forbids it. Programs such as curl say nothing of the
kind. A browser that says nothing either is not trusted with what changes something: an image on a page that hides its
referrer looks just like that.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

_OURS: Final = frozenset({"same-origin", "none"})  # "none": typed, or a bookmark
_HOST: Final = re.compile(r"(?P<name>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def host_name(host: str) -> str | None:
    """The name in a `Host` header, without the port, in small letters; None for one that is none."""
    found = _HOST.fullmatch(host)
    return found["name"].lower().rstrip(".") if found else None


def why_foreign(headers: Mapping[str, str], base_url: str) -> str | None:
    """Why this request is taken to come from a page of another site; None for one that does not.

    `headers` by their names in small letters; `base_url` is what the outside calls this service, or "".
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return None if site in _OURS else f"it was triggered by a page of another site (Sec-Fetch-Site: {site})"
    ours = {headers.get("host", "").lower(), urlsplit(base_url).netloc.lower()} - {""}
    for name in ("origin", "referer"):
        if name in headers:
            return None if _authority(headers[name]) in ours else f"it was triggered by a page of another site ({name})"
    if "mozilla/" in headers.get("user-agent", "").lower():
        return "a browser sent it without telling which page it comes from"
    return None


def _authority(url: str) -> str | None:
    """Host and port of a URL; None for one that has none, as the origin `null`."""
    try:
        return urlsplit(url).netloc.lower() or None
    except ValueError:
        return None
