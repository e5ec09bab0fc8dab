"""Files that somebody moves out of `done/` or `error/` by hand: judged as ever, but not over what came later."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mdwatch.handlers.files import check
from mdwatch.handlers.ies import change
from mdwatch.rules.codes import Code
from tests.worlds import JOB, World, dc, ie, update


def applied(tmp_path: Path) -> World:
    """One in which two files for one IE were applied, a run each."""
    world = World(tmp_path)
    world.load(ie("IE1"))
    for name in ("a.xml", "b.xml"):
        world.drop(name, update("IE1", dc(name)))
        world.run()
    return world


def move_back(world: World, *names: str, place: str = "done") -> None:
    for name in names:
        (world.folder / place / name).rename(world.folder / name)


def versions(world: World) -> int:
    with world.context() as context:
        return len(change.history(context, "IE1"))


def test_files_put_back_from_done_as_after_a_restore_change_nothing_that_they_changed_before(tmp_path: Path) -> None:
    world = applied(tmp_path)
    move_back(world, "a.xml", "b.xml")
    assert world.run().counts == {"superseded": 1, "no-change": 1}
    assert (versions(world), world.title("IE1")) == (3, "b.xml")
    assert world.files() == ["done/b.xml", "error/a.xml", "error/a.xml.reason.txt"]
    reason = (world.folder / "error" / "a.xml.reason.txt").read_text()
    assert "IE IE1 was updated by b.xml, which was created later" in reason
    assert world.audit() == []


def test_a_file_moved_out_of_error_is_not_applied_over_a_later_one(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"))
    world.drop("a.xml", update("IE1", dc("a.xml")))
    world.run()
    with world.context() as context:
        change.unlock(context, "IE1")
    world.drop("b.xml", update("IE1", dc("b.xml")))
    world.run()
    move_back(world, "a.xml", place="error")
    assert world.run().counts == {"superseded": 1}
    assert world.title("IE1") == "b.xml"


def test_what_nothing_later_stands_against_is_applied(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"))
    world.drop("b.xml", update("IE1", dc("b.xml")))
    world.run()
    with world.context() as context:
        change.unlock(context, "IE1")
    move_back(world, "b.xml", place="error")
    assert world.run().counts == {"updated": 1}
    move_back(world, "b.xml")
    assert world.run().counts == {"no-change": 1}


def test_a_revert_by_hand_is_not_undone(tmp_path: Path) -> None:
    world = applied(tmp_path)
    with world.context() as context:
        change.revert(context, "IE1", 1, "ann")
    move_back(world, "b.xml")
    assert world.run().counts == {"superseded": 1}
    assert world.title("IE1") == "Old"


def test_under_the_name_that_it_got_in_done_it_is_known_too(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    for title in ("One", "Two", "Three"):
        world.drop("a.xml", update("IE1", dc(title)))
        world.run()
    (two,) = (path for path in (world.folder / "done").iterdir() if b"Two" in path.read_bytes())
    assert two.name != "a.xml"
    move_back(world, two.name)
    assert world.run().counts == {"superseded": 1}
    assert world.title("IE1") == "Three"


@pytest.mark.parametrize("way", [shutil.copyfile, shutil.copy2])
def test_a_copy_is_new_work(tmp_path: Path, way: Callable[[Path, Path], Path]) -> None:
    world = applied(tmp_path)
    way(world.folder / "done" / "a.xml", world.folder / "a.xml")
    assert world.run().counts == {"updated": 1}
    assert world.title("IE1") == "a.xml"


def test_what_was_written_again_is_new_work(tmp_path: Path) -> None:
    world = applied(tmp_path)
    move_back(world, "a.xml")
    with (world.folder / "a.xml").open("r+b") as file:
        file.write(update("IE1", dc("a.xml")))
    assert world.run().counts == {"updated": 1}


def test_check_tells_it_before(tmp_path: Path) -> None:
    world = applied(tmp_path)
    path = world.folder / "a.xml"
    move_back(world, "a.xml")
    with world.context() as context:
        (told,) = check.check(context, [path], JOB)
        with os.scandir(world.folder) as entries:
            assert [entry.name for entry in entries if entry.is_file()] == ["a.xml"]
    assert told.code is Code.SUPERSEDED
    assert "b.xml, which was created later" in told.reason
