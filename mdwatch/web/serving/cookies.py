"""Cookies: which this service sets, and whether the browser reached it over TLS.

Over TLS they are `Secure` and have the prefix `__Host-`, so that no other host of the same domain and nobody on the
way can set them. TLS is a proxy's, which may not tell of it: that the page which sent the form was fetched by https, or
that this service is known to be asked by https under this name, is as good.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from mdwatch.config import Settings

SESSION: Final = "mdwatch"
_PREFIX: Final = "__Host-"


def name(base: str, *, secure: bool) -> str:
    """The name of a cookie over TLS, or without."""
    return f"{_PREFIX}{base}" if secure else base


def is_secure(request: Request, settings: Settings) -> bool:
    """Whether whoever asks does so by https; that a page of this service asks was seen to before."""
    if request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://"):
        return True
    host = request.headers.get("host", "").lower()
    known = (urlsplit(url) for url in (settings.http.base_url, settings.oidc.page_url))
    return any(parts.scheme == "https" and parts.netloc.lower() == host for parts in known)


def found(request: Request, base: str) -> tuple[str, str] | None:
    """A cookie that was sent: the name under which it was, and what it holds; that of TLS comes first."""
    for full in (name(base, secure=True), base):
        if request.cookies.get(full):
            return full, request.cookies[full]
    return None


def leave(response: Response, full: str, text: str, seconds: int) -> None:
    """Has the browser keep a cookie, out of reach of scripts and of other sites' forms; with 0 seconds, forget it."""
    response.set_cookie(
        full,
        text,
        max_age=seconds,
        path="/",
        secure=full.startswith(_PREFIX),
        httponly=True,
        samesite="lax",
    )
