"""Commands are called in folders that others may write to, that their user may not enter, and that are gone."""

import os
import shutil
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


# A folder with a parent that may not be entered, also by a root that may not do everything; and one that is removed.
CLOSED = """chmod 0 .. && ! cd "$PWD" 2>/dev/null && exec "$@" """
REMOVED = """rmdir "$PWD" && exec "$@" """


def with_work(root: Path) -> World:
    """A repository and a drop folder with as much as processes of their own are started for."""
    world = World(root)
    world.raw["workers"] = {"processes": 1}
    world.load(*(ie(f"IE{number}", published=True) for number in range(WORTH_PROCESSES)))
    # Read in a process of its own.
    world.drop("a.xml", update("IE1", dc("Long " * SMALL)))
    return world


def without_privileges() -> list[str]:
    """What has root enter a folder only where its owner may."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None or subprocess.run([setpriv, "--bounding-set=-dac_override", "true"], check=False).returncode:
        pytest.skip("root may enter every folder here")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search"]


@pytest.mark.parametrize("command", [("export", "redo"), ("job", "run", JOB)], ids="-".join)
def test_worker_processes_read_no_code_from_the_folder_a_command_is_called_in(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    world = with_work(tmp_path / "world")
    here = tmp_path / "here"
    here.mkdir()
    told = tmp_path / "told"
    for name in NAMES:
        (here / f"{name}.py").write_text(f"open({str(told)!r}, 'a').write({name!r})\n", encoding="utf-8")
    done = subprocess.run(
        [PROGRAM, *command, "--config", world.write_settings()], cwd=here, capture_output=True, text=True, check=False
    )
    assert (done.returncode, told.exists()) == (0, False), done.stderr


# Without these rights nobody may ask the server of the tests either.
@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("script", "command"), [(CLOSED, ("job", "run", JOB)), (REMOVED, ("export", "redo"))], ids=["closed", "removed"]
)
def test_worker_processes_need_not_enter_the_folder_a_command_is_called_in(
    tmp_path: Path, script: str, command: tuple[str, ...]
) -> None:
    world = with_work(tmp_path / "world")
    here = tmp_path / "parent" / "here"
    here.mkdir(parents=True)
    call = [*without_privileges(), "sh", "-c", script, "sh", str(PROGRAM), *command]
    environment = {**os.environ, "MDWATCH_CONFIG": str(world.write_settings())}
    done = subprocess.run(call, cwd=here, env=environment, capture_output=True, text=True, check=False)
    here.parent.chmod(0o700)
    assert done.returncode == 0, done.stderr
    assert world.files() == ["done/a.xml" if command[0] == "job" else "a.xml"]


def test_sockets_have_a_short_name_where_temporary_files_lie_deep(tmp_path: Path) -> None:
    world = with_work(tmp_path / "world")
    deep = tmp_path / ("deep" * 40)
    deep.mkdir()
    environment = {**os.environ, "TMPDIR": str(deep), "MDWATCH_CONFIG": str(world.write_settings())}
    call = [str(PROGRAM), "job", "run", JOB]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, world.files()) == (0, ["done/a.xml"]), done.stderr


def test_in_a_folder_that_is_gone_a_file_named_there_is_not_looked_for(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    here = tmp_path / "here"
    here.mkdir()
    environment = {**os.environ, "MDWATCH_CONFIG": str(world.write_settings())}
    call = ["sh", "-c", REMOVED, "sh", str(PROGRAM), "explain", "a.xml"]
    done = subprocess.run(call, cwd=here, env=environment, capture_output=True, text=True, check=False)
    told = "mdwatch: the folder that it is called in is there no more; go to another one, or give whole paths\n"
    assert (done.returncode, done.stderr) == (1, told)
