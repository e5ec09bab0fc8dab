"""`status`: every job as it stands, also where its folder is away."""

import os
from pathlib import Path
from typing import Any

import pytest

from mdwatch.handlers.jobs import status
from mdwatch.repository import run_entries
from mdwatch.repository.run_entries import LogPosition
from mdwatch.shapes.jobs import JobStatusShape, StatusShape
from tests.worlds import JOB, World, dc, ie, update


def world_of(root: Path, **job: Any) -> World:
    world = World(root, **job)
    world.load(ie("IE1"), ie("IE2", institution="INS02"), ie("IE3", lockedBy="curator"), ie("IE4", stage="sip"))
    return world


def overview(world: World) -> StatusShape:
    with world.context() as context:
        return status.overview(context)


def job(world: World) -> JobStatusShape:
    (only,) = overview(world).jobs
    return only


def test_a_job_that_never_ran(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", b"")
    seen = job(world)
    assert (seen.name, seen.last_run, seen.counts, seen.files, seen.errors) == (JOB, None, {}, 1, 0)
    assert (seen.waiting, seen.waiting_since, seen.ignored, seen.fault, seen.interrupted) == (0, None, (), None, None)
    assert overview(world).institutions == {"INS01": 3, "INS02": 1}


def test_the_last_run_what_waits_and_what_lies_in_error(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for name, pid in (("a", "IE1"), ("b", "IE3"), ("c", "IE4"), ("d", "IE4")):
        world.drop(f"{name}.xml", update(pid, dc("New")))
    world.run()
    seen = job(world)
    assert seen.last_run is not None
    assert seen.last_run.status == "Error"
    assert seen.counts == {"updated": 1, "locked": 1, "in-sip": 2}
    assert (seen.files, seen.errors, seen.waiting) == (2, 1, 2)
    assert [file.name for file in seen.waiting_files] == ["c.xml", "d.xml"]
    assert seen.waiting_since == seen.waiting_files[0].since


def test_what_has_been_ignored_for_an_hour_is_named(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for name, age in (("old.part", 3700), ("young.part", 3000), ("older.txt", 9000)):
        path = world.drop(name, b"")
        moment = path.stat().st_mtime - age
        os.utime(path, (moment, moment))
    assert [item.name for item in job(world).ignored] == ["older.txt", "old.part"]


@pytest.mark.parametrize("how", ["missing", "a file", "dangling link"])
def test_a_folder_that_is_away_is_told_and_hides_nothing_else(tmp_path: Path, how: str) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE4", dc("New")))
    world.run()
    (tmp_path / "drop2").mkdir()
    world.raw["jobs"]["second"] = {**world.raw["jobs"][JOB], "folder": str(tmp_path / "drop2")}
    world.folder.rename(tmp_path / "away")
    if how == "a file":
        world.folder.touch()
    elif how == "dangling link":
        world.folder.symlink_to(tmp_path / "nowhere")
    first, second = overview(world).jobs
    assert (first.files, first.errors) == (None, None)
    assert first.fault is not None
    assert first.fault.startswith(f"{world.folder}: ")
    assert first.waiting == 1
    assert (second.fault, second.files) == (None, 0)


def test_a_run_that_was_interrupted_says_by_what_until_it_is_taken_up(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE1", dc("New")))
    with world.context() as context, context.repository.write() as connection:
        run = run_entries.start_run(connection, JOB, "editor", 0, LogPosition(0, 0))
        run_entries.stumble(connection, run.id, "the disk is full")
    seen = job(world)
    assert (seen.interrupted, seen.last_run and seen.last_run.status) == ("the disk is full", None)
    assert world.run().run_id == run.id
    assert job(world).interrupted is None


def test_more_waiting_files_than_are_named_are_counted(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for number in range(25):
        world.drop(f"{number:02}.xml", update("IE4", dc("New")))
    world.run()
    seen = job(world)
    assert seen.waiting == 25
    assert [file.name for file in seen.waiting_files] == [f"{number:02}.xml" for number in range(20)]
