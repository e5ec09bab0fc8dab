"""What others do to a decided file right before it is moved: only who writes something else into it makes new work."""

import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import filing, moving, plainly, reason_files, statx
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.files import retry
from mdwatch.handlers.updates import mover, preparation
from mdwatch.handlers.updates.carrying_out import CarryingOut
from tests.handlers.updates.test_decided_files import crash, versions
from tests.worlds import JOB, World, dc, ie, update

OLDER, NEWER, OTHER = (update("IE1", dc(title)) for title in ("Older", "Newer", "Other"))
assert len(OLDER) == len(OTHER)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.load(ie("IE1"), ie("IE3", lockedBy="curator"))
    return world


@pytest.fixture(params=["born", "no birth told"])
def _birth(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a file system that tells when files were born, and with one that does not, as NFS mostly does not."""
    if request.param != "born":
        real = statx.stat_at
        monkeypatch.setattr(statx, "stat_at", lambda *given: real(*given)._replace(born_ns=0))


@pytest.fixture(params=["moved here", "moved by another process"])
def _moved_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "moved here":
        monkeypatch.setattr(mover, "_WORTH_ASKING", 2)
        monkeypatch.setattr(preparation.Preparation, "at_work", True)


def once_decided(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Lets something happen once, between the commit of a group and its moves."""
    real, left = CarryingOut.carry_out, [act]

    def carry_out(*given: object) -> None:
        if left:
            left.pop()()
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(CarryingOut, "carry_out", carry_out)


def run_with(world: World, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], *, killed: bool) -> None:
    """Runs twice; once something is decided, something happens, and the first run may be `killed` right after it."""

    def happen() -> None:
        act()
        if killed:
            crash()

    with monkeypatch.context() as patch:
        once_decided(patch, happen)
        with pytest.raises(KeyboardInterrupt) if killed else nullcontext():
            world.run()
    world.run()


def set_back(path: Path) -> None:
    os.utime(path, (1, 1))


def set_ahead(path: Path) -> None:
    ahead = path.stat().st_mtime + 3600
    os.utime(path, (ahead, ahead))


def change_rights(path: Path) -> None:
    path.chmod(0o600)


def rename(path: Path) -> None:
    path.rename(path.with_name("c.xml"))


def swap(path: Path) -> None:
    aside = path.with_name("aside.tmp")
    path.rename(aside)
    path.with_name("b.xml").rename(path)
    aside.rename(path.with_name("b.xml"))


def move_out_and_in(path: Path) -> None:
    folder = path.with_name("folder")
    folder.mkdir()
    path.rename(folder / path.name)
    (folder / path.name).rename(path)


TOUCHES = (set_back, set_ahead, change_rights, rename, swap, move_out_and_in)


@pytest.mark.usefixtures("_birth", "_moved_by")
@pytest.mark.parametrize("touch", TOUCHES)
@pytest.mark.parametrize("killed", [False, True])
def test_a_decided_file_that_is_touched_is_not_decided_again(
    world: World, monkeypatch: pytest.MonkeyPatch, touch: Callable[[Path], None], killed: bool
) -> None:
    path = world.drop("a.xml", OLDER)
    world.drop("b.xml", NEWER)
    run_with(world, monkeypatch, lambda: touch(path), killed=killed)
    assert (versions(world, "IE1"), world.title("IE1"), world.audit()) == (2, "Newer", [])
    assert [name for name in world.files() if not name.startswith("done/")] == []
    assert sorted((world.folder / name).read_bytes() for name in world.files()) == sorted((OLDER, NEWER))
    assert [line for line in world.log_lines() if "IE1" in line] == ["INFO   IE IE1 has been successfully updated"] * 2


@pytest.mark.usefixtures("_birth")
def test_of_files_that_are_renamed_one_after_the_other_none_is_decided_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = world.drop("a.xml", OLDER), world.drop("b.xml", NEWER)
    real, moved = filing.put_away, []

    def put_away(folder: DropFolder, name: str, *given: Any, **named: Any) -> filing.Filed:
        if name == "c.xml":
            other.rename(other.with_name("d.xml"))
            moved.append(name)
        return real(folder, name, *given, **named)

    monkeypatch.setattr(filing, "put_away", put_away)
    once_decided(monkeypatch, lambda: rename(path))
    world.run()
    world.run()
    assert (versions(world, "IE1"), world.title("IE1"), world.audit(), moved) == (2, "Newer", [], ["c.xml"])
    assert world.files() == ["done/c.xml", "done/d.xml"]


