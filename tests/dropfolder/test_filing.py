"""Putting files away: never over another, never through a link, and back again."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import filing, moving
from mdwatch.dropfolder.filing import Filed
from mdwatch.dropfolder.folder import DropFolder, identity_at
from tests.dropfolder.filings import NAME, REASON, SECOND, THIRD, WHEN, drop, identity, put, reason, tree

# --- the plain way ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
def test_a_file_is_moved_as_it_is(folder: DropFolder, path: Path, place: str) -> None:
    file = drop(path)
    assert put(folder, file, to_error=place == "error") == Filed(NAME)
    assert tree(path) == {f"{place}/{NAME}": "dropped"}
    assert identity(path / place / NAME) == file


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("taken", "expected"), [([NAME], SECOND), ([NAME, SECOND], THIRD), ([SECOND], NAME), ([NAME, THIRD], SECOND)]
)
def test_nothing_is_overwritten(folder: DropFolder, path: Path, place: str, taken: list[str], expected: str) -> None:
    for name in taken:
        drop(path / place, f"old {name}", name)
    assert put(folder, drop(path), to_error=place == "error") == Filed(expected)
    assert tree(path) == {f"{place}/{name}": f"old {name}" for name in taken} | {f"{place}/{expected}": "dropped"}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("kind", ["folder", "link", "dangling link", "pipe"])
def test_whatever_has_the_name_stays_and_no_link_is_followed(
    folder: DropFolder, path: Path, tmp_path: Path, kind: str
) -> None:
    other = drop(tmp_path, "elsewhere", "elsewhere")
    there = path / "done" / NAME
    match kind:
        case "folder":
            there.mkdir()
        case "link":
            there.symlink_to(tmp_path / "elsewhere")
        case "dangling link":
            there.symlink_to(tmp_path / "nowhere")
        case _:
            os.mkfifo(there)
    before = there.lstat()
    assert put(folder, drop(path)) == Filed(SECOND)
    assert (there.lstat().st_ino, there.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert (path / "done" / SECOND).read_text() == "dropped"
    assert identity(tmp_path / "elsewhere") == other
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_reason_file_of_another_is_not_taken_over(folder: DropFolder, path: Path, kind: str) -> None:
    there = path / "error" / f"{NAME}{REASON}"
    if kind == "file":
        there.write_text("another's reason")
    else:
        there.symlink_to("nowhere")
    file = drop(path)
    assert put(folder, file, to_error=True) == Filed(SECOND)
    assert put(folder, file, to_error=True) == Filed(SECOND)
    reason(folder, SECOND, "mine")
    assert (path / "error" / f"{SECOND}{REASON}").read_text() == "mine"
    assert there.is_symlink() if kind == "link" else there.read_text() == "another's reason"


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "name", ["目録.xml", "caf\udce9.xml", "x" * 251 + ".xml", "\udcff" * 255, "é" * 125 + ".xml", "a b\nc.xml", "-rf"]
)
def test_any_name_a_disk_holds_can_be_put_away(folder: DropFolder, path: Path, place: str, name: str) -> None:
    filed = []
    for number in range(3):
        found = put(folder, drop(path, str(number), name), name=name, to_error=place == "error")
        assert found.name is not None
        filed.append(found.name)
        if place == "error":
            reason(folder, found.name, "why")
    assert [(path / place / found).read_text() for found in filed] == ["0", "1", "2"]
    assert not (path / name).exists()


# --- not the file that was decided on ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
def test_a_file_that_is_gone_is_nobodys(folder: DropFolder, path: Path, place: str) -> None:
    file = drop(path)
    (path / NAME).unlink()
    assert put(folder, file, to_error=place == "error") == Filed(None)
    assert tree(path) == {}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("change", ["replaced", "appended", "touched"])
def test_a_file_that_is_another_by_now_stays(folder: DropFolder, path: Path, place: str, change: str) -> None:
    file = drop(path)
    alter(path / NAME, change)
    after = tree(path)
    assert put(folder, file, to_error=place == "error") == Filed(None)
    assert tree(path) == after


def alter(path: Path, change: str) -> None:
    match change:
        case "replaced":
            path.rename(path.parent.parent / "away")  # kept, or its inode could be used again at once
            path.write_text("new work")
        case "appended":
            with path.open("a") as file:
                file.write(" and more")
        case "vanished":
            path.unlink()
        case _:
            os.utime(path, ns=(0, 7))


def between(monkeypatch: pytest.MonkeyPatch, before: Callable[[], None], after: Callable[[], None]) -> None:
    """Lets things happen right before and right after the first move, where no look can see them coming."""
    real = moving.move
    todo = [before]

    def move(*given: Any, **named: Any) -> None:
        first = bool(todo)
        if first:
            todo.pop()()
        real(*given, **named)
        if first:
            after()

    monkeypatch.setattr(filing, "move", move)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("change", ["replaced", "appended", "touched"])
def test_a_file_that_changes_at_the_last_moment_goes_back(
    folder: DropFolder, path: Path, place: str, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)
    between(monkeypatch, lambda: alter(path / NAME, change), lambda: None)
    assert put(folder, file, to_error=place == "error") == Filed(None)
    (name,) = tree(path)
    assert name == NAME
    assert (path / NAME).read_text() == {
        "replaced": "new work",
        "appended": "dropped and more",
        "touched": "dropped",
    }[change]


@pytest.mark.usefixtures("way")
def test_a_file_that_goes_back_overwrites_nothing_either(
    folder: DropFolder, path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)

    def after() -> None:
        (path / NAME).write_text("newer still")

    between(monkeypatch, lambda: alter(path / NAME, "replaced"), after)
    assert put(folder, file, to_error=place == "error") == Filed(None)
    assert tree(path) == {NAME: "newer still", SECOND: "new work"}


@pytest.mark.usefixtures("way")
def test_a_file_that_vanishes_at_the_last_moment_is_nobodys(
    folder: DropFolder, path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)
    between(monkeypatch, lambda: alter(path / NAME, "vanished"), lambda: None)
    assert put(folder, file, to_error=place == "error") == Filed(None)
    assert tree(path) == {}


# --- move -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
def test_a_move_onto_another_is_refused(folder: DropFolder, path: Path) -> None:
    drop(path)
    drop(path / "done", "old")
    with pytest.raises(FileExistsError):
        moving.move(folder.descriptor, NAME, folder.done, NAME)
    assert tree(path) == {NAME: "dropped", f"done/{NAME}": "old"}


@pytest.mark.usefixtures("way")
def test_a_move_of_nothing_is_refused_and_leaves_nothing(folder: DropFolder, path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        moving.move(folder.descriptor, NAME, folder.done, NAME)
    assert tree(path) == {}


@pytest.mark.usefixtures("way")
def test_a_link_is_moved_not_followed(folder: DropFolder, path: Path, tmp_path: Path) -> None:
    drop(tmp_path, "elsewhere", "elsewhere")
    (path / NAME).symlink_to(tmp_path / "elsewhere")
    moving.move(folder.descriptor, NAME, folder.done, NAME)
    assert (path / "done" / NAME).readlink() == tmp_path / "elsewhere"
    assert (tmp_path / "elsewhere").read_text() == "elsewhere"


# --- back again -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
def test_an_error_file_is_taken_back_without_its_reason(folder: DropFolder, path: Path) -> None:
    put(folder, drop(path), to_error=True)
    reason(folder, NAME, "why")
    assert filing.take_back(folder, NAME, WHEN) == NAME
    assert tree(path) == {NAME: "dropped"}


@pytest.mark.usefixtures("way")
def test_an_error_file_is_taken_back_over_nothing(folder: DropFolder, path: Path) -> None:
    put(folder, drop(path), to_error=True)
    drop(path, "newer")
    drop(path, "newer still", SECOND)
    assert filing.take_back(folder, NAME, WHEN) == THIRD
    assert tree(path) == {NAME: "newer", SECOND: "newer still", THIRD: "dropped"}


@pytest.mark.usefixtures("way")
def test_an_error_file_that_is_not_there_is_told(folder: DropFolder, path: Path) -> None:
    drop(path / "error", "kept", "other.xml")
    drop(path / "error", "kept", f"{NAME}{REASON}")
    with pytest.raises(FileNotFoundError):
        filing.take_back(folder, NAME, WHEN)
    assert sorted(tree(path)) == [f"error/{NAME}{REASON}", "error/other.xml"]


@pytest.mark.usefixtures("way")
def test_a_file_goes_to_and_fro_as_often_as_wanted(folder: DropFolder, path: Path) -> None:
    file = drop(path)
    for _ in range(3):
        assert put(folder, file, to_error=True) == Filed(NAME)
        reason(folder, NAME, "why")
        assert filing.take_back(folder, NAME, WHEN) == NAME
    assert tree(path) == {NAME: "dropped"}
    assert identity_at(folder.descriptor, NAME) == file
