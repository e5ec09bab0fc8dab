"""What would come of trying an error file is what then comes of it: what something later stands against is left."""

from pathlib import Path

from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files import trying
from mdwatch.handlers.files.check import Forecast
from mdwatch.handlers.ies import change
from tests.cli.calls import mdwatch
from tests.worlds import JOB, World, dc, ie, update


def overtaken(root: Path) -> World:
    """Monday's file is in error for a lock, Tuesday's was applied; Wednesday's is for another IE that was locked."""
    world = World(root)
    world.load(ie("IE1", lockedBy="curator"), ie("IE2", lockedBy="curator"))
    world.drop("monday.xml", update("IE1", dc("Monday")))
    world.drop("wednesday.xml", update("IE2", dc("Wednesday")))
    assert world.run().counts == {"locked": 2}
    with world.context() as context:
        for pid in ("IE1", "IE2"):
            change.unlock(context, pid)
    world.drop("tuesday.xml", update("IE1", dc("Tuesday")))
    assert world.run().counts == {"updated": 1}
    return world


def check(world: World, *paths: Path) -> list[Forecast]:
    with world.context() as context:
        return trying.check(context, paths, JOB)


def test_a_file_that_is_older_than_what_changed_its_records_is_said_to_be_left(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    there = {name: world.folder / "error" / name for name in ("monday.xml", "wednesday.xml")}
    before = world.snapshot()
    monday, wednesday = check(world, *there.values())
    assert world.snapshot() == before
    assert (monday.code.value, wednesday.code.value) == ("superseded", "updated")
    assert monday.reason == (
        "IE IE1 was updated by tuesday.xml, which was created later; the older file would undo that"
    )
    assert "mdwatch retry --anyway" in monday.remedy
    (record,) = monday.records
    assert [field.value for field in record.difference.removed] == ["Tuesday"]
    with world.context() as context:
        answers = file_retry.retry(context, JOB, list(there), anyway=False)
    assert [(item.put_back_as, item.reason) for item in answers] == [(None, monday.reason), ("wednesday.xml", "")]


def test_a_copy_elsewhere_is_as_new_as_it_would_be_dropped(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    copy = tmp_path / "monday.xml"
    copy.write_bytes((world.folder / "error" / "monday.xml").read_bytes())
    (found,) = check(world, copy)
    assert found.code.value == "updated"


def test_the_command_says_so_and_has_the_status_of_errors(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    done = mdwatch("check", world.folder / "error" / "monday.xml", config=world.write_settings())
    assert done.status == 1
    assert "monday.xml: superseded: " in done.out
    assert "created later" in done.out
