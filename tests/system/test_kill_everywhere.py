"""Exactly once, whatever happens: a job killed at each act that leaves a trace ends like an undisturbed one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof import tally

ROOT = Path(__file__).parents[2]
SLICES = 12
# Of a job that works for another repository there are many places, each file being taken by itself: a fifth is tried.
FOREIGN_SLICES = 60


@pytest.mark.parametrize(
    ("move", "part"),
    [
        # A twelfth of the places; all of them, and the other ways of moving, in the long tests.
        pytest.param(move, part, marks=[pytest.mark.system] if (move, part) != ("rename", 0) else [])
        for move in ("rename", "link", "claim", "foreign")
        for part in range(SLICES)
    ],
)
def test_killed_anywhere_the_job_ends_as_if_it_had_not_been(tmp_path: Path, move: str, part: int) -> None:
    slices = FOREIGN_SLICES if move == "foreign" else SLICES
    program = ROOT / "tests" / "system" / "kill_everywhere.py"
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path), move, str(part), str(slices)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    result = json.loads(done.stdout)
    tally.note(
        f"SIGKILL at an act of a run that leaves a trace, files moved by {move}", result["tried"], len(result["wrong"])
    )
    assert result["wrong"] == []
    # Fewer would mean that the places are no longer those where something happens.
    assert result["total"] > 90
