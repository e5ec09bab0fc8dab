"""Measures how costs grow with the IEs of a repository on PostgreSQL: load, export, nightly tick, harvest, updates.

python -m benchmarks.scale [--sizes 10000,100000,1000000] [--daemons 1,2,4] [--files 2000] --work DIR

Makes a durable server of its own below DIR, which takes about 3 KB an IE, and brings the repository from size to size;
what was measured is kept in DIR/scale.json, so that a run that was cut short goes on where it was. CPU seconds of ours
and of the server's stand beside wall time, which means little where others use the machine. Remove DIR afterwards.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lxml import etree

from benchmarks import daemon
from mdwatch import config
from mdwatch.handlers.exports import request
from mdwatch.handlers.oai import provider
from mdwatch.runtime.context import Context, opened
from tests.postgres import Server, admin

_JOBS: Final = 8
_PIECE: Final = 50_000  # IEs loaded at a time
_PAGES: Final = 50
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PATIENCE: Final = 900.0  # seconds for the files of one measurement
_OAI: Final = "{http://www.openarchives.org/OAI/2.0/}"


class Scale:
    """A server, the repository on it, and what was measured so far."""

    def __init__(self, root: Path, server: Server) -> None:
        self.root = root
        self.server = server
        self.postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
        self.results: dict[str, Any] = {}
        self._asking: Any = None
        self._path = root / "scale.json"
        if self._path.exists():
            self.results = json.loads(self._path.read_text(encoding="utf-8"))

    def once(self, name: str, number: int, act: Callable[[], Any]) -> None:
        """Measures an act on so many things, unless that was done before."""
        if name in self.results:
            return
        ours, theirs, begun = _cpu_of_ours(), self._cpu_of_server(), time.perf_counter()
        more = act() or 0.0
        wall = time.perf_counter() - begun
        found = {
            "number": number,
            "wall": round(wall, 2),
            "ours": round(_cpu_of_ours() - ours + more, 2),
            "server": round(self._cpu_of_server() - theirs, 2),
        }
        found["per_1000"] = round(1000 * (found["ours"] + found["server"]) / number, 3)
        self.results[name] = found
        self._path.write_text(json.dumps(self.results, indent=1), encoding="utf-8")
        print(f"{name:42} {found}", flush=True)

    def _cpu_of_server(self) -> float:
        """Of the server, of its processes, and of those that ended."""
        own = _stat(self.postmaster)
        children = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text().split()
        return (sum(own) + sum(sum(_stat(int(child))[:2]) for child in children)) / _TICKS

    def settings(self, name: str = "own") -> dict[str, Any]:
        """The settings of a daemon."""
        (self.root / name / "logs").mkdir(parents=True, exist_ok=True)
        jobs = {f"j{n}": {"user": "u", "folder": str(self.folder(n)), "settle_seconds": 0.1} for n in range(_JOBS)}
        return {
            "repository": {"url": self.server.url("mdwatch"), "busy_seconds": 60},
            "logs": {"directory": str(self.root / name / "logs"), "level": "error"},
            "http": {"listen": []},
            "oai": {"admin_emails": ["nobody@example.org"], "repository_name": "Scale"},
            "export": {"formats": ["oai_dc", "native_json"], "nightly": "0 2 31 12 *"},
            "users": {"u": {"institution": "*", "role": "editor-full"}},
            "jobs": jobs,
        }

    def folder(self, number: int) -> Path:
        """A drop folder."""
        found = self.root / "drop" / f"j{number}"
        found.mkdir(parents=True, exist_ok=True)
        return found

    def command(self, name: str, *arguments: str) -> list[str]:
        """A command line with settings of its own."""
        lines = []
        for table, values in self.settings(name).items():
            inner = {f"{table}.{key}": value for key, value in values.items()} if table in {"jobs", "users"} else None
            for title, rows in (inner or {table: values}).items():
                lines += [f"[{title}]", *(f"{key} = {json.dumps(value)}" for key, value in rows.items())]
        path = self.root / name / "mdwatch.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return [sys.executable, "-m", "mdwatch", *arguments, "--config", str(path)]

    @contextmanager
    def context(self) -> Iterator[Context]:
        """The repository, in this process."""
        with opened(config.check(self.settings(), "scale")) as context:
            yield context

    def count(self, sql: str) -> int:
        """A number that the database tells."""
        import psycopg  # noqa: PLC0415 - an extra

        if self._asking is None:
            self._asking = psycopg.connect(f"host={self.server.folder} user=mdwatch dbname=mdwatch", autocommit=True)
        row = self._asking.execute(sql.encode()).fetchone()
        return int(row[0]) if row else 0

    def load(self, size: int) -> None:
        """Brings the repository to a size, a piece at a time, and exports what is new."""
        there = self.count("SELECT count(*) FROM ie")
        while there < size:
            upto = min(size, there + _PIECE)
            path = self.root / "ies.jsonl"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(_ie(number) for number in range(there, upto))
            arguments = self.command("own", "ie", "load", str(path))
            self.once(f"load to {upto}", upto - there, lambda: _run(arguments))  # noqa: B023 - called at once
            path.unlink()
            there = upto
            export = self.command("own", "export", "all")
            self.once(f"export to {upto}", self.count("SELECT count(*) FROM ie WHERE exported_version != version"),
                      lambda: _run(export))  # noqa: B023 # fmt: skip

    def tick(self) -> None:
        """A night in which nothing is due."""
        with self.context() as context:
            request.carry_out(context, "nightly", "scale")

    def harvest(self) -> None:
        """Some pages of a harvest."""
        asked = [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]
        with self.context() as context:
            provider.make_key(context)
            for _ in range(_PAGES):
                page = etree.fromstring(provider.answer(context, asked, base_url="http://localhost/oai"))
                token = page.findtext(f".//{_OAI}resumptionToken")
                if not token:
                    return
                asked = [("verb", "ListRecords"), ("resumptionToken", token)]

    def updates(self, size: int, daemons: int, files: int) -> None:
        """Files for IEs by chance, over all folders, for so many daemons that are there already."""
        name = f"updates of {size} by {daemons}"
        if name in self.results:
            return
        chance = random.Random(daemons)
        before = self.count("SELECT count(*) FROM journal")
        for number in range(files):
            data = daemon.update(f"IE{chance.randrange(size)}", f"{daemons} {number} {time.time_ns()}")
            (self.folder(number % _JOBS) / f".{number}.part").write_text(data, encoding="utf-8")
        started = [
            subprocess.Popen(self.command(f"d{n}", "run"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for n in range(daemons)
        ]
        try:
            keepers = "SELECT count(DISTINCT holder) FROM lease WHERE name LIKE 'keeper%' AND holder != ''"
            _wait(lambda: self.count(keepers) == daemons)
            idle = sum(map(_cpu_of_tree, [process.pid for process in started]))

            def measure() -> float:
                for number in range(files):
                    folder = self.folder(number % _JOBS)
                    (folder / f".{number}.part").rename(folder / f"{daemons}-{number}.xml")
                _wait(lambda: self.count("SELECT count(*) FROM journal") >= before + files)
                return sum(map(_cpu_of_tree, [process.pid for process in started])) - idle

            self.once(name, files, measure)
            _wait(lambda: self.count("SELECT count(*) FROM ie WHERE exported_version != version") == 0)
        finally:
            for process in started:
                process.terminate()
                process.wait(60)


def _ie(number: int) -> str:
    words = " ".join(f"word{(number * step) % 9973}" for step in (1, 7, 31, 101))
    record = daemon.record(f"Title {number} {words}")
    facts = {"pid": f"IE{number}", "institution": f"INS{number % 20:02}", "published": True}
    return json.dumps({**facts, "descriptive": record}) + "\n"


def _run(arguments: list[str]) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{arguments}: {done.stdout}{done.stderr}")


def _stat(process: int) -> list[int]:
    """Ticks of the CPU: user and system, of the process and of its children that ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return [0, 0, 0, 0]
    return [int(field) for field in fields[11:15]]


