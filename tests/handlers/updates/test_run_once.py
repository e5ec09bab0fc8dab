"""A run of the Metadata Update Job: every rule, order, holding back, waiting, faults, and what is left of each file."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mdwatch.dropfolder import filing, reason_files
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import Deferred
from mdwatch.handlers.updates import filing as update_filing
from mdwatch.handlers.updates import group, run
from mdwatch.model import RunStatus, Sighting
from mdwatch.repository import journal
from tests.worlds import JOB, World, dc, ie, metadata, mods, update

SOURCE = [{"mid": "1436", "subType": "mods", "content": mods("Old")}]


class SteppingClock:
    """A clock on which only waiting passes time; each wait may let something happen first."""

    def __init__(self, *during: Callable[[], object]) -> None:
        self.seconds = 0.0
        self._during = list(during)

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return 1_700_000_000_000 + int(self.seconds * 1000)

    def monotonic(self) -> float:
        """Seconds."""
        return self.seconds

    def wait(self, seconds: float) -> None:
        """Passes time, and lets the next thing happen."""
        self.seconds += seconds
        if self._during:
            self._during.pop(0)()


def world_with(root: Path, **job: object) -> World:
    world = World(root, **job)
    world.load(
        ie("IE1", source=SOURCE),
        ie("IE2"),
        ie("IE3", lockedBy="curator"),
        ie("IE4", stage="sip"),
        ie("IE5", status="deleted"),
        ie("IE6", institution="INS02"),
    )
    return world


# One file for each code, named by it: what it asks, its line in the job log, and where it ends.
RULES = {
    "invalid-xml": (
        b"<updateMD><PID>",
        "ERROR   IE could not be updated, XML is not well-formed or invalid. File name is invalid-xml.xml",
        "error",
    ),
    "unsupported-type": (
        update("IE1", metadata("<lido/>", "source", "lido", "1436")),
        (
            "ERROR   IE IE1 was not updated. Reason: Subtype lido is not supported for type source. "
            "File name is unsupported-type.xml"
        ),
        "error",
    ),
    "unknown-ie": (
        update("IE99", dc("New")),
        "ERROR   IE IE99 was not updated. Reason: IE does not exist. File name is unknown-ie.xml",
        "error",
    ),
    "deleted-ie": (
        update("IE5", dc("New")),
        "ERROR   IE IE5 was not updated. Reason: IE is deleted. File name is deleted-ie.xml",
        "error",
    ),
    "other-institution": (
        update("IE6", dc("New")),
        (
            "ERROR   IE IE6 was not updated. Reason: IE belongs to another institution (INS02). "
            "File name is other-institution.xml"
        ),
        "error",
    ),
    "in-sip": (
        update("IE4", dc("New")),
        (
            "INFO   IE IE4 was not updated. Reason: IE is in SIP processing, the file waits until it has left it. "
            "File name is in-sip.xml"
        ),
        "",
    ),
    "locked": (
        update("IE3", dc("New")),
        "ERROR   IE IE3 was not updated. Reason: IE is locked by curator. File name is locked.xml",
        "error",
    ),
    "unknown-mid": (
        update("IE1", metadata(mods("New"), "source", "mods", "9")),
        "ERROR   IE IE1 was not updated. Reason: IE has no source record with mid 9. File name is unknown-mid.xml",
        "error",
    ),
    "no-change": (
        update("IE2", dc("Old")),
        "WARN   IE IE2 was not updated. Reason: No change in metadata. File name is no-change.xml",
        "done",
    ),
    "updated": (update("IE2", dc("New")), "INFO   IE IE2 has been successfully updated", "done"),
}
LAST = {
    "error": "INFO   Job completed with Errors",
    "no-change": "INFO   Job completed with Warnings",
    "": "INFO   Job completed successfully",
}


@pytest.mark.parametrize("code", RULES)
def test_each_rule_has_its_line_its_place_and_its_status(tmp_path: Path, code: str) -> None:
    data, line, place = RULES[code]
    world = world_with(tmp_path)
    world.drop(f"{code}.xml", data)
    report = world.run()
    last = LAST["error"] if place == "error" else LAST["no-change" if code == "no-change" else ""]
    assert world.log_lines() == [line, last]
    assert report.counts == {code: 1}
    name = f"{place}/{code}.xml".lstrip("/")
    assert world.files() == sorted([name, f"{name}.reason.txt"] if place == "error" else [name])
    if place == "error":
        reason = (world.folder / f"{name}.reason.txt").read_text(encoding="utf-8")
        assert f"Code:    {code}\n" in reason
        assert "Remedy:  " in reason


@pytest.mark.parametrize("code", [code for code in RULES if code != "updated"])
def test_what_is_not_updated_is_left_as_it_was(tmp_path: Path, code: str) -> None:
    world = world_with(tmp_path)
    before = world.snapshot()["ies"]
    world.drop("a.xml", RULES[code][0])
    world.run()
    assert world.snapshot()["ies"] == before


def test_an_update_makes_a_version_an_event_and_says_who_modified(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    world.drop("a.xml", update("IE1", dc("New"), metadata(mods("New"), "SOURCE", "MODS", "1436")))
    world.run()
    entity = world.get("IE1")
    assert [record.content for record in entity.records] == [dc("New"), mods("New")]
    (event,) = entity.events
    moment = event.pop("eventDateTime")  # type: ignore[attr-defined]
    assert event == {
        "eventType": "PROCESSING",
        "eventIdentifierType": "DPS",
        "eventIdentifierValue": "130",
        "eventOutcome1": "SUCCESS",
        "eventDescription": "Object's Metadata Record Modified",
        "linkingAgentIdentifierType1": "USER",
        "linkingAgentIdentifierValue1": "editor",
        "eventOutcomeDetail1": f"JOB={JOB};FILE=a.xml;",
    }
    assert entity.characteristics == {"modifiedBy": "editor", "modificationDate": moment}
    versions = world.snapshot()["ies"]["IE1"]["versions"]
    assert [version[:4] for version in versions] == [[1, "test", "load", "ies.jsonl"], [2, "editor", "update", "a.xml"]]


def test_a_file_applies_whole_or_not_at_all(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    before = world.snapshot()["ies"]
    world.drop("a.xml", update("IE1", dc("New"), metadata(mods("New"), "source", "mods", "9")))
    world.drop("b.xml", update("IE1", dc("New"), metadata("<mods", "source", "mods", "1436")))
    assert world.run().counts == {"unknown-mid": 1, "invalid-xml": 1}
    assert world.snapshot()["ies"] == before


def test_only_the_records_that_differ_become_new_versions(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    world.drop("a.xml", update("IE1", dc("Old"), metadata(mods("New"), "source", "mods", "1436")))
    world.run()
    versions = world.snapshot()["ies"]["IE1"]["versions"]
    assert "DESCRIPTIVE" not in versions[1][4]
    assert "1436" in versions[1][4]


def test_a_missing_descriptive_record_is_made(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load({"pid": "IE1", "institution": "INS01", "source": SOURCE})
    world.drop("1.xml", update("IE1", dc("One")))
    world.drop("2.xml", update("IE1", dc("Two")))
    assert world.run().counts == {"updated": 2}
    assert world.title("IE1") == "Two"


@pytest.mark.parametrize(("ignoring", "code"), [(True, "no-change"), (False, "updated")])
def test_another_order_of_fields_is_a_change_only_where_the_job_says_so(
    tmp_path: Path, ignoring: bool, code: str
) -> None:
    world = World(tmp_path, ignore_field_sequence=ignoring)
    world.load({"pid": "IE1", "institution": "INS01", "descriptive": dc("A", "B")})
    world.drop("a.xml", update("IE1", dc("B", "A")))
    assert world.run().counts == {code: 1}


@pytest.mark.parametrize("group_size", [1, 2, 3, 100])
def test_files_for_one_ie_take_effect_in_order_however_they_are_grouped(tmp_path: Path, group_size: int) -> None:
    world = World(tmp_path, group_size=group_size)
    world.load(ie("IE1"), ie("IE2"))
    titles = ["A", "B", "B", "A", "C", "D", "D"]
    for number, title in enumerate(titles):
        world.drop(f"{number}.xml", update("IE1", dc(title)))
        world.drop(f"{number}x.xml", update("IE2", dc("Same")))
    assert world.run().counts == {"updated": 6, "no-change": 8}
    assert world.title("IE1") == "D"
    versions = world.snapshot()["ies"]["IE1"]["versions"]
    assert [version[3] for version in versions[1:]] == ["0.xml", "1.xml", "3.xml", "4.xml", "5.xml"]


def test_the_order_is_that_of_creation_not_of_names_or_mtimes(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    ticks = set()
    for number, name in enumerate(["z.xml", "m.xml", "a.xml"]):
        path = world.drop(name, update("IE1", dc(str(number))))
        os.utime(path, (10**9, 10**9 - number))
        # The next file is to be created in a later tick of the kernel's clock.
        ticks.add(path.stat().st_ctime_ns)
        probe = tmp_path / "probe"
        while probe.write_bytes(b"") == 0 and probe.stat().st_ctime_ns <= max(ticks):
            probe.unlink()
    with DropFolder(world.folder) as folder:
        if any(file.born_ns == 0 for file in folder.look(("*",)).files):
            pytest.skip("this file system tells no birth time")
    world.run()
    assert world.title("IE1") == "2"


def test_a_job_user_below_editor_typical_aborts_and_touches_nothing(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    world.raw["users"]["editor"]["role"] = "editor-view"
    world.drop("a.xml", update("IE1", dc("New")))
    report = world.run()
    assert report.status is RunStatus.ABORTED
    assert world.log_lines() == [
        "ERROR   Job aborted. Reason: User editor has the role editor-view, the job needs editor-typical or editor-full"
    ]
    assert [path.name for path in world.folder.iterdir()] == ["a.xml"]
    assert world.title("IE1") == "Old"


def test_a_missing_folder_aborts_with_the_reason(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.folder.rmdir()
    assert world.run().status is RunStatus.ABORTED
    assert "cannot be used: No such file or directory" in world.log_lines()[-1]
    assert world.log_lines()[-1].endswith("see whether the folder is there, and mounted")


def test_an_empty_folder_is_a_success(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert world.run().status is RunStatus.SUCCESS
    assert world.log_lines() == ["INFO   Job completed successfully"]


# --- SIP


def test_later_files_for_a_skipped_ie_wait_too_even_if_it_leaves_sip_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, group_size=1)
    world.load(ie("IE1", stage="sip"))
    for name in ("1.xml", "2.xml"):
        world.drop(name, update("IE1", dc(name)))
    tell = update_filing.tell

    def leave_sip(*given: Any) -> None:
        tell(*given)
        with world.context() as context, context.repository.write() as connection:
            connection.exec_driver_sql("UPDATE ie SET stage = 'permanent'")

    monkeypatch.setattr(update_filing, "tell", leave_sip)
    assert world.run().counts == {"in-sip": 2}
    assert "An earlier file for this IE waits" in world.log_lines()[1]
    assert world.run().counts == {"updated": 2}
    assert world.title("IE1") == "2.xml"


def test_a_waiting_file_is_told_of_once_and_taken_when_the_ie_has_left_sip(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    world.drop("a.xml", update("IE4", dc("New")))
    for _ in range(3):
        report = world.run()
        assert report.waiting == 1
    assert sum("IE4" in line for line in world.log_lines()) == 1
    world.load({"pid": "IE4", "institution": "INS01", "stage": "permanent"})
    report = world.run()
    assert (report.counts, report.waiting) == ({"updated": 1}, 0)
    assert world.title("IE4") == "New"


def test_a_waiting_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_with(tmp_path)
    world.drop("a.xml", update("IE4", dc("New")))
    world.run()

    def read(*_: object) -> bytes:
        raise AssertionError("it was read")

    monkeypatch.setattr(DropFolder, "read", read)
    assert world.run().waiting == 1


def test_a_waiting_file_that_is_replaced_is_judged_anew(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    world.drop("a.xml", update("IE4", dc("New")))
    world.run()
    world.drop("a.xml", update("IE2", dc("Other")))
    report = world.run()
    assert (report.counts, report.waiting) == ({"updated": 1}, 0)


def test_a_waiting_file_that_was_taken_away_waits_no_longer(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    path = world.drop("a.xml", update("IE4", dc("New")))
    world.run()
    path.unlink()
    assert world.run().waiting == 0


def test_a_new_file_behind_a_waiting_one_waits_as_well(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    world.drop("1.xml", update("IE4", dc("One")))
    world.run()
    world.drop("2.xml", update("IE4", dc("Two")))
    assert world.run().waiting == 2
    world.load({"pid": "IE4", "institution": "INS01", "stage": "permanent"})
    world.run()
    assert world.title("IE4") == "Two"


# --- settling


def test_a_file_still_growing_is_not_applied_and_holds_back_those_created_after_it(tmp_path: Path) -> None:
    world = World(tmp_path, settle_seconds=2, order_wait=5)
    world.load(ie("IE1"), ie("IE2"))
    world.drop("0.xml", update("IE2", dc("Before")))
    growing = world.drop("1.xml", b"<updateMD")
    world.drop("2.xml", update("IE1", dc("After")))

    def grow() -> None:
        with growing.open("ab") as file:
            file.write(b" ")

    clock = SteppingClock(grow, lambda: growing.write_bytes(update("IE1", dc("Grown"))))
    report = world.run(clock)
    assert report.counts == {"updated": 3}
    assert world.title("IE1") == "After"
    assert [line for line in world.log_lines() if "ERROR" in line] == []


def test_one_that_never_settles_holds_back_no_longer_than_order_wait(tmp_path: Path) -> None:
    world = World(tmp_path, settle_seconds=2, order_wait=5)
    world.load(ie("IE1"))
    growing = world.drop("1.xml", b"<updateMD")
    world.drop("2.xml", update("IE1", dc("After")))

    def grow() -> None:
        with growing.open("ab") as file:
            file.write(b" ")

    clock = SteppingClock(*[grow] * 50)
    report = world.run(clock)
    assert report.counts == {"updated": 1}
    assert clock.seconds < 20
    assert world.files() == ["1.xml", "done/2.xml"]
    assert report.waiting == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errno.EIO, "Input/output error; see whether disk or share are well"),
        (errno.EACCES, "Permission denied; let the folder's group read it (chmod g+r)"),
    ],
)
def test_one_that_cannot_be_read_stays_says_so_and_passes_order_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, told: str
) -> None:
    world = World(tmp_path, settle_seconds=2, order_wait=5)
    world.load(ie("IE1"))
    world.drop("1.xml", update("IE1", dc("Unread")))
    world.drop("2.xml", update("IE1", dc("After")))
    read = DropFolder.read

    def failing(folder: DropFolder, file: Sighting, limit: int) -> bytes:
        if file.name == "1.xml":
            raise OSError(error, os.strerror(error))
        return read(folder, file, limit)

    with monkeypatch.context() as patch:
        patch.setattr(DropFolder, "read", failing)
        report = world.run(SteppingClock())
    assert (report.counts, report.waiting) == ({"updated": 1}, 1)
    assert world.files() == ["1.xml", "done/2.xml"]
    assert any(f"it cannot be read: {told}" in line and "1.xml" in line for line in world.log_lines())
    world.run(SteppingClock())
    assert world.files() == ["done/1.xml", "done/2.xml"]


def test_a_file_changed_between_look_and_reading_is_left_for_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, settle_seconds=2, order_wait=5)
    world.load(ie("IE1"))
    path = world.drop("1.xml", update("IE1", dc("Early")))
    read = DropFolder.read
    replaced: list[int] = []

    def replacing(folder: DropFolder, file: Sighting, limit: int) -> bytes:
        if not replaced:
            replaced.append(path.write_bytes(update("IE1", dc("Later, and longer"))))
        return read(folder, file, limit)

    monkeypatch.setattr(DropFolder, "read", replacing)
    assert world.run(SteppingClock()).counts == {"updated": 1}
    assert world.title("IE1") == "Later, and longer"


# --- names taken, dropped again


def test_the_same_name_dropped_again_is_new_work_and_overwrites_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    for title in ("One", "Two", "Three"):
        world.drop("a.xml", update("IE1", dc(title)))
        world.run()
    assert world.title("IE1") == "Three"
    contents = {(world.folder / name).read_bytes() for name in world.files()}
    assert contents == {update("IE1", dc(title)) for title in ("One", "Two", "Three")}


def test_the_same_file_put_back_from_done_is_new_work(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    path = world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    (world.folder / "done" / "a.xml").rename(path)
    assert world.run().counts == {"no-change": 1}


def test_a_file_replaced_after_it_was_applied_is_not_filed_unapplied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    path = world.drop("a.xml", update("IE1", dc("One")))
    put_files_away = update_filing.put_files_away
    replaced: list[Path] = []

    def replacing(folder: DropFolder, entries: list[journal.Entry], *rest: Any) -> update_filing.Moves:
        if not replaced:
            other = tmp_path / "other"
            other.write_bytes(update("IE1", dc("Two")))
            replaced.append(other.rename(path))
        return put_files_away(folder, entries, *rest)

    monkeypatch.setattr(update_filing, "put_files_away", replacing)
    assert world.run().counts == {"updated": 2}
    assert world.title("IE1") == "Two"
    assert world.files() == ["done/a.xml"]


@pytest.mark.parametrize(
    "name", ["a\nINFO   IE IE1 has been successfully updated.xml", "a\x1b[2J.xml", "a\udcff.xml", "ü.xml"]
)
def test_odd_names_go_their_way_and_forge_no_line(tmp_path: Path, name: str) -> None:
    world = World(tmp_path)
    world.drop(name, update("IE9", dc("New")))
    assert world.run().counts == {"unknown-ie": 1}
    assert len(world.log_lines()) == 2
    assert (world.folder / "error" / name).exists()
    assert not any(ord(character) < 32 for line in world.log_lines() for character in line)


# --- faults


@pytest.mark.parametrize(("place", "act"), [(filing, "move"), (filing, "sync"), (reason_files, "write")])
def test_a_fault_while_filing_is_taken_up_again_with_the_effect_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: ModuleType, act: str
) -> None:
    world = world_with(tmp_path)
    world.drop("1.xml", update("IE1", dc("New")))
    world.drop("2.xml", update("IE3", dc("New")))

    def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(place, act, full)
        with pytest.raises(Deferred, match="make room"):
            world.run()
    report = world.run()
    assert report.counts == {"updated": 1, "locked": 1}
    assert world.files() == ["done/1.xml", "error/2.xml", "error/2.xml.reason.txt"]
    assert [line.split(". File")[0] for line in world.log_lines()] == [
        "INFO   IE IE1 has been successfully updated",
        "ERROR   IE IE3 was not updated. Reason: IE is locked by curator",
        "INFO   Job completed with Errors",
    ]
    assert len(world.get("IE1").events) == 1


def test_a_fault_of_ours_stops_the_file_and_its_ie_but_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_with(tmp_path)
    world.drop("1.xml", update("IE1", dc("Boom")))
    world.drop("2.xml", update("IE1", dc("Behind")))
    world.drop("3.xml", update("IE2", dc("Fine")))
    apply = group.apply

    def failing(*arguments: object) -> object:
        if arguments[2] == "1.xml":
            raise RuntimeError("a bug")
        return apply(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(group, "apply", failing)
        report = world.run()
    assert (world.title("IE1"), world.title("IE2")) == ("Old", "Fine")
    assert world.files() == ["1.xml", "2.xml", "done/3.xml"]
    assert report.waiting == 2
    world.run()
    assert world.title("IE1") == "Behind"


def test_worker_processes_come_to_the_same_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "processes_for", lambda files, _: 2 if files else 0)
    worlds = [World(tmp_path / name, group_size=3) for name in ("processes", "here")]
    for world in worlds:
        world.load(ie("IE1"), ie("IE2"), ie("IE3", stage="sip"))
        for number in range(40):
            pid = f"IE{1 + number % 4}"
            world.drop(f"{number}.xml", b"<broken" if number % 7 == 6 else update(pid, dc(f"T{number // 3}")))
    worlds[0].run()
    monkeypatch.undo()
    worlds[1].run()
    assert worlds[0].snapshot() == worlds[1].snapshot()


def test_a_run_takes_what_is_there_however_long_a_look_lasts(tmp_path: Path) -> None:
    world = World(tmp_path, settle_seconds=0, order_wait=0)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    assert world.run().counts == {"updated": 1}
