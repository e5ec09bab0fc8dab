"""A provider of OpenID Connect to sign in by, that can be made to say anything: over HTTP, with keys of its own.

That mdwatch gets on with one that others wrote is shown in tests/system/test_openid.py; this one lies as none does.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "mdwatch", "the client's secret: +/ %"
Spoil = Callable[[dict[str, Any]], Any]


class Login(ThreadingHTTPServer):
    """The provider. `user` is what it tells of whoever signs in; `spoilt` may change what it sends, by its kind."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}/realms/archive"
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.user: dict[str, Any] = {"sub": "u-1", "preferred_username": "ada", "groups": ["archivists"]}
        self.in_token = True  # whether the ID token tells of the user, or only userinfo does
        self.header: dict[str, Any] = {"alg": "RS256"}
        self.signing: Any = None  # another key to sign with
        self.spoilt: dict[str, Spoil] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def sign_in(self, address: str) -> dict[str, str]:
        """What the browser brings back, whose user has signed in at the address that it was sent to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "session_state": "x"}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """Status and object."""
        kind = path.rsplit("/", 1)[-1]
        self.asked.append(kind)
        status, found = 200, getattr(self, f"_{kind.replace('-', '_')}")(form, authorization)
        if isinstance(found, int):
            status, found = found, {"error": "invalid_grant", "error_description": "no \u202esuch code"}
        spoil = self.spoilt.get(kind)
        return status, spoil(found) if spoil is not None else found

    def _openid_configuration(self, *_: object) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth?kc=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/certs",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        }

    def _auth(self, asked: dict[str, str], _: str) -> bytes:
        """The page on which people sign in: a link that leads back."""
        back = f"{asked['redirect_uri']}?{urlencode(self.sign_in(f'/?{urlencode(asked)}'))}"
        return f'<!DOCTYPE html><title>Provider</title><a href="{escape(back)}">Sign in as ada</a>'.encode()

    def _certs(self, *_: object) -> dict[str, Any]:
        return {"keys": [{"kty": "new-kind", "kid": "x"}, self.key.as_dict(private=False)]}

    def _userinfo(self, _: object, authorization: str) -> Any:
        return dict(self.user) if authorization == "Bearer access" else 401

    def _token(self, form: dict[str, str], authorization: str) -> Any:
        asked = self.codes.pop(form.get("code", ""), None)
        client = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        good = (
            asked is not None
            and client == "mdwatch:the+client%27s+secret%3A+%2B%2F+%25"
            and form["redirect_uri"] == asked["redirect_uri"]
            and form["grant_type"] == "authorization_code"
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        )
        if asked is None or not good:
            return 400
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": now + 60, "iat": now, "nonce": asked["nonce"]}
        claims |= self.user if self.in_token else {"sub": self.user["sub"]}
        if "claims" in self.spoilt:
            claims = self.spoilt["claims"](claims)
        if self.header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (self.header, claims))
            signed = ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])
        else:
            key = self.signing or self.key
            signed = jwt.encode({"kid": self.key.kid, **self.header}, claims, key, algorithms=[self.header["alg"]])
        return {"access_token": "access", "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    server: Login

    def do_GET(self) -> None:
        self._answer(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer({name: values[0] for name, values in parse_qs(data).items()})

    def _answer(self, form: dict[str, str]) -> None:
        status, found = self.server.answer(urlsplit(self.path).path, form, self.headers.get("Authorization", ""))
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def login() -> Iterator[Login]:
    """A provider that serves for as long as this lasts."""
    server = Login()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
