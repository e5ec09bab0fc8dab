"""Killed at any point of a run or of a retry: a file that is tried again takes effect once, and is never swallowed.

Each victim is a process of its own, which kills itself where the test says: only such a death shows what the next
process finds.
"""

import os
import warnings
from collections.abc import Callable
from functools import partial, reduce
from importlib import import_module
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest

from mdwatch.handlers.files import dismiss as file_dismiss
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.retry_verdict import Retried
from mdwatch.handlers.ies import change
from mdwatch.repository import journal
from tests.cli.calls import mdwatch
from tests.worlds import JOB, World, dc, ie, update

_KILLED: Final = 9


def killed(world: World, at: str, *arguments: str, after: bool = False) -> None:
    """Calls mdwatch in a child that dies when it comes to a function, named as `module:function`."""
    killed_within(partial(mdwatch, *arguments, config=world.write_settings()), at, after=after)


def killed_within(
    call: Callable[[], object], at: str, *, after: bool = False, when: Callable[[], bool] = lambda: True
) -> None:
    """The same of any call; it dies there when `when` says so."""
    module, _, name = at.partition(":")
    owner, function = reduce(getattr, name.split(".")[:-1], import_module(module)), name.split(".")[-1]
    whole: Callable[..., object] = getattr(owner, function)

    def dies(*given: object, **named: object) -> object:
        if not (dying := when()) or after:
            result = whole(*given, **named)
        if dying:
            os._exit(_KILLED)
        return result

    with warnings.catch_warnings():
        # Forking beside the threads of a test runner is no harm here: the child needs none of their locks.
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        try:
            with patch.object(owner, function, dies):
                call()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == _KILLED


def retry(world: World) -> list[Retried]:
    with world.context() as context:
        return file_retry.retry(context, JOB, [])


def locked(root: Path) -> World:
    world = World(root)
    world.load(ie("IE1", lockedBy="curator"))
    world.drop("a.xml", update("IE1", dc("New")))
    return world


def unlock(world: World) -> None:
    with world.context() as context:
        change.unlock(context, "IE1")


def check_applied_once(world: World) -> None:
    """The file is applied, once, and lies in one place; the log has each line once; the journal has nothing open."""
    world.run()
    assert world.files() == ["done/a.xml"]
    assert world.title("IE1") == "New"
    found = world.snapshot()["ies"]["IE1"]
    assert [item[0] for item in found["versions"]] == [1, 2]
    lines = world.log_lines()
    assert [line for line in lines if "IE1" in line] == [
        "ERROR   IE IE1 was not updated. Reason: IE is locked by curator. File name is a.xml",
        "INFO   IE IE1 has been successfully updated",
    ]
    with world.context() as context, context.repository.read() as connection:
        assert journal.to_carry_out(connection, JOB) == []


RUN_POINTS = ["mdwatch.logs:JobLog.write", "mdwatch.dropfolder.filing:sync", "mdwatch.dropfolder.reason_files:write"]


@pytest.mark.parametrize("point", RUN_POINTS)
def test_a_retry_after_a_run_was_killed_before_its_verdict_was_carried_out(tmp_path: Path, point: str) -> None:
    world = locked(tmp_path)
    killed(world, point, "job", "run", JOB)
    assert "error/a.xml" in world.files()
    unlock(world)
    assert [item.put_back_as for item in retry(world)] == ["a.xml"]
    check_applied_once(world)


@pytest.mark.parametrize("point", RUN_POINTS)
def test_a_dismissal_after_a_run_was_killed_stays_one(tmp_path: Path, point: str) -> None:
    world = locked(tmp_path)
    killed(world, point, "job", "run", JOB)
    with world.context() as context:
        (result,) = file_dismiss.dismiss(context, JOB, ["a.xml"])
    assert result.dismissed_as == "a.xml"
    world.run()
    assert set(world.files()) - {"error/dismissed/a.xml.reason.txt"} == {"error/dismissed/a.xml"}
    assert world.title("IE1") == "Old"


@pytest.mark.parametrize("earlier", [None, "mdwatch.logs:JobLog.write"])
@pytest.mark.parametrize(
    ("point", "after", "back"),
    [
        ("mdwatch.repository.interventions:note", False, False),
        ("mdwatch.dropfolder.filing:take_back", False, False),
        ("mdwatch.dropfolder.filing:move", True, True),
        ("mdwatch.dropfolder.filing:take_back", True, True),
        ("mdwatch.repository.interventions:moved", False, True),
    ],
)
def test_a_retry_that_is_killed_itself(
    tmp_path: Path, earlier: str | None, point: str, after: bool, back: bool
) -> None:
    world = locked(tmp_path)
    if earlier is None:
        world.run()
    else:
        killed(world, earlier, "job", "run", JOB)
    unlock(world)
    killed(world, point, "retry", JOB, after=after)
    assert ("a.xml" in world.files()) is back
    assert ("error/a.xml" in world.files()) is not back
    # Whoever sees the file in error/ says so again; whoever says so though it is back finds nothing to do.
    assert [item.put_back_as for item in retry(world)] == ([] if back else ["a.xml"])
    check_applied_once(world)


@pytest.mark.parametrize("point", ["mdwatch.repository.interventions:note", "mdwatch.dropfolder.filing:take_back"])
def test_a_retry_that_came_to_nothing_leaves_an_error_file_as_it_was(tmp_path: Path, point: str) -> None:
    world = locked(tmp_path)
    world.run()
    before = world.files()
    killed(world, point, "retry", JOB)
    world.run()
    assert world.files() == before


@pytest.mark.parametrize(
    "point", ["mdwatch.dropfolder.error_place:_move_reason", "mdwatch.repository.interventions:moved"]
)
def test_a_dismissal_that_was_killed_is_finished_by_the_next_call(tmp_path: Path, point: str) -> None:
    world = locked(tmp_path)
    world.drop("b.xml", update("IE1", dc("Other")))
    world.run()
    killed(world, point, "dismiss", JOB, "a.xml")
    with world.context() as context:
        assert [item.dismissed_as for item in file_dismiss.dismiss(context, JOB, ["b.xml"])] == ["b.xml"]
    names = ("a.xml", "a.xml.reason.txt", "b.xml", "b.xml.reason.txt")
    assert world.files() == [f"error/dismissed/{name}" for name in names]
