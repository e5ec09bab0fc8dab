"""Exports as they are kept: documents with their stamps, failures, tombstones, and what is due."""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from mdwatch.repository import changes
from mdwatch.repository.engine import Repository
from mdwatch.repository.exports import documents, due, failures, store, subjects
from mdwatch.repository.exports.store import Attended, NewDocument, SeenIe
from mdwatch.rules.exporting import Failure, Stamp
from tests.postgres import raw
from tests.worlds import World, ie

HOUR = 3_600_000


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.load(*(ie(f"IE{number}", published=True) for number in (1, 2, 3)))
    return world


@pytest.fixture
def repository(world: World) -> Iterator[Repository]:
    with world.context() as context:
        yield context.repository


@pytest.fixture
def writing(repository: Repository) -> Iterator[Connection]:
    """One transaction for the whole test; the world's IEs have the keys 1, 2 and 3."""
    with repository.write() as connection:
        yield connection


def document(content: bytes, name: str = "a", exporter: str = "1") -> NewDocument:
    return NewDocument(name, exporter, blake2b(content, digest_size=16).digest(), content)


def failure(version: int = 1, exporter: str = "1", next_at: int = HOUR) -> Failure:
    return Failure(version, exporter, "why", 0, 1, next_at)


def attended(key: int, *documents: NewDocument, version: int = 1, **more: Any) -> Attended:
    return Attended(seen=SeenIe(key, version), documents=documents, failures=more.pop("failures", {}), **more)


def update(connection: Connection, key: int, version: int) -> None:
    """Raises the version of an IE; what its records hold is of no matter here."""
    raw(connection, "UPDATE ie SET version = ? WHERE id = ?", (version, key))


def failing_formats(connection: Connection) -> list[tuple[str, str]]:
    return [(item.pid, item.format) for item in failures.listing(connection, 100)]


# --- due --------------------------------------------------------------------------------------------------------------


def test_what_was_never_attended_to_is_due(writing: Connection) -> None:
    assert due.ids(writing, 0, 10) == [1, 2, 3]
    assert due.ids(writing, 0, 2) == [1, 2]
    assert due.ids(writing, 1, 10) == [2, 3]
    assert due.ids(writing, 1, 10, 2) == [2]
    assert due.count(writing) == 3


