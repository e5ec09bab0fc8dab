"""Putting files away again after a crash, and in every way of moving: one file after all, and its folders durable."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import filing, moving
from mdwatch.dropfolder.filing import Filed
from mdwatch.dropfolder.folder import DropFolder
from tests.dropfolder.filings import (
    NAME,
    SECOND,
    THIRD,
    Failing,
    drop,
    put,
    refusing,
    tree,
)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("taken", [[], [NAME], [NAME, SECOND]])
def test_doing_it_again_finds_the_file_where_it_went(
    folder: DropFolder, path: Path, place: str, taken: list[str]
) -> None:
    for name in taken:
        drop(path / place, f"old {name}", name)
    file = drop(path)
    first = put(folder, file, to_error=place == "error")
    after = tree(path)
    for _ in range(3):
        assert put(folder, file, to_error=place == "error") == first
    assert tree(path) == after


@pytest.mark.usefixtures("way")
def test_doing_it_again_beside_new_work_of_the_name_leaves_that(folder: DropFolder, path: Path, place: str) -> None:
    file = drop(path)
    put(folder, file, to_error=place == "error")
    drop(path, "new work")
    assert put(folder, file, to_error=place == "error") == Filed(NAME)
    assert tree(path) == {NAME: "new work", f"{place}/{NAME}": "dropped"}


@pytest.mark.usefixtures("nfs")
@pytest.mark.parametrize("taken", [[], [NAME], [NAME, SECOND]])
def test_a_crash_between_link_and_unlink_leaves_one_file_after_all(
    folder: DropFolder, path: Path, place: str, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in taken:
        drop(path / place, f"old {name}", name)
    file = drop(path)
    with monkeypatch.context() as crash:
        crash.setattr(os, "unlink", Failing(os.unlink, errno.EIO, always=True))
        with pytest.raises(OSError, match="Input/output error"):
            put(folder, file, to_error=place == "error")
    expected = [NAME, SECOND, THIRD][len(taken)]
    # Under its new name, and aside.
    assert (path / place / expected).stat().st_nlink == 2
    assert put(folder, file, to_error=place == "error") == Filed(expected)
    assert tree(path) == {f"{place}/{name}": f"old {name}" for name in taken} | {f"{place}/{expected}": "dropped"}
    assert (path / place / expected).stat().st_nlink == 1


@pytest.mark.usefixtures("nfs")
def test_a_link_whose_reply_was_lost_counts_as_made(
    folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NFS says EEXIST of a link it made itself, when the first answer did not arrive."""
    file = drop(path)
    real = os.link

    def link(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))

    monkeypatch.setattr(os, "link", link)
    assert put(folder, file) == Filed(NAME)
    assert tree(path) == {f"done/{NAME}": "dropped"}


@pytest.mark.usefixtures("nfs")
def test_an_unlink_whose_reply_was_lost_counts_as_made(
    folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)
    real = os.unlink

    def unlink(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    monkeypatch.setattr(os, "unlink", unlink)
    assert put(folder, file) == Filed(NAME)
    assert tree(path) == {f"done/{NAME}": "dropped"}


@pytest.mark.parametrize("error", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP])
def test_without_renameat2_a_link_does(
    folder: DropFolder, path: Path, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = Failing(os.link)
    monkeypatch.setattr(moving, "_renameat2", refusing(error))
    monkeypatch.setattr(os, "link", link)
    assert put(folder, drop(path)) == Filed(NAME)
    assert link.calls == 1


def test_a_c_library_without_renameat2_does(folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_renameat2", None)
    assert put(folder, drop(path)) == Filed(NAME)
    assert tree(path) == {f"done/{NAME}": "dropped"}


@pytest.mark.usefixtures("nfs")
@pytest.mark.parametrize("error", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK])
def test_without_links_a_claimed_name_does(
    folder: DropFolder, path: Path, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", Failing(os.link, error, always=True))
    drop(path / "done", "old")
    assert put(folder, drop(path)) == Filed(SECOND)
    assert tree(path) == {f"done/{NAME}": "old", f"done/{SECOND}": "dropped"}


@pytest.mark.usefixtures("nfs")
@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO])
def test_a_claim_that_fails_is_given_up_unless_the_rename_may_come_yet(
    folder: DropFolder, path: Path, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)
    monkeypatch.setattr(os, "link", Failing(os.link, errno.EPERM, always=True))
    with monkeypatch.context() as trouble:
        trouble.setattr(os, "rename", Failing(os.rename, error))
        with pytest.raises(OSError, match=os.strerror(error)):
            put(folder, file)
    claim = path / "done" / NAME
    assert claim.exists() == (error == errno.EIO)
    if claim.exists():
        assert (claim.stat().st_size, claim.stat().st_mode & 0o777) == (0, 0)
    assert (path / NAME).read_text() == "dropped"
    assert put(folder, file) == Filed(NAME)
    assert tree(path) == {f"done/{NAME}": "dropped"}


