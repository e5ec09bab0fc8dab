"""The questions that are asked all the time are answered by an index, on both engines: none reads a table that grows.

PostgreSQL is told to read no table whole where there is any other way; one that it reads all the same has none.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from mdwatch.repository import (
    batch_lines,
    batches,
    control,
    error_files,
    harvesting,
    ies,
    interventions,
    journal,
    past_files,
    run_entries,
    waiting_list,
)
from mdwatch.repository.engine import Repository
from mdwatch.repository.exports import documents, due, failures, store
from mdwatch.repository.exports.store import SeenIe
from mdwatch.repository.exports.subjects import subjects
from mdwatch.repository.harvesting import ListKey, Selected
from tests.postgres import database_url

# Those that grow with IEs, updates and runs.
GROWING = {
    "batch_line",
    "event",
    "export",
    "export_failure",
    "ie",
    "ie_mets",
    "ie_version",
    "intervention",
    "journal",
    "record",
    "record_version",
    "run",
    "set_member",
    "waiting",
}

QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "an IE": lambda c: ies.get(c, "IE1"),
    "IEs of a group": lambda c: ies.stored(c, ["IE1", "IE2"]),
    "IEs to be exported": lambda c: subjects(c, [1, 2]),
    "versions of an IE": lambda c: ies.versions(c, "IE1"),
    "records as they were": lambda c: ies.records_at(c, 1, 1),
    "whether an IE is published": lambda c: ies.is_published(c, "IE1"),
    "what is due": lambda c: due.ids(c, 0, 100),
    "what is due of a batch": lambda c: due.ids(c, 0, 100, 10),
    "how much is due": due.count,
    "the newest IE": due.last_key,
    "what failed": lambda c: failures.ids(c, 0, 100, 5),
    "who stands as seen": lambda c: store.standing(c, [SeenIe(1, 1)]),
    "a document": lambda c: documents.get(c, "IE1", "oai_dc"),
    "documents of an IE": lambda c: documents.of_ie(c, "IE1"),
    "a page of a list": lambda c: harvesting.page(c, Selected("oai_dc"), None, 100),
    "a later page": lambda c: harvesting.page(c, Selected("oai_dc", 0, 9), ListKey(5, 7), 100),
    "a page of a set": lambda c: harvesting.page(c, Selected("oai_dc", None, None, (1,)), None, 100),
    "contents of a page": lambda c: harvesting.documents(c, "oai_dc", [1, 2]),
    "an item": lambda c: harvesting.find(c, "IE1", ["oai_dc"]),
    "what is to be carried out": lambda c: journal.to_carry_out(c, "dc"),
    "whether anything is left over": lambda c: journal.any_left_over(c, "dc"),
    "whether files were decided": lambda c: journal.unmoved_of(c, "dc", [1, 2]),
    "what this run moved": lambda c: journal.moved_in_run(c, "dc", 1, ["a", "b"]),
    "open retries": lambda c: interventions.open_retries(c, "dc", [1, 2]),
    "files of a name": lambda c: past_files.of_name(c, "a", "dc", 10),
    "files whose names begin so": lambda c: past_files.files_named(c, ["dc"], "a", None, 10),
    "files of an IE": lambda c: past_files.files_of_ie(c, "IE1", None, 10),
    "files of a run": lambda c: past_files.files_of_run(c, 1, None, None, 10),
    "who changed an IE": lambda c: list(error_files.changes_of(c, "IE1")),
    "runs": lambda c: run_entries.runs(c, "dc", 5),
    "open runs": lambda c: run_entries.open_runs(c, "dc"),
    "counts of a run": lambda c: run_entries.counts(c, 1),
    "who waits": lambda c: waiting_list.waiting_of(c, "dc", ["a"]),
    "how many wait": lambda c: waiting_list.count_waiting(c, "dc"),
    "the open batch": batches.open_batch,
    "lines of a batch": lambda c: list(batch_lines.after(c, 1, 5)),
    "logs that lack lines": batch_lines.of_ended,
    "what is older": lambda c: due.older(c, 5, 0, 10, 100),
    "states of jobs": control.states,
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    opened = Repository(database_url(Path(tmp_path_factory.mktemp("plans")) / "a.db"), 30)
    yield opened
    opened.close()


def plan(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """The steps of a plan, in the database's words."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        return [row[3] for row in rows]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return list(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())


def read_whole(step: str) -> str | None:
    """The table that a step reads whole; None where it does not."""
    if found := re.search(r"Seq Scan on (\w+)", step):
        return found[1]
    found = re.match(r"SCAN (\w+)(?! USING)", step)
    return found[1] if found else None


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_table_that_grows(repository: Repository, question: str) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with repository.read() as connection:
        event.listen(connection, "before_cursor_execute", note)
        QUESTIONS[question](connection)
        event.remove(connection, "before_cursor_execute", note)
        assert asked
        for statement, parameters in asked:
            steps = plan(connection, statement, parameters)
            whole = {table for step in steps if (table := read_whole(step))} & GROWING
            assert not whole, "\n".join([statement, *steps])
