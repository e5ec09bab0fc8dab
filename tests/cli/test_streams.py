"""Standard streams that whoever called closed: no file of ours gets their number, and nothing fails to print."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds import JOB, World, dc, ie, update

ROOT = Path(__file__).parents[2]


def test_descriptors_that_are_closed_at_the_start_are_not_given_to_files() -> None:
    script = (
        "import os, sys; os.close(0); os.close(2); sys.stderr = None\n"
        "from mdwatch.cli import streams\n"
        "streams.open_all(); file = os.open('/dev/null', os.O_RDONLY)\n"
        "print(file > 2, os.fstat(2).st_rdev != 0, sys.stderr.write('x'))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True True 1\n"


@pytest.mark.parametrize("redirection", ["2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_job_runs_whatever_its_streams_are(tmp_path: Path, redirection: str) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    call = f'exec "$0" -m mdwatch --config "$1" job run {JOB} {redirection}'
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = ["sh", "-c", call, sys.executable, str(world.write_settings())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert world.title("IE1") == "New"


def test_what_cannot_be_printed_is_told_in_a_line(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    call = 'exec "$0" -m mdwatch --config "$1" ie show IE1 >/dev/full'
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = ["sh", "-c", call, sys.executable, str(world.write_settings())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    told = "mdwatch: standard output takes no more of what is told: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)