@pytest.mark.usefixtures("nfs")
def test_a_claim_goes_where_the_name_is_said_to_be_taken_after_all(
    folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", Failing(os.link, errno.EPERM, always=True))
    monkeypatch.setattr(os, "rename", Failing(os.rename, errno.EEXIST))
    assert put(folder, drop(path)) == Filed(SECOND)
    assert tree(path) == {f"done/{SECOND}": "dropped"}


@pytest.mark.usefixtures("nfs")
def test_a_crash_after_a_claim_loses_nothing(folder: DropFolder, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", Failing(os.link, errno.EPERM, always=True))
    file = drop(path)
    (path / "done" / NAME).touch()  # what the crash left
    assert put(folder, file) == Filed(SECOND)
    assert tree(path) == {f"done/{NAME}": "", f"done/{SECOND}": "dropped"}


@pytest.mark.parametrize("error", [errno.EIO, errno.ESTALE, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EXDEV])
def test_a_fault_is_a_fault_and_the_file_stays(
    folder: DropFolder, path: Path, place: str, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(path)
    with monkeypatch.context() as trouble:
        trouble.setattr(moving, "_renameat2", refusing(error))
        with pytest.raises(OSError, match=os.strerror(error)) as caught:
            put(folder, file, to_error=place == "error")
    assert caught.value.errno == error
    assert tree(path) == {NAME: "dropped"}
    assert put(folder, file, to_error=place == "error") == Filed(NAME)


def test_all_folders_that_were_touched_are_made_durable(folder: DropFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    filing.sync(folder)
    assert sorted(synced) == sorted([folder.descriptor, folder.done, folder.error])
    synced.clear()
    filing.sync(folder, done=True, error=False)
    filing.sync(folder, done=False, error=True)
    assert synced == [folder.done, folder.descriptor, folder.error, folder.descriptor]


def test_a_fault_of_syncing_is_a_fault(folder: DropFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", Failing(os.fsync, 0, 0, errno.EIO))
    with pytest.raises(OSError, match=f"Input/output error: '{folder.path}'"):
        filing.sync(folder)


@pytest.mark.parametrize("at", range(1, 12))
def test_what_is_not_seen_for_a_moment_is_not_taken_for_gone(
    folder: DropFolder, path: Path, nfs: None, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    file = drop(path)
    asked = 0
    real = os.stat

    def stat(*given: Any, **named: Any) -> os.stat_result:
        nonlocal asked
        asked += 1
        if asked == at:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return real(*given, **named)

    filed = Filed(None)
    with monkeypatch.context() as blind, suppress(OSError):
        blind.setattr(os, "stat", stat)
        filed = put(folder, file)
    # Whoever is told where the file went does not ask again.
    if filed.name is None:
        assert put(folder, file) == Filed(NAME)
    assert tree(path) == {f"done/{NAME}": "dropped"}
