"""Signing in by the OpenID provider: the browser is sent there, and comes back with a code.

What a sign-in is known by is kept in a cookie of this browser for as long as that takes: a code that was got in another
browser signs nobody in here.
"""

import base64
import hmac
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Final

import structlog
from starlette.responses import Response

from mdwatch.errors import ConfigError, Deferred, Rejected
from mdwatch.formats.printable import escape
from mdwatch.handlers.accounts import openid, sessions
from mdwatch.handlers.accounts.openid import Handshake
from mdwatch.web.pages import sign_in
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving import cookies, proxied
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import Asked, Parameter

log = structlog.get_logger()

BEGIN: Final = "/sign-in/oidc"
BACK: Final = f"{BEGIN}/callback"
_COOKIE: Final = "mdwatch-oidc"
_SECONDS: Final = 900  # that somebody may take for it
_SEE_OTHER: Final = 303
_NEXT: Final = Parameter(name="next", summary="The page to go on to.", longest=4_000)
# Of the threads that answer the page no more than these wait for the provider, which may hang.
_asking: Final = threading.BoundedSemaphore(5)
_STALE: Final = "This was begun in another browser, or too long ago. Please begin again."


def _told(endpoint: Callable[[Asked], Response]) -> Callable[[Asked], Response]:
    """The endpoint; where the provider is away or not to be trusted, a page says so, where a token may be typed."""

    def answer(asked: Asked) -> Response:
        settings = asked.context.settings.oidc
        if not settings.issuer:
            raise Fault(404, "people sign in with tokens here; see [oidc] in mdwatch.toml")
        if not _asking.acquire(blocking=False):
            return _refused(asked, 503, f"{settings.title} is slow to answer just now. Please try again in a minute.")
        try:
            return endpoint(asked)
        except Deferred as error:
            status, why = 503, f"It cannot be asked now: {error}. A token still signs you in."
        except Rejected as error:
            status, why = 502, f"It gave an answer that cannot be used: {error.reason}. A token still signs you in."
        except ConfigError as error:
            status, why = 500, f"Its secret is not to be had: {'; '.join(error.faults)}. A token still signs you in."
        finally:
            _asking.release()
        log.warning("http_sign_in_failed", issuer=settings.issuer, reason=why)
        return _refused(asked, status, f"You could not be signed in with {settings.title}. {why}")

    return answer


def _refused(asked: Asked, status: int, message: str) -> Response:
    response = page(asked, "sign_in.html", status=status, title="Sign in", message=message, next="/")
    cookies.leave(response, _name(asked), "", 0)
    return response


@_told
def _begin(asked: Asked) -> Response:
    settings, handshake = asked.context.settings.oidc, Handshake.new()
    to = openid.provider(settings).begin(handshake, _redirect_uri(asked))
    response = Response(status_code=_SEE_OTHER, headers={"Location": to})
    kept = json.dumps({**asdict(handshake), "next": sign_in.inner(asked.values["next"]), "issuer": settings.issuer})
    cookies.leave(response, _name(asked), base64.urlsafe_b64encode(kept.encode()).decode(), _SECONDS)
    return response


@_told
def _finish(asked: Asked) -> Response:
    settings = asked.context.settings.oidc
    kept, came = _kept(asked), asked.request.query_params
    if kept is None or not hmac.compare_digest(kept["state"].encode(), came.get("state", "").encode()):
        return _refused(asked, 400, _STALE)
    if kept["issuer"] != settings.issuer or came.get("iss", settings.issuer) != settings.issuer:
        # Another provider answers than the one that was asked (RFC 9207).
        return _refused(asked, 400, _STALE)
    if "error" in came:
        why = ": ".join(escape(came[name][:500]) for name in ("error", "error_description") if came.get(name))
        return _refused(asked, 403, f"You were not signed in with {settings.title}: {why}")
    handshake = Handshake(kept["state"], kept["nonce"], kept["verifier"])
    found = openid.provider(settings).finish(came.get("code", ""), handshake, _redirect_uri(asked), asked.now // 1000)
    try:
        proxied.granted(asked.context.settings.groups, found.name, list(found.groups))
    except Fault as fault:
        log.warning("http_sign_in_refused", client=asked.context.actor.origin, reason=fault.message)
        return _refused(asked, fault.status, f"{fault.message}.")
    cookie = cookies.name(cookies.SESSION, secure=_is_secure(asked))
    begun = sessions.by_provider(asked.context, cookie, settings.issuer, found.name, found.groups)
    response = sign_in.entered(asked, begun, cookie, sign_in.inner(kept["next"]))
    cookies.leave(response, _name(asked), "", 0)
    return response


def _page_url(asked: Asked) -> str:
    """What browsers call the page."""
    return asked.context.settings.oidc.page_url or asked.context.settings.http.base_url


def _redirect_uri(asked: Asked) -> str:
    return f"{_page_url(asked)}{BACK}"


def _is_secure(asked: Asked) -> bool:
    return _page_url(asked).startswith("https://")


def _name(asked: Asked) -> str:
    return cookies.name(_COOKIE, secure=_is_secure(asked))


def _kept(asked: Asked) -> Mapping[str, str] | None:
    """What the browser kept of the sign-in that it began; None where it keeps none."""
    text = asked.request.cookies.get(_name(asked), "")
    try:
        found = json.loads(base64.urlsafe_b64decode(text.encode()))
    except ValueError:
        return None
    names = {"state", "nonce", "verifier", "next", "issuer"}
    good = isinstance(found, dict) and found.keys() == names and all(isinstance(item, str) for item in found.values())
    return found if good else None


ROUTES: Final = (
    replace(view(BEGIN, "Sends somebody to the OpenID provider to sign in.", _begin, _NEXT), tokenless=True),
    replace(view(BACK, "Signs in whom the OpenID provider sends back.", _finish), tokenless=True, free=True),
)
