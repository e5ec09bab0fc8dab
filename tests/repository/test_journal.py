"""The journal: what was decided of each file, what is still to be carried out, what waits; odd names and numbers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from mdwatch.model import Identity, IntellectualEntity, Stage
from mdwatch.repository import changes, journal, past_files, run_entries, waiting_list
from mdwatch.repository.engine import Repository
from mdwatch.repository.journal import Entry, FiledAs, FiledRows
from mdwatch.repository.run_entries import LogPosition
from mdwatch.repository.waiting_list import Waiting
from tests.postgres import database_url

LOG = LogPosition(7, 0)
NOT_UTF8 = b"a\xff\xfe.xml".decode("utf-8", "surrogateescape")
NAMES = [
    "plain.xml",
    "with space.xml",
    "back\\slash.xml",
    "\\xff.xml",
    "\\\\x41\\.xml",
    NOT_UTF8,
    f"\\{NOT_UTF8}",
    "\u0628\U0001f600.xml",
    "quote'\".xml",
    "line\nfeed.xml",
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A write transaction of a new repository."""
    opened = Repository(database_url(tmp_path / "a.db"), 30)
    with opened.write() as begun:
        yield begun
    opened.close()


def entry(run_id: int, name: str, **rest: Any) -> Entry:
    given = {"job": "dc", "identity": Identity(1, 2, 3), "digest": b"d" * 16, "pid": "IE1", "code": "updated"}
    return Entry(run_id=run_id, name=name, reason="", at=0, **{**given, **rest})


def waits(name: str, **rest: Any) -> Waiting:
    given = {"job": "dc", "identity": Identity(1, 2, 3), "pid": "IE1", "code": "in-sip", "reason": "", "since": 5}
    return Waiting(name=name, **{**given, **rest})


def run(connection: Connection, job: str = "dc") -> int:
    return run_entries.start_run(connection, job, "editor", 1000, LOG).id


@pytest.mark.parametrize("name", NAMES)
def test_any_file_name_comes_back_and_is_found(connection: Connection, name: str) -> None:
    journal.write(connection, [entry(run(connection), name)])
    journal.mark_carried_out(connection, "dc", FiledRows({name: FiledAs(f"{name}.2", 3)}))
    waiting_list.keep_waiting(connection, [waits(name)])
    for wanted in (name, f"{name}.2"):
        assert [(row.name, row.filed_as) for row in past_files.of_name(connection, wanted, "dc", 9)] == [
            (name, f"{name}.2")
        ]
    assert [row.name for row in waiting_list.waiting_of_name(connection, name, None)] == [name]
    assert waiting_list.held(connection, "dc").keys() == {name}
    waiting_list.stop_waiting(connection, "dc", [name])
    assert waiting_list.waiting_files(connection, "dc") == []


def test_no_two_names_are_taken_for_one(connection: Connection) -> None:
    journal.write(connection, [entry(run(connection), name) for name in NAMES])
    assert [len(past_files.of_name(connection, name, None, 9)) for name in NAMES] == [1] * len(NAMES)


@pytest.mark.parametrize("inode", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_any_inode_comes_back(connection: Connection, inode: int) -> None:
    identity = Identity(inode, 2**40, -5)
    found = run_entries.start_run(connection, "dc", "editor", 1000, LogPosition(inode, 3))
    journal.write(connection, [entry(found.id, "a.xml", identity=identity)])
    waiting_list.keep_waiting(connection, [waits("a.xml", identity=identity)])
    assert journal.to_carry_out(connection, "dc")[0].identity == identity
    assert waiting_list.held(connection, "dc")["a.xml"].identity == identity
    assert run_entries.open_runs(connection, "dc")[0].log == LogPosition(inode, 3)


def test_what_is_to_be_carried_out_comes_in_its_order_until_it_is_marked(connection: Connection) -> None:
    key = run(connection)
    journal.write(connection, [entry(key, name) for name in ("c", "a", "b")])
    journal.write(connection, [entry(run(connection, "other"), "x", job="other")])
    assert [row.name for row in journal.to_carry_out(connection, "dc")] == ["c", "a", "b"]
    journal.mark_carried_out(connection, "dc", FiledRows({"a": FiledAs("a.2", 3)}))
    assert journal.to_carry_out(connection, "dc") == []
    assert [row.name for row in journal.to_carry_out(connection, "other")] == ["x"]
    assert [(row.name, row.filed_as, row.carried_out) for row in past_files.of_run(connection, key, 9)] == [
        ("b", None, True),
        ("a", "a.2", True),
        ("c", None, True),
    ]


def test_a_new_name_is_noted_of_the_file_in_hand_only(connection: Connection) -> None:
    key = run(connection)
    journal.write(connection, [entry(key, "a")])
    journal.mark_carried_out(connection, "dc", FiledRows())
    journal.write(connection, [entry(key, "a")])
    journal.mark_carried_out(connection, "dc", FiledRows({"a": FiledAs("a.2", 3)}))
    assert [row.filed_as for row in past_files.of_name(connection, "a", "dc", 9)] == ["a.2", None]


def test_runs_are_told_newest_first_and_open_ones_oldest_first(connection: Connection) -> None:
    keys = [run(connection) for _ in range(3)]
    run(connection, "other")
    run_entries.end_run(connection, keys[0], 2000, "Success", None, LOG)
    run_entries.close_run(connection, keys[0])
    run_entries.end_run(connection, keys[1], 3000, "Error", "why", LogPosition(8, 9))
    assert [item.id for item in run_entries.runs(connection, "dc", 2)] == [keys[2], keys[1]]
    ended, running = run_entries.open_runs(connection, "dc")
    assert (ended.id, ended.ended_at, ended.status, ended.reason) == (keys[1], 3000, "Error", "why")
    assert ended.log == LogPosition(8, 9)
    assert (running.id, running.status, running.closed) == (keys[2], None, False)


def test_files_are_counted_by_code_and_run(connection: Connection) -> None:
    first, second = run(connection), run(connection)
    codes = ["updated", "updated", "locked"]
    journal.write(connection, [entry(first, str(number), code=code) for number, code in enumerate(codes)])
    journal.write(connection, [entry(second, "x", code="no-change")])
    assert run_entries.counts(connection, first) == {"updated": 2, "locked": 1}
    assert run_entries.counts(connection, second) == {"no-change": 1}


def test_a_newer_note_replaces_the_older_of_the_same_name(connection: Connection) -> None:
    waiting_list.keep_waiting(connection, [waits("a", reason="one"), waits("b", since=3)])
    waiting_list.keep_waiting(connection, [waits("a", reason="two", since=9)])
    assert [(item.name, item.reason) for item in waiting_list.waiting_files(connection, "dc")] == [
        ("b", ""),
        ("a", "two"),
    ]
    assert waiting_list.count_waiting(connection, "dc") == (2, 3)
    assert waiting_list.count_waiting(connection, "other") == (0, None)


def test_a_waiting_file_is_told_beside_its_ie_as_it_is_now(connection: Connection) -> None:
    ie_id = changes.create(connection, IntellectualEntity(pid="IE1", institution="INS01", stage=Stage.SIP))
    waiting_list.keep_waiting(connection, [waits("a"), waits("b", pid="IE2"), waits("c", pid=None)])
    held = waiting_list.held(connection, "dc")
    assert [held[name].stage for name in "abc"] == ["sip", None, None]
    changes.set_facts(connection, ie_id, 0, stage="permanent")
    assert waiting_list.held(connection, "dc")["a"].stage == "permanent"
