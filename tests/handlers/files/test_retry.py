"""Putting error files back: under a free name, each as new work, and nothing else. Their order: `test_retry_order`."""

import os
from pathlib import Path

import pytest

from mdwatch.errors import UsageError
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.retry_verdict import Retried
from mdwatch.handlers.ies import change
from tests.worlds import JOB, World, dc, ie, update


def locked_world(root: Path, *names: str) -> World:
    """A world in which files for a locked IE came to error/."""
    world = World(root)
    world.load(ie("IE1", lockedBy="curator"), ie("IE2"))
    for name in names:
        world.drop(name, update("IE1", dc("New")))
    assert world.run().counts == {"locked": len(names)}
    return world


def retry(world: World, *names: str) -> list[Retried]:
    with world.context() as context:
        return file_retry.retry(context, JOB, names)


def unlock(world: World) -> None:
    with world.context() as context:
        change.unlock(context, "IE1")


def test_an_error_file_goes_back_its_reason_goes_and_the_next_run_takes_it(tmp_path: Path) -> None:
    world = locked_world(tmp_path, "a.xml", "b.xml")
    unlock(world)
    assert retry(world, "a.xml") == [Retried("a.xml", "a.xml")]
    assert world.files() == ["a.xml", "error/b.xml", "error/b.xml.reason.txt"]
    assert world.run().counts == {"updated": 1}
    assert world.title("IE1") == "New"


def test_without_names_all_error_files_go_back(tmp_path: Path) -> None:
    world = locked_world(tmp_path, "a.xml", "b.xml")
    assert [result.put_back_as for result in retry(world)] == ["a.xml", "b.xml"]
    assert world.files() == ["a.xml", "b.xml"]


def test_there_may_be_nothing_to_put_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert retry(world) == []


def test_a_name_taken_in_the_drop_folder_is_not_overwritten(tmp_path: Path) -> None:
    world = locked_world(tmp_path, "a.xml")
    world.drop("a.xml", b"newer")
    (result,) = retry(world, "a.xml")
    assert result.put_back_as is not None
    assert result.put_back_as != "a.xml"
    assert result.put_back_as.startswith("a.")
    assert result.put_back_as.endswith(".xml")
    assert world.files() == sorted(["a.xml", result.put_back_as])
    assert (world.folder / "a.xml").read_bytes() == b"newer"
    assert (world.folder / result.put_back_as).read_bytes() == update("IE1", dc("New"))


@pytest.mark.parametrize("form", ["a.xml", "error/a.xml", "{folder}/error/a.xml"])
def test_a_file_may_be_named_by_its_path(tmp_path: Path, form: str) -> None:
    world = locked_world(tmp_path, "a.xml")
    assert [result.put_back_as for result in retry(world, form.format(folder=world.folder))] == ["a.xml"]


@pytest.mark.parametrize("form", ["../done/a.xml", "done/a.xml", "/etc/a.xml", "error/../a.xml"])
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, form: str) -> None:
    world = locked_world(tmp_path, "a.xml")
    (result,) = retry(world, form)
    assert (result.name, result.put_back_as) == (form, None)
    assert "it is not in" in result.reason
    assert "error/a.xml" in world.files()


@pytest.mark.parametrize("name", ["b.xml", "a.xml.reason.txt", "..", "", "error", ".hidden.xml", "a.xml.part"])
def test_what_is_no_error_file_is_left_and_told(tmp_path: Path, name: str) -> None:
    world = locked_world(tmp_path, "a.xml")
    before = world.files()
    (result,) = retry(world, name)
    assert result.put_back_as is None
    assert result.reason
    assert world.files() == before


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_only_regular_files_go_back(tmp_path: Path, kind: str) -> None:
    world = locked_world(tmp_path, "a.xml")
    odd = world.folder / "error" / "odd.xml"
    if kind == "folder":
        odd.mkdir()
    elif kind == "link":
        odd.symlink_to(tmp_path / "mdwatch.db")
    else:
        os.mkfifo(odd)
    (result,) = retry(world, "odd.xml")
    assert result.put_back_as is None
    assert "no regular file of this name" in result.reason
    assert odd.is_symlink() or odd.exists()
    assert [item.name for item in retry(world)] == ["a.xml"]


def test_a_name_that_is_not_utf_8_goes_back(tmp_path: Path) -> None:
    name = b"\xff\\.xml".decode("utf-8", "surrogateescape")
    world = locked_world(tmp_path, name)
    assert retry(world) == [Retried(name, name)]
    assert world.files() == [name]


def test_one_that_is_retried_in_vain_comes_back_with_its_reason(tmp_path: Path) -> None:
    world = locked_world(tmp_path, "a.xml")
    for _ in range(3):
        retry(world)
        assert world.run().counts == {"locked": 1}
    assert world.files() == ["error/a.xml", "error/a.xml.reason.txt"]


def test_an_unknown_job_and_a_missing_folder_are_wrong_use(tmp_path: Path) -> None:
    world = World(tmp_path)
    with (
        world.context() as context,
        pytest.raises(UsageError, match="there is no job nope; the configured jobs are: dc"),
    ):
        file_retry.retry(context, "nope", [])
    world.folder.rmdir()
    with pytest.raises(UsageError, match="cannot be used: No such file or directory"):
        retry(world)


def test_a_users_file_named_like_a_reason_is_an_error_file_of_its_own(tmp_path: Path) -> None:
    world = World(tmp_path, include=["*"])
    world.drop("x.reason.txt", b"<bad")
    world.drop("a.xml", b"<bad")
    world.run()
    assert sorted(result.name for result in retry(world)) == ["a.xml", "x.reason.txt"]
    assert world.files() == ["a.xml", "x.reason.txt"]


def test_a_reason_left_alone_is_no_error_file(tmp_path: Path) -> None:
    world = locked_world(tmp_path, "a.xml")
    (world.folder / "error" / "a.xml").unlink()
    assert file_retry.error_files(world.folder, world.settings.jobs[JOB].include) == []
    assert retry(world) == []
