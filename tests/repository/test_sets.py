"""Sets and their members in the database: who joined, who left, and of whom harvesters have to be told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from mdwatch.errors import UsageError
from mdwatch.model import OaiSet
from mdwatch.repository import batches, news, sets
from mdwatch.repository.engine import Repository
from mdwatch.repository.sets import Member
from tests.postgres import database_url, raw

NOW = 1_000_000


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    opened = Repository(database_url(tmp_path / "a.db"), 30)
    with opened.write() as connection:
        raw(connection, "INSERT INTO institution VALUES ('INS01')")
        sql = (
            "INSERT INTO ie (id, pid, institution, stage, status, published, harvested, version, characteristics)"
            " VALUES (?, ?, 'INS01', 'permanent', 'active', true, false, 1, '{}')"
        )
        raw(connection, sql, [(key, f"IE{key}") for key in range(1, 1_301)])
    yield opened
    opened.close()


@pytest.fixture
def connection(repository: Repository) -> Iterator[Connection]:
    with repository.write() as connection:
        yield connection


def make(connection: Connection, spec: str, *, filled: bool = False, at: int = NOW) -> OaiSet:
    made = sets.create(connection, spec, f"dc:title = {spec}", at, name=spec.upper(), description="")
    if filled:
        assert sets.mark_filled(connection, at) == 1
    found = sets.get(connection, spec)
    assert found is not None
    assert found.filled is filled
    assert made.id == found.id
    return found


def rows(connection: Connection) -> set[tuple[int, int, bool]]:
    return {(row[0], row[1], bool(row[2])) for row in raw(connection, "SELECT * FROM set_member")}


# --- sets


@pytest.mark.parametrize("spec", ["a", "A:b", "a:b:c", "x-y_z.1!~*'()", "0", "a" * 200])
def test_specs_that_harvesters_can_ask_for(connection: Connection, spec: str) -> None:
    assert make(connection, spec).spec == spec


@pytest.mark.parametrize("spec", ["", ":", "a:", ":a", "a::b", "a b", "a/b", "é", "a\n", "a%", "a" * 201, "\udc80"])
def test_specs_that_oai_pmh_forbids(connection: Connection, spec: str) -> None:
    with pytest.raises(UsageError, match="cannot name a set; take at most 200 of the letters") as caught:
        sets.create(connection, spec, "pid = IE1", NOW, name="", description="")
    assert str(caught.value).isprintable()
    assert sets.all_sets(connection) == ()


def test_specs_differ_by_case_and_are_taken_once(connection: Connection) -> None:
    upper, lower = make(connection, "Maps"), make(connection, "maps")
    with pytest.raises(UsageError, match="there is a set maps already"):
        make(connection, "maps")
    assert sets.get(connection, "MAPS") is None
    assert sets.all_sets(connection) == (upper, lower)


def test_a_set_takes_in_those_below_it(connection: Connection) -> None:
    for spec in ("a:b:c", "a", "ab", "a_b", "a:b", "A:b"):
        make(connection, spec)
    assert [item.spec for item in sets.within(connection, "a")] == ["a", "a:b", "a:b:c"]
    assert [item.spec for item in sets.within(connection, "a:b")] == ["a:b", "a:b:c"]
    assert sets.within(connection, "nope") == ()


def test_only_another_definition_has_to_be_filled(connection: Connection) -> None:
    before = make(connection, "a", filled=True)
    after = sets.change(connection, before, NOW + 5, definition=before.definition, name="New", description="About")
    assert after == sets.get(connection, "a")
    assert (after.name, after.description, after.filled, after.changed_at) == ("New", "About", True, NOW)
    again = sets.change(connection, after, NOW + 5, definition="pid = IE1", name="New", description="About")
    assert again == sets.get(connection, "a")
    assert (again.definition, again.filled, again.known, again.changed_at) == ("pid = IE1", False, True, NOW + 5)


def test_a_batch_fills_the_sets_that_stood_when_it_began(connection: Connection) -> None:
    make(connection, "old")
    assert sets.mark_filled(connection, NOW - 1) == 0
    make(connection, "new", at=NOW + 1)
    assert sets.mark_filled(connection, NOW) == 1
    assert [(item.spec, item.filled, item.known) for item in sets.all_sets(connection)] == [
        ("new", False, False),
        ("old", True, True),
    ]


def test_a_change_during_a_batch_is_not_filled_by_it_whatever_the_clock_does(connection: Connection) -> None:
    before = make(connection, "a", filled=True)
    running = batches.ask(connection, "set", "me", NOW)
    assert running is not None
    batches.start(connection, running.id, NOW + 100, "log", 1, 1)
    sets.change(connection, before, NOW - 500, definition="pid = IE1", name="", description="")
    sets.create(connection, "b", "pid = IE1", NOW - 500, name="b", description="")
    assert sets.mark_filled(connection, NOW + 100) == 0


def test_a_clock_that_was_set_back_does_not_keep_a_set_from_being_filled(connection: Connection) -> None:
    make(connection, "a", at=NOW + 1_000)
    make(connection, "b", at=NOW - 1_000)
    running = batches.ask(connection, "set", "me", NOW)
    assert running is not None
    sets.begin_filling(connection, NOW)
    batches.start(connection, running.id, NOW, "log", 1, 1)
    make(connection, "c", at=NOW - 500)
    assert sets.mark_filled(connection, NOW) == 2
    assert [(item.spec, item.changed_at, item.filled) for item in sets.all_sets(connection)] == [
        ("a", NOW, True),
        ("b", NOW - 1_000, True),
        ("c", NOW + 1, False),
    ]


def noted(connection: Connection) -> set[int]:
    """The IEs that harvesters have yet to be told of, which they now are."""
    ids = news.first(connection, 2_000)
    news.forget(connection, ids)
    return set(ids)


def test_a_set_that_harvesters_never_knew_is_forgotten_altogether(connection: Connection) -> None:
    other = make(connection, "b", filled=True)
    gone = make(connection, "a")
    sets.keep(connection, {1: {gone.id, other.id}, 2: {gone.id}})
    sets.keep(connection, {2: set()})
    sets.remove(connection, gone)
    assert sets.all_sets(connection) == (other,)
    assert rows(connection) == {(other.id, 1, True)}
    # Whatever key it gets, the next one of this name is a new one.
    assert not make(connection, "a").known
    assert noted(connection) == set()


def test_members_are_taken_out_piece_by_piece_and_remembered(connection: Connection) -> None:
    a, b = make(connection, "a", filled=True), make(connection, "b")
    sets.keep(connection, {key: {a.id, b.id} for key in range(1, 6)})
    assert sets.take_out(connection, a.id, 3) == [1, 2, 3]
    there = sets.get(connection, "a")
    assert there is not None
    assert (there.filled, there.known) == (False, True)
    assert sets.take_out(connection, a.id, 3) == [4, 5]
    assert sets.take_out(connection, a.id, 3) == []
    assert noted(connection) == {1, 2, 3, 4, 5}
    assert rows(connection) == {(b.id, key, True) for key in range(1, 6)} | {(a.id, key, False) for key in range(1, 6)}
    sets.remove(connection, a)
    assert sets.get(connection, "a") is None
    assert sets.within(connection, "a") == ()
    assert [(item.id, item.deleted) for item in sets.within(connection, "a", deleted=True)] == [(a.id, True)]
    # Nor does a batch fill it. One of its name is the same one, and known.
    assert sets.mark_filled(connection, NOW) == 1
    again = make(connection, "a")
    assert (again.id, again.known, again.filled) == (a.id, True, False)
    with pytest.raises(UsageError, match="there is a set a already"):
        make(connection, "a")


def test_a_set_that_comes_or_goes_is_news_of_its_members_and_of_those_below_it(connection: Connection) -> None:
    below = make(connection, "a:b", filled=True)
    sets.keep(connection, {1: {below.id}, 2: {below.id}})
    sets.keep(connection, {2: set()})
    assert noted(connection) == set()
    above = make(connection, "a")
    sets.keep(connection, {3: {above.id}, 4: {above.id}})
    sets.keep(connection, {4: set()})
    assert noted(connection) == set()
    sets.mark_filled(connection, NOW)
    assert noted(connection) == {1, 3}
    assert (above.id, 4, False) not in rows(connection)
    # A second filling is told by whoever joins and leaves.
    again = sets.change(connection, above._replace(known=True), NOW, definition="pid = IE1", name="", description="")
    sets.mark_filled(connection, NOW)
    assert noted(connection) == set()
    assert sets.take_out(connection, above.id, 9) == [3]
    sets.remove(connection, again)
    assert noted(connection) == {1, 3}
    make(connection, "a")
    assert noted(connection) == {1}


# --- members


def test_who_joins_and_leaves_is_news_and_who_left_is_remembered(connection: Connection) -> None:
    a, b = make(connection, "a", filled=True), make(connection, "b", filled=True)
    assert sets.keep(connection, {1: {a.id}, 2: {a.id, b.id}, 3: set()}) == {1, 2}
    assert sets.keep(connection, {1: {a.id}, 2: {a.id, b.id}, 3: set()}) == set()
    assert sets.keep(connection, {1: set(), 2: {b.id}, 3: {b.id}}) == {1, 2, 3}
    assert rows(connection) == {(a.id, 1, False), (a.id, 2, False), (b.id, 2, True), (b.id, 3, True)}
    assert sets.keep(connection, {1: {a.id}}) == {1}
    assert sets.specs_of(connection, [1, 2, 3, 4]) == {1: ("a",), 2: ("b",), 3: ("b",)}


def test_others_than_those_named_stay_as_they_are(connection: Connection) -> None:
    a, b = make(connection, "a", filled=True), make(connection, "b", filled=True)
    sets.keep(connection, {1: {a.id}, 2: {a.id}})
    assert sets.keep(connection, {1: {b.id}}, {b.id}) == {1}
    assert sets.keep(connection, {1: set()}, {a.id}) == {1}
    assert rows(connection) == {(a.id, 1, False), (a.id, 2, True), (b.id, 1, True)}
    assert sets.keep(connection, {2: set()}, set()) == set()
    assert sets.keep(connection, {}) == set()


def test_the_first_filling_is_no_news_but_a_later_one_is(connection: Connection) -> None:
    a = make(connection, "a")
    assert sets.keep(connection, {1: {a.id}, 2: {a.id}}) == set()
    sets.mark_filled(connection, NOW)
    sets.change(connection, a, NOW + 1, definition="pid = IE3", name="", description="")
    assert sets.keep(connection, {1: {a.id}, 2: set(), 3: {a.id}}) == {2, 3}


def test_a_set_that_is_gone_is_passed_over(connection: Connection) -> None:
    a = make(connection, "a")
    assert sets.keep(connection, {1: {a.id, a.id + 1}}) == set()
    assert rows(connection) == {(a.id, 1, True)}


def test_many_take_few_statements_and_write_nothing_twice(repository: Repository) -> None:
    with repository.write() as connection:
        a, b = make(connection, "a", filled=True), make(connection, "b", filled=True)
    everyone = {key: {a.id, b.id} for key in range(1, 1_301)}
    counted: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement.split(maxsplit=1)[0])

    event.listen(repository.engine, "before_cursor_execute", count)
    with repository.write() as connection:
        counted.clear()
        assert sets.keep(connection, everyone) == set(everyone)
        assert (counted.count("SELECT"), counted.count("INSERT"), len(counted)) == (4, 1, 5)
        assert len(sets.specs_of(connection, everyone)) == 1_300
        counted.clear()
        assert sets.keep(connection, everyone) == set()
        assert set(counted) == {"SELECT"}
        assert sets.keep(connection, dict.fromkeys(everyone, frozenset())) == set(everyone)
        assert {present for _, _, present in rows(connection)} == {False}


def test_those_who_can_be_harvested_count_as_members(connection: Connection) -> None:
    a = make(connection, "a")
    sets.keep(connection, {key: {a.id} for key in range(1, 8)})
    sets.keep(connection, {2: set()})
    raw(connection, "UPDATE ie SET published = false WHERE id = 3")
    raw(connection, "UPDATE ie SET harvested = true WHERE id = 4")
    raw(connection, "UPDATE ie SET status = 'deleted' WHERE id = 5")
    assert sets.count_members(connection, a.id) == 3
    assert sets.members(connection, a.id, 0, 2) == [Member(1, "IE1"), Member(6, "IE6")]
    assert sets.members(connection, a.id, 6, 2) == [Member(7, "IE7")]
    assert sets.count_members(connection, a.id + 1) == 0
