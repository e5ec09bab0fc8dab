"""A job whose calls to the disk go wrong, each in its turn, ends like an undisturbed one after one more run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof import tally

ROOT = Path(__file__).parents[2]
ERRORS = ("EIO", "ESTALE", "EACCES", "ENOENT", "EEXIST", "ENOSPC", "EMFILE", "EINTR")

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]


@pytest.mark.parametrize("mode", ["refused", "lost"])
@pytest.mark.parametrize("move", ["rename", "link", "claim"])
@pytest.mark.parametrize("error", ERRORS)
def test_whatever_call_goes_wrong_nothing_is_lost_doubled_or_decided_again(
    tmp_path: Path, error: str, move: str, mode: str
) -> None:
    program = ROOT / "tests" / "system" / "fault_everywhere.py"
    # A third of the calls each, another one for each way of moving.
    part = str(("rename", "link", "claim").index(move))
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path), move, error, mode, part, "3"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    result = json.loads(done.stdout)
    tried = len(range(1 + int(part), result["total"] + 1, 3))
    tally.note(f"a call of a run gone wrong ({mode}), files moved by {move}", tried, len(result["wrong"]))
    assert result["wrong"] == []
    assert result["total"] > 100
