"""Reading the journal page by page: every row once, in order, and by way of an index."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from mdwatch.model import Identity
from mdwatch.repository import control, journal, past_files, run_entries, waiting_list
from mdwatch.repository.engine import Repository
from mdwatch.repository.journal import Entry
from mdwatch.repository.run_entries import LogPosition
from mdwatch.repository.waiting_list import Waiting
from tests.postgres import database_url

NAMES = ("b\udcff.xml", "b\\.xml", "a.xml", "b.xml", "bä.xml", "c.xml")
SAME = Identity(1, 2, 3)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    there = Repository(database_url(tmp_path / "mdwatch.db"), 5)
    yield there
    there.close()


@pytest.fixture
def connection(repository: Repository) -> Iterator[Connection]:
    """Two jobs with three runs each; each run has decided every name."""
    with repository.write() as connection:
        for number in range(6):
            job = f"job{number % 2}"
            run = run_entries.start_run(connection, job, "editor", number, LogPosition(0, 0))
            codes = ("updated", "locked")
            entries = [
                Entry(
                    run_id=run.id, job=job, name=name, identity=SAME, digest=b"", pid=f"IE{n}", code=codes[n % 2],
                    reason="", at=0,
                )
                for n, name in enumerate(NAMES)
            ]  # fmt: skip
            journal.write(connection, entries)
        files = [Waiting(job="job0", name=n, identity=SAME, pid=None, code="in-sip", reason="", since=0) for n in NAMES]
        waiting_list.keep_waiting(connection, files)
        yield connection


def test_runs(connection: Connection) -> None:
    assert [run.id for run in run_entries.runs_before(connection, None, None, 4)] == [6, 5, 4, 3]
    assert [run.id for run in run_entries.runs_before(connection, None, 3, 4)] == [2, 1]
    assert [run.id for run in run_entries.runs_before(connection, "job0", 5, 4)] == [3, 1]
    found = run_entries.run_of(connection, 2)
    assert found is not None
    assert (found.id, found.job) == (2, "job1")
    assert run_entries.run_of(connection, 7) is None


def test_files_of_a_run(connection: Connection) -> None:
    whole = past_files.files_of_run(connection, 2, None, None, 100)
    assert [entry.name for entry in whole] == list(NAMES)
    assert past_files.files_of_run(connection, 2, None, whole[3].id, 100) == whole[4:]
    assert past_files.files_of_run(connection, 2, "locked", None, 100) == whole[1::2]
    assert past_files.files_of_run(connection, 2, None, None, 2) == whole[:2]


def test_waiting_files(connection: Connection) -> None:
    found: list[str] = []
    while page := waiting_list.waiting_after(connection, "job0", found[-1] if found else None, 2):
        found += [file.name for file in page]
    assert sorted(found) == sorted(NAMES)
    assert waiting_list.waiting_after(connection, "job1", None, 2) == []


def test_files_of_an_ie(connection: Connection) -> None:
    whole = past_files.files_of_ie(connection, "IE3", None, 100)
    assert [(entry.run_id, entry.name) for entry in whole] == [(n, "b.xml") for n in (6, 5, 4, 3, 2, 1)]
    assert past_files.files_of_ie(connection, "IE3", whole[1].id, 2) == whole[2:4]


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ("b", {"b.xml", "b\\.xml", "bä.xml", "b\udcff.xml"}),
        ("b\\", {"b\\.xml"}),
        ("bä", {"bä.xml"}),
        ("b\udcff", {"b\udcff.xml"}),
        ("", set(NAMES)),
        ("d", set()),
        ("_", set()),
    ],
)
def test_files_whose_names_start_so(connection: Connection, start: str, names: set[str]) -> None:
    found = past_files.files_named(connection, ["job0"], start, None, 100)
    assert {entry.name for entry in found} == names
    assert len(found) == 3 * len(names)
    assert {entry.job for entry in found} <= {"job0"}
    assert past_files.files_named(connection, [], start, None, 100) == []


@pytest.mark.sqlite
def test_names_are_found_by_an_index(connection: Connection) -> None:
    statements: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(connection, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, tuple(parameters)))

    past_files.files_named(connection, ["job0", "job1"], "b", None, 100)
    past_files.files_of_ie(connection, "IE3", None, 100)
    past_files.files_of_run(connection, 2, None, 3, 100)
    event.remove(connection, "before_cursor_execute", note)
    assert len(statements) == 3
    for statement, parameters in statements:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        assert not any(line.startswith("SCAN journal") and "USING" not in line for line in plan), plan


def test_a_request_is_about_a_job(connection: Connection) -> None:
    key = control.ask_to_run(connection, "job1", 0)
    assert run_entries.job_of_request(connection, key) == "job1"
    assert run_entries.job_of_request(connection, key + 1) is None
