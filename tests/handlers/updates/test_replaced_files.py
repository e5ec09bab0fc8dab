"""A file whose name is given to another one, or which gets another name, at any moment of its move, and a crash later.

What came under the name is new work: it takes effect once, and is never put away before. What is only called otherwise
is none: it is put away, and takes effect no second time. Each call to the disk that a move makes is one moment; the
crash comes right behind a call, so that the next is not made any more.
"""

import ctypes
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from mdwatch.dropfolder import filing as folder_filing
from mdwatch.dropfolder import moving, statx
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates import filing
from mdwatch.repository import ies
from tests.proof import tally
from tests.worlds import World, dc, ie, update

CALLS: Final = ("stat", "fstat", "open", "close", "link", "unlink", "rename", "mkdir", "fsync")
WAYS: Final = ("rename", "link", "claim")
TRIALS: Final = 400  # IEs to try it with
OUT: Final = "out"  # a folder that somebody moves files to
LATER: Final = 8  # calls after the one before which the file is replaced, behind each of which there is a crash


class Killed(BaseException):
    """As good as SIGKILL: nobody catches it."""


class Moments:
    """Counts the calls that a move makes; before one of them something happens, behind another the process ends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
        self.set(0, nothing, 0)
        self._on = False
        for name in CALLS:
            real = no_links if name == "link" and way == "claim" else getattr(os, name)
            monkeypatch.setattr(os, name, self._around(name, real))
        monkeypatch.setattr(statx, "_statx", self._around("statx", statx._statx))
        renames = moving._renameat2 if way == "rename" else no_renames
        monkeypatch.setattr(moving, "_renameat2", self._around("renameat2", renames))
        put = filing.put_files_away
        monkeypatch.setattr(filing, "put_files_away", self._during(put))

    def _around(self, name: str, real: Any) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if not self._on:
                return real(*given, **named)
            self.calls.append(name)
            if len(self.calls) == self._at:
                self._on = False
                self._act()
                self._on = True
            found = real(*given, **named)
            if len(self.calls) == self._end:
                self._on = False
                raise Killed
            return found

        return call

    def _during(self, put: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any) -> Any:
            self._on = self._at > 0
            try:
                return put(*given)
            finally:
                self._on = False

        return watched

    def set(self, at: int, act: Callable[[], None], end: int) -> None:
        """Before which call to act, and behind which to end, counted from 1; no more of it where the first is 0."""
        self.calls: list[str] = []
        self._at, self._act, self._end = at, act, end


def nothing() -> None:
    """What happens where nothing does."""


def no_links(*_: object, **__: object) -> None:
    """What link(2) says where the file system has none."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def no_renames(*_: object) -> int:
    """What renameat2(2) says over NFS."""
    ctypes.set_errno(errno.EINVAL)
    return -1


def rename(path: Path) -> None:
    """Gives a file another name that the job takes, if it is there."""
    with suppress(FileNotFoundError):
        path.rename(path.with_name(f"other-{path.name}"))


