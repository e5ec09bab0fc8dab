"""A replica of the server, for what the public reads: harvesters and clients that ask for documents.

A replica lags behind, and nobody may be shown an older state than they have seen: it is read only when it has all that
the primary had when it was asked. That costs the primary one question; a replica that does not catch up within a
moment, is away, or is a replica no longer, is passed over, and the primary is read.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from mdwatch.repository import postgres

log = structlog.get_logger()

_WAIT_SECONDS: Final = 0.2  # for which a replica may catch up
_LOOK_SECONDS: Final = 0.01
_AWAY_SECONDS: Final = 30.0  # for which one that is away is not asked again

_WRITTEN: Final = text("SELECT pg_current_wal_insert_lsn()::text")
_HAS: Final = text(
    "SELECT pg_is_in_recovery() AND coalesce(pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn), false)"
)
_IS_REPLICA: Final = text("SELECT pg_is_in_recovery()")


class Replica:
    """A replica that may be read; safe to use from several threads."""

    def __init__(self, url: str, busy_seconds: float) -> None:
        """Raises `ConfigError` where the driver is missing; that the server is there is not needed."""
        self._engine = postgres.connect(url, busy_seconds, read_only=True)
        self._away_until = 0.0

    def close(self) -> None:
        """Lets the connections go."""
        self._engine.dispose()

    @contextmanager
    def reading(self, primary: Engine) -> Iterator[Connection | None]:
        """A transaction on the replica; None where it lacks what the primary has. Raises `DBAPIError`."""
        connection = self._caught_up(primary)
        if connection is None:
            yield None
            return
        with connection, connection.begin():
            yield connection

    def _caught_up(self, primary: Engine) -> Connection | None:
        """A connection whose next transaction sees all that the primary has now."""
        if time.monotonic() < self._away_until:
            return None
        with primary.connect() as asked:
            written = asked.execute(_WRITTEN).scalar_one()
        deadline = time.monotonic() + _WAIT_SECONDS
        try:
            connection = self._engine.connect()
            try:
                while not self._has(connection, written):
                    if time.monotonic() > deadline or not self._is_replica(connection):
                        connection.close()
                        return None
                    time.sleep(_LOOK_SECONDS)
            except BaseException:
                connection.close()
                raise
        except DBAPIError as error:
            self._away_until = time.monotonic() + _AWAY_SECONDS
            log.warning("replica_away", reason=str(error.orig).strip().partition("\n")[0])
            return None
        return connection

    @staticmethod
    def _has(connection: Connection, written: str) -> bool:
        # In a transaction of its own: what the next one sees is no older than what this one is told of.
        with connection.begin():
            return bool(connection.execute(_HAS, {"written": written}).scalar())

    @staticmethod
    def _is_replica(connection: Connection) -> bool:
        with connection.begin():
            return bool(connection.execute(_IS_REPLICA).scalar())
