"""Somebody signs in with a browser, is known by its cookie, and signs out; or the session ends by itself.

A cookie holds 256 random bits. The database keeps their SHA-256, taken together with the cookie's name: what was given
over TLS under a name that only TLS can set counts under no other. What a session may do is looked up at each request,
so that it ends with the token, the administrators' token or the provider that it was begun with.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from mdwatch.formats.printable import escape
from mdwatch.handlers.accounts import tokens
from mdwatch.model import AccountRole, Caller
from mdwatch.repository import sign_ins
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.sign_ins import SignInEntry
from mdwatch.rules import grants
from mdwatch.rules.acts import Act
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context

LONGEST_NAME: Final = 200
_HOUR: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A session that has begun: what the cookie is to hold, and for how many seconds it is good."""

    text: str
    seconds: int


def by_token(context: Context, cookie: str, sent: str) -> BrowserSession | None:
    """A session for whoever has this token, no longer than the token is good; None where it is nobody's."""
    found = tokens.entry_of(context, sent)
    if found is None:
        return None
    entry = _entry(context, found.account.name, found.expires_at)
    return _begun(context, cookie, secrets.token_urlsafe(32), replace(entry, token=found.account.name))


def by_administrators(context: Context, cookie: str, token_digest: bytes, name: str) -> BrowserSession:
    """A session for somebody who has sent the administrators' token, under the name that they gave, if any."""
    text = secrets.token_urlsafe(32)
    entry = replace(_entry(context, name.strip(), None), proof=_proof(text, token_digest))
    return _begun(context, cookie, text, entry)


def by_provider(context: Context, cookie: str, issuer: str, name: str, groups: Sequence[str]) -> BrowserSession:
    """A session for somebody whom this provider has signed in, and told to be in these groups."""
    entry = replace(_entry(context, name.strip(), None), issuer=issuer, groups=tuple(groups))
    return _begun(context, cookie, secrets.token_urlsafe(32), entry)


@repeated
def account_of(context: Context, cookie: str, text: str, administrators: bytes | None) -> Caller | None:
    """Whose session this is; None where there is none or it has ended. Raises `Deferred`.

    `administrators` is the digest of the administrators' token as it is now, None where there is none.
    """
    with context.repository.read() as connection:
        found = sign_ins.of_digest(connection, _digest(cookie, text))
        now = context.clock.now()
        if found is None or found.expires_at <= now:
            return None
        if found.token is not None:
            return tokens.account_named(connection, found.token, now)
    if found.proof is not None and administrators is not None:
        good = hmac.compare_digest(found.proof, _proof(text, administrators))
        return Caller(found.name, AccountRole.MANAGER) if good else None
    if found.issuer is not None and found.issuer == context.settings.oidc.issuer:
        # By the settings as they are now.
        granted = {name: group.grant for name, group in context.settings.groups.items()}
        return grants.account(granted, found.name, found.groups)
    return None


@repeated
def end(context: Context, cookie: str, text: str) -> None:
    """Ends a session, if there is such a one. Raises `Deferred`."""
    digest = _digest(cookie, text)
    with context.repository.write() as connection:
        found = sign_ins.of_digest(connection, digest)
        if found is not None and sign_ins.remove(connection, digest):
            _record(connection, context, Act.SIGN_OUT, found.name)


def _entry(context: Context, name: str, until: int | None) -> SignInEntry:
    now = context.clock.now()
    ends = now + int(context.settings.http.session_hours * _HOUR)
    return SignInEntry(name=name[:LONGEST_NAME], made_at=now, expires_at=ends if until is None else min(ends, until))


@repeated
def _begun(context: Context, cookie: str, text: str, entry: SignInEntry) -> BrowserSession:
    with context.repository.write() as connection:
        sign_ins.add(connection, _digest(cookie, text), entry)
        _record(connection, context, Act.SIGN_IN, entry.name)
    return BrowserSession(text, (entry.expires_at - entry.made_at) // 1000)


def _record(connection: Connection, context: Context, act: Act, name: str) -> None:
    actor = context.actor
    named = context.of(actor._replace(name=escape(name) or actor.name))
    record_act(connection, named, act, named.actor.name)


def _digest(cookie: str, text: str) -> bytes:
    return hashlib.sha256(f"{cookie}={text}".encode("utf-8", "surrogatepass")).digest()


def _proof(text: str, token_digest: bytes) -> bytes:
    """That whoever began the session knew the token; of no use to whoever has the database, and so not the session."""
    return hmac.new(text.encode(), token_digest, hashlib.sha256).digest()