class Trials:
    """One file each, in one world."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
        self._world = World(root)
        self._world.load(*(ie(f"IE{number}") for number in range(TRIALS)))
        self._moments = Moments(monkeypatch, way)
        self._tried = 0

    def calls(self) -> list[str]:
        """Those that an undisturbed move makes."""
        self._drop()
        self._moments.set(10_000, nothing, 0)
        self._world.run()
        return list(self._moments.calls)

    def replaced(self, at: int, end: int) -> str | None:
        """What came of a file replaced before one call, with a crash behind another; None where all is well."""

        def replace(path: Path) -> None:
            aside = self._world.root / "aside"
            aside.write_bytes(update(f"IE{self._tried - 1}", dc("Newer")))
            aside.replace(path)

        return self._wrong("replaced", replace, at, end, ["Older", "Newer"])

    def renamed(self, at: int, end: int) -> str | None:
        """What came of a file that got another name before one call, and a crash; None where all is well."""
        return self._wrong("renamed", rename, at, end, ["Older"])

    def renamed_and_replaced(self, at: int) -> str | None:
        """What came of a file that got another name before one call, and of a new one under its name."""

        def replace(path: Path) -> None:
            rename(path)
            path.write_bytes(update(f"IE{self._tried - 1}", dc("Newer")))

        return self._wrong("renamed and replaced", replace, at, 0, ["Older", "Newer"])

    def folder_instead(self, at: int) -> str | None:
        """What came of a file that got another name before one call, and of the job, where a folder has its name."""

        def make(path: Path) -> None:
            rename(path)
            path.mkdir()

        found = self._wrong("folder instead", make, at, 0, ["Older"])
        folders = sorted(path.name for path in self._world.folder.glob(f"n{self._tried - 1:03}*.xml") if path.is_dir())
        return found or (None if len(folders) == 1 else f"folder instead at {at}: {folders}")

    def taken_out(self, at: int) -> str | None:
        """What came of a file that somebody moved to another folder before one call."""

        def take_out(path: Path) -> None:
            (self._world.folder / OUT).mkdir(exist_ok=True)
            with suppress(FileNotFoundError):
                path.rename(self._world.folder / OUT / path.name)

        return self._wrong("taken out", take_out, at, 0, ["Older"])

    def _wrong(self, what: str, act: Callable[[Path], None], at: int, end: int, titles: list[str]) -> str | None:
        pid = f"IE{self._tried}"
        name = self._drop()
        self._moments.set(at, lambda: act(self._world.folder / name), end)
        with suppress(Killed):
            self._world.run()
        self._moments.set(0, nothing, 0)
        self._world.run()
        self._world.run()
        files = [file for file in self._world.files() if name.removesuffix(".xml") in file or ".mdwatch" in file]
        contents = [(self._world.folder / file).read_bytes() for file in files]
        with self._world.context() as context, context.repository.read() as connection:
            versions = ies.versions(connection, pid)
        facts = {
            "it was not applied": self._world.title(pid) == titles[-1],
            "not one update each": len(versions) == 1 + len(titles),
            "not in done/": all(file.startswith(("done/", f"{OUT}/")) for file in files),
            "not there once": contents.count(update(pid, dc(titles[-1]))) == 1,
            "there twice": max(contents.count(update(pid, dc(title))) for title in titles) == 1,
        }
        found = [fact for fact, well in facts.items() if not well]
        return f"{what} at {at}, crash at {end}: {found} {files}" if found else None

    def _drop(self) -> str:
        name = f"n{self._tried:03}.xml"
        self._world.drop(name, update(f"IE{self._tried}", dc("Older")))
        self._tried += 1
        return name


@pytest.fixture(params=WAYS)
def trials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Trials:
    """A world whose files are moved in one of the ways."""
    return Trials(tmp_path, monkeypatch, request.param)


ACTS: Final = ("renameat2", "link", "rename", "unlink")


def test_what_replaces_a_file_right_before_an_act_of_its_move_is_new_work(trials: Trials) -> None:
    acts = [at for at, name in enumerate(trials.calls(), 1) if name in ACTS]
    assert acts
    wrong = [trials.replaced(at, end) for at in acts for end in (0, at, at + 1)]
    assert [text for text in wrong if text] == []


def test_a_file_renamed_at_any_moment_of_its_move_is_no_new_work(trials: Trials) -> None:
    calls = trials.calls()
    wrong = [trials.renamed(at, 0) for at in range(1, len(calls) + 1)]
    acts = [at for at, name in enumerate(calls, 1) if name in ACTS]
    wrong += [trials.renamed(at, end) for at in acts for end in (at, at + 1)]
    assert [text for text in wrong if text] == []


@pytest.mark.parametrize("tried", [Trials.renamed_and_replaced, Trials.folder_instead, Trials.taken_out])
def test_a_file_that_loses_its_name_at_any_moment_of_its_move_is_in_one_place_and_takes_effect_once(
    trials: Trials, tried: Callable[[Trials, int], str | None]
) -> None:
    wrong = [tried(trials, at) for at in range(1, len(trials.calls()) + 1)]
    assert [text for text in wrong if text] == []


def test_a_claim_that_has_the_number_of_a_removed_file_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Moments(monkeypatch, "claim")
    (tmp_path / "done").mkdir()
    claim = tmp_path / "done" / "a.xml"
    claim.touch(0)
    with DropFolder(tmp_path) as folder:
        folder.make_places()
        with pytest.raises(FileNotFoundError):
            moving.move(folder.descriptor, "a.xml", folder.done, "a.xml", claim.stat().st_ino, replaceable=True)


def test_what_was_put_away_before_stays_where_a_file_of_its_name_goes_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("First")))
    world.run()
    path = world.drop("a.xml", update("IE1", dc("Second")))
    put = filing.put_files_away

    def gone(*given: Any) -> Any:
        path.unlink(missing_ok=True)
        return put(*given)

    monkeypatch.setattr(filing, "put_files_away", gone)
    world.run()
    world.run()
    assert (world.files(), world.title("IE1")) == (["done/a.xml"], "Second")


def test_what_somebody_put_there_long_before_stays(tmp_path: Path) -> None:
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "a.xml").write_bytes(b"")
    asked: list[str] = []

    def unknown(name: str, _: statx.Stat) -> bool:
        asked.append(name)
        return False

    with DropFolder(tmp_path) as folder:
        folder.make_places()
        for days, expected in ((2, []), (0, ["a.xml"])):
            when = datetime.now(UTC) + timedelta(days=days)
            found = folder_filing.return_strays(folder, "a.xml", to_error=False, when=when, is_filed=unknown)
            assert (found, asked) == (expected, expected)
    assert (tmp_path / "a.xml").exists()


@pytest.mark.system
@pytest.mark.timeout(900)
@pytest.mark.parametrize("what", ["replaced", "renamed"])
def test_what_becomes_of_a_file_at_any_moment_of_its_move(
    trials: Trials, what: str, request: pytest.FixtureRequest
) -> None:
    calls = trials.calls()
    pairs = [(at, end) for at in range(1, len(calls) + 1) for end in (0, *range(at, at + LATER))]
    way = request.node.callspec.params["trials"]
    if (what, way) == ("renamed", "link"):
        # Linked already, and named otherwise by somebody: after a crash that is a file dropped under two names, one of
        # which was put away.
        linked, taken = calls.index("link") + 1, calls.index("rename") + 1
        pairs = [(at, end) for at, end in pairs if not (linked < at <= taken and end)]
    tried = trials.replaced if what == "replaced" else trials.renamed
    wrong = [text for at, end in pairs if (text := tried(at, end))]
    tally.note(
        f"a file {what} in its move, and a crash behind a later call, files moved by {way}", len(pairs), len(wrong)
    )
    assert wrong == []
