"""Three daemons on one server, and in one run all that may befall them, at random and at the same time.

They are killed, frozen past their leases, cut off from the server and given back; the server is restarted, or dies. The
end is what the model says, and the logs, which they share, tell of each file and each run once, in the job's order.

    MDWATCH_STORM_SECONDS=600 MDWATCH_STORM_SEEDS=1,2,3 pytest -m system tests/system/test_everything_at_once.py
"""

import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from mdwatch import config
from mdwatch.handlers.files.audit import Audit
from mdwatch.handlers.ies import change as ie_change
from mdwatch.model import RunStatus, Stage
from mdwatch.repository import ies
from mdwatch.repository.exports import due
from mdwatch.runtime.context import opened
from tests import postgres
from tests.proof import tally
from tests.proof.drive import compare_ies, compare_places, content, native, wait_for_the_clock
from tests.proof.model import Key, Location, Model, ModelFile, ModelIe, fresh
from tests.system import networks
from tests.system.daemons import until
from tests.system.networks import Network
from tests.system.sites import Site

SECONDS: Final = float(os.environ.get("MDWATCH_STORM_SECONDS", "120"))
SEEDS: Final = [int(seed) for seed in os.environ.get("MDWATCH_STORM_SEEDS", "1").split(",")]
# Each daemon's host: two share one, and see each other's processes there; of the third they know its leases only.
HOSTS: Final = {"a": "one", "b": "one", "c": "two"}
WAITING: Final = 400  # files; while there are more, none is dropped
_LAST_LINES: Final = {
    RunStatus.SUCCESS: "INFO   Job completed successfully",
    RunStatus.WARNINGS: "INFO   Job completed with Warnings",
    RunStatus.ERROR: "INFO   Job completed with Errors",
}

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(SECONDS + 600),
    pytest.mark.skipif(bool(networks.why_not()), reason=networks.why_not()),
]


class Folder:
    """A drop folder, and what is to become of all that was dropped there."""

    def __init__(self, site: "StormySite", job: str, chance: random.Random) -> None:
        self.job = job
        self._site = site
        self._chance = chance
        self.model = Model({self.pid(pid): entity for pid, entity in facts().items()})
        # What the log has to say of the files, in this order.
        self.lines: list[str] = []

    def pid(self, pid: str) -> str:
        """An IE of the model as this job's own."""
        return f"IE{self.job[1:]}{pid[2:]}"

    def drop(self) -> None:
        """Drops a file; mostly one that updates its IE, under a name of its own."""
        chance, number = self._chance, len(self.model.files)
        pid = self.pid(chance.choices(["IE1", "IE2", "IE3", "IE4", "IE5", "IE9"], [40, 40, 3, 3, 3, 3])[0])
        name = f"{number}.xml"
        if number and chance.random() < 0.1:
            name = self.model.files[chance.randrange(number)].name
        path = self._site.folder(self.job) / name
        if path.exists():
            return
        file = ModelFile(number, name, pid, self._parts(number) if chance.random() < 0.99 else None)
        if name != f"{number}.xml":
            wait_for_the_clock(self._site.root)
        partial = path.with_name(f".{name}.part")
        partial.write_bytes(content(pid, file.parts))
        partial.rename(path)
        if name != f"{number}.xml":
            wait_for_the_clock(self._site.root)
        self.model.drop(file)
        # Nothing but files changes the IEs meanwhile: what one comes to is known when it is dropped.
        self.go_on()
        if self.model.where[number] is Location.DROP:
            self.lines.append(f"INFO   IE {pid} was not updated. Reason: _. File name is {name}")

    def _parts(self, number: int) -> dict[Key, str]:
        key: Key = ("source", "7") if self._chance.random() < 0.1 else ("descriptive", "")
        # Some say what another one said.
        return {key: f"T{self._chance.choice([number, number, number, number // 2, number - 1])}"}

    def go_on(self) -> None:
        """What can be decided is."""
        before = len(self.model.decided)
        self.model.run()
        self.lines += (self._line(file, changed=changed) for file, changed in self.model.decided[before:])

    def _line(self, file: ModelFile, *, changed: bool) -> str:
        if changed:
            return f"INFO   IE {file.pid} has been successfully updated"
        if file.parts is None:
            return f"ERROR   IE could not be updated, XML is not well-formed or invalid. File name is {file.name}"
        level = "ERROR" if self.model.where[file.number] is Location.ERROR else "WARN"
        return f"{level}   IE {file.pid} was not updated. Reason: _. File name is {file.name}"


