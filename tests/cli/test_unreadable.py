"""Files that the caller may not read: commands tell what is the matter with them."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_called_anywhere import PROGRAM, without_privileges
from tests.worlds import JOB, World, dc, ie, update

# Without these rights nobody may ask the server of the tests either.
pytestmark = pytest.mark.sqlite


def called(world: World, *command: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MDWATCH_CONFIG": str(world.write_settings())}
    call = [*without_privileges(), str(PROGRAM), *map(str, command)]
    return subprocess.run(call, env=environment, capture_output=True, text=True, check=False)


def unreadable(path: Path) -> Path:
    path.chmod(0)
    return path


def test_explain_tells_why_a_file_waits_that_nobody_may_read(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = unreadable(world.drop("a.xml", update("IE1", dc("New"))))
    done = called(world, "explain", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "It waits" in done.stdout


def test_check_says_what_is_to_be_done_about_a_file_that_nobody_may_read(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = unreadable(world.drop("a.xml", update("IE1", dc("New"))))
    done = called(world, "check", path)
    told = "it cannot be read: Permission denied; let the folder's group read it (chmod g+r)"
    assert done.stderr == f"mdwatch: {path}: {told}\n"


def test_check_judges_the_files_beside_one_that_cannot_be_read(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", dc("Old")))
    closed = unreadable(world.drop("a.xml", update("IE1", dc("New"))))
    beside = world.drop("b.xml", update("IE1", dc("Newer")))
    done = called(world, "check", closed, tmp_path / "none.xml", beside)
    assert done.returncode == 2
    assert f"{closed}: it cannot be read: Permission denied" in done.stderr
    assert f"{tmp_path / 'none.xml'} does not exist" in done.stderr
    assert done.stdout.startswith(f"{beside}: updated: ")


def test_load_tells_of_a_file_that_nobody_may_read_and_loads_the_others(tmp_path: Path) -> None:
    world = World(tmp_path)
    line = '{"pid": "IE%d", "institution": "INS01"}\n'
    paths = [tmp_path / "closed.jsonl", tmp_path / "open.jsonl"]
    for number, path in enumerate(paths, 1):
        path.write_text(line % number, encoding="utf-8")
    unreadable(paths[0])
    done = called(world, "ie", "load", *paths)
    assert done.stdout == "2 IEs: 1 new, 0 changed, 0 unchanged, 1 rejected\n"
    assert f"{paths[0]}: not loaded: cannot be read: Permission denied" in done.stderr


def test_a_sheet_that_nobody_may_read_is_told_of_in_our_words(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = tmp_path / "sheet.csv"
    path.write_text("pid,dc:title\n", encoding="utf-8")
    done = called(world, "sheet", "apply", unreadable(path), "--job", JOB)
    assert done.stderr.startswith("mdwatch: ")
    assert "Permission denied" in done.stderr