def test_what_was_attended_to_is_due_again_in_a_new_version(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x")), attended(2)], 0, 1000)
    assert due.ids(writing, 0, 10) == [3]
    update(writing, 1, 2)
    assert due.ids(writing, 0, 10) == [1, 3]


@pytest.mark.parametrize("facts", [{"published": False}, {"harvested": True}, {"status": "deleted"}])
def test_what_has_no_exports_is_not_due(writing: Connection, facts: dict[str, Any]) -> None:
    changes.set_facts(writing, 2, 0, **facts)
    assert due.ids(writing, 0, 10) == [1, 3]
    assert due.exportable(writing, 0, 10, 10) == [1, 3]
    assert due.count_exportable(writing, 10) == 2


@pytest.mark.sqlite
def test_what_is_due_is_found_by_its_index(writing: Connection) -> None:
    asked: list[str] = []
    event.listen(writing, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    due.ids(writing, 0, 100)
    (statement,) = asked
    plan = writing.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (0, 100, 0)).all()
    assert [row[3] for row in plan] == ["SEARCH ie USING INDEX ix_ie_due (id>?)"]


def test_other_exporters_make_everything_due(writing: Connection) -> None:
    assert due.note_exporters(writing, 7)
    store.store(writing, [attended(key, document(b"x")) for key in (1, 2, 3)], 0, 1000)
    assert not due.note_exporters(writing, 7)
    assert due.exporters_known(writing, 7)
    assert due.ids(writing, 0, 10) == []
    assert due.note_exporters(writing, 8)
    assert not due.exporters_known(writing, 7)
    assert due.ids(writing, 0, 10) == [1, 2, 3]


def test_what_was_attended_to_before_the_exporters_were_noted_is_looked_at_anew(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 0, 1000)
    due.note_exporters(writing, 7)
    assert due.ids(writing, 0, 10) == [1, 2, 3]


def test_without_attending_an_ie_stays_due(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 0, 1000, attend=False)
    assert due.ids(writing, 0, 10) == [1, 2, 3]
    assert documents.get(writing, "IE1", "a") is not None


def test_forgotten_stamps_make_everything_due_and_leave_the_documents(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x")), attended(2, document(b"y"))], 0, 1000)
    documents.bury(writing, 2, 0, 1000)
    assert due.forget_stamps(writing) == 3
    assert due.ids(writing, 0, 10) == [1, 2, 3]
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.content, kept.ie_version) == (b"x", 0)


# --- storing ----------------------------------------------------------------------------------------------------------


def test_a_document_is_kept_with_its_stamp(writing: Connection) -> None:
    stored = store.store(writing, [attended(1, document(b"x"), document(b"y", "b", "7"))], 500, 1000)
    assert stored == ({1}, set(), {1})
    kept = documents.get(writing, "IE1", "b")
    assert kept is not None
    assert (kept.ie_version, kept.exporter_version, kept.at, kept.datestamp, kept.content) == (1, "7", 500, 1000, b"y")
    assert kept.digest == blake2b(b"y", digest_size=16).digest()
    (subject,) = subjects.subjects(writing, [1])
    assert subject.stamps == {"a": Stamp(1, "1", 500), "b": Stamp(1, "7", 500)}
    assert [item.format for item in documents.of_ie(writing, "IE1")] == ["a", "b"]
    assert documents.get(writing, "IE2", "a") is None


def test_the_datestamp_changes_with_the_bytes_only(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 500, 1000)
    update(writing, 1, 2)
    assert store.store(writing, [attended(1, document(b"x", exporter="2"), version=2)], 1500, 2000) == (set(), {1}, {1})
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.ie_version, kept.exporter_version, kept.at, kept.datestamp) == (2, "2", 1500, 1000)
    store.store(writing, [attended(1, document(b"z"), version=2)], 2500, 3000)
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.content, kept.datestamp) == (b"z", 3000)


@pytest.mark.parametrize("rewrite", [False, True])
def test_every_document_that_was_made_has_the_moment_and_no_other(writing: Connection, *, rewrite: bool) -> None:
    whole = [document(name.encode(), name) for name in "abc"]
    store.store(writing, [attended(1, *whole), attended(2, whole[0]), attended(3, *whole[:2])], 0, 0)
    by_another = document(b"b", "b", "2")
    some = [
        attended(1, whole[0], by_another, failures={"c": failure()}),
        attended(2, whole[0]),
        attended(3, document(b"new", "a")),
    ]
    result = store.store(writing, some, 5000, 5000, rewrite=rewrite)
    assert (result.changed, result.unchanged) == ({3}, {1, 2})
    again, before = Stamp(1, "1", 5000), Stamp(1, "1", 0)
    assert [dict(subject.stamps) for subject in subjects.subjects(writing, [1, 2, 3])] == [
        {"a": again, "b": Stamp(1, "2", 5000), "c": before},
        {"a": again},
        {"a": again, "b": before},
    ]
    contents = raw(writing, "SELECT ie_id, format, content FROM export_document ORDER BY ie_id, format").all()
    assert [bytes(row[2]) for row in contents] == [b"a", b"b", b"c", b"a", b"new", b"b"]


def test_the_datestamp_never_goes_back(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 5000, 6000)
    store.store(writing, [attended(1, document(b"y"))], 100, 1000)
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.content, kept.datestamp) == (b"y", 6000)


