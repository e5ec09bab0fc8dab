"""Reason files on a real disk."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.dropfolder import reason_files
from mdwatch.dropfolder.folder import DropFolder

NAME = "a.xml.reason.txt"
TEXT = "File:    a.xml\nReason:  é 目 and so on\n"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DropFolder]:
    (tmp_path / "drop").mkdir()
    with DropFolder(tmp_path / "drop") as folder:
        folder.make_places()
        yield folder


@pytest.fixture
def path(folder: DropFolder) -> Path:
    """Where reasons are put."""
    return folder.path / "error"


def tree(path: Path) -> dict[str, str]:
    return {entry.name: entry.read_text() for entry in path.iterdir()}


def reason(folder: DropFolder, text: str) -> None:
    reason_files.write(folder, [("a.xml", text)])


def test_a_reason_is_written_beside_its_file(folder: DropFolder, path: Path) -> None:
    reason(folder, TEXT)
    assert tree(path) == {NAME: TEXT}


@pytest.mark.parametrize("cut", range(len(TEXT.encode()) + 1))
def test_a_torn_reason_is_completed(folder: DropFolder, path: Path, cut: int) -> None:
    (path / NAME).write_bytes(TEXT.encode()[:cut])
    reason(folder, TEXT)
    assert tree(path) == {NAME: TEXT}


@pytest.mark.parametrize("cut", [0, 1, 20])
def test_zeros_that_a_power_failure_left_are_no_reason_of_another(folder: DropFolder, path: Path, cut: int) -> None:
    whole = TEXT.encode()
    (path / NAME).write_bytes(whole[:cut] + b"\0" * (len(whole) - cut))
    reason(folder, TEXT)
    assert tree(path) == {NAME: TEXT}


def test_every_reason_is_forced_to_the_disk(folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []

    def broken(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    names = [f"{number}.xml" for number in range(150)]
    reason_files.write(folder, [(name, TEXT) for name in names])
    assert synced == [(path / f"{name}.reason.txt").stat().st_ino for name in names]
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output error"):
        reason(folder, TEXT)


def test_a_reason_that_is_there_is_not_written_again(folder: DropFolder, path: Path) -> None:
    reason(folder, TEXT)
    os.utime(path / NAME, ns=(0, 7))
    reason(folder, TEXT)
    assert (path / NAME).stat().st_mtime_ns == 7


@pytest.mark.parametrize("other", ["another's words", TEXT + "more", TEXT.replace("a.xml", "b.xml")])
def test_a_reason_of_another_is_not_overwritten(folder: DropFolder, path: Path, other: str) -> None:
    (path / NAME).write_text(other)
    reason(folder, TEXT)
    assert tree(path) == {NAME: other}


def test_a_reason_is_not_written_through_a_link(folder: DropFolder, path: Path, tmp_path: Path) -> None:
    (tmp_path / "victim").touch()
    link = path / NAME
    link.symlink_to(tmp_path / "victim")
    reason(folder, TEXT)
    assert (link.readlink(), (tmp_path / "victim").read_text()) == (tmp_path / "victim", "")


def test_a_reason_with_half_a_character_is_written(folder: DropFolder, path: Path) -> None:
    reason(folder, "a\udcffb")
    assert tree(path) == {NAME: "a\\udcffb"}


def test_a_reason_that_a_disk_takes_in_pieces_is_whole(
    folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
    reason(folder, TEXT)
    monkeypatch.undo()
    assert tree(path) == {NAME: TEXT}


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_takes_no_reason_is_told_with_the_place(
    folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(OSError, match=f"No space left on device: '{folder.path}/error'"):
            reason(folder, TEXT)
    reason(folder, TEXT)
    assert tree(path) == {NAME: TEXT}
