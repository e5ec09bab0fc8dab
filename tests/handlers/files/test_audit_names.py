"""An audit tells files of one name apart: those there are from those removed by hand, or that wait no longer."""

from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import filing
from mdwatch.handlers.ies import change
from mdwatch.model import Stage
from mdwatch.repository import auditing
from tests.cli.calls import mdwatch
from tests.handlers.files.test_audit import audit, execute
from tests.handlers.retention.test_summing import retire
from tests.worlds import World, dc, ie, update

PLACES = ("done", "error")


def world_of(root: Path, **job: str) -> World:
    world = World(root, **job)
    world.load(ie("IE1"), ie("IE2", lockedBy="curator"))
    return world


def put_away(world: World, place: str, title: str) -> Path:
    """A file that a run put into this place, under the name that each of them has; where it lies."""
    world.drop("weekly.xml", update("IE1" if place == "done" else "IE2", dc(title)))
    world.run()
    (path,) = (world.folder / place).rglob("weekly.xml")
    return path


def remove(path: Path) -> None:
    path.unlink()
    path.with_name(f"{path.name}.reason.txt").unlink(missing_ok=True)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("layout", ["flat", "month", "day"])
def test_a_file_of_the_name_of_one_that_was_removed_is_no_other_one(tmp_path: Path, place: str, layout: str) -> None:
    world = world_of(tmp_path, done=layout)
    for number in range(3):
        path = put_away(world, place, f"Week {number}")
        assert audit(world) == ([], {place: 1, **({"removed by hand": number} if number else {})})
        if number < 2:
            remove(path)
    assert mdwatch("audit", config=world.write_settings()).status == 0


@pytest.mark.parametrize("place", PLACES)
def test_removed_rows_of_more_than_one_page_are_told_apart_by_few_questions(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    for number in range(5):
        path = put_away(world, place, f"Week {number}")
        if number < 4:
            remove(path)
    monkeypatch.setattr("mdwatch.handlers.files.audit._AT_ONCE", 2)
    real = auditing.explained
    asked = []

    def counted(*given: Any) -> Any:
        asked.append(given)
        return real(*given)

    monkeypatch.setattr(auditing, "explained", counted)
    assert audit(world) == ([], {place: 1, "removed by hand": 4})
    assert len(asked) == 1


def test_a_file_that_no_row_explains_is_found_under_whatever_name(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    remove(put_away(world, "done", "First"))
    path = put_away(world, "done", "Second")
    assert audit(world)[0] == []
    # One that a row explains elsewhere, under another name, is another one here all the same.
    world.drop("other.xml", update("IE1", dc("Third")))
    world.run()
    (path.parent / "other.xml").rename(path)
    found, accounts = audit(world)
    assert set(found) == {("changed-in-done", f"dc: weekly.xml (updated, row {row})") for row in (1, 2)}
    assert accounts == {"done": 2, "removed by hand": 1}


def test_an_error_file_does_not_explain_one_of_its_name_in_done(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    path = put_away(world, "done", "First")
    put_away(world, "error", "Second").rename(path)
    assert [kind for kind, _ in audit(world)[0]] == ["changed-in-done"]


def test_a_file_that_was_to_go_to_its_dated_folder_explains_what_lies_flat(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    remove(put_away(world, "done", "First"))
    put_away(world, "done", "Second")
    # As a crash leaves it between the note of its new name and its move.
    execute(world, "UPDATE journal SET filed_as = '2026/11/weekly.xml' WHERE id = 2")
    assert audit(world) == ([], {"done": 1, "removed by hand": 1})


def test_what_was_summed_up_explains_files_and_is_explained_by_rows(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    path = put_away(world, "done", "First")
    world.drop("last.xml", update("IE1", dc("Last")))
    world.run()
    assert retire(world).files == 1
    remove(path)
    path = put_away(world, "done", "Second")
    # Row 1 was removed with its file in done/; row 3 has another one under its name now.
    assert audit(world) == ([], {"done": 2, "summed up": 1})
    path.write_bytes(b"changed")
    assert [kind for kind, _ in audit(world)[0]] == ["changed-in-done"] * 2


def test_a_row_that_stays_is_explained_by_a_younger_one_that_was_summed_up(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    remove(put_away(world, "done", "First"))
    put_away(world, "done", "Second")
    world.drop("last.xml", update("IE1", dc("Last")))
    world.run()
    # Its run is not over, as it were: so it stays while the other goes.
    execute(world, "UPDATE run SET closed = false WHERE id = 1")
    assert retire(world).files == 1
    assert audit(world) == ([], {"done": 1, "removed by hand": 1, "summed up": 1})


def test_only_what_waits_is_counted_as_waiting(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with world.context() as context:
        change.set_stage(context, "IE1", Stage.SIP)
    world.drop("waits.xml", update("IE1", dc("New")))
    world.run()
    assert audit(world) == ([], {"waiting": 1})
    with world.context() as context:
        change.set_stage(context, "IE1", Stage.PERMANENT)
    world.run()
    assert world.files() == ["done/waits.xml"]
    assert audit(world) == ([], {"done": 1})
    world.drop("last.xml", update("IE1", dc("Last")))
    world.run()
    # Its two rows are one file, whether they are there or summed up.
    assert retire(world).files == 2
    assert audit(world) == ([], {"done": 1, "summed up": 1})


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("layout", ["flat", "month", "day"])
def test_what_a_run_has_just_moved_is_nothing_strange(
    tmp_path: Path, place: str, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, done=layout)
    # Beside one of its name, and in a dated folder, it has a name that is noted only when the group is through.
    first = put_away(world, place, "Week 1")
    real, found = filing.sync, []

    def look(*arguments: Any, **named: Any) -> None:
        real(*arguments, **named)
        # That it is in hand is seen by other processes.
        strange = [item for item in audit(world)[0] if item[0].startswith("unknown")]
        found.append((len(list(first.parent.glob("weekly*.xml"))), strange))

    monkeypatch.setattr("mdwatch.dropfolder.filing.sync", look)
    put_away_again(world, place)
    assert found == [(2, [])]
    monkeypatch.undo()
    (first.parent / "stranger.xml").touch()
    assert [kind for kind, _ in audit(world)[0]] == [f"unknown-in-{place}"]


def put_away_again(world: World, place: str) -> None:
    world.drop("weekly.xml", update("IE1" if place == "done" else "IE2", dc("Week 2")))
    world.run()
