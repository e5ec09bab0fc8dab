"""A file that is tried again is as old as it was created: nothing later is undone by it, unless that is said twice."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.retry_verdict import Retried
from mdwatch.handlers.ies import change
from mdwatch.repository import interventions
from mdwatch.repository.interventions import Intervention
from tests.worlds import ANN, JOB, World, dc, ie, metadata, mods, update

SOURCE = [{"mid": "7", "subType": "MODS", "content": mods("Old")}]


def retry(world: World, *names: str, anyway: bool = False) -> list[Retried]:
    with world.context() as context:
        return file_retry.retry(context.of(ANN), JOB, names, anyway=anyway)


def lock(world: World) -> None:
    with world.context() as context:
        change.lock(context, "IE1", "curator")


def unlock(world: World) -> None:
    with world.context() as context:
        change.unlock(context, "IE1")


def acts(world: World, name: str) -> list[Intervention]:
    with world.context() as context, context.repository.read() as connection:
        return interventions.of_name(connection, JOB, name, 10)


def overtaken(root: Path) -> World:
    """Monday's file is in error for a lock; Tuesday's was applied."""
    world = World(root)
    world.load(ie("IE1", "Old", lockedBy="curator", source=SOURCE), ie("IE2"))
    world.drop("monday.xml", update("IE1", dc("Monday")))
    assert world.run().counts == {"locked": 1}
    unlock(world)
    world.drop("tuesday.xml", update("IE1", dc("Tuesday")))
    assert world.run().counts == {"updated": 1}
    return world


def test_an_older_file_is_left_in_error_and_the_later_one_is_named_with_the_difference(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    before = world.files()
    (result,) = retry(world, "monday.xml")
    assert (result.put_back_as, result.later) == (None, "tuesday.xml")
    assert result.reason == (
        "IE IE1 was updated by tuesday.xml, which was created later; the older file would undo that"
    )
    (record,) = result.differences
    assert [field.value for field in record.difference.removed] == ["Tuesday"]
    assert [field.value for field in record.difference.added] == ["Monday"]
    assert world.files() == before
    assert acts(world, "monday.xml") == []
    world.run()
    assert world.title("IE1") == "Tuesday"


def test_said_a_second_time_it_goes_back_and_the_journal_keeps_who_said_so(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    (result,) = retry(world, "monday.xml", anyway=True)
    assert (result.put_back_as, result.later) == ("monday.xml", "tuesday.xml")
    assert result.warning == "IE IE1 was updated by tuesday.xml, which was created later, which this undoes"
    (act,) = acts(world, "monday.xml")
    assert (act.kind, act.agent, act.anyway, act.new_name, act.taken_at) == ("retry", "ann", True, "monday.xml", None)
    assert world.run().counts == {"updated": 1}
    assert world.title("IE1") == "Monday"
    (act,) = acts(world, "monday.xml")
    assert act.taken_at is not None


def test_where_nothing_stands_against_it_anyway_is_no_more_than_a_retry(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"))
    world.drop("monday.xml", update("IE1", dc("Monday")))
    world.run()
    unlock(world)
    assert retry(world, "monday.xml", anyway=True) == [Retried("monday.xml", "monday.xml")]
    assert [act.anyway for act in acts(world, "monday.xml")] == [False]


def test_all_error_files_are_judged_one_by_one_oldest_first(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"), ie("IE2", lockedBy="curator"))
    for name, pid in (("z.xml", "IE2"), ("m.xml", "IE1"), ("a.xml", "IE2")):
        world.drop(name, update(pid, dc(name)))
        _later(world.folder)
    world.run()
    with world.context() as context:
        change.unlock(context, "IE1")
        change.unlock(context, "IE2")
    world.drop("later.xml", update("IE1", dc("Later")))
    world.run()
    assert [(item.name, item.put_back_as, item.later) for item in retry(world)] == [
        ("z.xml", "z.xml", None),
        ("m.xml", None, "later.xml"),
        ("a.xml", "a.xml", None),
    ]
    world.run()
    assert (world.title("IE1"), world.title("IE2")) == ("Later", "a.xml")


def _later(folder: Path) -> None:
    """Returns when the clock of this file system has moved on."""
    probe = folder / ".probe"
    probe.touch()
    first = probe.stat().st_mtime_ns
    while probe.stat().st_mtime_ns == first:
        probe.touch()
    probe.unlink()


def test_a_later_file_for_another_record_of_the_ie_does_not_stand_against_it(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    lock(world)
    world.drop("mods.xml", update("IE1", metadata(mods("New"), "source", "mods", "7")))
    world.run()
    unlock(world)
    world.drop("wednesday.xml", update("IE1", dc("Wednesday")))
    world.run()
    assert [item.put_back_as for item in retry(world, "mods.xml")] == ["mods.xml"]


def test_what_would_change_nothing_goes_back(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    lock(world)
    world.drop("same.xml", update("IE1", dc("Tuesday")))
    world.run()
    unlock(world)
    world.drop("wednesday.xml", update("IE1", dc("Wednesday")))
    world.drop("wednesday2.xml", update("IE1", dc("Tuesday")))
    world.run()
    assert [item.put_back_as for item in retry(world, "same.xml")] == ["same.xml"]
    assert world.run().counts == {"no-change": 1}


def test_a_file_created_earlier_does_not_stand_against_it_though_it_was_applied_later(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"))
    for name in ("1.xml", "2.xml"):
        world.drop(name, update("IE1", dc(name)))
        _later(world.folder)
    world.run()
    unlock(world)
    retry(world, "1.xml")
    world.run()
    assert [item.put_back_as for item in retry(world, "2.xml")] == ["2.xml"]
    world.run()
    assert world.title("IE1") == "2.xml"
    # And the other way round: it is the second that stands, and stays.
    lock(world)
    world.drop("3.xml", update("IE1", dc("3.xml")))
    world.run()
    assert world.title("IE1") == "2.xml"


def revert(world: World) -> None:
    with world.context() as context:
        change.revert(context, "IE1", 1, "ann")


def load_anew(world: World) -> None:
    world.load(ie("IE1", "Loaded"))


@pytest.mark.parametrize(
    ("by_hand", "later", "why"),
    [
        (revert, "revert by ann", "IE IE1 was taken back to an earlier version by ann later"),
        (load_anew, "load by test", "IE IE1 was loaded anew by test later"),
    ],
)
def test_what_was_put_right_by_hand_later_stands_against_it(
    tmp_path: Path, by_hand: Callable[[World], None], later: str, why: str
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", "First"))
    world.drop("sunday.xml", update("IE1", dc("Sunday")))
    world.run()
    lock(world)
    world.drop("monday.xml", update("IE1", dc("Monday")))
    world.run()
    unlock(world)
    by_hand(world)
    (result,) = retry(world, "monday.xml")
    assert (result.put_back_as, result.later) == (None, later)
    assert result.reason.startswith(why)


@pytest.mark.parametrize(
    ("name", "data", "remedy"),
    [
        ("ie", update("IE9", dc("New")), ie("IE9", "Loaded")),
        ("mid", update("IE1", metadata(mods("New"), "source", "mods", "9")), None),
    ],
)
def test_loading_what_was_missing_is_the_remedy_and_does_not_stand_against_it(
    tmp_path: Path, name: str, data: bytes, remedy: dict[str, Any] | None
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", source=SOURCE))
    world.drop(f"{name}.xml", data)
    assert world.run().counts in ({"unknown-ie": 1}, {"unknown-mid": 1})
    nine = {"mid": "9", "subType": "MODS", "content": mods("Old")}
    world.load(remedy or ie("IE1", source=[*SOURCE, nine]))
    assert [item.put_back_as for item in retry(world)] == [f"{name}.xml"]
    assert world.run().counts == {"updated": 1}


def test_a_later_file_that_comes_between_retry_and_run_is_not_undone_either(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"))
    world.drop("monday.xml", update("IE1", dc("Monday")))
    world.run()
    unlock(world)
    assert [item.put_back_as for item in retry(world, "monday.xml")] == ["monday.xml"]
    aside = world.folder / "monday.xml.part"
    (world.folder / "monday.xml").rename(aside)
    world.drop("tuesday.xml", update("IE1", dc("Tuesday")))
    world.run()
    aside.rename(world.folder / "monday.xml")
    assert world.run().counts == {"superseded": 1}
    assert world.title("IE1") == "Tuesday"
    reason = (world.folder / "error" / "monday.xml.reason.txt").read_text(encoding="utf-8")
    assert "Reason:  IE IE1 was updated by tuesday.xml, which was created later\n" in reason
    # It is as old as ever, and may still be had.
    assert [item.later for item in retry(world, "monday.xml")] == ["tuesday.xml"]
    retry(world, "monday.xml", anyway=True)
    world.run()
    assert world.title("IE1") == "Monday"


def test_what_comes_after_it_was_said_twice_is_not_undone_unasked(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    assert [item.later for item in retry(world, "monday.xml", anyway=True)] == ["tuesday.xml"]
    path = world.folder / "monday.xml"
    aside = path.rename(path.with_suffix(".part"))
    _later(world.folder)
    world.drop("wednesday.xml", update("IE1", dc("Wednesday")))
    world.run()
    aside.rename(path)
    assert world.run().counts == {"superseded": 1}
    assert world.title("IE1") == "Wednesday"
    assert [item.later for item in retry(world, "monday.xml", anyway=True)] == ["wednesday.xml"]
    assert world.run().counts == {"updated": 1}
    assert (world.title("IE1"), world.audit()) == ("Monday", [])


def test_one_that_is_put_back_takes_its_old_place_in_the_order(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"))
    world.drop("monday.xml", update("IE1", dc("Monday")))
    world.run()
    unlock(world)
    _later(world.folder)
    world.drop("a-tuesday.xml", update("IE1", dc("Tuesday")))
    # It is corrected, by an editor that writes another file in place of the old one.
    corrected = world.folder / "error" / "monday.xml.new"
    corrected.write_bytes(update("IE1", dc("Monday, corrected")))
    corrected.replace(world.folder / "error" / "monday.xml")
    assert [item.put_back_as for item in retry(world)] == ["monday.xml"]
    assert world.run().counts == {"updated": 2}
    assert world.title("IE1") == "Tuesday"


def test_one_that_was_corrected_in_error_is_as_old_as_the_first_and_may_not_undo_either(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    (world.folder / "error" / "monday.xml").write_bytes(update("IE1", dc("Monday, corrected")))
    assert [(item.put_back_as, item.later) for item in retry(world)] == [(None, "tuesday.xml")]
    # Corrected to concern another IE it undoes nothing.
    (world.folder / "error" / "monday.xml").write_bytes(update("IE2", dc("Monday")))
    assert [item.put_back_as for item in retry(world)] == ["monday.xml"]


def test_rows_of_before_creation_times_were_kept_go_by_the_moment_of_their_verdict(tmp_path: Path) -> None:
    world = overtaken(tmp_path)
    with world.context() as context, context.repository.write() as connection:
        connection.exec_driver_sql("UPDATE journal SET created_ns = NULL, records = NULL")
    assert [(item.put_back_as, item.later) for item in retry(world)] == [(None, "tuesday.xml")]


def test_a_file_that_no_run_put_there_is_as_old_as_its_times_say(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"), ie("IE2"))
    (world.folder / "error").mkdir()
    (world.folder / "error" / "hand.xml").write_bytes(update("IE1", dc("By hand")))
    _later(world.folder)
    world.drop("tuesday.xml", update("IE1", dc("Tuesday")))
    world.run()
    assert [(item.put_back_as, item.later) for item in retry(world)] == [(None, "tuesday.xml")]


def test_a_copy_that_no_run_put_there_is_as_old_as_what_it_holds(tmp_path: Path) -> None:
    """Restored from a backup it is born today, and was written before the later one."""
    world = World(tmp_path)
    world.load(ie("IE1"))
    monday = world.drop("monday.xml", update("IE1", dc("Monday")))
    shutil.copy2(monday, tmp_path / "backup")
    world.run()
    _later(world.folder)
    world.drop("tuesday.xml", update("IE1", dc("Tuesday")))
    world.run()
    shutil.copy2(tmp_path / "backup", world.folder / "error" / "monday.xml")
    assert [(item.put_back_as, item.later) for item in retry(world)] == [(None, "tuesday.xml")]


@pytest.mark.parametrize("ahead", [-3600, 3600], ids=["set back", "set ahead"])
def test_a_file_put_back_whose_times_are_set_is_as_old_as_before(tmp_path: Path, ahead: int) -> None:
    """A later one is applied while it is out of sight."""
    world = World(tmp_path)
    world.load(ie("IE1", "Old", lockedBy="curator"))
    path = world.drop("monday.xml", update("IE1", dc("Monday")))
    world.run()
    unlock(world)
    retry(world, "monday.xml")
    aside = path.rename(path.with_suffix(".tmp"))
    world.drop("tuesday.xml", update("IE1", dc("Tuesday")))
    world.run()
    moment = aside.stat().st_mtime + ahead
    os.utime(aside, (moment, moment))
    aside.rename(path)
    assert world.run().counts == {"superseded": 1}
    assert (world.title("IE1"), world.audit()) == ("Tuesday", [])
    assert [act.taken_at is not None for act in acts(world, "monday.xml")] == [True]
