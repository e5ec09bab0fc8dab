"""SIGKILL while many files wait, so that another process moves them: each takes effect, is filed and told once."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.calls import environment
from tests.proof import tally
from tests.worlds import JOB, World, dc, ie, update

pytestmark = [pytest.mark.system, pytest.mark.sqlite]

FILES = 2_400  # more than are read in one process
IES = 40
KILLS = 6
BROKEN = 7  # each seventh is


@pytest.mark.parametrize("seed", range(3))
def test_killed_while_another_process_moves_files_each_counts_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    world = World(tmp_path, settle_seconds=0)
    world.load(*(ie(f"IE{1 + number}") for number in range(IES)))
    for number in range(FILES):
        world.drop(name(number), update(f"IE{1 + number % IES}", dc(f"T{number}")))
    for number in range(0, FILES, BROKEN):
        world.drop(name(number), b"<broken")
    command = [sys.executable, "-m", "mdwatch", "job", "run", JOB]
    given = environment(world.write_settings())
    killed = 0
    for _ in range(KILLS):
        before = _moved(world)
        with subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            while run.poll() is None and _moved(world) == before:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.1))
            killed += run.poll() is None
            run.kill()
    assert subprocess.run(command, env=given, check=False, capture_output=True).returncode in {0, 1}
    found = world.snapshot()
    broken = range(0, FILES, BROKEN)
    good = [number for number in range(FILES) if number not in broken]
    error = [f"error/{name(number)}" for number in broken]
    assert found["files"] == sorted(
        [f"done/{name(number)}" for number in good] + error + [f"{path}.reason.txt" for path in error]
    )
    assert {len(reason) for reason in found["reasons"].values()} == {6}, "all its lines but that of the moment"
    assert sorted(row[0] for row in found["journal"]) == [name(number) for number in range(FILES)]
    for place in range(IES):
        titles = [f"T{number}" for number in good if number % IES == place]
        pid = f"IE{1 + place}"
        assert (world.title(pid), len(found["ies"][pid]["versions"])) == (titles[-1], 1 + len(titles))
    lines = world.log_lines()
    assert sum("has been successfully updated" in line for line in lines) == len(good)
    assert [sum(name(number) in line for line in lines) for number in broken] == [1] * len(broken)
    assert killed > 0
    tally.note("SIGKILL while another process moves files", killed, 0)


def name(number: int) -> str:
    """The name of a file."""
    return f"{number:04}.xml"


def _moved(world: World) -> int:
    """How many files are in `done/`."""
    try:
        return len(os.listdir(world.folder / "done"))  # noqa: PTH208 - only their number
    except FileNotFoundError:
        return 0