def test_an_older_version_never_replaces_a_newer_one(writing: Connection) -> None:
    update(writing, 1, 3)
    store.store(writing, [attended(1, document(b"new"), version=3)], 0, 1000)
    stale = attended(1, document(b"old"), document(b"old", "b"), version=2, failures={"c": failure(2)})
    store.store(writing, [stale], 1, 2000)
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.content, kept.ie_version, kept.datestamp) == (b"new", 3, 1000)
    assert failing_formats(writing) == []
    assert due.ids(writing, 0, 1) == [2]


def test_nor_where_everything_was_made_due_meanwhile(writing: Connection) -> None:
    update(writing, 1, 3)
    store.store(writing, [attended(1, document(b"new"), version=3, failures={"b": failure(3)})], 0, 1000)
    due.clear(writing)
    store.store(writing, [attended(1, document(b"old"), version=2, failures={"b": failure(2)})], 1, 2000)
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert kept.content == b"new"
    assert due.ids(writing, 0, 1) == [1]


def test_a_failure_of_an_older_version_is_not_noted_beside_a_newer_document(writing: Connection) -> None:
    update(writing, 1, 3)
    store.store(writing, [attended(1, document(b"new"), version=3)], 0, 1000)
    due.clear(writing)
    store.store(writing, [attended(1, version=2, failures={"a": failure(2)})], 1, 2000)
    assert failing_formats(writing) == []


@pytest.mark.parametrize("facts", [{"published": False}, {"harvested": True}, {"status": "deleted"}])
def test_nothing_is_kept_of_what_lost_its_publication_meanwhile(writing: Connection, facts: dict[str, Any]) -> None:
    changes.set_facts(writing, 1, 0, **facts)
    store.store(writing, [attended(1, document(b"x"), failures={"b": failure()})], 0, 1000)
    assert documents.get(writing, "IE1", "a") is None
    assert raw(writing, "SELECT count(*) FROM export_failure").scalar() == 0


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_failure_leaves_the_last_document(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 0, 1000)
    update(writing, 1, 2)
    store.store(writing, [attended(1, version=2, failures={"a": failure(2)})], 1, 2000)
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.content, kept.ie_version, kept.datestamp) == (b"x", 1, 1000)
    assert due.ids(writing, 0, 1) == [2]
    assert failing_formats(writing) == [("IE1", "a")]
    assert subjects.subjects(writing, [1])[0].failures == {"a": failure(2)}


def test_a_success_forgets_the_failure_of_its_format_alone(writing: Connection) -> None:
    store.store(writing, [attended(1, failures={"a": failure(), "b": failure()})], 0, 1000)
    store.store(writing, [attended(1, document(b"x"))], 1, 2000)
    assert failing_formats(writing) == [("IE1", "b")]


def test_an_outlived_failure_is_forgotten(writing: Connection) -> None:
    store.store(writing, [attended(1, failures={"a": failure(), "b": failure()})], 0, 1000)
    store.store(writing, [attended(1, outlived=["a"])], 1, 2000)
    assert failing_formats(writing) == [("IE1", "b")]


def test_those_that_fail_are_found_by_when_they_may_be_tried(writing: Connection) -> None:
    store.store(writing, [attended(1, failures={"a": failure(next_at=100), "b": failure(next_at=50)})], 0, 1000)
    store.store(writing, [attended(3, failures={"a": failure(next_at=200)})], 7, 1000)
    assert failures.ids(writing, 0, 10) == [1, 3]
    assert failures.ids(writing, 1, 10) == [3]
    assert failures.ids(writing, 0, 10, upto=2) == [1]
    assert failures.ids(writing, 0, 10, 49) == []
    assert failures.ids(writing, 0, 10, 50) == [1]
    assert failures.ids(writing, 0, 10, 200) == [1, 3]
    assert failures.count(writing) == 2
    assert failures.count(writing, 100) == 1
    assert failures.count(writing, attended=True) == 2
    update(writing, 3, 2)
    assert failures.count(writing, attended=True) == 1
    assert [(item.pid, item.format) for item in failures.put_off(writing, 7)] == [("IE1", "a"), ("IE1", "b")]


