"""PostgreSQL: connections that notice a server that is gone, and what its faults mean. All that is its own is here.

A connection is asked whether it lives before it is used, so that a server that was started anew, or whose place another
took, costs nobody a transaction. Nobody waits for ever: not for a lock (`busy_seconds`), not for a server that does not
answer, and the server itself ends a transaction whose client says nothing more, so that one that was stopped in the
middle keeps its locks from the others for a few seconds only. It does not where the client was stopped or cut off
behind statements that it sent together, or within them: those transactions `end_silent` ends.

Of two transactions that change the same row one fails; whoever began it does it again (`RepositoryConflict`).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, text
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


def add_rows(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Adds rows with values for all columns by COPY, within the transaction; faults are told as those of an INSERT."""
    dialect = connection.dialect
    quoted = dialect.identifier_preparer.quote
    names = ", ".join(quoted(column.name) for column in table.columns)
    statement = f"COPY {quoted(table.name)} ({names}) FROM STDIN"
    kept = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    as_kept = [(index, process) for index, process in enumerate(kept) if process is not None]
    driver: Any = connection.connection
    cursor = driver.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                values = list(row)
                for index, process in as_kept:
                    values[index] = process(values[index])
                copy.write_row(values)
    except dialect.loaded_dbapi.Error as error:
        gone = dialect.is_disconnect(error, driver, cursor)
        raise DBAPIError.instance(
            statement, None, error, dialect.loaded_dbapi.Error, connection_invalidated=gone, dialect=dialect
        ) from error
    finally:
        cursor.close()


def hold_still(connection: Connection, tables: Iterable[Table]) -> None:
    """Has nobody else write into these tables until the transaction ends; it has to be the first that it does.

    Whoever wants to write waits, and is told after a while that the database is held.
    """
    quoted = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"LOCK TABLE {', '.join(quoted(table.name) for table in tables)} IN SHARE MODE"))


def may_be_silent(connection: Connection) -> None:
    """Has the server bear with the transaction, however long it says nothing, and however long a statement takes."""
    for name in ("idle_in_transaction_session_timeout", "statement_timeout"):
        connection.execute(text(f"SET LOCAL {name} = 0"))


_END_SILENT: Final = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
    "AND usename = current_user AND application_name = current_setting('application_name') AND state <> 'idle' "
    "AND xact_start IS NOT NULL AND wait_event_type = 'Client' AND pid <> pg_backend_pid() "
    "AND state_change < clock_timestamp() - make_interval(secs => :seconds)"
)


def end_silent(connection: Connection) -> int:
    """Ends the transactions of ours in which the server has waited too long for its client; how many there were.

    It waits for what the client has still to send, or for the client to take an answer. Its own time-out is not for
    the first where a statement has begun, and is lost where a client asks to have all sent behind the last of several.
    """
    return int(connection.execute(_END_SILENT, {"seconds": IDLE_SECONDS}).scalar_one())


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
