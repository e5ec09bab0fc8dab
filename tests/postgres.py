"""A PostgreSQL server of the tests' own, and a database of its own for each path that would else hold a SQLite file.

`pytest --postgres` starts one, on a socket in a folder of its own, and has every test that asks `database_url` use it.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

SERVER: Final = "MDWATCH_TEST_POSTGRES"  # the folder of the socket, told to the processes that run the tests
_TEMPLATE: Final = "mdwatch_template"
_KEPT: Final = 60  # databases that one process leaves in being; those of tests long past are dropped


def programs() -> Path | None:
    """Where the server's programs are; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


class Server:
    """A server over a folder of its own; `durable` as one that people rely on, else as fast as can be.

    It `listen`s at an address, too, where one is given, and believes whoever comes over the network.
    """

    def __init__(self, folder: Path, *, durable: bool = False, listen: str = "") -> None:
        there = programs()
        assert there is not None, "no PostgreSQL here; Debian has it as postgresql"
        self._programs = there
        self.folder = folder
        self._durable = durable
        self._listen = listen

    def make(self) -> None:
        """Makes the cluster."""
        # The server refuses to be root.
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._call("initdb", "-D", str(self.folder / "data"), "-U", "mdwatch", "-A", "trust", "-E", "UTF8", "--no-sync")
        if self._listen:
            with (self.folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as file:
                file.write("host all all samenet trust\n")

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        settings = {
            "listen_addresses": f"'{self._listen}'",
            "unix_socket_directories": f"'{self.folder}'",
            "max_connections": "200",
            **({} if self._durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._call(
            "pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-o", options, "start"
        )

    def stop(self, how: str = "immediate") -> None:
        """Stops it: `fast` as one that is shut down, `immediate` as one that dies."""
        self._call("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", how, "stop")

    def runs(self) -> bool:
        """Whether it was started, and not stopped since."""
        return (self.folder / "data" / "postmaster.pid").exists()

    def replicated(self) -> "Server":
        """A replica, which runs; from now on a commit is answered when it has it too."""
        folder = Path(tempfile.mkdtemp(prefix="mdwatch-pg-"))
        replica = Server(folder, durable=True)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = str(folder / "data")
        # At once, not with the next checkpoint, which takes minutes to come.
        how = ("--checkpoint=fast", "-R", "-C", "-S", "replica")
        self._call("pg_basebackup", "-D", data, "-h", str(self.folder), "-U", "mdwatch", *how)
        replica.start()
        admin(self.folder, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        return replica

    def promote(self) -> None:
        """Makes a replica the primary."""
        self._call("pg_ctl", "-D", str(self.folder / "data"), "-w", "promote")

    def url(self, database: str) -> str:
        """The URL of a database."""
        return url(self.folder, database)

    def _call(self, program: str, *arguments: str) -> None:
        user: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **user)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@contextmanager
def server(*, durable: bool = False, listen: str = "") -> Iterator[Server]:
    """A server that runs, and is gone afterwards."""
    # A socket's path may be no longer than 107 bytes: not below the folders of pytest.
    with tempfile.TemporaryDirectory(prefix="mdwatch-pg-", ignore_cleanup_errors=True) as folder:
        made = Server(Path(folder), durable=durable, listen=listen)
        made.make()
        made.start()
        try:
            yield made
        finally:
            # Who stopped it may have failed before it was started again; what failed is to be told, not this.
            if made.runs():
                made.stop()


def url(folder: Path, database: str) -> str:
    """The URL of a database of the server with its socket in this folder."""
    return f"postgresql+psycopg://mdwatch@/{database}?host={folder}"


def admin(folder: Path, *statements: str) -> None:
    """Executes statements outside of any transaction."""
    import psycopg  # noqa: PLC0415 - an extra

    with psycopg.connect(f"host={folder} user=mdwatch dbname=postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


class _Databases:
    """The databases made in this process, by the path each stands for."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, str] = OrderedDict()
        self._count = 0

    def url(self, path: Path) -> str:
        folder = Path(os.environ[SERVER])
        name = self._made.get(str(path))
        if name is None:
            self._count += 1
            name = f"t{os.getpid()}_{self._count}"
            admin(folder, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy")
            self._made[str(path)] = name
            if len(self._made) > _KEPT:
                admin(folder, f"DROP DATABASE {self._made.popitem(last=False)[1]} WITH (FORCE)")
        return url(folder, name)


_databases = _Databases()


def database_url(path: Path) -> str:
    """The URL of the repository that stands for this path: SQLite at it, or a database of the server if one runs.

    It is at the newest migration already: bringing it there takes longer than most tests do.
    """
    if SERVER in os.environ:
        return _databases.url(path)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_new_file())
    return f"sqlite:///{path}"


@cache
def _new_file() -> bytes:
    """What a new repository is in SQLite."""
    from mdwatch.repository.engine import Repository  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="mdwatch-new-") as folder:
        path = Path(folder) / "new.db"
        Repository(f"sqlite:///{path}", 30).close()
        return path.read_bytes()


def make_template(made: Server) -> None:
    """Makes the database that all others are copied from, at the newest migration."""
    from mdwatch.repository.engine import Repository  # noqa: PLC0415

    admin(made.folder, f"CREATE DATABASE {_TEMPLATE}")
    Repository(made.url(_TEMPLATE), 30).close()


def raw(connection: Connection, statement: str, parameters: Any = ()) -> Any:
    """Executes SQL that both engines know; its parameters are question marks."""
    if connection.dialect.name == "postgresql":
        statement = re.sub(r"[xX]'([0-9a-fA-F]*)'", r"'\\x\1'", statement.replace("?", "%s"))
    return connection.exec_driver_sql(statement, parameters)
