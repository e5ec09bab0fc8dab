"""Groups that another process puts away while the next is decided: all ends are those of a run without it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import JobPaused
from mdwatch.handlers.jobs import cancel, request
from mdwatch.handlers.updates import filing, mover, moving, preparation, run_once
from mdwatch.handlers.updates.carrying_out import CarryingOut
from mdwatch.handlers.updates.mover import Mover, MovesAsked
from mdwatch.handlers.updates.moving import FileToMove, ToMove
from mdwatch.handlers.updates.reports import Progress
from mdwatch.handlers.updates.run import Run, Stopped
from mdwatch.handlers.updates.session import Session
from mdwatch.logs import JobLog
from mdwatch.repository import journal
from tests.worlds import JOB, World, dc, ie, update

FILES = 40


@pytest.fixture(autouse=True)
def _asked_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few files are enough for the other process to be asked."""
    monkeypatch.setattr(mover, "_WORTH_ASKING", 2)
    monkeypatch.setattr(preparation.Preparation, "at_work", True)


class Late(MovesAsked):
    """A process that has not begun when it is waited for, nor ever if it is not."""

    def __init__(self, folder: DropFolder, asked: ToMove) -> None:
        self._folder = folder
        self._asked = asked

    def all_moved(self) -> bool:
        return False

    def moved(self) -> frozenset[str]:
        return frozenset(moving._put_away(self._folder, self._asked))


@pytest.fixture(params=["through in time", "never through in time", "not begun in time"])
def _through(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the other process is through by the time the next transaction asks."""
    if request.param == "not begun in time":
        monkeypatch.setattr(Mover, "begin", late)
        return
    in_time = request.param == "through in time"
    all_moved = MovesAsked.all_moved

    def told(self: MovesAsked) -> bool:
        if in_time:
            self.moved()
        return in_time and all_moved(self)

    monkeypatch.setattr(MovesAsked, "all_moved", told)


def late(self: Mover, entries: list[journal.Entry], until: float) -> MovesAsked | None:
    """`Mover.begin`, by nobody."""
    files = [
        FileToMove(
            entry.name,
            tuple(entry.identity),
            entry.ctime_ns,
            filing.reason_text(entry) if filing.to_error(entry) else None,
        )
        for entry in entries
        if filing.to_move(entry)
    ]
    if len(files) < mover._WORTH_ASKING:
        return None
    self._folder.keep_places()
    return Late(self._folder, ToMove(moving.places(self._folder), files, until))


def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nobody else moves anything."""
    monkeypatch.setattr(mover, "_WORTH_ASKING", 1 << 30)


def world_of(root: Path) -> World:
    """Files for three IEs, one of them in SIP, one that is unknown; some broken, one under two names."""
    world = World(root, group_size=5)
    world.load(ie("IE1"), ie("IE2"), ie("IE3", stage="sip"))
    for number in range(FILES):
        pid = f"IE{1 + number % 4}"
        world.drop(f"{number:02}.xml", b"<broken" if number % 7 == 6 else update(pid, dc(f"T{number // 3}")))
    # The last of one group and the first of the next.
    os.link(world.folder / "24.xml", world.folder / "24a.xml")
    return world


def ends(world: World) -> tuple[Any, list[str]]:
    """What a run comes to, and its log without the moments."""
    return world.snapshot(), [line.partition("   ")[2] for line in world.log_lines()]


@pytest.mark.usefixtures("_through")
def test_a_run_with_it_comes_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: tuple[Any, list[str]]
) -> None:
    begun: list[MovesAsked] = []
    begin = Mover.begin

    def counted(self: Mover, entries: list[journal.Entry], until: float) -> MovesAsked | None:
        asked = begin(self, entries, until)
        begun.extend([asked] if asked is not None else [])
        return asked

    monkeypatch.setattr(Mover, "begin", counted)
    world = world_of(tmp_path)
    world.run()
    assert len(begun) >= FILES // 5
    assert ends(world) == undisturbed


class Crash(BaseException):
    """As if the process ended here."""


