"""What an operator does to an IE: history, revert, lock, stage, publication, deletion, and what is refused."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdwatch.errors import RepositoryBusy, UsageError
from mdwatch.handlers.ies import change as ie_change
from mdwatch.handlers.ies.change import Reverted
from mdwatch.model import Record, Stage, Status
from mdwatch.repository.ies import Version
from mdwatch.runtime.context import Context
from tests.worlds import JOB, World, dc, ie, metadata, mods, update

SOURCE = {"mid": "1436", "subType": "MODS", "content": mods("Old")}


class StandingClock:
    """A clock that stands still."""

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return 1_700_000_000_000

    def monotonic(self) -> float:
        """Seconds."""
        return 0.0

    def wait(self, seconds: float) -> None:
        """Passes no time."""


def world_of(root: Path, *entities: dict[str, Any]) -> World:
    world = World(root)
    world.load(*(entities or [ie("IE1", source=[SOURCE])]))
    return world


def act(world: World, change: Callable[..., Any], *arguments: Any) -> Any:
    with world.context(StandingClock()) as context:
        return change(context, *arguments)


def apply(world: World, name: str, *parts: str, pid: str = "IE1") -> None:
    world.drop(name, update(pid, *parts))
    assert world.run().counts == {"updated": 1}


def history(world: World) -> list[Version]:
    versions: list[Version] = act(world, ie_change.history, "IE1")
    return versions


def contents(world: World) -> list[str]:
    return [record.content for record in world.get("IE1").records]


# --- history and revert


def test_the_history_tells_every_version_and_where_it_came_from(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    apply(world, "a.xml", dc("A"))
    apply(world, "b.xml", metadata(mods("B"), "source", "mods", "1436"))
    act(world, ie_change.revert, "IE1", 1, "me")
    told = [(item.version, item.cause, item.agent, item.job, item.file) for item in history(world)]
    assert told == [
        (1, "load", "test", None, "ies.jsonl"),
        (2, "update", "editor", JOB, "a.xml"),
        (3, "update", "editor", JOB, "b.xml"),
        (4, "revert", "me", None, None),
    ]
    assert [[mid for _, mid in item.records] for item in history(world)] == [["", "1436"], [""], ["1436"], ["", "1436"]]


def test_a_revert_is_a_new_version_with_its_own_event_and_never_a_rewrite(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    apply(world, "a.xml", dc("A"))
    before, events = history(world), world.get("IE1").events
    assert act(world, ie_change.revert, "IE1", 1, "me") == Reverted(3)
    assert history(world)[:2] == before
    entity = world.get("IE1")
    assert entity.events[:-1] == events
    event = entity.events[-1]
    assert event == {
        "eventDateTime": event["eventDateTime"],
        "eventType": "PROCESSING",
        "eventIdentifierType": "DPS",
        "eventIdentifierValue": "130",
        "eventOutcome1": "SUCCESS",
        "eventDescription": "Object's Metadata Record Modified",
        "linkingAgentIdentifierType1": "USER",
        "linkingAgentIdentifierValue1": "me",
        "eventOutcomeDetail1": "REVERTED_TO_VERSION=1;",
    }
    assert event["eventDateTime"].startswith("2023-11-1")
    assert entity.characteristics == {"modifiedBy": "me", "modificationDate": event["eventDateTime"]}
    assert contents(world) == [dc("Old"), mods("Old")]


def test_a_revert_can_be_reverted(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    apply(world, "a.xml", dc("A"))
    act(world, ie_change.revert, "IE1", 1, "me")
    assert act(world, ie_change.revert, "IE1", 2, "me") == Reverted(4)
    assert contents(world) == [dc("A"), mods("Old")]


def test_a_revert_to_before_a_record_existed_takes_it_away_and_back_again(tmp_path: Path) -> None:
    world = world_of(tmp_path, {"pid": "IE1", "institution": "INS01", "source": [SOURCE]})
    apply(world, "a.xml", dc("A"))
    act(world, ie_change.revert, "IE1", 1, "me")
    assert contents(world) == [mods("Old")]
    assert world.get("IE1").descriptive is None
    act(world, ie_change.revert, "IE1", 2, "me")
    assert contents(world) == [dc("A"), mods("Old")]
    act(world, ie_change.revert, "IE1", 3, "me")
    apply(world, "b.xml", dc("B"))
    assert contents(world) == [dc("B"), mods("Old")]


def test_a_revert_brings_back_a_record_with_the_subtype_it_had(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.load({"pid": "IE1", "institution": "INS01", "descriptive": dc("Old"), "source": []})
    world.load(ie("IE1", source=[{**SOURCE, "subType": "MARC", "content": "<marc/>"}]))
    act(world, ie_change.revert, "IE1", 1, "me")
    assert [(record.sub_type, record.content) for record in world.get("IE1").sources] == [("MODS", mods("Old"))]


@pytest.mark.parametrize("to", [1, 3])
def test_a_revert_to_what_is_there_already_changes_nothing(tmp_path: Path, to: int) -> None:
    world = world_of(tmp_path)
    apply(world, "a.xml", dc("A"))
    apply(world, "b.xml", dc("Old"))
    before = world.snapshot()["ies"]
    assert act(world, ie_change.revert, "IE1", to, "me") == Reverted(None)
    assert world.snapshot()["ies"] == before


def test_an_update_after_a_revert_is_compared_with_what_is_there_now(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    apply(world, "a.xml", dc("A"))
    act(world, ie_change.revert, "IE1", 1, "me")
    world.drop("old.xml", update("IE1", dc("Old")))
    world.drop("yet.xml", update("IE1", dc("A")))
    assert world.run().counts == {"no-change": 1, "updated": 1}


@pytest.mark.parametrize("to", [-1, 0, 2, 10**18])
def test_a_version_that_is_not_there_is_refused(tmp_path: Path, to: int) -> None:
    world = world_of(tmp_path)
    with pytest.raises(UsageError, match=f"IE IE1 has no version {to}; it has versions 1 to 1"):
        act(world, ie_change.revert, "IE1", to, "me")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [({"lockedBy": "curator"}, "locked by curator; have it unlocked first"), ({"status": "deleted"}, "is deleted")],
)
def test_an_ie_that_may_not_change_is_not_reverted(tmp_path: Path, facts: dict[str, str], reason: str) -> None:
    world = world_of(tmp_path)
    apply(world, "a.xml", dc("A"))
    world.load({"pid": "IE1", "institution": "INS01", **facts})
    with pytest.raises(UsageError, match=reason):
        act(world, ie_change.revert, "IE1", 1, "me")
    assert contents(world) == [dc("A"), mods("Old")]


# --- facts


@pytest.mark.parametrize(
    ("change", "arguments", "fact", "value"),
    [
        (ie_change.lock, ["curator"], "locked_by", "curator"),
        (ie_change.set_stage, [Stage.SIP], "stage", Stage.SIP),
        (ie_change.publish, [], "published", True),
        (ie_change.delete, [], "status", Status.DELETED),
    ],
)
def test_a_fact_is_set_and_makes_no_version(
    tmp_path: Path, change: Callable[..., str], arguments: list[Any], fact: str, value: Any
) -> None:
    world = world_of(tmp_path)
    before = world.snapshot()["ies"]
    for _ in range(2):
        assert "IE1" in act(world, change, "IE1", *arguments)
        assert getattr(world.get("IE1"), fact) == value
    assert world.snapshot()["ies"] == before


@pytest.mark.parametrize(
    ("change", "arguments", "fact", "value"),
    [
        (ie_change.unlock, [], "locked_by", None),
        (ie_change.set_stage, [Stage.PERMANENT], "stage", Stage.PERMANENT),
        (ie_change.unpublish, [], "published", False),
    ],
)
def test_a_fact_is_taken_back(
    tmp_path: Path, change: Callable[..., str], arguments: list[Any], fact: str, value: Any
) -> None:
    world = world_of(tmp_path, ie("IE1", lockedBy="x", stage="sip", published=True))
    act(world, change, "IE1", *arguments)
    assert getattr(world.get("IE1"), fact) == value


def test_what_is_undeleted_is_as_it_was_and_nothing_else_is_undeleted(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", published=True, lockedBy="curator"))
    before = world.get("IE1")
    act(world, ie_change.delete, "IE1")
    assert act(world, ie_change.undelete, "IE1") == "IE IE1 is no longer deleted"
    assert world.get("IE1") == before
    with pytest.raises(UsageError, match="IE IE1 is not deleted"):
        act(world, ie_change.undelete, "IE1")


def test_unlocking_says_whether_there_was_a_lock(tmp_path: Path) -> None:
    world = world_of(tmp_path, ie("IE1", lockedBy="x"))
    assert act(world, ie_change.unlock, "IE1") == "IE IE1 is unlocked"
    assert act(world, ie_change.unlock, "IE1") == "IE IE1 was not locked"


def test_the_lock_of_another_is_not_taken_over(tmp_path: Path) -> None:
    world = world_of(tmp_path, ie("IE1", lockedBy="curator"))
    with pytest.raises(UsageError, match="locked by curator already; have it unlocked first"):
        act(world, ie_change.lock, "IE1", "me")
    assert world.get("IE1").locked_by == "curator"


@pytest.mark.parametrize("holder", ["", "  ", "a\x1b[31mb", "\x00", "\udcff"])
def test_a_lock_needs_a_holder_that_can_be_written_anywhere(tmp_path: Path, holder: str) -> None:
    world = world_of(tmp_path)
    with pytest.raises(UsageError, match="a lock needs a holder"):
        act(world, ie_change.lock, "IE1", holder)
    assert world.get("IE1").locked_by is None


@pytest.mark.parametrize(
    ("facts", "reason"), [({"status": "deleted"}, "is deleted"), ({"stage": "sip"}, "in SIP processing")]
)
def test_what_nobody_may_see_yet_or_any_more_is_not_published(
    tmp_path: Path, facts: dict[str, str], reason: str
) -> None:
    world = world_of(tmp_path, ie("IE1", **facts))
    with pytest.raises(UsageError, match=reason):
        act(world, ie_change.publish, "IE1")
    assert world.get("IE1").published is False


def test_a_deleted_ie_keeps_its_records_and_its_history(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    act(world, ie_change.delete, "IE1")
    assert contents(world) == [dc("Old"), mods("Old")]
    assert len(history(world)) == 1


# --- faults

ON_ONE_IE: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    "show": (ie_change.show, []),
    "history": (ie_change.history, []),
    "revert": (ie_change.revert, [1, "me"]),
    "lock": (ie_change.lock, ["me"]),
    "unlock": (ie_change.unlock, []),
    "stage": (ie_change.set_stage, [Stage.SIP]),
    "publish": (ie_change.publish, []),
    "unpublish": (ie_change.unpublish, []),
    "delete": (ie_change.delete, []),
}


@pytest.mark.parametrize("name", ON_ONE_IE)
def test_a_pid_that_is_not_there_in_just_this_form_is_refused(tmp_path: Path, name: str) -> None:
    world = world_of(tmp_path)
    change, arguments = ON_ONE_IE[name]
    for pid in ("IE2", "ie1", " IE1", "IE1 ", "IE01", "", "'", "\udcff", "IE\u0661"):
        with pytest.raises(UsageError, match=r"there is no IE|a PID is IE and digits"):
            act(world, change, pid, *arguments)


@pytest.mark.sqlite
@pytest.mark.parametrize("name", [name for name in ON_ONE_IE if name not in {"show", "history"}])
def test_a_busy_database_leaves_the_ie_as_it_was(tmp_path: Path, name: str) -> None:
    world = world_of(tmp_path)
    apply(world, "a.xml", dc("A"))
    world.raw["repository"]["busy_seconds"] = 0
    before = world.get("IE1")
    change, arguments = ON_ONE_IE[name]
    with world.context() as context:
        other = sqlite3.connect(tmp_path / "mdwatch.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RepositoryBusy, match="nothing was changed"):
            change(context, "IE1", *arguments)
        other.execute("ROLLBACK")
        other.close()
    assert world.get("IE1") == before
    assert len(history(world)) == 2


@pytest.mark.sqlite
def test_a_fault_in_the_middle_of_a_revert_leaves_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    apply(world, "a.xml", dc("A"))
    before = world.snapshot()["ies"]
    with world.context() as context, context.repository.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER fault BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'disk on fire'); END"
        )
    with pytest.raises(Exception, match="disk on fire"):
        act(world, ie_change.revert, "IE1", 1, "me")
    assert world.snapshot()["ies"] == before


def test_the_records_of_an_ie_come_in_a_stable_order(tmp_path: Path) -> None:
    sources = [{**SOURCE, "mid": mid} for mid in ("9", "10", "a")]
    world = world_of(tmp_path, ie("IE1", source=sources))
    apply(world, "a.xml", metadata(mods("New"), "source", "MODS", "10"))

    def mids(context: Context) -> list[str]:
        records: tuple[Record, ...] = ie_change.show(context, "IE1").sources
        return [record.mid for record in records]

    assert act(world, mids) == ["9", "10", "a"]
    assert json.dumps(act(world, mids)) == '["9", "10", "a"]'
