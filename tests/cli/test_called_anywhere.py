"""Commands are called in folders that others may write to: nothing that lies there is taken for the program."""

import subprocess
import sys
from pathlib import Path

import pytest

from mdwatch.handlers.exports.processes import WORTH_PROCESSES
from mdwatch.runtime.confinement import SMALL
from tests.worlds import JOB, World, dc, ie, update

PROGRAM = Path(sys.executable).with_name("mdwatch")
# Of the standard library, of libraries, and the program itself.
NAMES = ("multiprocessing", "signal", "structlog", "lxml", "mdwatch")


@pytest.mark.parametrize("command", [("export", "redo"), ("job", "run", JOB)], ids="-".join)
def test_worker_processes_read_no_code_from_the_folder_a_command_is_called_in(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    world = World(tmp_path / "world")
    world.raw["workers"] = {"processes": 1}
    world.load(*(ie(f"IE{number}", published=True) for number in range(WORTH_PROCESSES)))
    # Read in a process of its own.
    world.drop("a.xml", update("IE1", dc("Long " * SMALL)))
    here = tmp_path / "here"
    here.mkdir()
    told = tmp_path / "told"
    for name in NAMES:
        (here / f"{name}.py").write_text(f"open({str(told)!r}, 'a').write({name!r})\n", encoding="utf-8")
    done = subprocess.run(
        [PROGRAM, *command, "--config", world.write_settings()], cwd=here, capture_output=True, text=True, check=False
    )
    assert (done.returncode, told.exists()) == (0, False), done.stderr
