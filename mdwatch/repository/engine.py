"""Opening the database, and its transactions; `sqlite` and `postgres` have all that is their own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from mdwatch.errors import ConfigError, Deferred, RepositoryAway
from mdwatch.repository import postgres, server_clock, sqlite
from mdwatch.repository.database_faults import commit, is_busy, misses_table, named_faults, repeated

if TYPE_CHECKING:
    from mdwatch.repository.replica import Replica

HEAD: Final = "0022"  # the newest migration
_THEN: Final = "mdwatch_then"

T = TypeVar("T")


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
        self._path = sqlite.path_of(url)
        self._opened: tuple[int, int] | None = None
        self._known = known
        if known and self._path is not None and not sqlite.holds_something(self._path):
            raise _gone(url, known)
        self.engine = _engine(url, busy_seconds, read_only=read_only)
        self._replica = _replica(read_url, busy_seconds) if read_url else None
        try:
            if read_only:
                self._check_version(url)
            else:
                self._migrate(url)
            self._opened = sqlite.file_at(self._path)
        except BaseException:
            self.engine.dispose()
            raise

    @property
    def shared(self) -> bool:
        """Whether processes on several hosts may work with it: it is on a server."""
        return self._path is None

    def close(self) -> None:
        """Lets the connections go; those in use, as of a thread that nobody waited for, when they are given back."""
        event.listen(self.engine.pool, "checkin", lambda _connection, given_back: given_back.close())
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
        then: list[Callable[[], object]] = []
        with named_faults(), self.engine.connect() as plain:
            connection = plain.execution_options(**{sqlite.WRITES: True, _THEN: then})
            transaction = connection.begin()
            with transaction:
                yield connection
                commit(transaction)
        for act in then:
            act()

    @repeated
    def carry_out(self, act: Callable[[Connection], T]) -> T:
        """Has an act done in a `write` of its own, all of it again while others come in its way; raises `Deferred`."""
        with self.write() as connection:
            return act(connection)

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
        there = sqlite.file_at(self._path)
        if there == self._opened:
            return
        # What is open is not the database at the path: that, if there is one, is read from the next time on.
        self.engine.dispose()
        if there is not None and self._path is not None and sqlite.holds_something(self._path):
            self._opened = there
            raise RepositoryAway(f"the repository's database {self._path} was replaced by another one; it is read anew")
        raise RepositoryAway(
            f"the repository's database {self._path} is gone; mount or restore it, nothing is made in its place"
        )

    def _migrate(self, url: str) -> None:
        with named_faults():
            found = _fit_version(self.engine, url, self._known)
            if found == HEAD:
                return
            # Alembic takes a quarter of a second to import, and is needed once in a database's life.
            from mdwatch.repository.migrations import upgrade  # noqa: PLC0415

            with self._migrating(), self.write() as connection:
                upgrade(connection)

    def _check_version(self, url: str) -> None:
        """Raises `Deferred` where the database can only be read and is not of this version."""
        with named_faults():
            found = _version(self.engine)
        if found != HEAD:
            shown = make_url(url).render_as_string(hide_password=True)
            raise Deferred(
                f"{shown} is of another version of mdwatch (schema {found}, not {HEAD}), "
                "which only its own user can change; the service does when it starts"
            )

    def _migrating(self) -> AbstractContextManager[None]:
        """Only one process migrates: a write transaction has SQLite to itself, a server is asked for a lock."""
        return nullcontext() if self._path is not None else postgres.migrating(self.engine)


def look(url: str, busy_seconds: float, *, known: str = "") -> str:
    """What is to be told of a database before it is used, "" where nothing is; `known` as `Repository` has it.

    Nothing is made or changed. Raises `ConfigError` where a `Repository` would not begin, and `Deferred` where the
    database cannot be read for now.
    """
    path = sqlite.path_of(url)
    if path is not None and not sqlite.holds_something(path):
        if known:
            raise _gone(url, known)
        return ""
    engine = _engine(url, busy_seconds, read_only=True)
    try:
        with named_faults():
            found = _fit_version(engine, url, known)
    finally:
        engine.dispose()
    if found in {None, HEAD}:
        return ""
    return f"the database is of an older mdwatch (schema {found}); the next that works with it brings it to {HEAD}"


def newer_schema(connection: Connection) -> str:
    """The schema that a newer mdwatch has brought an open database to since; "" where none has."""
    found = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    return found if found > HEAD else ""


def _fit_version(engine: Engine, url: str, known: str) -> str | None:
    """The migration that it is at, None where it is at none; raises `ConfigError` where we must not work with it."""
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        found = _version(engine)
    except DatabaseError as error:
        if "not a database" not in str(error.orig):
            raise
        why = f"{shown} is not a database of mdwatch; name another file, or move this one away"
        raise ConfigError([f"repository.url: {why}"]) from None
    if found is None and known:
        raise _gone(url, known)
    if found is not None and found > HEAD:
        raise ConfigError([f"repository.url: {shown} was made by a newer mdwatch (schema {found}); update mdwatch"])
    return found


def _gone(url: str, known: str) -> ConfigError:
    shown = make_url(url).render_as_string(hide_password=True)
    return ConfigError([f"repository.url: there is no repository at {shown} any more, and there was one {known}"])


def once_durable(connection: Connection, act: Callable[[], object]) -> None:
    """Has something done outside of the database when the transaction is durable; not at all where it is undone."""
    connection.get_execution_options()[_THEN].append(act)


def _version(engine: Engine) -> str | None:
    """The migration that the database is at; None where it was never at any."""
    with engine.connect() as connection:
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


def _engine(url: str, busy_seconds: float, *, read_only: bool) -> Engine:
    connect = sqlite.connect if make_url(url).get_backend_name() == "sqlite" else postgres.connect
    return connect(url, busy_seconds, read_only=read_only)
