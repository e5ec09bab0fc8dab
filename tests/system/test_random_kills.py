"""SIGKILL at two thousand random moments of runs, over random drops and acts, held against the model at intervals."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from mdwatch import logs
from tests.proof import tally
from tests.proof.drive import NAMES, PIDS, TITLES, Sides
from tests.proof.model import Key

pytestmark = [pytest.mark.system, pytest.mark.timeout(1500)]

KILLS = 100  # in each part
BETWEEN = 10  # kills between two looks at the model
PARTS = 20


@pytest.mark.parametrize("part", range(PARTS))
def test_runs_killed_at_random_end_as_the_model_says(tmp_path: Path, part: int) -> None:
    logs.configure_service_log("critical")
    chance = random.Random(part)
    sides = Sides(tmp_path, group_size=chance.randrange(1, 5))
    killed = 0
    longest = 0.2  # seconds; what the longest undisturbed run took, so that the moments are spread over all of one
    while killed < KILLS:
        _disturb(sides, chance)
        for _ in range(BETWEEN):
            killed += _run_and_kill(sides, chance.uniform(0, longest))
        began = time.monotonic()
        sides.run()
        longest = max(0.05, time.monotonic() - began)
    tally.note("SIGKILL at a random moment of a run", killed, 0)


def _disturb(sides: Sides, chance: random.Random) -> None:
    """Some drops, and what else may happen between two runs."""
    for number in range(chance.randrange(2, 9)):
        record: dict[Key, str] = {("descriptive", ""): chance.choice(TITLES)}
        if chance.random() < 0.3:
            record["source", chance.choice("78")] = chance.choice(TITLES)
        # A name of its own for each, now and then one that was there before.
        name = chance.choice(NAMES) if chance.random() < 0.3 else f"{len(sides.model.files)}-{number}.xml"
        sides.drop(name, chance.choice(PIDS), None if chance.random() < 0.1 else record)
    if chance.random() < 0.3:
        sides.lock("IE2", locked=not sides.model.ies["IE2"].locked)
    if chance.random() < 0.3:
        sides.stage("IE4", in_sip=not sides.model.ies["IE4"].in_sip)
    if chance.random() < 0.3:
        sides.revert("IE1", chance.randrange(1, 4))
    if chance.random() < 0.3:
        sides.retry(chance.randrange(9))
    if chance.random() < 0.1:
        sides.dismiss(chance.randrange(9))


def _run_and_kill(sides: Sides, seconds: float) -> bool:
    """One run in a process of its own, killed so many seconds after it began; whether it was still at work."""
    child = os.fork()
    if child == 0:
        try:
            sides.world.run()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