# What is asked of the server where something holds up the end.
_HELD_UP: Final = (
    "SELECT * FROM run WHERE NOT closed",
    "SELECT * FROM lease",
    "SELECT pid, client_addr, state, wait_event, pg_blocking_pids(pid), query FROM pg_stat_activity",
)


def facts() -> dict[str, ModelIe]:
    """The IEs of each job."""
    return {**fresh(), "IE5": ModelIe({("descriptive", ""): "Old"}, locked=True)}


class StormySite(Site):
    """Daemons that reach the server each over a wire of its own, and log into one directory."""

    def __init__(self, root: Path, server: postgres.Server, wires: dict[str, Network], chance: random.Random) -> None:
        self.wires = wires
        self.folders = [Folder(self, job, chance) for job in self.jobs()]
        super().__init__(root, server)

    def entities(self) -> Iterator[dict[str, Any]]:
        """One IE for each fact that rules look at; one of them published."""
        for folder in self.folders:
            for pid, entity in folder.model.ies.items():
                yield {**native(pid, entity), "published": pid.endswith("2")}

    def settings(self, name: str) -> dict[str, Any]:
        """The address of the server, as seen from this daemon's end of its wire."""
        raw = super().settings(name)
        raw["logs"]["directory"] = str(self.root / "logs")
        raw["export"] = {"formats": ["oai_dc"], "nightly": "0 2 31 12 *"}
        if name in self.wires:
            raw["repository"]["url"] = f"postgresql+psycopg://mdwatch@{self.wires[name].here}/mdwatch"
        return raw

    def begin(self, name: str) -> None:
        """Starts a daemon, in its network and on its host."""
        host = ("unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', HOSTS[name])
        self.start(name, *self.wires[name].inside, *host)

    def waiting(self) -> int:
        """How many files lie in the drop folders that may be taken."""
        held = sum(where is Location.DROP for folder in self.folders for where in folder.model.where.values())
        return self.left() - held

    def is_through(self) -> bool:
        """Whether nothing is left that can be done."""
        return self.waiting() == 0 and self.query("SELECT count(*) FROM run WHERE NOT closed") == [(0,)]

    def finish(self, seconds: float) -> None:
        """Waits until nothing is left that can be done; tells what holds it up where that takes too long."""
        try:
            until(self.is_through, seconds)
        except AssertionError:
            for query in _HELD_UP:
                print(query, *self.query(query), sep="\n  ")
            print("left in the drop folders:", self.waiting())
            raise

    def release(self) -> None:
        """All IEs leave SIP processing, and what waited for that goes on."""
        with opened(config.check(self.settings("load"), "test")) as context:
            for folder in self.folders:
                pid = folder.pid("IE4")
                ie_change.set_stage(context, pid, Stage.PERMANENT)
                folder.model.ies[pid].in_sip = False
                folder.go_on()

    def check(self) -> None:
        """All is as the model says, each line stands once, everything is exported, and an audit finds nothing."""
        with opened(config.check(self.settings("load"), "test")) as context:
            with context.repository.read() as connection:
                for folder in self.folders:
                    compare_ies(connection, folder.model)
                    for pid in folder.model.ies:
                        wrote = [item.file for item in ies.versions(connection, pid) if item.cause == "update"]
                        assert wrote == [
                            file.name for file, changed in folder.model.decided if changed and file.pid == pid
                        ]
                assert due.count(connection) == 0
            for folder in self.folders:
                compare_places(self.folder(folder.job), folder.model)
                self._check_log(folder)
            assert list(Audit(context).findings()) == []
        assert self.query("SELECT count(*) FROM journal WHERE NOT carried_out") == [(0,)]

    def _check_log(self, folder: Folder) -> None:
        text = (self.root / "logs" / f"{folder.job}.log").read_text(encoding="utf-8")
        lines = [
            re.sub(r"Reason: .*?\. File", "Reason: _. File", line.split("   ", 1)[1]) for line in text.splitlines()
        ]
        of_runs = [line for line in lines if line in _LAST_LINES.values()]
        assert [line for line in lines if line not in of_runs] == folder.lines, folder.job
        statuses = self.query(f"SELECT status FROM run WHERE job = '{folder.job}' ORDER BY id")
        assert of_runs == [_LAST_LINES[RunStatus(status)] for (status,) in statuses], folder.job


class Storm:
    """What befalls the daemons and the server, and what mends it some time later."""

    def __init__(self, site: StormySite, chance: random.Random) -> None:
        self._site = site
        self._chance = chance
        self._remedies: list[tuple[float, Callable[[], None]]] = []
        self._next = time.monotonic() + 2
        self._dead: set[str] = set()
        self.told: list[str] = []

    def turn(self) -> None:
        """Mends what it is time for, and does harm again every few seconds."""
        now = time.monotonic()
        for item in [item for item in self._remedies if item[0] <= now]:
            self._remedies.remove(item)
            item[1]()
        if now >= self._next:
            self._next = now + self._chance.expovariate(1 / 5)
            self._harm(now)
        ended = {name for name, process in self._site.daemons.items() if process.poll() is not None}
        assert ended == self._dead - {"server"}, "daemons that ended by themselves"

    def end(self) -> None:
        """Mends all."""
        for _, remedy in self._remedies:
            remedy()
        self._remedies.clear()

    def _harm(self, now: float) -> None:
        chance, name = self._chance, self._chance.choice("abc")
        what = chance.choice(["kill", "freeze", "cut", "server"])
        if (name if what != "server" else what) in self._dead:
            return
        seconds, remedy = getattr(self, f"_{what}")(name)
        self.told.append(f"{what} {name} for {seconds}")
        self._remedies.append((now + seconds, remedy))

    def _kill(self, name: str) -> tuple[float, Callable[[], None]]:
        self._site.daemons[name].kill()
        self._site.daemons[name].wait()
        self._dead.add(name)

        def start() -> None:
            self._site.begin(name)
            self._dead.discard(name)

        return self._chance.choice([0, 3, 20]), start

    def _freeze(self, name: str) -> tuple[float, Callable[[], None]]:
        process = self._site.daemons[name]
        process.send_signal(signal.SIGSTOP)
        return self._chance.choice([1, 18, 25]), lambda: process.send_signal(signal.SIGCONT)

    def _cut(self, name: str) -> tuple[float, Callable[[], None]]:
        wire = self._site.wires[name]
        wire.cut()
        return self._chance.choice([2, 12, 30]), wire.mend

    def _server(self, _name: str) -> tuple[float, Callable[[], None]]:
        server = self._site.server
        server.stop(self._chance.choice(["fast", "immediate"]))
        self._dead.add("server")

        def start() -> None:
            server.start()
            self._dead.discard("server")

        return self._chance.choice([0, 2, 10]), start


@contextmanager
def site(root: Path, chance: random.Random) -> Iterator[StormySite]:
    """The daemons at work, with all jobs shared out."""
    with ExitStack() as stack:
        wires = {name: Network(number) for number, name in enumerate(HOSTS)}
        for wire in wires.values():
            wire.lay()
            stack.callback(wire.remove)
        listen = ",".join(wire.here for wire in wires.values())
        server = stack.enter_context(postgres.server(durable=True, listen=listen))
        made = StormySite(root, server, wires, chance)
        stack.callback(made.kill_all)
        for name in HOSTS:
            made.begin(name)
        until(lambda: len(made.keepers()) == len(made.jobs()), 60)
        yield made


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_befalls_them_at_once_the_end_is_what_the_model_says(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with site(tmp_path, chance) as made:
        storm = Storm(made, random.Random(seed))
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            storm.turn()
            if made.waiting() < WAITING:
                for _ in range(chance.randrange(20)):
                    chance.choice(made.folders).drop()
            time.sleep(chance.random() / 5)
        storm.end()
        print(*storm.told, sep="\n")
        made.finish(180)
        made.release()
        made.finish(60)
        made.end()
        made.check()
        tally.note(
            "daemons killed, frozen, cut off, and their server restarted, at random in one run", len(storm.told), 0
        )
