"""What mdwatch signs with: random keys, made at first use and kept for good, the same for every process and host."""

import os
from typing import Final

from sqlalchemy import Connection, select, text

from mdwatch.repository.database_faults import repeated
from mdwatch.repository.engine import Repository
from mdwatch.repository.tables.accounts import secret

_LENGTH: Final = 32  # bytes
# Another process may make it at the same moment; SQLite and PostgreSQL both know this clause.
_MAKE: Final = text("INSERT INTO secret (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")


@repeated
def key(repository: Repository, name: str) -> bytes:
    """The key of this name, 32 bytes; whoever asks first makes it. Raises `Deferred`."""
    with repository.read() as connection:
        there = _get(connection, name)
    if there is not None:
        return there
    with repository.write() as connection:
        connection.execute(_MAKE, {"name": name, "value": os.urandom(_LENGTH)})
        made = _get(connection, name)
    assert made is not None  # noqa: S101
    return made


def _get(connection: Connection, name: str) -> bytes | None:
    return connection.execute(select(secret.c.value).where(secret.c.name == name)).scalar()
