"""The file of SQLite: whether it is there, and opening it.

Every commit is durable (`synchronous=FULL`). The write-ahead log is used only where the linked library has the fix for
the WAL-reset corruption; else `journal_mode=TRUNCATE`. A write transaction takes its lock at once, so that it waits, at
most `busy_seconds`, before it has done anything rather than after.

Each connection has a cache of its own, so there are few, and the one used last is used first. Those of a process that
only reads cannot write, whatever is asked of them.
"""

import gc
import sqlite3
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url

from mdwatch.errors import ConfigError, RepositoryAway

SQLITE_VERSION: Final = sqlite3.sqlite_version  # of the library that is linked
WRITES: Final = "mdwatch_writes"  # the option of a connection whose transactions do
# What SQLite says of a file that it has open, and that is to be opened anew, for the fault may lie in that. Where
# opening it for writing failed for a moment, it was silently opened for reading; after a disk was away, what is open
# never comes back, and of a write-ahead log nothing but nonsense may be had.
_BROKEN: Final = ("readonly database", "disk I/O error", "unable to open database file", "image is malformed")
_CONNECTIONS: Final = 4  # kept open; those beyond are closed after use
_CACHE_KIB: Final = 16 << 10  # of each
_READER_CACHE_KIB: Final = 8 << 10
# Bytes, of a database that is made or vacuumed. A group of updates or exports writes neighbouring rows of some
# kilobytes: with SQLite's own 4096 it takes twice the calls, each page once for the journal and once for the file.
_PAGE_SIZE: Final = 8192
_WAL_AT: Final = (
    19  # where the header of a file tells how it is read: 2 with a write-ahead log ("Database File Format")
)


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset bug: 3.51.3, or its backports 3.50.7 and 3.44.6."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def path_of(url: str) -> Path | None:
    """The file of an embedded database."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def file_at(path: Path | None) -> tuple[int, int] | None:
    """Which file lies at a path; None where there is none, or no path."""
    try:
        state = path.stat() if path is not None else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RepositoryAway(f"the repository's database {path} cannot be looked at: {error.strerror}") from error
    return (state.st_dev, state.st_ino) if state is not None else None


def holds_something(path: Path) -> bool:
    """Whether a file that is not empty lies at this path; true also where that cannot be told."""
    try:
        return path.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def _make_file(path: Path) -> None:
    try:
        path.touch(0o644)
    except OSError as error:
        raise RepositoryAway(
            f"the repository's database cannot be used: {path} cannot be made: {error.strerror}"
        ) from error


def _rests(path: Path) -> bool:
    """Whether it is of those with a write-ahead log, and no process has it open.

    Who wants to read it then has to make files beside it, even if only to say so; who may not can only take it for one
    that does not change. Raises `Deferred`.
    """
    try:
        with path.open("rb") as file:
            has_log = file.read(_WAL_AT + 1)[_WAL_AT:] == b"\2"
    except OSError as error:
        raise RepositoryAway(f"the repository's database {path} cannot be read: {error.strerror}") from error
    return has_log and not path.with_name(f"{path.name}-wal").exists()


def _let_go(connection: sqlite3.Connection) -> None:
    """Ends what a connection still reads, whoever holds it: else that is not closed, and keeps its lock on the file."""
    for cursor in gc.get_referrers(connection):
        if isinstance(cursor, sqlite3.Cursor):
            cursor.close()


def connect(url: str, busy_seconds: float, *, read_only: bool) -> Engine:
    """The engine for a file, which is made where it is not there; raises `ConfigError` and `Deferred`."""
    path = Path(make_url(url).database or "")
    if not path.parent.is_dir():
        raise ConfigError([f"repository.url: the folder {path.parent} does not exist; make it first"])
    # Never made by connecting: a file that is gone would come back empty.
    if not path.exists() and not read_only:
        _make_file(path)
    how = {"mode": "ro" if read_only else "rw", "uri": "true"}
    if read_only and _rests(path):
        how["immutable"] = "1"
    quoted = make_url(url).set(database=f"file:{quote(str(path))}", query=how)
    engine = create_engine(
        quoted,
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        pool_size=_CONNECTIONS,
        max_overflow=-1,
        pool_use_lifo=True,
    )
    journal_mode = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(busy_seconds * 1000)}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
            cursor.execute(f"PRAGMA cache_size=-{_READER_CACHE_KIB}")
        else:
            # Before the mode, which writes the first page where there is none.
            cursor.execute(f"PRAGMA page_size={_PAGE_SIZE}")
            cursor.execute(f"PRAGMA journal_mode={journal_mode}")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        cursor.close()

    @event.listens_for(engine, "handle_error")
    def _let_go_of_what_broke(fault: ExceptionContext) -> None:
        # By Ctrl-C, for which a connection is given up, too.
        interrupted = not isinstance(fault.original_exception, Exception)
        if any(words in str(fault.original_exception) for words in _BROKEN):
            fault.is_disconnect = True
        elif not interrupted:
            return
        if fault.execution_context is not None:
            _let_go(fault.execution_context.cursor.connection)
        given_up = fault.connection
        if interrupted and given_up is not None and not given_up.closed and not given_up.invalidated:
            given_up.connection.rollback()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
