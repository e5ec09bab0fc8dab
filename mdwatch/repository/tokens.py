"""Tokens of accounts: their digests, roles and institutions. A revoked one keeps its row, and so its name."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from mdwatch.model import AccountRole, Caller
from mdwatch.repository.tables.accounts import token
from mdwatch.repository.tables.ies import ie


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEntry:
    """A token; moments in milliseconds."""

    account: Caller
    made_at: int
    made_by: str
    expires_at: int | None
    revoked_at: int | None


def add(
    connection: Connection, account: Caller, digest: bytes, *, at: int, made_by: str, expires_at: int | None
) -> None:
    """Keeps a token."""
    institutions = None if account.institutions is None else json.dumps(sorted(account.institutions))
    values = {"name": account.name, "digest": digest, "role": account.role.value, "institutions": institutions}
    connection.execute(insert(token).values({**values, "made_at": at, "made_by": made_by, "expires_at": expires_at}))


def named(connection: Connection, name: str) -> TokenEntry | None:
    """The token of this name."""
    row = connection.execute(select(token).where(token.c.name == name)).one_or_none()
    return None if row is None else _entry(row)


def of_digest(connection: Connection, digest: bytes) -> TokenEntry | None:
    """The token of this digest."""
    row = connection.execute(select(token).where(token.c.digest == digest)).one_or_none()
    return None if row is None else _entry(row)


def any_ever(connection: Connection) -> bool:
    """Whether a token was ever made: from then on nobody is let in without one, though all be revoked."""
    return connection.execute(select(token.c.id).limit(1)).scalar() is not None


def all_tokens(connection: Connection) -> list[TokenEntry]:
    """All tokens, by name."""
    return [_entry(row) for row in connection.execute(select(token).order_by(token.c.name))]


def revoke(connection: Connection, name: str, at: int) -> bool:
    """Has a token count no more; whether there is one of this name that did."""
    query = update(token).where(token.c.name == name, token.c.revoked_at.is_(None)).values(revoked_at=at)
    return connection.execute(query).rowcount == 1


def institution_of(connection: Connection, pid: str) -> str | None:
    """The institution that an IE belongs to; None where there is no such IE."""
    return connection.execute(select(ie.c.institution).where(ie.c.pid == pid)).scalar()


def _entry(row: Any) -> TokenEntry:
    institutions = None if row.institutions is None else frozenset(json.loads(row.institutions))
    return TokenEntry(
        account=Caller(row.name, AccountRole(row.role), institutions),
        made_at=row.made_at,
        made_by=row.made_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
