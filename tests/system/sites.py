"""Sites of the tests: a server, drop folders, and daemons that share them as those of several hosts do."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mdwatch import config
from mdwatch.handlers.ies import load as ie_load
from mdwatch.runtime.context import opened
from tests import postgres
from tests.system.daemons import until
from tests.worlds import dc, ie, update

JOBS = 20
IES = 3  # a job's own


class Site:
    """A server, drop folders, and daemons that share them, each with logs of its own as on a host of its own."""

    def __init__(self, root: Path, server: postgres.Server, also: Path | None = None) -> None:
        """`also` is the folder of the socket of a replica."""
        self._url = server.url("mdwatch") if also is None else postgres.url(Path(f"{server.folder},{also}"), "mdwatch")
        self.root = root
        self.server = server
        self.dropped: dict[str, int] = defaultdict(int)
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        postgres.admin(server.folder, "CREATE DATABASE mdwatch")
        for job in self.jobs():
            self.folder(job).mkdir(parents=True)
        settings = config.check(self.settings("load"), "test")
        path = root / "ies.jsonl"
        path.write_text("\n".join(map(json.dumps, self.entities())), encoding="utf-8")
        with opened(settings) as context:
            assert [item.reason for item in ie_load.load(context, path, "test") if item.reason] == []

    def entities(self) -> Iterator[dict[str, Any]]:
        """What the repository has at first."""
        return (ie(f"IE{job[1:]}{n:02}") for job in self.jobs() for n in range(IES))

    def jobs(self) -> list[str]:
        return [f"j{number:02}" for number in range(JOBS)]

    def folder(self, job: str) -> Path:
        return self.root / "drop" / job

    def settings(self, name: str) -> dict[str, Any]:
        return {
            "repository": {"url": self._url, "busy_seconds": 5},
            "logs": {"directory": str(self.root / name / "logs"), "level": "info"},
            "http": {"listen": []},
            "users": {"editor": {"institution": "INS01", "role": "editor-full"}},
            "jobs": {
                job: {"user": "editor", "folder": str(self.folder(job)), "settle_seconds": 0.2, "sweep_seconds": 2}
                for job in self.jobs()
            },
        }

    def write_settings(self, name: str) -> Path:
        raw = self.settings(name)
        lines = []
        for table, values in raw.items():
            tables = (
                {f"{table}.{key}": inner for key, inner in values.items()}
                if table in {"users", "jobs", "harvests"}
                else {table: values}
            )
            for title, rows in tables.items():
                lines += [f"[{title}]", *(f"{key} = {json.dumps(value)}" for key, value in rows.items())]
        (self.root / name).mkdir(exist_ok=True)
        path = self.root / name / "mdwatch.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    def start(self, name: str, *prefix: str) -> None:
        """Starts a daemon, by a command that ends with the daemon's."""
        command = [*prefix, sys.executable, *self.program(name), "--config", str(self.write_settings(name)), "run"]
        with (self.root / name / "service.log").open("ab") as output:
            self.daemons[name] = subprocess.Popen(command, stdout=output, stderr=output)

    def program(self, name: str) -> list[str]:  # noqa: ARG002 - that of others is their own
        """What Python is to execute."""
        return ["-m", "mdwatch"]

    def told(self, name: str) -> str:
        """The service log of a daemon."""
        return (self.root / name / "service.log").read_text(encoding="utf-8")

    def drop(self, job: str) -> None:
        number = self.dropped[job]
        self.dropped[job] += 1
        data = update(f"IE{job[1:]}{number % IES:02}", dc(f"T{number}"))
        partial = self.folder(job) / f".{number}.part"
        partial.write_bytes(data)
        partial.rename(self.folder(job) / f"{number}.xml")

    def left(self) -> int:
        return sum(1 for job in self.jobs() for _ in self.folder(job).glob("*.xml"))

    def query(self, sql: str) -> list[Any]:
        import psycopg  # noqa: PLC0415 - an extra

        with psycopg.connect(f"host={self.server.folder} user=mdwatch dbname=mdwatch") as connection:
            return connection.execute(sql.encode()).fetchall()

    def keepers(self) -> dict[str, str]:
        """The daemon's process by job, of those that live."""
        sql = "SELECT name, holder FROM lease WHERE until > extract(epoch FROM now()) * 1000"
        prefix = "keeper of job "
        return {
            name.removeprefix(prefix): holder.split()[-2] for name, holder in self.query(sql) if name.startswith(prefix)
        }

    def shares(self) -> list[int]:
        """How many jobs each daemon has."""
        keepers = list(self.keepers().values())
        return sorted(keepers.count(process) for process in set(keepers))

    def rests(self) -> bool:
        """Whether no file is left, and nothing of any run."""
        return self.left() == 0 and self.query("SELECT count(*) FROM run WHERE NOT closed") == [(0,)]

    def check(self) -> None:
        """Every file applied once, in the order of its job, and filed once."""
        for job in self.jobs():
            there = sorted(path.name for path in (self.folder(job) / "done").iterdir())
            assert there == sorted(f"{number}.xml" for number in range(self.dropped[job]))
            assert not (self.folder(job) / "error").exists() or not list((self.folder(job) / "error").iterdir())
        sql = "SELECT job, ie_id, file FROM ie_version WHERE cause = 'update' ORDER BY ie_id, version"
        applied: dict[tuple[str, int], list[int]] = defaultdict(list)
        for job, key, name in self.query(sql):
            applied[job, key].append(int(name.removesuffix(".xml")))
        assert sum(map(len, applied.values())) == sum(self.dropped.values())
        for numbers in applied.values():
            assert numbers == sorted(set(numbers))
        assert self.query("SELECT count(*) FROM event") == [(sum(self.dropped.values()),)]
        assert self.query("SELECT count(*) FROM journal WHERE NOT carried_out") == [(0,)]

    def end(self) -> None:
        """Ends the daemons as who stops a service does."""
        # One that was started a moment ago does not yet know what to do when it is asked to end.
        until(lambda: set(self.keepers().values()) == {str(process.pid) for process in self.daemons.values()}, 90)
        for process in self.daemons.values():
            process.terminate()
        assert {name: process.wait(30) for name, process in self.daemons.items()} == dict.fromkeys(self.daemons, 0)
        self.daemons.clear()

    def kill_all(self) -> None:
        for process in self.daemons.values():
            process.kill()
            process.wait()


@contextmanager
def site(root: Path) -> Iterator[Site]:
    with postgres.server(durable=True) as server:
        made = Site(root, server)
        try:
            yield made
        finally:
            made.kill_all()
