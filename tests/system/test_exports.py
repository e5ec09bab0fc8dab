"""Exports by the real process: at once, by batch, killed at random moments, with exporters of other packages."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from mdwatch.handlers.exports import batch as export_batch
from mdwatch.model import Batch
from mdwatch.repository import control
from mdwatch.repository.exports import documents, due, failures
from mdwatch.rules.job_states import NIGHTLY
from tests import foreign
from tests.system.daemons import ROOT, command, running, until
from tests.worlds import World, dc, ie, update

pytestmark = pytest.mark.system

FORMATS = ["oai_dc", "native_json"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, sweep_seconds=2)
    world.raw["export"] = {"formats": FORMATS}
    return world


def loaded(world: World, number: int, title: str = "Old") -> World:
    world.load(*(ie(f"IE{index}", f"{title} {index}", published=True) for index in range(number)))
    return world


class Reader:
    """Looks at the database with a connection of its own, as any reader does."""

    def __init__(self, world: World) -> None:
        self._engine = create_engine(world.raw["repository"]["url"], connect_args={"timeout": 30})

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(text(sql), values))

    def one(self, sql: str, **values: Any) -> Any:
        return self.rows(sql, **values)[0][0]

    def content(self, pid: str, name: str = "native_json") -> bytes:
        sql = "SELECT content FROM export_document JOIN ie ON ie.id = ie_id WHERE pid = :pid AND format = :name"
        found = self.rows(sql, pid=pid, name=name)
        return bytes(found[0][0] or b"") if found else b""

    def due(self) -> int:
        sql = "SELECT count(*) FROM ie WHERE published AND NOT harvested AND status = 'active'"
        return int(self.one(f"{sql} AND exported_version <> version"))

    def batch(self) -> Batch:
        columns = ", ".join(Batch._fields)
        # What is done of slices in hand counts too; it is added to the batch when they end.
        in_hand = "(SELECT coalesce(sum(processed), 0) FROM batch_slice WHERE batch_id = batch.id) AS in_hand"
        (row,) = self.rows(f"SELECT {columns}, {in_hand} FROM batch ORDER BY id DESC LIMIT 1")
        values = dict(row._mapping)
        values["processed"] += values.pop("in_hand")
        return Batch(**values)

    def batches(self) -> int:
        return int(self.one("SELECT count(*) FROM batch"))

    def close(self) -> None:
        self._engine.dispose()


@pytest.fixture
def reader(world: World) -> Iterator[Reader]:
    reader = Reader(world)
    yield reader
    reader.close()


class Witness(threading.Thread):
    """Reads every export over and over, and notes what no reader may ever see."""

    def __init__(self, world: World) -> None:
        super().__init__(daemon=True)
        self._reader = Reader(world)
        self._ending = threading.Event()
        self.faults: list[str] = []
        self.rounds = 0

    def run(self) -> None:
        seen: dict[tuple[int, str], int] = {}
        sql = (
            "SELECT ie_id, format, ie_version, exporter_version, digest, content, deleted "
            "FROM export LEFT JOIN export_document USING (ie_id, format)"
        )
        while not self._ending.is_set():
            found = set()
            for key, name, version, exporter, digest, content, deleted in self._reader.rows(sql):
                found.add((key, name))
                if content is None or deleted or not exporter:
                    self.faults.append(f"{key} {name}: no document")
                elif blake2b(content, digest_size=16).digest() != digest:
                    self.faults.append(f"{key} {name}: document and digest differ")
                elif version < seen.get((key, name), 0):
                    self.faults.append(f"{key} {name}: version {version} after {seen[key, name]}")
                elif name == "native_json" and f">V{version}" not in json.loads(content)["descriptive"]:
                    self.faults.append(f"{key} {name}: not what version {version} holds")
                seen[key, name] = version
            self.faults += [f"{key}: gone" for key in seen.keys() - found]
            self.rounds += 1

    def end(self) -> None:
        self._ending.set()
        self.join(60)
        self._reader.close()
        assert self.faults == []


@contextmanager
def witness(world: World) -> Iterator[Witness]:
    thread = Witness(world)
    thread.start()
    yield thread
    thread.end()
    assert thread.rounds > 0


def processes_of(world: World) -> list[str]:
    """The processes that work with this world, which is in their environment or where they are."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            here = (
                str(world.root).encode() in (path / "environ").read_bytes() or (path / "cwd").readlink() == world.root
            )
            state = (path / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
            if here and state not in "ZX" and int(path.name) != os.getpid():
                found.append((path / "cmdline").read_bytes().decode())
        except OSError:
            continue
    return found


@contextmanager
def exporting(world: World, *arguments: str, folder: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A command that runs while the block does."""
    path = f"{ROOT}:{folder}" if folder else str(ROOT)
    environment = {"PYTHONPATH": path, "PATH": os.environ["PATH"], "MDWATCH_CONFIG": str(world.write_settings())}
    process = subprocess.Popen(
        [sys.executable, "-m", "mdwatch", "export", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def daemon_with(world: World, folder: Path) -> Any:
    """A daemon that has the package of this folder installed."""
    return running(world, "env", f"PYTHONPATH={ROOT}:{folder}")


# --- at once ----------------------------------------------------------------------------------------------------------


def test_a_dropped_file_is_exported_at_once(world: World, reader: Reader) -> None:
    loaded(world, 3)
    with running(world) as daemon:
        until(lambda: reader.due() == 0 and reader.content("IE2"))
        seconds = []
        for number in range(5):
            dropped = time.monotonic()
            world.drop(f"{number}.xml", update("IE1", dc(f"New {number}")))
            until(lambda number=number: f"New {number}".encode() in reader.content("IE1"), 5)  # type: ignore[misc]
            seconds.append(time.monotonic() - dropped)
        print("drop to export:", [round(item, 2) for item in seconds])
        assert daemon.stop() == 0
    assert reader.batches() == 0


def test_nothing_is_lost_between_update_and_export(world: World, reader: Reader) -> None:
    loaded(world, 3)
    with running(world) as daemon:
        until(lambda: reader.due() == 0 and reader.content("IE2"))
        world.drop("1.xml", update("IE1", dc("New")))
        until(lambda: reader.one("SELECT max(version) FROM ie") == 2)
        daemon.process.kill()
        daemon.process.wait()
    with running(world):
        until(lambda: b"New" in reader.content("IE1"))
    assert reader.due() == 0


def test_updates_while_exports_run_end_at_the_newest(world: World, reader: Reader) -> None:
    loaded(world, 10)
    with running(world) as daemon:
        for number in range(200):
            world.drop(f"{number:03}.xml", update(f"IE{number % 10}", dc(f"New {number // 10}")))
        until(lambda: reader.one("SELECT min(version) FROM ie") == 21 and reader.due() == 0)
        assert daemon.stop() == 0
    for number in range(10):
        assert b"New 19" in reader.content(f"IE{number}")
    assert reader.rows("SELECT DISTINCT ie_version FROM export") == [(21,)]


# --- by night ---------------------------------------------------------------------------------------------------------


def test_a_night_that_was_missed_is_made_up_for_and_not_doubled(world: World, reader: Reader) -> None:
    loaded(world, 3)
    with world.context() as context, context.repository.write() as connection:
        control.tell(connection, NIGHTLY, last_tick=context.clock.now() - 3 * 86_400_000)
    with running(world) as daemon:
        daemon.wait_for("batch_ended")
        assert daemon.stop() == 0
    with running(world) as daemon:
        until(lambda: reader.due() == 0)
        time.sleep(0.7)
        assert daemon.stop() == 0
    assert reader.batches() == 1
    batch = reader.batch()
    assert (batch.kind, batch.status, batch.total, batch.exported) == ("nightly", "finished", 3, 3)
    assert batch.log is not None
    assert (world.root / "logs" / batch.log).read_text().splitlines()[-1].endswith("Batch 1 finished")


# --- batches ----------------------------------------------------------------------------------------------------------


def standing(reader: Reader) -> tuple[int, int]:
    """How far the last batch has come."""
    batch = reader.batch()
    return batch.id, batch.processed


def kill_batches(world: World, reader: Reader, kills: int, number: int, seed: int) -> None:
    """Kills commands that export everything anew at random moments, until one gets to its end."""
    chance = random.Random(seed)
    world.raw["workers"] = {"processes": 2}
    world.load(*(ie(f"IE{index}", "V1", published=True) for index in range(number)))
    assert command(world, "export", "all").returncode == 0
    world.load(*(ie(f"IE{index}", "V2", published=True) for index in range(number)))
    with witness(world):
        killed = 0
        while killed < kills:
            before = standing(reader)
            with exporting(world, "redo") as process:
                if chance.random() < 0.7:
                    until(lambda before=before: standing(reader) > before or process.poll() is not None)  # type: ignore[misc]
                    time.sleep(chance.uniform(0, 0.2))
                else:
                    # At its start, or when it takes up what the last one left.
                    time.sleep(chance.uniform(0.3, 1.5))
                killed += process.poll() is None
                process.kill()
                process.wait()
        assert reader.batches() > 1
        done = command(world, "export", "redo", "--json")
        assert done.returncode == 0, done.stderr
    batch = reader.batch()
    counts = (batch.status, batch.total, batch.processed, batch.exported, batch.failed, batch.unchanged)
    assert counts == ("finished", number, number, number, 0, 0)
    assert reader.rows("SELECT DISTINCT ie_version FROM export") == [(2,)]
    assert reader.one("SELECT count(*) FROM export") == number * len(FORMATS)
    assert reader.due() == 0
    assert batch.log is not None
    lines = (world.root / "logs" / batch.log).read_text().splitlines()
    assert f"{number} of {number} published IEs" in lines[0] or "resumed" in lines[0]
    assert lines[-1].endswith(f"Batch {batch.id} finished")
    until(lambda: processes_of(world) == [])


def test_a_batch_that_is_killed_goes_on_and_no_reader_notices(world: World, reader: Reader) -> None:
    kill_batches(world, reader, kills=3, number=800, seed=1)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2))
def test_a_batch_that_is_killed_twenty_times_goes_on_and_no_reader_notices(
    world: World, reader: Reader, seed: int
) -> None:
    kill_batches(world, reader, kills=20, number=15_000, seed=seed)


def test_a_batch_that_a_command_left_is_taken_up_by_the_daemon(world: World, reader: Reader) -> None:
    loaded(world, 1500)
    with exporting(world, "all") as process:
        until(lambda: reader.batches() and reader.batch().processed)
        process.kill()
        process.wait()
    left = reader.batch()
    assert (left.ended_at, left.processed < 1500) == (None, True)
    with running(world) as daemon:
        until(lambda: reader.batch().ended_at)
        assert daemon.stop() == 0
    batch = reader.batch()
    assert (batch.id, batch.status, batch.processed, batch.exported) == (left.id, "finished", 1500, 1500)
    assert reader.due() == 0


def test_the_daemon_stops_within_seconds_in_mid_batch_and_goes_on_with_it(world: World, reader: Reader) -> None:
    loaded(world, 2000)
    with running(world) as daemon:
        until(lambda: reader.due() == 0)
        with exporting(world, "redo", "--json") as process:
            until(lambda: reader.batches() and reader.batch().processed)
            before = time.monotonic()
            assert daemon.stop() == 0
            print("stopped after", round(time.monotonic() - before, 2))
            assert time.monotonic() - before < 8
            # Not the command's to go on with: it is gone too.
            process.kill()
            process.wait()
        assert daemon.events("stopped")[-1]["clean"]
    left = reader.batch()
    with running(world) as daemon:
        until(lambda: reader.batch().ended_at)
        assert daemon.stop() == 0
    batch = reader.batch()
    assert (batch.id, batch.status, batch.processed) == (left.id, "finished", 2000)
    until(lambda: processes_of(world) == [])


def test_a_command_asks_the_daemon_and_goes_on_itself_where_that_dies(world: World, reader: Reader) -> None:
    loaded(world, 2000)
    with running(world) as daemon:
        until(lambda: reader.due() == 0)
        with exporting(world, "redo", "--json") as process:
            until(lambda: reader.batches() and reader.batch().kind == "redo" and reader.batch().processed)
            daemon.process.kill()
            daemon.process.wait()
            out, _ = process.communicate(timeout=60)
            assert process.returncode == 0
    told = json.loads(out)
    assert (told["kind"], told["status"], told["processed"], told["exported"]) == ("redo", "finished", 2000, 2000)
    assert told["id"] == reader.batch().id


def test_two_commands_at_once(world: World, reader: Reader) -> None:
    loaded(world, 500)
    with exporting(world, "all", "--json") as one, exporting(world, "all", "--json") as two:
        ends = [json.loads(process.communicate(timeout=60)[0]) for process in (one, two)]
        assert [one.returncode, two.returncode] == [0, 0]
    assert {end["status"] for end in ends} == {"finished"}
    assert reader.one("SELECT sum(exported) FROM batch") == 500
    assert reader.due() == 0


def test_a_batch_is_cancelled(world: World, reader: Reader) -> None:
    loaded(world, 3000)
    with exporting(world, "all", "--json") as process:
        until(lambda: reader.batches() and reader.batch().processed)
        with world.context() as context:
            assert export_batch.cancel(context) is not None
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 1
    assert json.loads(out)["status"] == "cancelled"
    assert 0 < reader.batch().processed < 3000


# --- exporters of other packages --------------------------------------------------------------------------------------

BAD = {
    "raises": "raise RuntimeError('no luck')",
    "text": "return '<odd/>'",
    "ill_formed": "return b'<odd>'",
    "elsewhere": "return b'<odd/>'",
    "hangs": "time.sleep(600)",
    "dies": "os._exit(0)",
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
}
REASONS = {
    "raises": "the exporter failed: no luck",
    "text": "invalid document: the exporter returned str, not bytes",
    "ill_formed": "invalid document: not well-formed",
    "elsewhere": "invalid document: the document is in the namespace",
    "hangs": "took longer than 1 seconds",
    "dies": "the process that made it died",
    "killed": "the process that made it died",
}


def call(world: World, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PYTHONPATH": f"{ROOT}:{folder}",
        "PATH": os.environ["PATH"],
        "MDWATCH_CONFIG": str(world.write_settings()),
    }
    return subprocess.run(
        [sys.executable, "-m", "mdwatch", "export", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=100,
    )


def test_every_bad_exporter_fails_alone_and_its_last_document_is_served(world: World, tmp_path: Path) -> None:
    bad = {name: f"if '>Bad' in ie.records[0].content:\n    {body}" + foreign.GOOD for name, body in BAD.items()}
    folder = foreign.install(tmp_path / "one", good=foreign.GOOD, **bad)
    world.raw["export"] = {"formats": [*FORMATS, "good", *bad], "seconds": 1}
    loaded(world, 3)
    assert call(world, folder, "all").returncode == 0
    before = {name: call(world, folder, "show", "IE1", name).stdout for name in ("killed",)}
    world.drop("1.xml", update("IE1", dc("Bad")))
    world.run()
    done = call(world, folder, "all", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["total"], told["processed"], told["exported"], told["failed"]) == (1, 1, 0, 1)
    log = (world.root / "logs" / told["log"]).read_text()
    standing = call(world, folder, "status")
    assert standing.returncode == 1
    for name, reason in REASONS.items():
        assert f"IE IE1 could not be exported as {name}. Reason: {reason}" in log
        assert f"IE IE1: {name} failed (1 try since " in standing.stdout
        assert reason in standing.stdout
    for name, text_before in before.items():
        shown = call(world, folder, "show", "IE1", name)
        assert (shown.returncode, shown.stdout) == (0, text_before)
    with world.context() as context, context.repository.read() as connection:
        versions = {item.format: item.ie_version for item in documents.of_ie(connection, "IE1")}
        failing = {item.format: item.failure for item in failures.listing(connection, 99)}
        assert due.count(connection) == 0
    assert versions == {name: 2 if name in {*FORMATS, "good"} else 1 for name in versions}
    assert failing.keys() == bad.keys()
    # A new version of the exporters is tried at once, whatever the pauses.
    cured = foreign.install(tmp_path / "two", version="2", good=foreign.GOOD, **dict.fromkeys(bad, foreign.GOOD))
    with daemon_with(world, cured) as daemon:
        until(lambda: call(world, cured, "status").returncode == 0)
        assert daemon.stop() == 0
    assert call(world, cured, "status").returncode == 0


def test_the_daemon_outlives_an_exporter_that_hangs_and_is_gone_with_it(
    world: World, reader: Reader, tmp_path: Path
) -> None:
    folder = foreign.install(tmp_path / "one", odd="if ie.pid == 'IE1':\n    time.sleep(3000)" + foreign.GOOD)
    world.raw["export"] = {"formats": [*FORMATS, "odd"], "seconds": 3000}
    loaded(world, 3)
    with daemon_with(world, folder) as daemon:
        until(lambda: len(processes_of(world)) >= 1)
        time.sleep(1)
        before = time.monotonic()
        assert daemon.stop() == 0
        print("stopped over a hanging exporter after", round(time.monotonic() - before, 2))
        assert time.monotonic() - before < 20
    until(lambda: processes_of(world) == [])


def test_what_is_built_in_does_not_wait_for_an_exporter_that_hangs(
    world: World, reader: Reader, tmp_path: Path
) -> None:
    folder = foreign.install(tmp_path / "one", odd="time.sleep(3000)")
    world.raw["export"] = {"formats": ["odd", *FORMATS], "seconds": 3000}
    loaded(world, 3)
    with daemon_with(world, folder):
        until(lambda: reader.one("SELECT count(*) FROM export") == 3 * len(FORMATS), 20)


def test_a_daemon_that_is_killed_leaves_no_process(world: World, tmp_path: Path) -> None:
    folder = foreign.install(tmp_path / "one", odd="time.sleep(3000)")
    world.raw["export"] = {"formats": ["odd"], "seconds": 3000}
    loaded(world, 3)
    with daemon_with(world, folder) as daemon:
        until(lambda: len(processes_of(world)) >= 3)
        daemon.process.kill()
        daemon.process.wait()
    until(lambda: processes_of(world) == [])


def test_formats_without_an_exporter_are_bad_configuration(world: World) -> None:
    world.raw["export"] = {"formats": ["nothing", "oai_dc", "nix"]}
    loaded(world, 1)
    for arguments in (("run",), ("export", "all")):
        done = command(world, *arguments)
        assert done.returncode == 78
        assert [line.split(";")[0] for line in done.stderr.splitlines() if "no exporter" in line] == [
            "mdwatch: export.formats: there is no exporter nothing",
            "mdwatch: export.formats: there is no exporter nix",
        ]
