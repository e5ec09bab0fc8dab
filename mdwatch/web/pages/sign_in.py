"""Signing in on the page with a token, and out again.

What is sent is a form of this service's own page, as with every button: no other site can sign anybody in or out.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

import structlog
from starlette.responses import Response

from mdwatch.handlers.accounts import sessions
from mdwatch.handlers.accounts.sessions import BrowserSession
from mdwatch.rules import access
from mdwatch.web.pages.rendering import page, posted, view
from mdwatch.web.serving import cookies
from mdwatch.web.serving.route import Asked, Parameter, Route

log = structlog.get_logger()

_SEE_OTHER: Final = 303
# One slash and no other, for browsers take two, or one and a backslash, for the beginning of a host's name.
_INNER: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_PATH_END: Final = re.compile(r"[?#]")
_API: Final = "/api/"
_NEXT: Final = Parameter(name="next", summary="The page to go on to.", longest=4_000)
_NOBODY: Final = "this is nobody's token: it may have been mistyped, revoked, or have expired"


def _shown(asked: Asked) -> Response:
    return page(asked, "sign_in.html", title="Sign in", message="", next=inner(asked.values["next"]))


def _sign_in(asked: Asked) -> Response:
    secure = cookies.is_secure(asked.request, asked.context.settings)
    name = cookies.name(cookies.SESSION, secure=secure)
    begun = _begun(asked, name)
    to = inner(asked.values["next"])
    if begun is None:
        log.warning("http_sign_in_refused", client=asked.context.actor.origin)
        told = f"{_NOBODY[:1].upper()}{_NOBODY[1:]}."
        return page(asked, "sign_in.html", status=401, title="Sign in", message=told, next=to)
    return entered(asked, begun, name, to)


def _begun(asked: Asked, cookie: str) -> BrowserSession | None:
    sent = asked.values["token"].strip()
    if asked.token is not None and asked.token.matches(sent):
        return sessions.by_administrators(asked.context, cookie, asked.token.digest, asked.values["name"])
    return sessions.by_token(asked.context, cookie, sent)


def entered(asked: Asked, begun: BrowserSession, cookie: str, to: str) -> Response:
    """Leads on, with the cookie of a session that has begun; one of before in this browser is ended."""
    before = cookies.found(asked.request, cookies.SESSION)
    if before is not None:
        sessions.end(asked.context, *before)
    response = Response(status_code=_SEE_OTHER, headers={"Location": to})
    cookies.leave(response, cookie, begun.text, begun.seconds)
    return response


def _sign_out(asked: Asked) -> Response:
    response = Response(status_code=_SEE_OTHER, headers={"Location": "/sign-in"})
    for secure in (True, False):
        name = cookies.name(cookies.SESSION, secure=secure)
        if text := asked.request.cookies.get(name):
            sessions.end(asked.context, name, text)
            cookies.leave(response, name, "", 0)
    return response


def inner(address: str | None) -> str:
    """The address if it is one of a page of this service; else that of the overview.

    No other site is led on to, nor any address of the API, of which some change things when they are merely asked for:
    the link that led to the sign-in may be another site's.
    """
    text = address or "/"
    if _INNER.fullmatch(text) is None:
        return "/"
    route = access.route_at("GET", unquote(_PATH_END.split(text, maxsplit=1)[0]))
    return text if route is not None and not route.startswith(_API) else "/"


def _form(path: str, summary: str, endpoint: Callable[[Asked], Response], *parameters: Parameter) -> Route:
    return posted(path, summary, endpoint, *parameters, media_type="text/html", tokenless=True)


ROUTES: Final = (
    replace(view("/sign-in", "Asks who somebody is.", _shown, _NEXT), tokenless=True),
    _form(
        "/sign-in",
        "Signs somebody in.",
        _sign_in,
        replace(_NEXT, where="body"),
        Parameter(name="token", summary="The token.", where="body", required=True),
        Parameter(
            name="name", summary="Who it is, with the administrators' token.", where="body", default="", longest=100
        ),
    ),
    _form("/sign-out", "Signs somebody out.", _sign_out),
)