def keep_times(path: Path, write: Callable[[], object]) -> None:
    state = path.stat()
    write()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def write_in_place(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(OTHER)


def drop_again(path: Path) -> None:
    # The file system may give the same inode again, and mostly does.
    path.unlink()
    path.write_bytes(OTHER)


@pytest.mark.usefixtures("_birth", "_moved_by")
@pytest.mark.parametrize("write", [write_in_place, drop_again])
@pytest.mark.parametrize("killed", [False, True])
def test_what_is_written_over_a_decided_file_is_applied_though_it_looks_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None], killed: bool
) -> None:
    """Its size and mtime are those of before, as `rsync --inplace -t` and `touch -r` leave them."""
    path = world.drop("a.xml", OLDER)
    world.drop("b.xml", NEWER)
    run_with(world, monkeypatch, lambda: keep_times(path, lambda: write(path)), killed=killed)
    assert (versions(world, "IE1"), world.title("IE1")) == (3, "Other")
    assert world.files() == ["done/a.xml", "done/b.xml"]


def test_what_is_written_while_a_file_is_read_is_applied_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = world.drop("a.xml", OLDER)
    read = DropFolder.read

    def and_written(*given: object) -> bytes:
        data = read(*given)  # type: ignore[arg-type]
        keep_times(path, lambda: write_in_place(path))
        return data

    with monkeypatch.context() as patch:
        patch.setattr(DropFolder, "read", and_written)
        world.run()
    world.run()
    assert (versions(world, "IE1"), world.title("IE1"), world.files()) == (2, "Other", ["done/a.xml"])


@pytest.mark.usefixtures("_birth")
@pytest.mark.parametrize("owner", [filing, plainly])
@pytest.mark.parametrize("killed", [False, True])
def test_times_set_right_behind_the_move_make_no_new_work(
    world: World, monkeypatch: pytest.MonkeyPatch, owner: object, killed: bool
) -> None:
    """As over SFTP, where the times come late and by the handle of the file, wherever that lies by then."""
    if owner is plainly:
        monkeypatch.setattr(mover, "_WORTH_ASKING", 2)
        monkeypatch.setattr(preparation.Preparation, "at_work", True)
    world.drop("a.xml", OLDER)
    world.drop("b.xml", NEWER)
    move = moving.move
    left = [set_back]

    def and_set(source: int, name: str, *rest: object, **named: object) -> None:
        move(source, name, *rest, **named)  # type: ignore[arg-type]
        if name == "a.xml" and left:
            left.pop()(world.folder / "done" / name)
            if killed:
                crash()

    with monkeypatch.context() as patch:
        patch.setattr(filing, "move", and_set)
        patch.setattr(plainly, "move", and_set)
        if killed and owner is filing:
            with pytest.raises(KeyboardInterrupt):
                world.run()
        else:
            world.run()
    world.run()
    assert (versions(world, "IE1"), world.title("IE1"), world.audit()) == (2, "Newer", [])
    assert world.files() == ["done/a.xml", "done/b.xml"]


@pytest.mark.parametrize("before", ["waited for its IE", "put back by retry"])
def test_times_set_right_behind_the_move_lose_no_file_that_was_looked_at_before(
    world: World, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    if before == "waited for its IE":
        world.load(ie("IE4", stage="sip"))
    world.drop("a.xml", update("IE4", dc("New")))
    world.run()
    world.load(ie("IE4", stage="permanent"))
    with world.context() as context:
        if before == "put back by retry":
            retry.retry(context, JOB, ["a.xml"])
    move = moving.move

    def and_set(source: int, name: str, *rest: object, **named: object) -> None:
        move(source, name, *rest, **named)  # type: ignore[arg-type]
        set_back(world.folder / "done" / name)
        crash()

    with monkeypatch.context() as patch:
        patch.setattr(filing, "move", and_set)
        with pytest.raises(KeyboardInterrupt):
            world.run()
    world.run()
    world.run()
    assert (versions(world, "IE4"), world.title("IE4"), world.audit()) == (1, "New", [])
    assert world.files() == ["done/a.xml"]


def test_a_file_in_done_whose_times_were_set_is_no_new_work_where_one_of_its_name_goes_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop("a.xml", OLDER)
    world.run()
    os.utime(world.folder / "done" / "a.xml")
    path = world.drop("a.xml", NEWER)
    with monkeypatch.context() as patch:
        once_decided(patch, path.unlink)
        world.run()
    world.run()
    assert (versions(world, "IE1"), world.title("IE1"), world.files()) == (2, "Newer", ["done/a.xml"])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_takes_the_name_of_a_reason_stops_no_job(world: World, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    makers: dict[str, Callable[[Path], None]] = {"folder": os.mkdir, "pipe": os.mkfifo}
    write = reason_files.write

    def taken(folder: DropFolder, reasons: list[tuple[str, str]]) -> None:
        if reasons:
            makers[kind](world.folder / "error" / "a.xml.reason.txt")
        write(folder, reasons)

    world.drop("a.xml", update("IE9", dc("New")))
    world.drop("b.xml", b"<none/>")
    world.drop("c.xml", NEWER)
    monkeypatch.setattr(reason_files, "write", taken)
    assert world.run().counts == {"unknown-ie": 1, "invalid-xml": 1, "updated": 1}
    assert [name for name in world.files() if name != "error/a.xml.reason.txt"] == [
        "done/c.xml",
        "error/a.xml",
        "error/b.xml",
        "error/b.xml.reason.txt",
    ]
    assert world.audit() == []
