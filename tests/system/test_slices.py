"""Batches of exports that several daemons on one server share out: killed, stopped, cancelled; each IE counts once."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mdwatch import config
from mdwatch.handlers.ies import load as ie_load
from mdwatch.runtime.context import opened
from tests import foreign, postgres
from tests.system.daemons import ROOT, until
from tests.worlds import ie

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL here; Debian has it as postgresql"),
]

IES = 6_000
FAILED = IES // 10  # as "odd"
WRITES = """
    CREATE TABLE writes (ie_id bigint, format text, at bigint);
    CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO writes VALUES (NEW.ie_id, NEW.format, NEW.at); RETURN NEW; END $$;
    CREATE TRIGGER note_write AFTER INSERT OR UPDATE ON export FOR EACH ROW EXECUTE FUNCTION note_write();
"""


class Consortium:
    """A server with IEs, and daemons that share it."""

    def __init__(self, root: Path, server: postgres.Server) -> None:
        self.root = root
        self.server = server
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        # Slow enough for much to happen meanwhile, where daemons work.
        slow = "time.sleep(float(os.environ.get('ODD_SECONDS', 0)))\n"
        odd = foreign.install(root / "odd", odd=slow + "assert not ie.pid.endswith('7')" + foreign.GOOD)
        self._environment = {**os.environ, "PYTHONPATH": f"{odd}:{ROOT}"}
        postgres.admin(server.folder, "CREATE DATABASE mdwatch")
        path = root / "ies.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(ie(f"IE{n}", f"T{n}", published=True)) + "\n" for n in range(IES))
        with opened(config.check(self._settings("load"), "test")) as context:
            assert [item.reason for item in ie_load.load(context, path, "test") if item.reason] == []
        self.write_settings("a")
        assert self.call("export", "all").returncode == 1
        shutil.rmtree(root / "a" / "logs")
        self._environment["ODD_SECONDS"] = "0.003"
        self.query(WRITES)

    def _settings(self, name: str) -> dict[str, Any]:
        return {
            "repository": {"url": self.server.url("mdwatch"), "busy_seconds": 5},
            "logs": {"directory": str(self.root / name / "logs"), "level": "info"},
            "http": {"listen": []},
            "export": {"formats": ["native_json", "odd"], "nightly": "0 2 31 12 *"},
            "workers": {"processes": 1},
        }

    def write_settings(self, name: str) -> None:
        (self.root / name / "logs").mkdir(exist_ok=True, parents=True)
        lines = []
        for table, values in self._settings(name).items():
            lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
        self.toml(name).write_text("\n".join(lines), encoding="utf-8")

    def start(self, name: str) -> None:
        self.write_settings(name)
        with (self.root / name / "service.log").open("ab") as output:
            self.daemons[name] = self.begin(name, "run", output=output)

    def begin(self, name: str, *arguments: str, output: Any = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command(name, *arguments), stdout=output, stderr=output, env=self._environment)

    def start_all(self, names: str) -> None:
        for name in names:
            self.start(name)
        held = "SELECT count(*) FROM lease WHERE (name LIKE 'daemon on%' OR name = 'exports') AND holder != ''"
        until(lambda: self.one(held) == len(names) + 1, 90)

    def serving(self, names: str) -> str:
        """The daemons that are there by now, and know what to do when they are asked to end."""
        holders = " ".join(row[0] for row in self.query("SELECT holder FROM lease WHERE name LIKE 'daemon on%'"))
        return "".join(name for name in names if f" {self.daemons[name].pid} " in f" {holders} ")

    def toml(self, name: str) -> Path:
        return self.root / name / "mdwatch.toml"

    def command(self, name: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "mdwatch", *arguments, "--config", str(self.toml(name))]

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command("a", *arguments), capture_output=True, text=True, check=False, env=self._environment
        )

    def query(self, sql: str) -> list[Any]:
        import psycopg  # noqa: PLC0415 - an extra

        with psycopg.connect(f"host={self.server.folder} user=mdwatch dbname=mdwatch") as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def one(self, sql: str) -> Any:
        return self.query(sql)[0][0]

    def logs(self, name: str) -> dict[str, list[str]]:
        """The logs of a daemon's host, line by line without the moments."""
        return {
            path.name: [line.split("   ", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()]
            for path in (self.root / name / "logs").glob("export_*.log")
        }


@contextmanager
def consortium(root: Path) -> Iterator[Consortium]:
    with postgres.server(durable=True) as server:
        made = Consortium(root, server)
        try:
            yield made
        finally:
            for process in made.daemons.values():
                process.kill()
                process.wait()


def check(made: Consortium, batch: int) -> None:
    """The batch wrote each IE once, and counts and log tell so."""
    total, processed, exported, unchanged, failed, since, until_, log = made.query(
        "SELECT total, processed, exported, unchanged, failed, started_at, ended_at, log FROM batch "
        f"WHERE id = {batch} AND status = 'finished'"
    )[0]
    assert (total, processed, exported, unchanged, failed) == (IES, IES, IES - FAILED, 0, FAILED)
    sql = f"SELECT format, count(*), count(DISTINCT ie_id) FROM writes WHERE at BETWEEN {since} AND {until_} GROUP BY 1"
    assert sorted(made.query(sql)) == [("native_json", IES, IES), ("odd", IES - FAILED, IES - FAILED)]
    # Whoever ended it has the whole of its log; on another host lies what that one told while it had the batch.
    whole = [lines for name in "abc" for lines in [made.logs(name).get(log, [])] if "finished" in "".join(lines)]
    (lines,) = whole
    assert re.fullmatch(rf"INFO   Batch {batch} \(export everything anew\): {IES} of {IES} published IEs, .*", lines[0])
    assert lines[-2:] == [
        f"ERROR   Processed: {IES}. Exported: {IES - FAILED}. Failed: {FAILED}. Unchanged: 0.",
        f"ERROR   Batch {batch} finished with failures",
    ]
    failing = [line for line in lines if "could not be exported as odd" in line]
    assert {line.split()[2] for line in failing} == {f"IE{n}" for n in range(7, IES, 10)}
    assert len(failing) == FAILED
    others = [line for line in lines[1:-2] if line not in failing]
    assert all(re.fullmatch(rf"INFO   Batch {batch} resumed after \d+ of {IES} IEs", line) for line in others)
    resumed = [int(line.split()[5]) for line in others]
    assert resumed == sorted(resumed)
    assert made.query("SELECT * FROM batch_slice") == made.query("SELECT * FROM batch_line") == []
    assert made.query("SELECT name FROM lease WHERE name LIKE 'slice%'") == []


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("names", ["ab", "abc"])
def test_whatever_becomes_of_them_each_ie_is_exported_once_a_batch(tmp_path: Path, names: str) -> None:
    chance = random.Random(names)
    with consortium(tmp_path) as made:
        made.start_all(names)
        shared = 0
        for batch in range(2, 5):
            made.query("DELETE FROM writes")
            asking = made.begin("a", "export", "redo")
            holders: set[str] = set()
            deadline = time.monotonic() + 400
            harm = time.monotonic() + 0.7
            while not made.one(f"SELECT count(ended_at) FROM batch WHERE id = {batch}"):
                assert time.monotonic() < deadline, made.query("SELECT * FROM batch_slice")
                holders |= {row[0] for row in made.query("SELECT holder FROM lease WHERE name LIKE 'slice of%'")}
                if time.monotonic() < harm:
                    time.sleep(0.05)
                    continue
                harm = time.monotonic() + 0.5 + 3 * chance.random()
                if not made.serving(names):
                    # On a busy machine they would all be killed before they have begun, for ever.
                    continue
                name = chance.choice(names)
                if chance.random() < 0.6:
                    made.daemons[name].kill()
                    made.daemons[name].wait()
                    made.start(name)
                else:
                    made.daemons[name].send_signal(signal.SIGSTOP)
                    time.sleep(chance.choice([0.5, 17]))
                    made.daemons[name].send_signal(signal.SIGCONT)
            assert asking.wait(60) == 1
            check(made, batch)
            shared += len(holders) > 1
        assert shared
        until(lambda: made.serving(names) == names, 60)
        for process in made.daemons.values():
            process.terminate()
        assert {process.wait(30) for process in made.daemons.values()} == {0}
        made.daemons.clear()


@pytest.mark.timeout(240)
def test_a_batch_that_is_shared_shows_who_holds_what_and_can_be_cancelled(tmp_path: Path) -> None:
    with consortium(tmp_path) as made:
        made.start_all("ab")
        asking = made.begin("b", "export", "redo")
        until(lambda: made.one("SELECT count(*) FROM lease WHERE name LIKE 'slice of%' AND holder != ''") == 2)
        told = json.loads(made.call("status", "--json").stdout)["exports"]
        assert made.call("export", "cancel").returncode == 0
        assert asking.wait(60) == 1
        processes = {str(process.pid) for process in made.daemons.values()}
        assert told["runner"].split()[0] in processes
        assert {item["holder"].split()[0] for item in told["slices"]} <= processes
        assert 0 < len(told["slices"]) <= 2
        status, processed, exported, total = made.query(
            "SELECT status, processed, exported, total FROM batch WHERE id > 1"
        )[0]
        assert status == "cancelled"
        assert exported < processed < total == IES
        (log,) = [lines for name in "ab" for lines in made.logs(name).values()]
        assert log[-1] == f"ERROR   Batch 2 cancelled after {processed} of {total} IEs"
        assert len([line for line in log if "could not be exported" in line]) == processed - exported
        # Nobody goes on with it.
        time.sleep(1)
        assert made.query("SELECT processed, exported FROM batch WHERE id > 1") == [(processed, exported)]
        assert made.query("SELECT * FROM batch_slice") == made.query("SELECT * FROM batch_line") == []
