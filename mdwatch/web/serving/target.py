"""What a request is for, brought into one form before anything else looks at it.

- The absolute form, `GET http://host/path`, names the host itself, and `Host` counts no more (RFC 9112, 3.2.2).
- `/api/v1` is what Dataverse's clients call `/api`.
- Dataverse's clients send a token as `key` or `unblock-key` in the query, or in headers of its own. Here that is taken
  out, and stands for the header `Authorization: Bearer`: what comes later, logs and pages among it, never sees it.
"""

from typing import Final
from urllib.parse import unquote, unquote_plus

from starlette.types import Scope

from mdwatch.web.serving.faults import Fault

_SCHEMES: Final = (b"http://", b"https://")
_API: Final = "/api/"
_VERSIONED: Final = "/api/v1/"
_KEYS: Final = frozenset({"key", "unblock-key"})
_HEADERS: Final = frozenset({b"x-dataverse-key", b"x-dataverse-unblock-key"})


def path_of(raw: bytes) -> str:
    """The path that a target, as it stands in the first line of a request, comes to; "" where it names none."""
    raw = raw.partition(b"?")[0]
    if raw[:8].lower().startswith(_SCHEMES):
        authority, _, rest = raw.partition(b"://")[2].partition(b"/")
        raw = b"/" + rest if authority else b""
    path = unquote(raw.decode("latin-1"))
    return _API + path.removeprefix(_VERSIONED) if path.startswith(_VERSIONED) else path


def settle(scope: Scope) -> None:
    """Brings the target of a request, and the token that came with it, to where they belong; raises `Fault`."""
    if scope["raw_path"][:8].lower().startswith(_SCHEMES):
        _to_origin_form(scope)
    if scope["path"].startswith(_VERSIONED):
        scope["path"] = _API + scope["path"].removeprefix(_VERSIONED)
    if scope["path"].startswith(_API):
        _take_keys(scope)


def _to_origin_form(scope: Scope) -> None:
    authority, slash, rest = scope["raw_path"].partition(b"://")[2].partition(b"/")
    if not authority:
        raise Fault(400, "the request names no host in its first line")
    scope["raw_path"] = b"/" + rest if slash else b"/"
    scope["path"] = unquote(scope["raw_path"].decode("ascii"))
    scope["headers"] = [(b"host", authority), *(item for item in scope["headers"] if item[0] != b"host")]


def _take_keys(scope: Scope) -> None:
    """Takes tokens out of query and headers; they follow whatever `Authorization` has been sent."""
    keys = [value for name, value in scope["headers"] if name in _HEADERS]
    parts = scope["query_string"].split(b"&") if scope["query_string"] else []
    kept = [part for part in parts if _name(part) not in _KEYS]
    keys += [_value(part) for part in parts if _name(part) in _KEYS]
    scope["query_string"] = b"&".join(kept)
    others = [item for item in scope["headers"] if item[0] not in _HEADERS]
    scope["headers"] = others + [(b"authorization", b"Bearer " + key) for key in keys if key]


def _name(part: bytes) -> str:
    return unquote_plus(part.partition(b"=")[0].decode("latin-1"))


def _value(part: bytes) -> bytes:
    return unquote_plus(part.partition(b"=")[2].decode("latin-1")).encode()
