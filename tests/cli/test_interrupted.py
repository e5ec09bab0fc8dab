"""A command that somebody ends by Ctrl-C says so, and its status tells; what it lacks itself is no such thing."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy.pool.base import _ConnectionFairy

from mdwatch.errors import Deferred
from mdwatch.handlers.exports import request
from mdwatch.handlers.updates.group_applier import GroupApplier
from mdwatch.repository import run_entries
from mdwatch.runtime.lease import Lease
from tests.cli.calls import environment, mdwatch
from tests.waiting import until
from tests.worlds import JOB, World, dc, ie, update


def is_begun(world: World) -> bool:
    with world.context() as context, context.repository.read() as connection:
        return bool(run_entries.open_runs(connection, JOB))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_is_taken_up_again(tmp_path: Path, number: signal.Signals) -> None:
    world = World(tmp_path, settle_seconds=600)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    # Whoever runs the tests may have them outlive a terminal, and so whatever they start.
    command = ["env", "--default-signal=HUP", sys.executable, "-m", "mdwatch", "job", "run", JOB]
    env = environment(world.write_settings())
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as process:
        until(lambda: is_begun(world))
        process.send_signal(number)
        out, err = process.communicate()
    assert (process.returncode, out) == (130 if number is signal.SIGINT else -number, "")
    assert err.splitlines()[-1] == "mdwatch: interrupted; what was done stands"
    assert "Traceback" not in err


def test_what_is_to_outlive_its_terminal_does(tmp_path: Path) -> None:
    world = World(tmp_path, settle_seconds=600)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    command = ["nohup", sys.executable, "-m", "mdwatch", "job", "run", JOB]
    env = environment(world.write_settings())
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as process:
        until(lambda: is_begun(world))
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == -signal.SIGTERM


def _ctrl_c(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def test_who_waits_no_longer_for_a_batch_is_told_what_becomes_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", published=True))
    config = world.write_settings()
    command = ("set", "create", "maps", "--where", "pid = IE1")
    with monkeypatch.context() as patch:
        patch.setattr(request, "_run_here", _ctrl_c)
        cut = mdwatch(*command, config=config)
    assert (cut.status, cut.err.splitlines()[-1]) == (130, "mdwatch: interrupted; what was done stands")
    assert "Batch 1 is open; a daemon, or the next batch, goes on with it; `mdwatch export cancel` ends it" in cut.err
    again = mdwatch(*command, config=config)
    assert again.status == 2
    assert "there is a set maps already" in again.err
    assert "fill it, which is still to be done (mdwatch set export maps)" in again.err
    assert mdwatch("set", "export", "maps", config=config).status == 0
    assert "1 IE," in mdwatch("set", "list", config=config).out


def test_a_connection_that_is_given_back_when_ctrl_c_comes_is_nothing_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    config = world.write_settings()
    monkeypatch.setattr(_ConnectionFairy, "_reset", _ctrl_c)
    done = mdwatch("status", config=config)
    assert (done.status, caplog.text) == (130, "")


def test_who_is_interrupted_while_the_program_is_loaded_is_told_so(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'mdwatch.errors':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from mdwatch.__main__ import program\n"
        "program()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\nmdwatch: interrupted\n")


def test_a_module_that_is_cut_off_is_told_by_its_traceback(tmp_path: Path) -> None:
    # As where a quota let no more of it be written.
    script = (
        "import sys, types\n"
        "from mdwatch import cli\n"
        "from mdwatch.cli import lazy\n"
        "def cut_off(name):\n"
        "    raise EOFError('marshal data too short')\n"
        "lazy.importlib = types.SimpleNamespace(import_module=cut_off)\n"
        "sys.argv = ['mdwatch', 'status']\n"
        "cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "marshal data too short" in done.stderr
    assert "Aborted!" not in done.stderr


@pytest.mark.parametrize(("fault", "given_back"), [(KeyboardInterrupt, 0), (OSError, 1)])
def test_who_is_interrupted_waits_for_no_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException], given_back: int
) -> None:
    # One that was cut short may be open yet, in this very process.
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    calls: list[Lease] = []

    def noted(lease: Lease) -> None:
        calls.append(lease)

    def cut_short(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(GroupApplier, "apply", cut_short)
        patch.setattr(Lease, "give_back", noted)
        with pytest.raises((fault, Deferred)):
            world.run()
    assert len(calls) == given_back
    assert world.run().counts == {"updated": 1}