def _cpu_of_tree(process: int) -> float:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return sum(_stat(process)) / _TICKS + sum(_cpu_of_tree(int(child)) for child in children)


def _cpu_of_ours() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in used)


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("what is measured does not come to its end")
        time.sleep(0.05)


def _server(folder: Path) -> Server:
    server = Server(folder, durable=True)
    if not (folder / "data").exists():
        folder.mkdir(parents=True, exist_ok=True)
        server.make()
        server.start()
        admin(folder, "CREATE DATABASE mdwatch")
    else:
        server.start()
    return server


def main() -> None:
    """Measures, and prints each figure as it comes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="IEs (default: %(default)s)")
    parser.add_argument("--daemons", default="1,2,4", help="daemons (default: %(default)s)")
    parser.add_argument("--files", type=int, default=2000, help="updateMD files each time (default: %(default)s)")
    parser.add_argument("--work", type=Path, required=True, help="where; a short path, for a socket's has 107 bytes")
    given = parser.parse_args()
    os.nice(10)
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    server = _server(work / "pg")
    try:
        scale = Scale(work, server)
        with scale.context():
            pass  # Makes the tables.
        for size in map(int, given.sizes.split(",")):
            scale.load(size)
            scale.once(f"size of {size}", size, lambda: None)
            scale.results[f"size of {size}"]["bytes"] = scale.count("SELECT pg_database_size('mdwatch')")
            scale.once(f"nightly tick of {size}", 1, scale.tick)
            scale.once(f"harvest of {size}", _PAGES, scale.harvest)
            for daemons in map(int, given.daemons.split(",")):
                scale.updates(size, daemons, given.files)
        print(json.dumps(scale.results, indent=1))
    finally:
        server.stop("fast")
    shutil.rmtree(work / "drop", ignore_errors=True)


if __name__ == "__main__":
    main()
