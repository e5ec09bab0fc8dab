"""Putting files away where calls fail, lie or come too late, and where places go away: nothing is lost or doubled."""

import ctypes
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import filing, moving, statx
from mdwatch.dropfolder.filing import Filed
from mdwatch.dropfolder.folder import DropFolder
from tests.dropfolder.filings import (
    NAME,
    WHEN,
    Failing,
    drop,
    put,
    tree,
)

# --- answers that are wrong -------------------------------------------------------------------------------------------

ERRORS = [
    errno.EIO,
    errno.ESTALE,
    errno.EACCES,
    errno.EPERM,
    errno.ENOENT,
    errno.EEXIST,
    errno.ENOSPC,
    errno.EMFILE,
    errno.EINTR,
    errno.EINVAL,
    errno.EBUSY,
    errno.ENOTDIR,
]


class Faulty:
    """Fails one call of many, before it acts or after it did; `number` counts the calls of all owners."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: int, at: int, *, acts: bool) -> None:
        self.calls = 0
        self._error, self._at, self._acts = error, at, acts
        for name in ("stat", "link", "unlink", "rename", "open", "mkdir", "fstat", "close", "fsync"):
            monkeypatch.setattr(os, name, self._around(getattr(os, name)))
        monkeypatch.setattr(statx, "stat_at", self._around(statx.stat_at))
        if moving._renameat2 is not None:
            monkeypatch.setattr(moving, "_renameat2", self._number(moving._renameat2))

    def _hit(self) -> bool:
        self.calls += 1
        return self.calls == self._at

    def _around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if not self._hit():
                return real(*given, **named)
            if self._acts or real is os.close:
                real(*given, **named)
            raise OSError(self._error, os.strerror(self._error))

        return call

    def _number(self, real: Callable[..., int]) -> Callable[..., int]:
        def call(*given: Any) -> int:
            if not self._hit():
                return real(*given)
            if self._acts:
                real(*given)
            ctypes.set_errno(self._error)
            return -1

        return call


@pytest.mark.parametrize("acts", [False, True], ids=["refused", "reply lost"])
@pytest.mark.parametrize("error", ERRORS)
def test_whatever_call_fails_however_the_file_is_there_once_and_filed_by_the_next_try(
    tmp_path: Path, place: str, way: str, error: int, acts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = 0
    while True:
        at += 1
        path = tmp_path / str(at)
        path.mkdir()
        with DropFolder(path) as folder:
            folder.make_places()
            file = drop(path)
            drop(path / place, "another", NAME)
            with monkeypatch.context() as patch:
                faulty = Faulty(patch, error, at, acts=acts)
                with suppress(OSError):
                    put(folder, file, to_error=place == "error")
            # Nothing but the file and the other one; perhaps a claim, or the file twice as a link half done.
            assert sorted({text for text in tree(path).values() if text}) == ["another", "dropped"], (way, at)
            filed = put(folder, file, to_error=place == "error")
            assert filed.name is not None, (way, at)
            assert {name: text for name, text in tree(path).items() if text} == {
                f"{place}/{NAME}": "another",
                f"{place}/{filed.name}": "dropped",
            }, (way, at)
        if faulty.calls < at:
            break
    assert at > 5


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOENT, errno.ESTALE, errno.EINTR])
@pytest.mark.usefixtures("nfs")
def test_a_rename_over_a_claim_whose_reply_is_lost_destroys_nothing(
    folder: DropFolder, path: Path, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)
    real = os.rename

    def rename(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "link", Failing(os.link, errno.EPERM, always=True))
    monkeypatch.setattr(os, "rename", rename)
    assert put(folder, file) == Filed(NAME)
    assert tree(path) == {f"done/{NAME}": "dropped"}


@pytest.mark.usefixtures("nfs")
def test_a_link_is_taken_back_where_the_old_name_may_not_be_removed(
    folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)

    def rename(*_given: str, **_named: int) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(PermissionError):
        put(folder, file)
    assert tree(path) == {NAME: "dropped"}


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.usefixtures("way")
def test_an_error_file_whose_way_back_is_disturbed_is_there_once(
    tmp_path: Path, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(1, 9):
        path = tmp_path / str(at)
        path.mkdir()
        with DropFolder(path) as folder:
            folder.make_places()
            put(folder, drop(path), to_error=True)
            with monkeypatch.context() as patch:
                Faulty(patch, error, at, acts=True)
                with suppress(OSError):
                    filing.take_back(folder, NAME, WHEN)
            assert {text for text in tree(path).values() if text} == {"dropped"}, at
            if (path / "error" / NAME).exists():
                filing.take_back(folder, NAME, WHEN)
            left = [name for name, text in tree(path).items() if text == "dropped"]
            assert len(left) == 1, at
            assert "/" not in left[0], at


# --- places that go away ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("how", ["removed", "moved aside"])
def test_a_place_that_goes_away_is_made_anew(folder: DropFolder, path: Path, place: str, how: str) -> None:
    if how == "removed":
        (path / place).rmdir()
    else:
        (path / place).rename(path / "aside")
        folder.keep_places()
    assert put(folder, drop(path), to_error=place == "error") == Filed(NAME)
    assert tree(path) == {f"{place}/{NAME}": "dropped"}


def test_an_earlier_move_is_found_in_a_place_that_was_made_anew(folder: DropFolder, path: Path) -> None:
    file = drop(path)
    (path / "done").rmdir()
    (path / "done").mkdir()
    (path / NAME).rename(path / "done" / NAME)
    assert put(folder, file) == Filed(NAME)


def test_a_drop_folder_that_was_removed_is_a_fault_not_an_absence(folder: DropFolder, path: Path) -> None:
    file = drop(path)
    (path / NAME).rename(path.parent / "elsewhere")
    for place in ("done", "error"):
        (path / place).rmdir()
    path.rmdir()
    with pytest.raises(FileNotFoundError, match="the drop folder was removed"):
        put(folder, file)


def test_a_place_that_cannot_be_kept_is_a_fault(
    folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)
    real = folder.keep_places

    def remove_again() -> bool:
        made = real()
        (path / "done").rmdir()
        return made

    (path / "done").rmdir()
    monkeypatch.setattr(DropFolder, "keep_places", lambda _self: remove_again())
    with pytest.raises(FileNotFoundError, match="removed again and again"):
        put(folder, file)
    assert tree(path) == {NAME: "dropped"}


# --- whose fault it is ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
def test_a_folder_that_is_well_is_told_from_one_that_is_not(
    folder: DropFolder, path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(path)
    for _ in range(2):
        assert filing.fault(folder, to_error=place == "error", when=WHEN) is None
        (path / place / ".mdwatch-probe").touch()  # what a crash may leave
    (path / place / ".mdwatch-probe").unlink()
    assert tree(path) == before
    monkeypatch.setattr(filing, "move", Failing(moving.move, errno.EIO))
    found = filing.fault(folder, to_error=place == "error", when=WHEN)
    assert found is not None
    assert found.errno == errno.EIO
    assert tree(path) == before
