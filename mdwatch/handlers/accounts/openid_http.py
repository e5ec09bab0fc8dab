"""A provider of OpenID Connect is asked over HTTP: JSON, with a cap on time and size, led on to nowhere else."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, Any, Final
from urllib.parse import urlencode, urlsplit

from mdwatch.errors import Deferred, Rejected
from mdwatch.formats.printable import escape
from mdwatch.runtime import unreached
from mdwatch.runtime.web_client import WebClient

_LARGEST: Final = 1 << 20  # bytes of an answer
_PASSING: Final = 500


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """What is secret goes to the address that the provider has told, and to no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """None: the redirection is the answer."""


def answer(
    address: str, seconds: float, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """The object that is answered, to a form where one is given; raises `Deferred` and `Rejected`."""
    body = None if form is None else urlencode(form).encode()
    given = {"Accept": "application/json", "User-Agent": "mdwatch", **(headers or {})}
    request = urllib.request.Request(address, body, given)  # noqa: S310 - settings and the caller take http and https only
    host = urlsplit(address).netloc
    try:
        with WebClient(_Nowhere()).open(request, seconds) as response:
            data = response.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            said = f"{host} answered {unreached.status(error)}{_why(error)}"
        if error.code >= _PASSING:
            raise Deferred(said) from None
        raise Rejected(said) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Deferred(f"{host} cannot be reached: {unreached.why(error)}") from None
    try:
        found = json.loads(data) if len(data) <= _LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise Rejected(f"{host} answered what is no JSON object")
    return found


def _why(error: urllib.error.HTTPError) -> str:
    """The reason that RFC 6749 (5.2) has a provider tell."""
    try:
        told = json.loads(error.read(10_000))
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    said = ": ".join(str(told[name]) for name in ("error", "error_description") if told.get(name))
    return f": {escape(said[:500])}" if said else ""
