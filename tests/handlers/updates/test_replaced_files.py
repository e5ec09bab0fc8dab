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
from typing import Any, Final, NamedTuple

import pytest
from sqlalchemy import Connection

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


class Trial(NamedTuple):
    """One file, and what was done to it."""

    pid: str
    name: str
    what: str
    titles: tuple[str, ...]
    folders: int = 0  # that lie where a file was


class Trials:
    """One file each, in one world, which is looked at when all of them are over."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
        self._world = World(root)
        self._world.load(*(ie(f"IE{number}") for number in range(TRIALS)))
        self._moments = Moments(monkeypatch, way)
        self._number = 0
        self.made: list[Trial] = []

    def calls(self) -> list[str]:
        """Those that an undisturbed move makes."""
        self._drop()
        self._moments.set(10_000, nothing, 0)
        self._world.run()
        return list(self._moments.calls)

    def replaced(self, at: int, end: int = 0) -> None:
        """A file is replaced before one call, with a crash behind another."""

        def replace(path: Path, pid: str) -> None:
            aside = self._world.root / "aside"
            aside.write_bytes(update(pid, dc("Newer")))
            aside.replace(path)

        self._try("replaced", replace, at, end, titles=("Older", "Newer"))

    def renamed(self, at: int, end: int = 0) -> None:
        """A file gets another name before one call, with a crash behind another."""
        self._try("renamed", lambda path, _: rename(path), at, end)

    def renamed_and_replaced(self, at: int) -> None:
        """A file gets another name before one call, and a new one is there under its name."""

        def replace(path: Path, pid: str) -> None:
            rename(path)
            path.write_bytes(update(pid, dc("Newer")))

        self._try("renamed and replaced", replace, at, titles=("Older", "Newer"))

    def folder_instead(self, at: int) -> None:
        """A file gets another name before one call, and a folder has its name."""

        def make(path: Path, _: str) -> None:
            rename(path)
            path.mkdir()

        self._try("folder instead", make, at, folders=1)

    def taken_out(self, at: int) -> None:
        """Somebody moves a file to another folder before one call."""

        def take_out(path: Path, _: str) -> None:
            (self._world.folder / OUT).mkdir(exist_ok=True)
            with suppress(FileNotFoundError):
                path.rename(self._world.folder / OUT / path.name)

        self._try("taken out", take_out, at)

    def _try(
        self,
        what: str,
        act: Callable[[Path, str], None],
        at: int,
        end: int = 0,
        *,
        titles: tuple[str, ...] = ("Older",),
        folders: int = 0,
    ) -> None:
        pid, name = self._drop()
        self._moments.set(at, lambda: act(self._world.folder / name, pid), end)
        with suppress(Killed):
            self._world.run()
        self._moments.set(0, nothing, 0)
        self._world.run()
        self.made.append(Trial(pid, name, f"{what} at {at}, crash at {end}", titles, folders))

    def wrong(self) -> list[str]:
        """What came of each of them, where it is not well, when nothing happened in one more run."""
        self._world.run()
        assert self.made
        with self._world.context() as context, context.repository.read() as connection:
            return [text for trial in self.made if (text := self._wrong(connection, trial))]

    def _wrong(self, connection: Connection, trial: Trial) -> str:
        stem, folder = trial.name.removesuffix(".xml"), self._world.folder
        files = [
            path for path in folder.rglob("*") if (stem in path.name or ".mdwatch" in path.name) and path.is_file()
        ]
        places = {path.parent.relative_to(folder).parts[:1] for path in files}
        contents = [path.read_bytes() for path in files]
        entity = ies.get(connection, trial.pid)
        newest = dc(trial.titles[-1])
        facts = {
            "it was not applied": entity and entity.descriptive and entity.descriptive.content == newest,
            "not one update each": len(ies.versions(connection, trial.pid)) == 1 + len(trial.titles),
            "not in done/": places <= {("done",), (OUT,)},
            "not there once": contents.count(update(trial.pid, newest)) == 1,
            "there twice": max(contents.count(update(trial.pid, dc(title))) for title in trial.titles) == 1,
            "a folder moved": len([*folder.glob(f"*{stem}.xml/")]) == trial.folders,
        }
        found = [fact for fact, well in facts.items() if not well]
        return f"{trial.what}: {found} {files}" if found else ""

    def _drop(self) -> tuple[str, str]:
        pid, name = f"IE{self._number}", f"n{self._number:03}.xml"
        self._world.drop(name, update(pid, dc("Older")))
        self._number += 1
        return pid, name


@pytest.fixture(params=WAYS)
def trials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Trials:
    """A world whose files are moved in one of the ways."""
    return Trials(tmp_path, monkeypatch, request.param)


ACTS: Final = ("renameat2", "link", "rename", "unlink")


def test_what_replaces_a_file_right_before_an_act_of_its_move_is_new_work(trials: Trials) -> None:
    acts = [at for at, name in enumerate(trials.calls(), 1) if name in ACTS]
    for at in acts:
        for end in (0, at, at + 1):
            trials.replaced(at, end)
    assert trials.wrong() == []


def test_a_file_renamed_at_any_moment_of_its_move_is_no_new_work(trials: Trials) -> None:
    for at, name in enumerate(trials.calls(), 1):
        for end in (0, at, at + 1) if name in ACTS else (0,):
            trials.renamed(at, end)
    assert trials.wrong() == []


@pytest.mark.parametrize("tried", [Trials.renamed_and_replaced, Trials.folder_instead, Trials.taken_out])
def test_a_file_that_loses_its_name_at_any_moment_of_its_move_is_in_one_place_and_takes_effect_once(
    trials: Trials, tried: Callable[[Trials, int], None]
) -> None:
    for at in range(1, len(trials.calls()) + 1):
        tried(trials, at)
    assert trials.wrong() == []


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
    for at, end in pairs:
        (trials.replaced if what == "replaced" else trials.renamed)(at, end)
    wrong = trials.wrong()
    tally.note(
        f"a file {what} in its move, and a crash behind a later call, files moved by {way}", len(pairs), len(wrong)
    )
    assert wrong == []