ACTS: dict[str, tuple[type, str]] = {
    "lines": (JobLog, "write"),
    "the process asked": (Mover, "begin"),
    "waiting": (CarryingOut, "finish"),
    "moves noted": (CarryingOut, "note_moved"),
    "transaction committed": (CarryingOut, "noted"),
}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[str]]:
    """What a run comes to in which nobody else moves anything, and nothing happens."""
    whole = world_of(tmp_path_factory.mktemp("whole"))
    with pytest.MonkeyPatch.context() as patch:
        alone(patch)
        whole.run()
    return ends(whole)


@pytest.mark.usefixtures("_through")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", ACTS)
def test_after_a_crash_the_next_run_comes_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: tuple[Any, list[str]], act: str, after: bool
) -> None:
    """At the first, third and sixth such act. Each effect is there once, each line once, each file where it belongs."""
    where, name = ACTS[act]
    real: Callable[..., Any] = getattr(where, name)
    crashed = []
    for number in (1, 3, 6):
        world = world_of(tmp_path / str(number))
        calls = 0

        def crashing(*given: Any, number: int = number) -> Any:
            nonlocal calls
            calls += 1
            if calls == number and not after:
                raise Crash
            answer = real(*given)
            if calls == number:
                raise Crash
            return answer

        with monkeypatch.context() as patch:
            patch.setattr(where, name, crashing)
            with pytest.raises(Crash):
                world.run()
        world.run()
        crashed.append(world)
    assert [ends(world) for world in crashed] == [undisturbed] * 3


@pytest.mark.usefixtures("_through")
def test_a_run_that_is_to_stop_leaves_nothing_half_moved(tmp_path: Path) -> None:
    """The group in hand is put away before the run is left, as it is where nobody moves files meanwhile."""
    groups: list[int] = []
    world = one_after_the_other(tmp_path)
    with pytest.raises(Stopped):
        take_all(world, lambda done, _total: groups.append(done), stopping=lambda: len(groups) > 1)
    assert groups == [5, 10]
    assert_taken(world, 10)
    assert world.audit() == []
    world.run()
    assert_taken(world, 20)
    assert world.audit() == []


@pytest.mark.usefixtures("_through")
def test_a_job_that_is_paused_leaves_nothing_half_moved(tmp_path: Path) -> None:
    world = one_after_the_other(tmp_path)

    def pause(done: int, _total: int) -> None:
        if done == 10:
            with world.context() as context:
                request._write_pause(context, JOB)

    with pytest.raises(JobPaused):
        take_all(world, pause)
    assert_taken(world, 10)
    assert world.audit() == []


@pytest.mark.usefixtures("_through")
def test_a_run_that_is_cancelled_leaves_nothing_half_moved(tmp_path: Path) -> None:
    world = one_after_the_other(tmp_path)

    def cancelled(done: int, _total: int) -> None:
        if done == 10:
            with world.context() as context:
                cancel._write(context, JOB)

    with world.context() as context:
        run_once.run_job(context, JOB, cancelled)
    assert_taken(world, 10)
    with world.context() as context, context.repository.read() as connection:
        assert not journal.any_left_over(connection, JOB)


def one_after_the_other(root: Path) -> World:
    """Twenty files for one IE."""
    world = World(root, group_size=5)
    world.load(ie("IE1"))
    for number in range(20):
        world.drop(f"{number:02}.xml", update("IE1", dc(f"T{number}")))
    return world


def take_all(world: World, progress: Progress, stopping: Callable[[], bool] = lambda: False) -> None:
    """A run over all of them."""
    with world.context() as context, DropFolder(world.folder) as opened:
        session = Session(context, JOB, JobLog(context.settings.logs.directory, JOB), stopping=stopping)
        session.open(opened)
        with Run(session) as run:
            run.take(session.look().ready, progress)


def assert_taken(world: World, number: int) -> None:
    """So many of them are applied and put away, and the others untouched."""
    done = [f"done/{taken:02}.xml" for taken in range(number)]
    assert world.files() == [*(f"{left:02}.xml" for left in range(number, 20)), *done]
    assert world.title("IE1") == f"T{number - 1}"
