"""An audit, and `explain`, where a disk does not tell: what cannot be looked at was not taken away by anybody."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import statx
from mdwatch.handlers.files.explain import explain
from mdwatch.rules.audit import FindingKind
from tests.handlers.files.test_audit import audit
from tests.worlds import World, dc, ie, update

FAILED = FindingKind.PART_FAILED.value


def world_of(root: Path) -> World:
    """One file in done/, one in error/."""
    world = World(root)
    world.load(ie("IE1"), ie("IE2", lockedBy="curator"))
    world.drop("a.xml", update("IE1", dc("New")))
    world.drop("b.xml", update("IE2", dc("New")))
    world.run()
    return world


def refusing(real: Any, part: Path, number: int) -> Any:
    """A call that is refused for what has this path."""

    def call(path: Any, *given: Any, **named: Any) -> Any:
        if str(path) == str(part):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *given, **named)

    return call


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.ESTALE])
@pytest.mark.parametrize("name", ["done/a.xml", "error/b.xml"])
def test_what_cannot_be_looked_at_was_removed_by_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, name: str
) -> None:
    world = world_of(tmp_path)
    path = world.folder / name
    real = Path.lstat
    monkeypatch.setattr(Path, "lstat", refusing(real, path, number))
    found, accounts = audit(world)
    assert found == [(FAILED, f"the files of job dc: {os.strerror(number)}: {path}")]
    assert "removed by hand" not in accounts
    monkeypatch.setattr(Path, "lstat", real)
    assert audit(world) == ([], {"done": 1, "error": 1})


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.ENOTDIR])
@pytest.mark.parametrize("dated", [False, True])
def test_a_place_that_cannot_be_looked_into_is_not_taken_for_one_without_strangers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, dated: bool
) -> None:
    world = world_of(tmp_path)
    place = world.folder / "done"
    if dated:
        place /= "2026"
        place.mkdir()
    (place / "stranger.xml").touch()
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refusing(os.scandir, place, number))
        found, accounts = audit(world)
    assert found == [(FAILED, f"what lies in the folder of job dc: {os.strerror(number)}: {place}")]
    assert accounts == {"done": 1, "error": 1}
    assert [subject for _, subject in audit(world)[0]] == [f"dc: {place.relative_to(world.folder)}/stranger.xml"]


def test_what_systems_leave_in_done_is_no_stranger(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for name in (".nfs0000000000c0ffee", ".mdwatch-probe", ".DS_Store"):
        (world.folder / "done" / name).touch()
    assert audit(world)[0] == []


def test_an_error_file_that_cannot_be_looked_at_is_not_said_to_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    path = world.folder / "error" / "b.xml"
    real = statx.stat_at

    def failing(directory: int, name: str) -> Any:
        if name == "b.xml":
            raise OSError(errno.EIO, os.strerror(errno.EIO), name)
        return real(directory, name)

    with world.context() as context, monkeypatch.context() as patch:
        patch.setattr(statx, "stat_at", failing)
        patch.setattr(Path, "lstat", refusing(Path.lstat, path, errno.EIO))
        (found,) = explain(context, Path("b.xml"), None)
        assert found.standing == ("error/b.xml cannot be looked at: Input/output error",)
    path.unlink()
    with world.context() as context:
        (found,) = explain(context, Path("b.xml"), None)
        assert found.standing == ("error/b.xml is no longer there; somebody removed it",)
