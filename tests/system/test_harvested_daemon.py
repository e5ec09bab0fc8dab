"""Two daemons, of which one harvests the other, killed at random while changes go on: nothing is lost, nothing doubled.

And a list of a hundred thousand records.
"""

import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.harvests import listing, request
from tests.cli.calls import environment
from tests.handlers.harvests.providers import Answer, answering, harvesting, page, record
from tests.system.daemons import RunningDaemon, running, until
from tests.worlds import World, dc, ie, update

pytestmark = [pytest.mark.system, pytest.mark.timeout(1200)]

SECONDS = 75
PIDS = tuple(f"IE{number}" for number in range(1, 13))
RECORDS = 100_000
PAGE = 500
MEGABYTES = 300  # that a harvest of all of these may take


class Side:
    """One of the two, started again after each kill."""

    def __init__(self, world: World, stack: ExitStack) -> None:
        self.world = world
        self._outer = stack
        self._inner: ExitStack | None = None
        self.daemon: RunningDaemon | None = None
        self.kills = 0

    def start(self) -> None:
        """Starts its daemon."""
        self._inner = ExitStack()
        self.daemon = self._inner.enter_context(running(self.world, ready=False))

    def kill(self) -> None:
        """Kills its daemon, wherever it is."""
        assert self.daemon is not None
        assert self._inner is not None
        self.kills += 1
        self.daemon.process.send_signal(signal.SIGKILL)
        self.daemon.process.wait(30)
        with suppress(AssertionError):
            self._inner.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def titles(world: World) -> dict[str, list[str]]:
    """The titles that each IE had, one a version, in their order."""
    found = {}
    with world.context() as context, context.repository.read() as connection:
        for pid in PIDS:
            rows = connection.exec_driver_sql(
                "SELECT v.content FROM record_version v JOIN record r ON r.id = v.record_id JOIN ie ON ie.id = r.ie_id "
                f"WHERE ie.pid = '{pid}' ORDER BY v.version"
            )
            found[pid] = [re.findall("<dc:title>(.*?)</dc:title>", row[0] or "")[0] for row in rows]
    return found


def in_order(few: list[str], many: list[str]) -> bool:
    """Whether these come in that order among those, with others between."""
    left = iter(many)
    return all(item in left for item in few)


@pytest.mark.parametrize("seed", [16])
def test_two_daemons_killed_at_random_agree_in_the_end(tmp_path: Path, seed: int) -> None:
    chance, port = random.Random(seed), free_port()
    there = World(tmp_path / "there")
    there.raw["export"] = {"formats": ["oai_dc"]}
    there.raw["oai"] = {"identifier_namespace": "archive.example.org", "page_records": 3}
    there.raw["http"] = {"listen": [f"127.0.0.1:{port}"], "readers": 0}
    there.load(*(ie(pid, f"{pid} first", published=True) for pid in PIDS))
    here = harvesting(
        tmp_path / "here",
        f"http://127.0.0.1:{port}/oai",
        [ie(pid, "before") for pid in PIDS],
        schedule="* * * * *",
        seconds=5,
    )
    with ExitStack() as stack:
        sides = (Side(there, stack), Side(here, stack))
        for side in sides:
            side.start()
        change_and_kill(there, here, sides, chance)
        until(lambda: not list(there.folder.glob("*.xml")), 120)
        last = {pid: found[-1] for pid, found in titles(there).items()}
        # Whatever it waits for now, a start looks at once.
        sides[1].kill()
        sides[1].start()

        def agree() -> bool:
            ask(here)
            time.sleep(1)
            return {pid: found[-1] for pid, found in titles(here).items()} == last

        until(agree, 240)
        until(lambda: not list(here.folder.glob("*.xml")), 60)
        for side in sides:
            side.kill()
    assert sum(side.kills for side in sides) > 8
    assert_nothing_is_lost_or_doubled(here, there)


