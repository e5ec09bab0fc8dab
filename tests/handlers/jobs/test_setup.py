"""`config check`: what would keep a job from running, told before it does."""

import os
import subprocess
from pathlib import Path

import pytest

from mdwatch.config import Settings
from mdwatch.dropfolder import mounts
from mdwatch.errors import ConfigError
from mdwatch.handlers.jobs import request, setup
from tests.worlds import JOB, World


def faults(world: World) -> list[str]:
    return setup.faults(world.settings)


def test_a_good_set_up_has_no_faults_and_nothing_is_made(tmp_path: Path) -> None:
    world = World(tmp_path)
    (tmp_path / "mdwatch.db").unlink(missing_ok=True)
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


def settings_with(world: World, folder: Path) -> Settings:
    """The settings with a second job; links are made after they were read and found right."""
    world.raw["jobs"]["second"] = {**world.raw["jobs"][JOB], "folder": str(folder)}
    return world.settings


@pytest.mark.parametrize("below", ["", "sub"])
def test_one_export_that_is_mounted_twice_is_one_folder(
    tmp_path: Path, below: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two real folders stand for the mounts: over NFS they may have devices of their own, as these have inodes.
    world = World(tmp_path)
    again = tmp_path / "again"
    (again / below).mkdir(parents=True)
    names = {world.folder: "server:/export", again: "server:/export", again / "sub": "server:/export/sub"}
    settings = settings_with(world, again / below)
    assert setup.shared_folders(settings) == []
    monkeypatch.setattr(mounts, "share_path", names.get)
    (fault,) = setup.shared_folders(settings)
    how = "lies in" if below else "is"
    assert fault.startswith(f"jobs.second.folder: {again / below} {how} the folder of the job {JOB} ({world.folder})")


@pytest.mark.parametrize("below", ["", "sub"])
def test_one_folder_under_two_names_is_named_as_such(tmp_path: Path, below: str) -> None:
    world = World(tmp_path)
    (world.folder / "sub").mkdir()
    link = tmp_path / "link"
    settings = settings_with(world, link / below)
    with world.context() as context:
        link.symlink_to(world.folder)
        (fault,) = setup.set_up_faults(settings)
        how = "lies in" if below else "is"
        assert fault.startswith(f"jobs.second.folder: {link / below} {how} the folder of the job {JOB} ")
        assert setup.shared_folders(settings, of=JOB) == [fault]
        assert setup.shared_folders(settings, of="third") == []
        with pytest.raises(ConfigError, match="under another name"):
            request.run(context, JOB)


def test_a_folder_around_another_by_another_name_is_named_too(tmp_path: Path) -> None:
    world = World(tmp_path)
    folder, link = world.folder, tmp_path / "link"
    world.raw["jobs"][JOB]["folder"] = str(link)
    settings = settings_with(world, folder)
    link.symlink_to(tmp_path)
    (fault,) = setup.shared_folders(settings)
    assert f"{folder} lies in the folder of the job {JOB} ({link})" in fault


def test_folders_that_are_missing_or_go_in_a_circle_share_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    settings = settings_with(world, tmp_path / "circle")
    assert setup.shared_folders(settings) == []
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert setup.shared_folders(settings) == []


@pytest.mark.parametrize("place", ["done", "error", ""])
def test_bind_mounts_are_seen_through(tmp_path: Path, place: str) -> None:
    world = World(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    where = world.folder / place if place else tmp_path / "second"
    where.mkdir()
    shown = other if place else world.folder
    if subprocess.run(["mount", "--bind", str(shown), str(where)], check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting takes root")
    try:
        if place:
            (fault,) = faults(world)
            assert fault.startswith(
                f"jobs.{JOB}.folder: {where} is on another file system or mount than {world.folder}"
            )
        else:
            (fault,) = setup.set_up_faults(settings_with(world, where))
            assert f"{where} is the folder of the job {JOB}" in fault
    finally:
        subprocess.run(["umount", str(where)], check=True)


def test_a_time_zone_that_there_is_not_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Mars/Olympus")
    (fault,) = setup.set_up_faults(World(tmp_path).settings)
    assert fault.startswith("TZ: 'Mars/Olympus' is no time zone of this machine")
