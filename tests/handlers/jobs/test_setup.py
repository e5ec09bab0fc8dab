"""`config check`: what would keep a job from running, told before it does."""

import os
from pathlib import Path

import pytest

from mdwatch.handlers.jobs import setup
from tests.worlds import JOB, World


def faults(world: World) -> list[str]:
    return setup.faults(world.settings)


def test_a_good_set_up_has_no_faults_and_nothing_is_made(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert faults(world) == []
    (world.folder / "done").mkdir()
    (world.folder / "error").mkdir()
    assert faults(world) == []
    assert not (tmp_path / "logs").exists()
    assert not (tmp_path / "mdwatch.db").exists()


@pytest.mark.parametrize("how", ["missing", "a file"])
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, how: str) -> None:
    world = World(tmp_path)
    world.folder.rmdir()
    if how == "a file":
        world.folder.touch()
    (fault,) = faults(world)
    assert fault.startswith(f"jobs.{JOB}.folder: {world.folder} does not exist or is not a folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do anything")
def test_a_folder_without_rights_is_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.folder.chmod(0o500)
    (fault,) = faults(world)
    assert "give mdwatch's user the rights to" in fault


@pytest.mark.parametrize("name", ["done", "error"])
@pytest.mark.parametrize("how", ["a file", "link", "dangling link"])
def test_something_in_the_place_of_done_or_error_is_named(tmp_path: Path, how: str, name: str) -> None:
    world = World(tmp_path)
    place = world.folder / name
    if how == "a file":
        place.touch()
    else:
        place.symlink_to(tmp_path if how == "link" else tmp_path / "nowhere")
    (fault,) = faults(world)
    assert fault == f"jobs.{JOB}.folder: {place} is not a folder; remove it, and the job makes it"


def test_all_faults_of_all_jobs_are_told_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["jobs"]["second"] = {**world.raw["jobs"][JOB], "folder": str(tmp_path / "nowhere")}
    (world.folder / "done").touch()
    (world.folder / "error").touch()
    assert [fault.split(":")[0] for fault in faults(world)] == [f"jobs.{JOB}.folder"] * 2 + ["jobs.second.folder"]
