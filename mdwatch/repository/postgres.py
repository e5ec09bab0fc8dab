"""PostgreSQL: connections that notice a server that is gone, and what its faults mean. All that is its own is here.

A connection is asked whether it lives before it is used, so that a server that was started anew, or whose place another
took, costs nobody a transaction. Nobody waits for ever: not for a lock (`busy_seconds`), not for a server that does not
answer, and the server itself ends a transaction whose client says nothing more, so that one that was stopped in the
middle keeps its locks from the others for a few seconds only.

Of two transactions that change the same row one fails; whoever began it does it again (`RepositoryConflict`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from mdwatch.errors import ConfigError

IDLE_SECONDS: Final = 10  # for which a transaction may lie there without a word from its client
STATEMENT_SECONDS: Final = 600  # for which a statement may run: none of ours does, but for the first of a migration
_CONNECT_SECONDS: Final = 5
_CONNECTIONS: Final = 4  # kept open; those beyond are closed after use
_MIGRATION_LOCK: Final = 0x6D64_7761_7463_68  # "mdwatch"
# Of the SQL standard and of the server's manual, appendix A.
_CONFLICTS: Final = frozenset({"40001", "40P01", "23505"})  # could not serialize, deadlock, the same key twice
_BUSY: Final = frozenset({"55P03"})  # the lock was not to be had in time
# Classes: connection, transaction (one that idled too long; a server that only reads, as a replica does), resources,
# limits, operator, system, the server's own.
_WORLD: Final = frozenset({"08", "25", "53", "54", "57", "58", "XX"})


def connect(url: str, busy_seconds: float, *, read_only: bool) -> Engine:
    """The engine for this URL, which nothing was asked of yet; raises `ConfigError` where the driver is missing."""
    milliseconds = {
        "lock_timeout": busy_seconds * 1000,
        "statement_timeout": STATEMENT_SECONDS * 1000,
        "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
    }
    options = " ".join(f"-c {name}={int(value)}" for name, value in milliseconds.items())
    if read_only:
        options += " -c default_transaction_read_only=on"
    known = make_url(url).query
    # A server's name may stand for several of which one takes writes; a network may swallow what is sent to one.
    arguments: dict[str, Any] = {
        "connect_timeout": _CONNECT_SECONDS,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        "application_name": "mdwatch",
        **({} if read_only else {"target_session_attrs": "read-write"}),
    }
    arguments = {name: value for name, value in arguments.items() if name not in known}
    said = known.get("options", ())
    arguments["options"] = " ".join([options, *((said,) if isinstance(said, str) else said)])
    try:
        return create_engine(
            make_url(url).difference_update_query(["options"]),
            isolation_level="REPEATABLE READ",
            connect_args=arguments,
            pool_size=_CONNECTIONS,
            max_overflow=-1,
            pool_use_lifo=True,
            pool_pre_ping=True,
        )
    except ModuleNotFoundError:
        raise ConfigError(["repository.url: PostgreSQL needs the extra: pip install 'mdwatch[postgres]'"]) from None


def is_conflict(error: DBAPIError) -> bool:
    """Whether another transaction changed the same at the same time: it is right to do the whole of it again."""
    return _state(error) in _CONFLICTS


def is_busy(error: DBAPIError) -> bool:
    """Whether a lock was not to be had in time."""
    return _state(error) in _BUSY


def passes(error: DBAPIError) -> bool:
    """Whether it is a fault of the server or the way to it: it goes away, shuts down, fails over, is full."""
    return error.connection_invalidated or _state(error)[:2] in _WORLD


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


@contextmanager
def migrating(engine: Engine) -> Iterator[None]:
    """Holds what only one process holds at a time, whichever host it is on. Ends with the connection at the latest."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Whoever migrates may take longer than anybody waits for a lock otherwise, and this one says nothing meanwhile.
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})"))
        try:
            yield
        finally:
            connection.execute(text(f"SELECT pg_advisory_unlock({_MIGRATION_LOCK})"))
            connection.invalidate()