def test_a_try_that_a_clock_far_ahead_planned_is_made_now(writing: Connection) -> None:
    furthest = 30 * 24 * HOUR + 300_000
    store.store(writing, [attended(1, failures={"a": failure(next_at=1000 + furthest)})], 0, 1000)
    store.store(writing, [attended(3, failures={"a": failure(next_at=1001 + furthest)})], 0, 1000)
    assert failures.ids(writing, 0, 10, 1000) == [3]
    assert failures.count(writing, 1000) == 1


# --- tombstones -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"published": False}, {"harvested": True}, {"status": "deleted"}])
def test_who_loses_the_publication_leaves_tombstones(writing: Connection, facts: dict[str, Any]) -> None:
    store.store(writing, [attended(1, document(b"x"), failures={"b": failure()})], 0, 1000)
    changes.set_facts(writing, 1, 5500, **facts)
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.content, kept.at, kept.datestamp) == (None, 5500, 6000)
    assert failing_formats(writing) == []
    assert subjects.subjects(writing, [1])[0].stamps == {}
    (count,) = documents.counts(writing)
    assert (count.format, count.documents, count.tombstones, count.failing) == ("a", 0, 1, 0)


def test_a_tombstone_keeps_its_moment(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 0, 1000)
    changes.set_facts(writing, 1, 5500, published=False)
    changes.set_facts(writing, 1, 9500, status="deleted")
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert kept.datestamp == 6000


def test_who_is_published_again_is_due_and_then_there(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 0, 1000)
    changes.set_facts(writing, 1, 5500, published=False)
    changes.set_facts(writing, 1, 6500, published=True)
    assert due.ids(writing, 0, 1) == [1]
    # The same bytes, and yet news.
    store.store(writing, [attended(1, document(b"x"))], 7500, 8000)
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.content, kept.datestamp) == (b"x", 8000)
    assert documents.counts(writing)[0].tombstones == 0


def test_facts_that_have_nothing_to_do_with_it_bury_nothing(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 0, 1000)
    changes.set_facts(writing, 1, 5500, locked_by="somebody", stage="sip")
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert kept.content == b"x"


# --- all and older ----------------------------------------------------------------------------------------------------


def test_older_ones_are_those_with_an_old_or_missing_export(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"), document(b"y", "b"))], 100, 1000)
    store.store(writing, [attended(2, document(b"x"))], 200, 1000)
    assert due.older(writing, 100, 0, 9, 9) == [3]
    assert due.older(writing, 101, 0, 9, 9) == [1, 3]
    assert due.older(writing, 201, 0, 9, 9) == [1, 2, 3]
    assert due.older(writing, 201, 1, 2, 9) == [2]
    assert [due.count_exportable(writing, 9, than) for than in (None, 100, 101, 201)] == [3, 1, 2, 3]
    assert due.exportable(writing, 1, 2, 9) == [2]
    assert due.last_key(writing) == 3


def test_news_beside_the_document_make_a_new_datestamp(writing: Connection) -> None:
    store.store(writing, [attended(1, document(b"x"))], 0, 1000)
    documents.refresh(writing, [1], 9000)
    kept = documents.get(writing, "IE1", "a")
    assert kept is not None
    assert (kept.datestamp, kept.content) == (9000, b"x")


# --- one transaction --------------------------------------------------------------------------------------------------


def test_document_stamp_and_attention_come_together_or_not_at_all(repository: Repository) -> None:
    def store_and_fail() -> None:
        with repository.write() as connection:
            store.store(connection, [attended(1, document(b"x"), failures={"b": failure()})], 0, 1000)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store_and_fail()
    with repository.read() as connection:
        assert documents.get(connection, "IE1", "a") is None
        assert failing_formats(connection) == []
        assert due.ids(connection, 0, 1) == [1]
