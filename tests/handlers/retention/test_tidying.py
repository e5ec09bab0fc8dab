"""What lies flat in `done/` is moved into dated folders once there are such: found at any step, never over another."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import done_place, filing, moving
from mdwatch.handlers.files import content, explain
from mdwatch.handlers.retention import summing, tidying
from mdwatch.handlers.retention.summing import SummedUp
from mdwatch.handlers.retention.worker import RetentionWorker
from mdwatch.repository import refiling
from tests.handlers.retention.test_summing import retire
from tests.postgres import raw
from tests.worlds import JOB, Later, World, dc, ie, update

TITLES = ("One", "Two", "Three", "Four")


class Killed(BaseException):
    """What ends a process at any step."""


def flat_world(root: Path) -> World:
    """Four files done with, of which two have the same name; then the job gets dated folders."""
    world = World(root)
    world.load(ie("IE1"))
    for name, title in zip(("a.xml", "b.xml", "b.xml", "c.xml"), TITLES, strict=True):
        world.drop(name, update("IE1", dc(title)))
        world.run()
    world.raw["jobs"][JOB]["done"] = "month"
    return world


def lay_flat(world: World) -> None:
    """As it was before."""
    there = world.folder / "done" / month()
    for path in there.iterdir():
        path.rename(world.folder / "done" / path.name)
    there.rmdir()
    there.parent.rmdir()
    with world.context() as context, context.repository.write() as connection:
        raw(
            connection,
            "UPDATE journal SET filed_as = substr(filed_as, ?) WHERE filed_as IS NOT NULL",
            (len(month()) + 2,),
        )
        raw(connection, "UPDATE journal SET filed_as = NULL WHERE filed_as = name")


def tidy(world: World, pause: Callable[[], bool] = lambda: False, days: float = 2) -> SummedUp:
    with world.context(Later(days)) as context:
        return summing.sum_up(context, pause=pause)


def month() -> str:
    return f"{datetime.now(UTC):%Y/%m}"


def titles_in_done(world: World) -> list[str]:
    texts = [path.read_text() for path in (world.folder / "done").rglob("*") if path.is_file()]
    return sorted(title for title in TITLES for text in texts if f">{title}<" in text)


def assert_found(world: World) -> None:
    """Every file is there once, and whoever asks for it finds it where it is."""
    assert titles_in_done(world) == sorted(TITLES)
    assert world.audit() == []
    with world.context() as context:
        for path in (world.folder / "done").rglob("*.xml"):
            told = explain.explain(context, path, None)
            assert path in [went for item in told for _, went in item.past], path
        for name in ("a.xml", "b.xml", "c.xml"):
            assert content.find(context, JOB, name), name


def test_what_lies_flat_is_moved_and_found_under_its_new_name(tmp_path: Path) -> None:
    world = flat_world(tmp_path)
    before = world.files()
    assert len(before) == 4
    assert tidy(world, days=0.5).moved == 0, "what was decided a moment ago may be in hand"
    assert tidy(world) == SummedUp(0, 0, 0, {}, 4)
    assert world.files() == [name.replace("done/", f"done/{month()}/") for name in before]
    assert_found(world)
    assert tidy(world).moved == 0
    world.raw["retention"] = {"journal_days": 1}
    with world.context(Later(2)) as context:
        assert summing.sum_up(context).files == 3
    assert world.audit() == []


def test_files_of_which_the_rows_are_summed_up_are_moved_too(tmp_path: Path) -> None:
    world = flat_world(tmp_path)
    world.raw["jobs"][JOB]["done"] = "flat"
    assert retire(world).files == 3
    world.raw["jobs"][JOB]["done"] = "day"
    assert tidy(world).moved == 4
    assert all(len(Path(name).parts) == 5 for name in world.files())
    assert world.audit() == []
    assert titles_in_done(world) == sorted(TITLES)


def test_nothing_is_overwritten_and_strangers_stay(tmp_path: Path) -> None:
    world = flat_world(tmp_path)
    there = world.folder / "done" / month()
    there.mkdir(parents=True)
    (there / "a.xml").write_text("another")
    (world.folder / "done" / "by-hand.xml").write_text("a stranger")
    (world.folder / "done" / ".mdwatch-7").write_text("in hand")
    assert tidy(world).moved == 4
    assert (there / "a.xml").read_text() == "another"
    assert (world.folder / "done" / "by-hand.xml").read_text() == "a stranger"
    (there / "a.xml").unlink()
    (world.folder / "done" / "by-hand.xml").unlink()
    (world.folder / "done" / ".mdwatch-7").unlink()
    assert_found(world)


def test_a_file_that_may_not_be_moved_or_whose_place_is_taken_by_then_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = flat_world(tmp_path)
    real = moving.move

    def refuses(source: int, name: str, target: int, new_name: str, inode: int) -> None:
        if name == "a.xml":
            raise PermissionError(1, "immutable")
        if name == "c.xml":
            Path(f"/proc/self/fd/{target}/c.xml").write_text("Came first")
        real(source, name, target, new_name, inode)

    with monkeypatch.context() as patch:
        patch.setattr(done_place, "move", refuses)
        assert tidy(world).moved == 2
    assert {"done/a.xml", "done/c.xml"} < set(world.files())
    (world.folder / "done" / month() / "c.xml").rename(world.root / "c.xml")
    assert_found(world)
    (world.root / "c.xml").rename(world.folder / "done" / month() / "c.xml")
    assert tidy(world).moved == 2
    (world.folder / "done" / month() / "c.xml").unlink()
    assert_found(world)


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, step: int, acts: list[tuple[Any, str]]) -> Iterator[None]:
    """Ends the process before the act of this number among all of these: right after the one before, that is."""
    left = [step]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return real(*given, **named)

        return act

    with monkeypatch.context() as patch:
        for owner, name in acts:
            patch.setattr(owner, name, dying(getattr(owner, name)))
        yield


def test_a_crash_at_any_step_loses_nothing_and_is_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acts = [
        (refiling, "rows_of"), (tidying.Tidying, "_note"), (done_place, "free_name"), (done_place, "move"),
        (filing, "sync"), (os, "mkdir"), (os, "fsync"),
    ]  # fmt: skip
    world = flat_world(tmp_path)
    ends = 0
    for step in range(1, 200):
        with killed_at(monkeypatch, step, acts):
            try:
                tidy(world)
            except Killed:
                ends += 1
            else:
                break
        assert_found(world)
        tidy(world)
        assert all(name.startswith(f"done/{month()}/") for name in world.files()), step
        assert titles_in_done(world) == sorted(TITLES)
        lay_flat(world)
    assert ends > 12


def test_it_is_done_in_slices_by_the_daemon_also_where_nothing_is_summed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = flat_world(tmp_path)
    monkeypatch.setattr(tidying, "_AT_ONCE", 1)
    assert tidy(world, pause=lambda: True).moved == 1
    world.raw["retention"] = {"nightly": "* * * * *"}
    for days in (2, 3):
        with world.context(Later(days)) as context:
            RetentionWorker(lambda: context).turn()
    assert all(name.startswith(f"done/{month()}/") for name in world.files())


def test_a_folder_that_is_away_is_told_of_and_its_rows_stay(tmp_path: Path) -> None:
    world = flat_world(tmp_path)
    world.raw["retention"] = {"journal_days": 1}
    world.folder.rename(tmp_path / "away")
    with world.context(Later(2)) as context:
        told = summing.sum_up(context)
    assert told.moved == told.files == 0
    assert list(told.away) == [JOB]
