"""Browsers that people have signed in with: rows that are made, looked up by their digest, and removed."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from mdwatch.repository.tables.accounts import sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInEntry:
    """Who signed in, and by what of three: a token, the administrators' token (`proof`), or an OpenID provider.

    Moments in milliseconds.
    """

    name: str
    made_at: int
    expires_at: int
    token: str | None = None
    proof: bytes | None = None
    issuer: str | None = None
    groups: tuple[str, ...] = ()


def add(connection: Connection, digest: bytes, entry: SignInEntry) -> None:
    """Keeps it, and forgets those that have expired."""
    connection.execute(delete(sign_in).where(sign_in.c.expires_at <= entry.made_at))
    values = {"digest": digest, "name": entry.name, "token": entry.token, "proof": entry.proof, "issuer": entry.issuer}
    groups = json.dumps(entry.groups)
    moments = {"made_at": entry.made_at, "expires_at": entry.expires_at}
    connection.execute(insert(sign_in).values({**values, **moments, "groups": groups}))


def of_digest(connection: Connection, digest: bytes) -> SignInEntry | None:
    """The one of this digest."""
    row = connection.execute(select(sign_in).where(sign_in.c.digest == digest)).one_or_none()
    if row is None:
        return None
    return SignInEntry(
        name=row.name,
        made_at=row.made_at,
        expires_at=row.expires_at,
        token=row.token,
        proof=row.proof,
        issuer=row.issuer,
        groups=tuple(json.loads(row.groups or "[]")),
    )


def remove(connection: Connection, digest: bytes) -> bool:
    """Forgets it; whether it was there."""
    return connection.execute(delete(sign_in).where(sign_in.c.digest == digest)).rowcount == 1
