"""Putting files away: never over another, never through a link, whole again after a crash at any point."""

import ctypes
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import filing, moving, reason_files, statx
from mdwatch.dropfolder.filing import Filed
from mdwatch.dropfolder.folder import DropFolder, identity_at
from mdwatch.model import Identity

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NAME = "a.xml"
SECOND = "a.20260304T050607Z.xml"
THIRD = "a.20260304T050607Z.2.xml"
REASON = ".reason.txt"


class Failing:
    """Stands before a call of the system and fails it with these errors, one a call; 0 lets the call through."""

    def __init__(self, real: Callable[..., Any], *errors: int, always: bool = False) -> None:
        self.real = real
        self.errors = list(errors)
        self.always = always
        self.calls = 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        error = self.errors[0] if self.always else self.errors.pop(0) if self.errors else 0
        if error:
            raise OSError(error, os.strerror(error))
        return self.real(*given, **named)


def refusing(error: int) -> Callable[..., int]:
    """A renameat2(2) that always fails."""

    def call(*_given: object) -> int:
        ctypes.set_errno(error)
        return -1

    return call


# The three ways a move can be made: in one act; by a link where there is no such act (NFS); by neither.
@pytest.fixture(params=["rename", "link", "claim"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name != "rename":
        monkeypatch.setattr(moving, "_renameat2", refusing(errno.EINVAL))
    if name == "claim":
        monkeypatch.setattr(os, "link", Failing(os.link, errno.EPERM, always=True))
    return name


@pytest.fixture
def nfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are all there is."""
    monkeypatch.setattr(moving, "_renameat2", refusing(errno.EINVAL))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "drop"
    path.mkdir()
    return path


@pytest.fixture
def folder(path: Path) -> Iterator[DropFolder]:
    with DropFolder(path) as folder:
        folder.make_places()
        yield folder


def drop(path: Path, text: str = "dropped", name: str = NAME) -> Identity:
    (path / name).write_text(text)
    return identity(path / name)


def identity(path: Path) -> Identity:
    state = path.lstat()
    return Identity(state.st_ino, state.st_size, state.st_mtime_ns)


def tree(path: Path) -> dict[str, str]:
    """Every file below the folder by its path, with its content."""
    return {
        str(file.relative_to(path)): file.read_text() if file.is_file() else "-"
        for file in sorted(path.rglob("*"))
        if file.is_symlink() or not file.is_dir()
    }


def put(folder: DropFolder, file: Identity, *, name: str = NAME, to_error: bool = False) -> Filed:
    return filing.put_away(folder, name, file, to_error=to_error, when=WHEN)


def reason(folder: DropFolder, name: str, text: str) -> None:
    reason_files.write(folder, [(name, text)])


@pytest.fixture(params=["done", "error"])
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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


# --- crashes and repetition -------------------------------------------------------------------------------------------


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


# --- durability -------------------------------------------------------------------------------------------------------


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
    with pytest.raises(OSError, match="Input/output error"):
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
