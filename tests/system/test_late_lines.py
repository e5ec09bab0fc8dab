"""A process that wakes up between the answer that the job is its own and its act, with the job another's by then.

They share a server, or, in containers on one kernel, a file of SQLite.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mdwatch.errors import Deferred
from mdwatch.handlers.updates.carrying_out import CarryingOut
from tests import postgres
from tests.system.daemons import until
from tests.worlds import World, dc, ie, update

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.system

# Runs the job, and stops itself right before its first call of what it is told that passes the condition.
LATE = """
import os, signal, sys
from pathlib import Path
from mdwatch import config
from mdwatch.errors import JobBusy
from mdwatch.handlers.updates import run_once
from mdwatch.logs import appending
from mdwatch.runtime import identity
from mdwatch.runtime.context import opened
from tests.worlds import JOB

def stopping_before(place, name, passes):
    real = getattr(place, name)
    def call(*given):
        if passes(*given):
            setattr(place, name, real)
            os.kill(os.getpid(), signal.SIGSTOP)
        return real(*given)
    setattr(place, name, call)

if sys.argv[3:] == ["elsewhere"]:
    # Another container on the same kernel.
    boot, _, machine = identity._kernel()
    identity._kernel = lambda: (boot, "pid:[elsewhere]", machine)
match sys.argv[2]:
    case "lines":
        stopping_before(appending, "write_all", lambda _, data: b"updated" in data)
    case "last line":
        stopping_before(appending, "write_all", lambda _, data: b"completed" in data)
    case "copy":
        stopping_before(Path, "rename", lambda path, _: path.suffix == ".new")
with opened(config.load(Path(sys.argv[1]))) as context:
    try:
        run_once.run_job(context, JOB)
    except JobBusy as error:
        print(error)
"""


@pytest.fixture(scope="module")
def _server() -> Iterator[None]:
    """A server that the worlds lie on."""
    with postgres.server() as server, pytest.MonkeyPatch.context() as patch:
        postgres.make_template(server)
        patch.setenv(postgres.SERVER, str(server.folder))
        yield


@pytest.fixture(params=["server", "file"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """A job whose log says of an earlier run what it will say of the next one.

    Of a file, whoever may be late is in another container.
    """
    if request.param == "server":
        if postgres.programs() is None:
            pytest.skip("no PostgreSQL here; Debian has it as postgresql")
        request.getfixturevalue("_server")
    else:
        request.getfixturevalue("monkeypatch").delenv(postgres.SERVER, raising=False)
    made = World(tmp_path)
    made.load(ie("IE1"), ie("IE2"))
    made.drop("a.xml", update("IE1", dc("A")))
    made.run()
    made.drop("b.xml", update("IE1", dc("B")))
    return made


def is_on_server(world: World) -> bool:
    return not str(world.raw["repository"]["url"]).startswith("sqlite")


@contextmanager
def late(world: World, act: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs the job and was stopped right before an act."""
    command = [sys.executable, "-c", LATE, str(world.write_settings()), act]
    if not is_on_server(world):
        if act == "copy":
            pytest.skip("of a file, nothing is copied where it is seen that nobody can be late")
        command.append("elsewhere")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            stat = Path(f"/proc/{process.pid}/stat")
            until(lambda: process.poll() is not None or stat.read_text(encoding="utf-8").split()[2] == "T")
            assert process.poll() is None, "it never came to that act"
            yield process
        finally:
            process.kill()


def left_beside(world: World) -> list[str]:
    return [path.name for path in world.log.parent.iterdir() if path.suffix == ".new"]


def run_as_another(world: World) -> None:
    """Runs the job when the time of whoever has it is over."""
    with world.context() as context, context.repository.write() as connection:
        connection.exec_driver_sql("UPDATE lease SET until = 0 WHERE holder <> ''")
    world.run()


def broken_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was cut short between the decision of a file and its move."""

    def fail(*_: object) -> None:
        raise OSError(5, "not now")

    with monkeypatch.context() as patch:
        patch.setattr(CarryingOut, "carry_out", fail)
        with pytest.raises(Deferred):
            world.run()


UPDATED = ["INFO   IE IE1 has been successfully updated", "INFO   Job completed successfully"]


@pytest.mark.parametrize("act", ["lines", "last line"])
def test_a_late_line_goes_where_nobody_looks(world: World, act: str) -> None:
    with late(world, act) as process:
        run_as_another(world)
        process.send_signal(signal.SIGCONT)
        assert "another process has taken over job dc" in process.communicate()[0]
    assert world.log_lines() == [*UPDATED, *UPDATED, *([UPDATED[1]] if act == "last line" else [])]
    assert left_beside(world) == []


@pytest.mark.parametrize("act", ["copy", "lines"])
def test_one_who_took_over_may_be_late_itself(world: World, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    broken_off(world, monkeypatch)
    with late(world, act) as process:
        run_as_another(world)
        world.drop("c.xml", update("IE2", dc("C")))
        world.run()
        process.send_signal(signal.SIGCONT)
        assert "another process has taken over job dc" in process.communicate()[0]
    assert world.log_lines() == [*UPDATED, *UPDATED, UPDATED[0].replace("IE1", "IE2"), UPDATED[1]]
    assert left_beside(world) == []


@pytest.mark.parametrize("act", ["copy", "lines"])
def test_one_who_took_over_may_die_of_it(world: World, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    broken_off(world, monkeypatch)
    with late(world, act) as process:
        process.kill()
        process.wait()
        world.run()
    assert world.log_lines() == [*UPDATED, *UPDATED]
    assert left_beside(world) == []


def test_a_log_without_room_for_a_copy_gets_its_lines_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(world, monkeypatch)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copy2", full)
    world.run()
    assert world.log_lines() == [*UPDATED, *UPDATED]
