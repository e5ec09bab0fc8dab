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


@pytest.mark.parametrize("seed", range(3))
def test_killed_while_another_process_moves_files_each_counts_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    world = World(tmp_path, settle_seconds=0)
    world.load(*(ie(f"IE{1 + number}") for number in range(IES)))
    for number in range(FILES):
        world.drop(f"{number:04}.xml", update(f"IE{1 + number % IES}", dc(f"T{number}")))
    command = [sys.executable, "-m", "mdwatch", "job", "run", JOB]
    given = environment(world.write_settings())
    killed = 0
    for _ in range(KILLS):
        before = _moved(world)
        with subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            while run.poll() is None and _moved(world) == before:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.3))
            killed += run.poll() is None
            run.kill()
    subprocess.run(command, env=given, check=True, capture_output=True)
    found = world.snapshot()
    assert found["files"] == [f"done/{number:04}.xml" for number in range(FILES)]
    assert [row[0] for row in found["journal"]] == [f"{number:04}.xml" for number in range(FILES)]
    assert {len(item["versions"]) for item in found["ies"].values()} == {1 + FILES // IES}
    assert [world.title(f"IE{1 + number}") for number in range(IES)] == [f"T{FILES - IES + n}" for n in range(IES)]
    assert sum("has been successfully updated" in line for line in world.log_lines()) == FILES
    assert killed > 0
    tally.note("SIGKILL while another process moves files", killed, 0)


def _moved(world: World) -> int:
    """How many files are in `done/`."""
    try:
        return len(os.listdir(world.folder / "done"))  # noqa: PTH208 - only their number
    except FileNotFoundError:
        return 0
