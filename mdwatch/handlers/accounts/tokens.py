"""Tokens of accounts are made, listed and revoked; and somebody comes with one.

A token is 256 random bits, so that its SHA-256 is all that has to be kept: nobody finds it by trying.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from mdwatch.config import EVERYWHERE, NAME_PATTERN
from mdwatch.errors import UsageError
from mdwatch.model import AccountRole, Caller
from mdwatch.repository import ie_counts, tokens
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.tokens import TokenEntry
from mdwatch.rules.acts import Act
from mdwatch.runtime.acting import acting
from mdwatch.runtime.context import Context
from mdwatch.shapes.tokens import TokenShape

PREFIX: Final = "mdw_"  # by which people, and scanners of published code, know what it is
_DAY: Final = 86_400_000


@repeated
def create(
    context: Context, name: str, role: AccountRole, institutions: Iterable[str], days: int | None
) -> tuple[str, TokenShape]:
    """Makes a token, and tells it this once; without institutions it covers all. Raises `UsageError` for a bad name."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise UsageError(f"{name} is no name for a token: letters, digits, dots, hyphens and underscores only")
    codes = frozenset(institutions) or None
    if codes is not None and not all(code.strip() for code in codes):
        raise UsageError("an institution has a code that is not empty")
    if codes is not None and EVERYWHERE in codes:
        raise UsageError("a token covers all institutions where none is named")
    text = PREFIX + secrets.token_urlsafe(32)
    now = context.clock.now()
    expires = None if days is None else now + days * _DAY
    account = Caller(name, role, codes)
    told = sorted(codes) if codes else None
    with acting(context, Act.TOKEN_CREATE, name, role=role.value, institutions=told, expires=expires) as act:
        if tokens.named(act.connection, name) is not None:
            raise UsageError(f"there is a token {name} already; a name is used once, also where it was revoked")
        tokens.add(act.connection, account, _digest(text), at=now, made_by=context.actor.name, expires_at=expires)
    entry = TokenEntry(account=account, made_at=now, made_by=context.actor.name, expires_at=expires, revoked_at=None)
    return text, _shape(entry, now)


def unknown(context: Context, codes: Iterable[str]) -> list[str]:
    """Those institutions that no user of the settings works for, nor any IE was of so far. Raises `Deferred`."""
    in_settings = {code for user in context.settings.users.values() for code in user.codes or ()}
    with context.repository.read() as connection:
        return sorted({*codes} - in_settings - ie_counts.institutions(connection))


@repeated
def revoke(context: Context, name: str) -> None:
    """Has a token count no more, from the next request on; raises `UsageError` where there is none."""
    with acting(context, Act.TOKEN_REVOKE, name) as act:
        if not tokens.revoke(act.connection, name, context.clock.now()):
            raise UsageError(f"there is no token {name} that could be revoked")


def listed(context: Context) -> list[TokenShape]:
    """All tokens, by name."""
    with context.repository.read() as connection:
        return [_shape(item, context.clock.now()) for item in tokens.all_tokens(connection)]


@repeated
def entry_of(context: Context, sent: str) -> TokenEntry | None:
    """The token that was sent; None where there is none such, or it has expired or was revoked. Raises `Deferred`."""
    if not sent.startswith(PREFIX):
        return None
    with context.repository.read() as connection:
        return _good(tokens.of_digest(connection, _digest(sent)), context.clock.now())


def account_of(context: Context, sent: str) -> Caller | None:
    """Whose token this is; None where it is nobody's, has expired or was revoked. Raises `Deferred`."""
    found = entry_of(context, sent)
    return found.account if found is not None else None


def account_named(connection: Connection, name: str, now: int) -> Caller | None:
    """Whose token has this name; None where it has expired or was revoked by this moment (milliseconds)."""
    found = _good(tokens.named(connection, name), now)
    return found.account if found is not None else None


@repeated
def any_ever(context: Context) -> bool:
    """Whether a token was ever made. Raises `Deferred`."""
    with context.repository.read() as connection:
        return tokens.any_ever(connection)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _good(found: TokenEntry | None, now: int) -> TokenEntry | None:
    return found if found is not None and _state(found, now) == "good" else None


def _state(item: TokenEntry, now: int) -> str:
    if item.revoked_at is not None:
        return "revoked"
    return "expired" if item.expires_at is not None and item.expires_at <= now else "good"


def _shape(item: TokenEntry, now: int) -> TokenShape:
    codes = item.account.institutions
    return TokenShape(
        name=item.account.name,
        role=item.account.role.value,
        institutions=None if codes is None else tuple(sorted(codes)),
        made_at=item.made_at,
        made_by=item.made_by,
        expires_at=item.expires_at,
        revoked_at=item.revoked_at,
        state=_state(item, now),
    )
