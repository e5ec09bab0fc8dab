"""The questions that are asked all the time are answered by an index, on both engines: none reads a table that grows.

These are asked here in any case, also of an empty repository; all others are explained as tests ask them (`plans`).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, select

from mdwatch.model import Identity
from mdwatch.repository import (
    batch_lines,
    batches,
    control,
    error_files,
    harvesting,
    ies,
    interventions,
    journal,
    notifications,
    occurrences,
    past_files,
    retiring,
    run_entries,
    sets,
    sign_ins,
    tokens,
    trends,
    waiting_list,
)
from mdwatch.repository.engine import Repository
from mdwatch.repository.exports import documents, due, failures, store
from mdwatch.repository.exports.store import SeenIe
from mdwatch.repository.exports.subjects import subjects
from mdwatch.repository.harvesting import ListKey, Selected
from mdwatch.repository.notifications import WayOut
from mdwatch.repository.tables.control import job_state
from mdwatch.repository.tables.files import journal as journal_table
from mdwatch.repository.tables.ies import ie_version
from tests import plans
from tests.postgres import database_url

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
    "what is older": lambda c: due.older(c, 5, 0, 10, 100),
    "states of jobs": control.states,
    "what was asked for": control.open_requests,
    "who updated an IE by a job": lambda c: list(error_files.updates_by(c, "dc", "IE1")),
    "verdicts on error files": lambda c: error_files.verdicts(c, "dc", {"a": Identity(1, 2, 3)}),
    "old rows of the journal": lambda c: retiring.page(c, 5, 0, 10, 100),
    "what old rows hold on to": lambda c: retiring.surroundings(c, "dc", retiring.still(c, [1])),
    "files in done/ without rows": lambda c: retiring.filed_after(c, "dc", "", 10),
    "old runs": lambda c: retiring.old_runs(c, 5, 10),
    "verdicts by days": lambda c: trends.files(c, 0, 0),
    "documents by days": lambda c: trends.documents(c, ["oai_dc"], 0, 0),
    "messages that are due": lambda c: notifications.due(c, 0, 10),
    "messages that are due by a webhook": lambda c: notifications.due(c, 0, 10, WayOut("webhook", "https://x")),
    "by what ways messages go": lambda c: notifications.ways_out(c, 0),
    "the message to add to": lambda c: notifications.add(c, "a", "mail", "b", [1]),
    "when somebody was last told": lambda c: notifications.last_due(c, "a", "mail", "b"),
    "messages that were given up": lambda c: notifications.given_up_since(c, 0),
    "what is not told yet": lambda c: occurrences.untaken(c, 10),
    "sets of IEs": lambda c: sets.specs_of(c, [1, 2]),
    "a token": lambda c: tokens.of_digest(c, b""),
    "a sign-in": lambda c: sign_ins.of_digest(c, b""),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    opened = Repository(database_url(Path(tmp_path_factory.mktemp("plans")) / "a.db"), 30)
    yield opened
    opened.close()


def asked_by(connection: Connection, question: Callable[[Connection], object]) -> list[tuple[str, list[str]]]:
    """The statements of a question, each with its plan."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    question(connection)
    event.remove(connection, "before_cursor_execute", note)
    raw = connection.connection.driver_connection
    return [(statement, plans.explained(connection, raw, statement, given)) for statement, given in asked]


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_table_that_grows(repository: Repository, question: str) -> None:
    with repository.read() as connection:
        asked = asked_by(connection, QUESTIONS[question])
    assert asked
    for statement, steps in asked:
        assert not plans.whole(statement, steps), "\n".join([statement, *steps])


@pytest.mark.sqlite
def test_of_many_that_wait_for_their_ies_none_is_read_to_find_those_that_do_not(repository: Repository) -> None:
    # All that wait stand in a list of a job, which the plans above take for a short one.
    with repository.read() as connection:
        ((_, others),) = asked_by(connection, lambda c: waiting_list.waiting_but(c, "dc", "in-sip"))
        ((_, number),) = asked_by(connection, lambda c: waiting_list.count_waiting_for(c, "dc", "in-sip"))
    searched = [step for step in others if "waiting" in step]
    assert [step.partition("ix_waiting_code ")[2] for step in searched] == ["(job=? AND code<?)", "(job=? AND code>?)"]
    assert any("COVERING INDEX ix_waiting_code" in step for step in number)


def test_a_new_question_without_an_index_is_noticed_when_it_is_asked(repository: Repository) -> None:
    """As one that this room has, for what tests ask by themselves is their own affair."""
    room: dict[str, Any] = {"__name__": "mdwatch.repository.new_room"}
    exec("def ask(connection, statement):\n    connection.execute(statement)", room)
    journal, old = journal_table.c, ie_version.c.at < 5
    for faults, statement in (
        (1, select(journal.id).where(journal.reason == "x")),
        (1, delete(ie_version).where(old)),
        (0, select(journal.id).where(journal.pid == "x")),
        (0, select(journal.reason).order_by(journal.id).limit(7)),
        (0, select(job_state.c.reason).where(job_state.c.since > 12)),
    ):
        with repository.write() as connection:
            room["ask"](connection, statement)
        found = plans.faults.copy()
        plans.faults.clear()
        assert len(found) == faults, statement
