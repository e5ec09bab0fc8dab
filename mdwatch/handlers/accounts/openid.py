"""People sign in by a provider of OpenID Connect: an authorization code with PKCE, exchanged for an ID token.

OpenID Connect Core 1.0 (3.1), Discovery 1.0, RFC 7636 (PKCE). What the provider says of itself, and its keys, are
remembered for a while; keys are asked for anew where a token is signed with one that is not known.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from mdwatch.config import OidcSettings, Settings
from mdwatch.errors import ConfigError, Deferred, Rejected
from mdwatch.handlers.accounts import id_tokens, openid_http
from mdwatch.handlers.accounts.id_tokens import UnknownKey
from mdwatch.runtime import secret_files

CREDENTIAL: Final = "mdwatch-oidc-secret"
_REMEMBERED: Final = 3_600.0  # seconds for which the provider is not asked again what it says of itself
_AGAIN: Final = 10.0  # the fewest seconds between two questions for its keys
_MOST_GROUPS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Handshake:
    """What one sign-in is known by; the browser keeps it until the provider sends it back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Handshake":
        """A new one, that nobody can guess."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier at first (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """Whom the provider has signed in: a name, and groups."""

    name: str
    groups: tuple[str, ...]


def faults(settings: Settings) -> list[str]:
    """What is wrong with `[oidc]` that takes a look at the world; the provider itself is not asked."""
    if not settings.oidc.issuer:
        return []
    found = []
    if not id_tokens.is_there():
        found.append('oidc.issuer: needs what comes with the extra; pip install "mdwatch[oidc]"')
    try:
        secret(settings.oidc)
    except ConfigError as error:
        found += error.faults
    return found


def secret(settings: OidcSettings) -> str | None:
    """The client's secret; None for a public client. Raises `ConfigError`."""
    return secret_files.read("oidc.client_secret_file", settings.client_secret_file, CREDENTIAL)


@lru_cache(maxsize=4)
def provider(settings: OidcSettings) -> "OpenIdProvider":
    """The provider of these settings, with what is remembered of it."""
    return OpenIdProvider(settings)


class OpenIdProvider:
    """A provider. Methods raise `Deferred` where it does not answer, `Rejected` where its answer is not good."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._told: Mapping[str, Any] = {}
        self._told_at = self._failed_at = float("-inf")
        self._failure: str | None = None
        self._keys: Mapping[str, Any] = {}
        self._keys_at = float("-inf")

    def begin(self, handshake: Handshake, redirect_uri: str) -> str:
        """The address to which the browser is sent."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._settings.scopes),
            "state": handshake.state,
            "nonce": handshake.nonce,
            "code_challenge": handshake.challenge,
            "code_challenge_method": "S256",
        }
        address = self._endpoint("authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def finish(self, code: str, handshake: Handshake, redirect_uri: str, now: int) -> SignedInUser:
        """Who has signed in, by the code that the browser brought back at this moment (seconds)."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": handshake.verifier,
        }
        answer = self._exchanged(sent)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Rejected("it sent no ID token")
        try:
            claims = self._claims(token, handshake, now)
        except UnknownKey:
            self._forget_keys()
            try:
                claims = self._claims(token, handshake, now)
            except UnknownKey as error:
                raise Rejected(f"its ID token is not good: {error}") from None
        return self._identity({**self._user(claims, answer), **claims})

    def _claims(self, token: str, handshake: Handshake, now: int) -> Mapping[str, Any]:
        return id_tokens.claims(
            token,
            self._key_set(),
            issuer=self._settings.issuer,
            client_id=self._settings.client_id,
            nonce=handshake.nonce,
            now=now,
            offered=self._metadata().get("id_token_signing_alg_values_supported") or ["RS256"],
        )

    def _exchanged(self, sent: Mapping[str, str]) -> Mapping[str, Any]:
        """What the code is exchanged for, the client known by its secret where it has one (RFC 6749, 2.3.1)."""
        key, client = secret(self._settings), self._settings.client_id
        given, headers = dict(sent), {}
        if key is None:
            given["client_id"] = client
        elif "client_secret_basic" in (
            self._metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        ):
            pair = base64.b64encode(f"{quote_plus(client)}:{quote_plus(key)}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        else:
            given |= {"client_id": client, "client_secret": key}
        return openid_http.answer(self._endpoint("token_endpoint"), self._settings.seconds, headers, given)

    def _user(self, claims: Mapping[str, Any], answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """What it tells of the user beside the token, where the token alone does not say all that is asked."""
        wanted = (self._settings.name_claim, self._settings.groups_claim)
        token = answer.get("access_token")
        if all(_found(claims, name) is not None for name in wanted) or not isinstance(token, str):
            return {}
        if not self._metadata().get("userinfo_endpoint"):
            return {}
        headers = {"Authorization": f"Bearer {token}"}
        told = openid_http.answer(self._endpoint("userinfo_endpoint"), self._settings.seconds, headers)
        if told.get("sub") != claims["sub"]:
            raise Rejected("what it tells of the user is of somebody else (sub)")
        return told

    def _identity(self, claims: Mapping[str, Any]) -> SignedInUser:
        name = _found(claims, self._settings.name_claim)
        groups = _found(claims, self._settings.groups_claim)
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        told = tuple(group for group in listed if isinstance(group, str) and group)[:_MOST_GROUPS]
        return SignedInUser(name if isinstance(name, str) and name.strip() else str(claims["sub"]), told)

    def _metadata(self) -> Mapping[str, Any]:
        """What it says of itself; whoever waited while another one asked in vain is told so at once."""
        begun = time.monotonic()
        with self._lock:
            if self._failure is not None and self._failed_at > begun:
                raise Deferred(self._failure)
            if time.monotonic() - self._told_at > _REMEMBERED:
                address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
                try:
                    told = openid_http.answer(address, self._settings.seconds)
                except Deferred as error:
                    self._failure, self._failed_at = str(error), time.monotonic()
                    raise
                if told.get("issuer") != self._settings.issuer:
                    raise Rejected(
                        f"it calls itself {told.get('issuer')}; set oidc.issuer to that, if it is the right one"
                    )
                self._told, self._told_at = told, time.monotonic()
            return self._told

    def _endpoint(self, name: str) -> str:
        address = self._metadata().get(name)
        scheme = urlsplit(address).scheme if isinstance(address, str) else ""
        # What is secret goes nowhere by http where the provider itself is asked by https.
        if not isinstance(address, str) or scheme not in {"https", urlsplit(self._settings.issuer).scheme}:
            raise Rejected(f"it tells no {name} that can be used")
        return address

    def _key_set(self) -> Mapping[str, Any]:
        address = self._endpoint("jwks_uri")
        with self._lock:
            if time.monotonic() - self._keys_at > _REMEMBERED:
                self._keys = openid_http.answer(address, self._settings.seconds)
                self._keys_at = time.monotonic()
            return self._keys

    def _forget_keys(self) -> None:
        with self._lock:
            if time.monotonic() - self._keys_at > _AGAIN:
                self._keys_at = float("-inf")


def _found(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of this name, or at the end of this way through claims; None where there is none."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
