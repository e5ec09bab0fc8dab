"""IEs in the database: every earlier version of a record stays readable, whatever comes after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from mdwatch.formats import canonical, xml
from mdwatch.formats.limits import Limits
from mdwatch.model import Digests, IntellectualEntity, Record, RecordType, Stage, Status
from mdwatch.repository import changes, ie_counts, ies
from mdwatch.repository.changes import IeChange, RecordChange
from mdwatch.repository.engine import Repository
from tests.postgres import database_url

DC = (RecordType.DESCRIPTIVE, "")
MODS = (RecordType.SOURCE, "1436")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A write transaction of a new repository."""
    opened = Repository(database_url(tmp_path / "a.db"), 30)
    with opened.write() as begun:
        yield begun
    opened.close()


def new(connection: Connection, pid: str = "IE1", **facts: object) -> int:
    return changes.create(connection, IntellectualEntity(pid=pid, institution="INS01", **facts))  # type: ignore[arg-type]


def record(
    name: tuple[RecordType, str], content: str | None, key: int | None = None, position: int = 0
) -> RecordChange:
    """A record change whose digests tell contents apart."""
    digest = (content or "").encode().ljust(16, b" ")[:16]
    sub_type = "dc" if name == DC else "MODS"
    return RecordChange(key, *name, sub_type, content, Digests(digest, digest), position)


def apply(connection: Connection, ie_id: int, version: int, *records: RecordChange, **rest: object) -> None:
    given = {"at": version * 1000, "agent": "me", "cause": "load", "events": [], "characteristics": "{}", **rest}
    changes.apply(connection, [IeChange(ie_id=ie_id, version=version, records=records, **given)])  # type: ignore[arg-type]


def key_of(connection: Connection, name: tuple[RecordType, str]) -> int:
    return ies.stored(connection, ["IE1"])["IE1"].records[name]


def contents(records: dict[tuple[RecordType, str], Record | None]) -> dict[tuple[RecordType, str], str | None]:
    return {name: item.content if item else None for name, item in records.items()}


def test_every_earlier_state_of_the_records_can_be_told(connection: Connection) -> None:
    ie_id = new(connection)
    apply(connection, ie_id, 1, record(DC, "<a/>"))
    apply(connection, ie_id, 2, record(MODS, "<b/>", position=1))
    apply(connection, ie_id, 3, record(DC, "<c/>", key_of(connection, DC)))
    apply(connection, ie_id, 4, record(MODS, None, key_of(connection, MODS)))
    apply(connection, ie_id, 5, record(MODS, "<d/>", key_of(connection, MODS)))
    assert [contents(ies.records_at(connection, ie_id, version)) for version in range(6)] == [
        {DC: None, MODS: None},
        {DC: "<a/>", MODS: None},
        {DC: "<a/>", MODS: "<b/>"},
        {DC: "<c/>", MODS: "<b/>"},
        {DC: "<c/>", MODS: None},
        {DC: "<c/>", MODS: "<d/>"},
    ]


def test_a_record_that_is_gone_is_neither_shown_nor_compared_but_keeps_its_row(connection: Connection) -> None:
    ie_id = new(connection)
    apply(connection, ie_id, 1, record(DC, "<a/>"), record(MODS, "<b/>", position=1))
    apply(connection, ie_id, 2, record(MODS, None, key_of(connection, MODS)))
    stored = ies.stored(connection, ["IE1"])["IE1"]
    assert stored.state.records.keys() == {DC}
    assert stored.records.keys() == {DC, MODS}
    entity = ies.get(connection, "IE1")
    assert entity is not None
    assert [item.content for item in entity.records] == ["<a/>"]


def test_an_earlier_content_is_never_written_over(connection: Connection) -> None:
    ie_id = new(connection)
    apply(connection, ie_id, 1, record(DC, "<a/>"))
    before = connection.execute(text("SELECT * FROM record_version")).all()
    for version in range(2, 6):
        apply(connection, ie_id, version, record(DC, f"<v{version}/>", key_of(connection, DC)))
    after = connection.execute(text("SELECT * FROM record_version ORDER BY version")).all()
    assert after[:1] == before
    assert len(after) == 5


