"""Long trials of the daemon: bursts beyond the kernel's event queue, and SIGKILL at random moments under load."""

import random
import signal
from functools import partial
from pathlib import Path

import pytest

from tests.proof import tally
from tests.system.daemons import running, until
from tests.worlds import World, dc, ie, update

pytestmark = pytest.mark.system

IES = 50


def loaded(root: Path) -> World:
    world = World(root, settle_seconds=0.5, sweep_seconds=2)
    world.load(*(ie(f"IE{number}") for number in range(IES)))
    return world


def filed(world: World) -> int:
    return sum(1 for context in ("done", "error") for _ in (world.folder / context).glob("*.xml"))


def has_filed(world: World, wanted: int) -> bool:
    return filed(world) >= wanted


def check(world: World, files: int) -> None:
    """Every file applied once, in order, filed once and logged once."""
    assert world.files() == sorted(f"done/{number}.xml" for number in range(files))
    with world.context() as context, context.repository.read() as connection:
        names = [row[0] for row in connection.exec_driver_sql("SELECT file FROM ie_version WHERE cause = 'update'")]
        assert sorted(names) == sorted(f"{number}.xml" for number in range(files))
        by_ie = connection.exec_driver_sql(
            "SELECT ie_id, file FROM ie_version WHERE cause = 'update' ORDER BY ie_id, version"
        ).all()
        assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar() == files
    numbers = [(ie_id, int(name.removesuffix(".xml"))) for ie_id, name in by_ie]
    assert numbers == sorted(numbers)
    assert sum("successfully updated" in line for line in world.log_lines()) == files
    assert world.audit() == []


@pytest.mark.timeout(900)
def test_forty_thousand_files_dropped_at_once_are_all_found(tmp_path: Path) -> None:
    world = loaded(tmp_path)
    with running(world) as daemon:
        for number in range(40_000):
            world.drop(f"{number}.xml", update(f"IE{number % IES}", dc(f"T{number}")))
        until(lambda: filed(world) == 40_000, 600)
        assert daemon.stop() == 0
    check(world, 40_000)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(4))
def test_killed_fifty_times_at_random_every_file_is_applied_and_filed_once(tmp_path: Path, part: int) -> None:
    world = loaded(tmp_path)
    chance = random.Random(part)
    dropped = 0
    for _ in range(50):
        with running(world) as daemon:
            before = filed(world)
            for _ in range(chance.randrange(20, 120)):
                world.drop(f"{dropped}.xml", update(f"IE{dropped % IES}", dc(f"T{dropped}")))
                dropped += 1
            # Somewhere in the middle of the work; not at a moment of the clock, which would favour some places.
            wanted = min(before + chance.randrange(1, 20), dropped)
            until(partial(has_filed, world, wanted))
            daemon.process.send_signal(signal.SIGKILL)
            daemon.process.wait()
    with running(world) as daemon:
        until(lambda: filed(world) == dropped, 120)
        until(lambda: len(daemon.events("run_ended")) >= 1)
        assert daemon.stop() == 0
    check(world, dropped)
    tally.note("SIGKILL at a random moment of the daemon under load", 50, 0)
