"""Opening the database, and its transactions.

SQLite: every commit is durable (`synchronous=FULL`). The write-ahead log is used only where the linked library has the
fix for the WAL-reset corruption; else `journal_mode=TRUNCATE`. A write transaction takes its lock at once, so that it
waits, at most `busy_seconds`, before it has done anything rather than after.

PostgreSQL: `postgres` has all that is its own.

Each connection has a cache of its own, so there are few, and the one used last is used first. Those of a process that
only reads cannot write, whatever is asked of them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from mdwatch.errors import ConfigError, Deferred
from mdwatch.repository import postgres, server_clock
from mdwatch.repository.database_faults import commit, is_busy, misses_table, named_faults

if TYPE_CHECKING:
    from mdwatch.repository.replica import Replica

HEAD: Final = "0020"  # the newest migration
SQLITE_VERSION: Final = sqlite3.sqlite_version  # of the library that is linked
_WRITES: Final = "mdwatch_writes"
# What SQLite says of a file that it has open, and that is to be opened anew, for the fault may lie in that. Where
# opening it for writing failed for a moment, it was silently opened for reading; after a disk was away, what is open
# never comes back.
_BROKEN: Final = ("readonly database", "disk I/O error", "unable to open database file")
_CONNECTIONS: Final = 4  # kept open; those beyond are closed after use
_CACHE_KIB: Final = 16 << 10  # of each
_READER_CACHE_KIB: Final = 8 << 10


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset bug: 3.51.3, or its backports 3.50.7 and 3.44.6."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


class Repository:
    """An open database, at its newest migration."""

    def __init__(
        self, url: str, busy_seconds: float, *, known: str = "", read_only: bool = False, read_url: str = ""
    ) -> None:
        """Opens the database, making it or bringing it up to date; raises `ConfigError` or `Deferred`.

        `known` tells, in words, since when there is a repository at this URL: a database that is missing then, or
        empty, is gone and not a new one. Nothing is made in its place. `read_only`: it is there, and is neither made
        nor changed. `read_url`: a replica for `read_public`.
        """
        self._path = _path_of(url)
        self._opened: tuple[int, int] | None = None
        self._known = known
        if known and self._path is not None and not _holds_something(self._path):
            raise self._gone(url)
        self.engine = _engine(url, busy_seconds, read_only=read_only)
        self._replica = _replica(read_url, busy_seconds) if read_url else None
        try:
            if read_only:
                self._check_version(url)
            else:
                self._migrate(url)
            self._opened = _file_at(self._path)
        except BaseException:
            self.engine.dispose()
            raise

    @property
    def shared(self) -> bool:
        """Whether processes on several hosts may work with it: it is on a server."""
        return self._path is None

    def close(self) -> None:
        """Lets the connections go."""
        self.engine.dispose()
        if self._replica is not None:
            self._replica.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing; raises `Deferred`."""
        self._still_there()
        with named_faults(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read_public(self) -> Iterator[Connection]:
        """The same for what the public reads: on the replica, where there is one that has all there is by now."""
        if self._replica is None:
            with self.read() as connection:
                yield connection
            return
        with ExitStack() as stack:
            stack.enter_context(named_faults())
            yield stack.enter_context(self._replica.reading(self.engine)) or stack.enter_context(self.read())

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is durable when it ends and undone if it raises; raises `Deferred`."""
        self._still_there()
        with named_faults(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            transaction = connection.begin()
            with transaction:
                yield connection
                commit(transaction)

    def moment(self, here: int) -> int:
        """The moment that all who share the database go by (`server_clock`); `here` is what this host's clock says."""
        if self._path is not None:
            return here
        with self.read() as connection:
            return server_clock.moment(connection, here)

    def _still_there(self) -> None:
        """Raises `Deferred` where the file that was opened is no longer at its path: what is written is lost then."""
        if self._opened is None:
            return
        there = _file_at(self._path)
        if there == self._opened:
            return
        # What is open is not the database at the path: that, if there is one, is read from the next time on.
        self.engine.dispose()
        if there is not None and self._path is not None and _holds_something(self._path):
            self._opened = there
            raise Deferred(f"the repository's database {self._path} was replaced by another one; it is read anew")
        raise Deferred(
            f"the repository's database {self._path} is gone; mount or restore it, nothing is made in its place"
        )

    def _gone(self, url: str) -> ConfigError:
        shown = make_url(url).render_as_string(hide_password=True)
        return ConfigError(
            [f"repository.url: there is no repository at {shown} any more, and there was one {self._known}"]
        )

    def _migrate(self, url: str) -> None:
        with named_faults():
            shown = make_url(url).render_as_string(hide_password=True)
            try:
                found = self._version()
            except DatabaseError as error:
                if "not a database" not in str(error.orig):
                    raise
                why = f"{shown} is not a database of mdwatch; name another file, or move this one away"
                raise ConfigError([f"repository.url: {why}"]) from None
            if found == HEAD:
                return
            if found is None and self._known:
                raise self._gone(url)
            if found is not None and found > HEAD:
                raise ConfigError(
                    [f"repository.url: {shown} was made by a newer mdwatch (schema {found}); update mdwatch"]
                )
            # Alembic takes a quarter of a second to import, and is needed once in a database's life.
            from mdwatch.repository.migrations import upgrade  # noqa: PLC0415

            with self._migrating(), self.write() as connection:
                upgrade(connection)

    def _check_version(self, url: str) -> None:
        """Raises `Deferred` where the database can only be read and is not of this version."""
        with named_faults():
            found = self._version()
        if found != HEAD:
            shown = make_url(url).render_as_string(hide_password=True)
            raise Deferred(
                f"{shown} is of another version of mdwatch (schema {found}, not {HEAD}), "
                "which only its own user can change; the service does when it starts"
            )

    def _migrating(self) -> AbstractContextManager[None]:
        """Only one process migrates: a write transaction has SQLite to itself, a server is asked for a lock."""
        return nullcontext() if self._path is not None else postgres.migrating(self.engine)

    def _version(self) -> str | None:
        with self.engine.connect() as connection:
            try:
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            except (OperationalError, ProgrammingError) as error:
                if is_busy(error) or error.connection_invalidated or not misses_table(error):
                    raise
                return None


def _replica(url: str, busy_seconds: float) -> "Replica":
    # Only a server has one; others need not read how.
    from mdwatch.repository.replica import Replica  # noqa: PLC0415

    return Replica(url, busy_seconds)


def _path_of(url: str) -> Path | None:
    """The file of an embedded database."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def _file_at(path: Path | None) -> tuple[int, int] | None:
    """Which file lies at a path; None where there is none, or no path."""
    try:
        state = path.stat() if path is not None else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Deferred(f"the repository's database {path} cannot be looked at: {error.strerror}") from error
    return (state.st_dev, state.st_ino) if state is not None else None


def _holds_something(path: Path) -> bool:
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
        raise Deferred(f"the repository's database cannot be used: {path} cannot be made: {error.strerror}") from error


def _engine(url: str, busy_seconds: float, *, read_only: bool) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return postgres.connect(url, busy_seconds, read_only=read_only)
    path = Path(make_url(url).database or "")
    if not path.parent.is_dir():
        raise ConfigError([f"repository.url: the folder {path.parent} does not exist; make it first"])
    # Never made by connecting: a file that is gone would come back empty.
    if not path.exists() and not read_only:
        _make_file(path)
    mode = "ro" if read_only else "rw"
    quoted = make_url(url).set(database=f"file:{quote(str(path))}", query={"mode": mode, "uri": "true"})
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
            cursor.execute(f"PRAGMA journal_mode={journal_mode}")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        cursor.close()

    @event.listens_for(engine, "handle_error")
    def _let_go_of_what_broke(fault: ExceptionContext) -> None:
        if any(words in str(fault.original_exception) for words in _BROKEN):
            fault.is_disconnect = True
            # What holds a statement is not closed, and would keep its lock on the file.
            if fault.execution_context is not None:
                fault.execution_context.cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