def test_of_several_changes_in_one_call_the_last_is_current_and_all_are_history(connection: Connection) -> None:
    ie_id = new(connection)
    shared = {"ie_id": ie_id, "at": 0, "agent": "me", "cause": "update", "characteristics": "{}"}
    # A record that is new to the IE, twice: neither change knows its row.
    changes.apply(
        connection,
        [
            IeChange(version=number, records=[record(DC, content)], events=[f'{{"n": "{number}"}}'], **shared)  # type: ignore[arg-type]
            for number, content in ((1, "<a/>"), (2, "<b/>"))
        ],
    )
    entity = ies.get(connection, "IE1")
    assert entity is not None
    assert [item.content for item in entity.records] == ["<b/>"]
    assert [event["n"] for event in entity.events] == ["1", "2"]
    assert contents(ies.records_at(connection, ie_id, 1)) == {DC: "<a/>"}
    assert ies.version_of(connection, "IE1") == 2


def test_the_history_names_who_what_and_whence(connection: Connection) -> None:
    ie_id = new(connection)
    apply(connection, ie_id, 1, record(DC, "<a/>"), file="ies.jsonl")
    odd = b"na\xffme\\x.xml".decode("utf-8", "surrogateescape")
    second = record(MODS, "<b/>", position=1)
    apply(connection, ie_id, 2, second, cause="update", agent="editor", job="dc", file=odd)
    apply(connection, ie_id, 3)
    first, middle, last = ies.versions(connection, "IE1")
    assert (first.version, first.at, first.agent, first.cause, first.job, first.file) == (
        1,
        1000,
        "me",
        "load",
        None,
        "ies.jsonl",
    )
    assert first.records == (DC,)
    assert (middle.agent, middle.cause, middle.job, middle.file, middle.records) == (
        "editor",
        "update",
        "dc",
        odd,
        (MODS,),
    )
    assert last.records == ()


def test_all_facts_of_an_ie_come_back(connection: Connection) -> None:
    entity = IntellectualEntity(
        pid="IE1",
        institution="Württemberg",
        stage=Stage.SIP,
        status=Status.DELETED,
        published=True,
        harvested=True,
        locked_by="a curator",
        mets="<mets/>",
    )
    changes.create(connection, entity)
    assert ies.get(connection, "IE1") == entity


def test_a_fact_can_be_set_alone(connection: Connection) -> None:
    ie_id = new(connection, locked_by="me", published=True)
    changes.set_facts(connection, ie_id, 0, locked_by=None, institution="INS02")
    entity = ies.get(connection, "IE1")
    assert entity is not None
    assert (entity.locked_by, entity.institution, entity.published) == (None, "INS02", True)


def test_the_rest_of_a_mets_is_replaced_but_not_taken_away(connection: Connection) -> None:
    ie_id = new(connection, mets="<one/>")
    for given, kept in (("<two/>", "<two/>"), (None, "<two/>")):
        changes.set_remainder(connection, ie_id, given)
        entity = ies.get(connection, "IE1")
        assert entity is not None
        assert entity.mets == kept


def test_more_ies_than_a_statement_has_parameters_are_found(connection: Connection) -> None:
    pids = [f"IE{number}" for number in range(1201)]
    for pid in pids:
        new(connection, pid)
    assert ies.stored(connection, [*pids, "IE99999"]).keys() == set(pids)
    assert ie_counts.count(connection) == {"INS01": 1201}


def test_an_ie_that_is_not_there(connection: Connection) -> None:
    assert ies.get(connection, "IE1") is None
    assert ies.version_of(connection, "IE1") is None
    assert ies.versions(connection, "IE1") == []
    assert ies.stored(connection, ["IE1"]) == {}


def test_digests_of_an_earlier_version_are_made_anew_where_they_are_compared(connection: Connection) -> None:
    limits = Limits()
    now = canonical.digests(xml.parse("<a><b/></a>", limits), limits)
    ie_id = new(connection)
    apply(connection, ie_id, 1, record(DC, "<a><b/></a>"), record(MODS, "not XML at all", position=1))
    assert len(record(DC, "<a/>").digests.ordered) == 16
    stored = ies.stored(connection, ["IE1"])["IE1"].state.records
    assert stored[DC].digests == now
    # What cannot be digested any more equals nothing, and stands in nobody's way.
    assert stored[MODS].digests == record(MODS, "not XML at all").digests
