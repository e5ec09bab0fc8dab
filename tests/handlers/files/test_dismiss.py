"""Error files are put aside: with their reasons, never onto another, and are error files no more."""

import errno
import os
from pathlib import Path

import pytest

from mdwatch.dropfolder import error_place
from mdwatch.errors import UsageError
from mdwatch.handlers.files import dismiss as file_dismiss
from mdwatch.handlers.files import errors as file_errors
from mdwatch.handlers.files import explain as file_explain
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.dismiss import Dismissed
from mdwatch.handlers.files.errors import ErrorCounts
from mdwatch.handlers.jobs import setup
from mdwatch.repository import interventions
from tests.worlds import ANN, JOB, World, dc, ie, update


def world_of(root: Path, *names: str) -> World:
    world = World(root)
    world.load(ie("IE1", lockedBy="curator"))
    for name in names:
        world.drop(name, update("IE1", dc("New")))
    world.run()
    return world


def dismiss(world: World, *names: str) -> list[Dismissed]:
    with world.context() as context:
        return file_dismiss.dismiss(context.of(ANN), JOB, names)


def test_it_goes_aside_with_its_reason_and_the_journal_keeps_who_and_when(tmp_path: Path) -> None:
    world = world_of(tmp_path, "a.xml", "b.xml")
    assert dismiss(world, "a.xml") == [Dismissed("a.xml", "a.xml")]
    assert world.files() == [
        "error/b.xml",
        "error/b.xml.reason.txt",
        "error/dismissed/a.xml",
        "error/dismissed/a.xml.reason.txt",
    ]
    with world.context() as context:
        with context.repository.read() as connection:
            (act,) = interventions.of_name(connection, JOB, "a.xml", 5)
        assert file_errors.counts(context, JOB) == ErrorCounts(1, 0)
        (found,) = file_explain.explain(context, world.folder / "error" / "dismissed" / "a.xml", None)
    assert (act.kind, act.agent, act.new_name) == ("dismissal", "ann", "a.xml")
    assert act.at > 0
    assert [found.acts[entry.id] for entry, _ in found.past] == [act]


def test_what_was_dismissed_is_neither_taken_nor_tried_again(tmp_path: Path) -> None:
    world = world_of(tmp_path, "a.xml")
    dismiss(world, "a.xml")
    before = world.files()
    with world.context() as context:
        assert file_retry.retry(context, JOB, []) == []
        assert [item.put_back_as for item in file_retry.retry(context, JOB, ["dismissed", "dismissed/a.xml"])] == [
            None,
            None,
        ]
    world.run()
    assert world.files() == before


def test_nothing_is_overwritten_there(tmp_path: Path) -> None:
    world = world_of(tmp_path, "a.xml")
    dismiss(world, "a.xml")
    first = (world.folder / "error" / "dismissed" / "a.xml").read_bytes()
    for data in (b"<second", b"<third"):
        world.drop("a.xml", data)
        world.run()
        (result,) = dismiss(world, "a.xml")
        assert result.dismissed_as is not None
        assert result.dismissed_as.startswith("a.2")
        assert (world.folder / "error" / "dismissed" / result.dismissed_as).read_bytes() == data
        assert (world.folder / "error" / "dismissed" / f"{result.dismissed_as}.reason.txt").is_file()
    assert (world.folder / "error" / "dismissed" / "a.xml").read_bytes() == first
    assert len(world.files()) == 6


@pytest.mark.parametrize("name", ["nope.xml", "a.xml.reason.txt", "..", "", "dismissed", "../a.xml", "done/a.xml"])
def test_what_is_no_error_file_is_left_and_told(tmp_path: Path, name: str) -> None:
    world = world_of(tmp_path, "a.xml")
    before = world.files()
    (result,) = dismiss(world, name)
    assert result.dismissed_as is None
    assert result.reason
    assert world.files() == before


def test_one_that_cannot_be_read_or_has_an_odd_name_may_be_dismissed(tmp_path: Path) -> None:
    odd = os.fsdecode(b"\xff\\.xml")
    world = world_of(tmp_path, odd)
    (world.folder / "error" / odd).chmod(0)
    assert dismiss(world, odd) == [Dismissed(odd, odd)]


def test_where_the_file_system_does_not_let_it_move_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> str:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    world = world_of(tmp_path, "a.xml")
    monkeypatch.setattr(error_place, "dismiss", refused)
    (result,) = dismiss(world, "a.xml")
    assert result.reason.startswith("it cannot be moved: Read-only file system; mount it writable")
    assert (world.folder / "error" / "a.xml").is_file()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_something_else_in_its_place_is_told_and_nothing_moved(tmp_path: Path, kind: str) -> None:
    world = world_of(tmp_path, "a.xml")
    place = world.folder / "error" / "dismissed"
    if kind == "file":
        place.write_bytes(b"")
    else:
        (tmp_path / "elsewhere").mkdir()
        place.symlink_to(tmp_path / "elsewhere")
    (result,) = dismiss(world, "a.xml")
    assert "it cannot be moved" in result.reason
    assert (world.folder / "error" / "a.xml").is_file()
    assert any("error/dismissed is not a folder" in fault for fault in setup.faults(world.settings))


def test_a_folder_that_is_away_is_wrong_use(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.folder.rmdir()
    with pytest.raises(UsageError, match="cannot be used"):
        dismiss(world, "a.xml")