def change_and_kill(there: World, here: World, sides: tuple[Side, Side], chance: random.Random) -> None:
    """For a while files are dropped there and harvests asked for here, and the daemons of both killed by turns."""
    written = 0
    deadline = time.monotonic() + SECONDS
    next_kill = [time.monotonic() + chance.uniform(4, 8) for _ in sides]
    while time.monotonic() < deadline:
        pid = chance.choice(PIDS)
        written += 1
        there.drop(f".{written}.part", update(pid, dc(f"{pid} number {written}"))).rename(
            there.folder / f"{written:05}-{pid}.xml"
        )
        ask(here)
        time.sleep(chance.uniform(0.05, 0.4))
        for number, side in enumerate(sides):
            if time.monotonic() > next_kill[number]:
                side.kill()
                side.start()
                next_kill[number] = time.monotonic() + chance.uniform(3, 9)


def assert_nothing_is_lost_or_doubled(here: World, there: World) -> None:
    """What was harvested came in the order of its changes, each no more than once."""
    mine, theirs = titles(here), titles(there)
    for pid in PIDS:
        assert mine[pid][0] == "before"
        assert in_order(mine[pid][1:], theirs[pid]), (pid, mine[pid], theirs[pid])
        assert len(set(mine[pid])) == len(mine[pid]), pid
    with here.context() as context, context.repository.read() as connection:
        codes = connection.exec_driver_sql("SELECT code, count(*) FROM journal GROUP BY code").all()
        files = connection.exec_driver_sql("SELECT sum(written) FROM harvest_run").scalar()
    # A file that was doubled would have changed nothing.
    assert [code for code, _ in codes] == ["updated"], codes
    assert codes[0][1] == files == sum(len(found) - 1 for found in mine.values())
    assert here.audit() == []
    assert there.audit() == []


def ask(world: World) -> None:
    """Asks for a harvest; where its database is busy just now, the next second will do."""
    with suppress(Deferred, UsageError), world.context() as context:
        request.ask(context, "there", full=False)


def test_a_hundred_thousand_records_take_a_bounded_memory_and_are_all_told(tmp_path: Path) -> None:
    def records(start: int) -> Iterator[str]:
        for number in range(start, min(start + PAGE, RECORDS)):
            # Two in a thousand are of IEs that are here; some are deleted, the others are of IEs that are not.
            fields = () if number % 1000 == 7 else (f"<dc:title>New {number}</dc:title>",)
            yield record(f"oai:a:IE{number + 1}", "2026-01-01T00:00:00Z", *fields)

    asked: list[int] = []

    def answer(given: dict[str, str]) -> Answer:
        start = int(given.get("resumptionToken", 0))
        asked.append(start)
        return page(*records(start), token=str(start + PAGE) if start + PAGE < RECORDS else "")

    here = [number for number in range(RECORDS) if number % 1000 in {5, 6}]
    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number + 1}") for number in here])
        config = world.write_settings()
        code = (
            "import resource, sys; from mdwatch.cli import main; import atexit; "
            "used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024; "
            "atexit.register(lambda: print(used(), file=sys.stderr)); "
            "sys.argv = ['mdwatch', 'harvest', 'run', 'there', '--json']; main()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment(config), capture_output=True, text=True, check=False
        )
    assert done.returncode == 1, done.stderr[-2000:]
    assert int(done.stderr.split()[-1]) < MEGABYTES
    assert asked == list(range(0, RECORDS, PAGE))
    assert len(list(world.folder.glob("*.xml"))) == len(here) == 200
    with world.context() as context:
        (run,) = listing.runs(context, "there", None, 10)
        assert len(listing.run(context, "there", run.id).notes) == 1_000
    assert (run.written, run.deleted, run.left_out) == (200, 100, RECORDS - 300)
    log = (world.root / "logs" / "harvest_there.log").read_text(encoding="utf-8").splitlines()
    assert len(log) == RECORDS - 200 + 1
    world.run()
    assert {world.title(f"IE{number + 1}") for number in here[:20]} == {f"New {number}" for number in here[:20]}
