"""What is kept of everybody at once is shown to an account of one institution as far as it is its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import html
from sqlalchemy import insert

from mdwatch.handlers.exports import request as export_request
from mdwatch.handlers.ies import change
from mdwatch.handlers.jobs import request, undo
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.handlers.updates import run_once
from mdwatch.model import AccountRole
from mdwatch.repository import batches, notifications, occurrences, sets
from mdwatch.repository.occurrences import Occurrence
from mdwatch.repository.tables.exports import export_failure
from mdwatch.rules.notifying import Happening
from tests.web.pages import text_of
from tests.web.sites import Site, site
from tests.web.test_accounts import OURS, THEIRS, bearer, two_houses
from tests.worlds import JOB, World, dc, update

MOMENT = 1_700_000_000_000


class TwoHouses(NamedTuple):
    """A site of two institutions, and who asks: somebody who covers one of them, and somebody who covers all."""

    there: Site
    world: World
    limited: dict[str, str]
    everything: dict[str, str]

    def items(self, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.there.ask("GET", path, headers=headers)["items"]
        return found

    def page(self, path: str, status: int = 200) -> str:
        answer = self.there.client.get(path, headers=self.limited)
        assert answer.status_code == status, (path, answer.text)
        return answer.text


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> Iterator[TwoHouses]:
    world = two_houses(tmp_path)
    world.raw["mail"] = {"host": "localhost"}
    wish = {"events": ["error"]}
    world.raw["notifications"] = {
        "ours": {**wish, "mail": ["us@example.org"], "institutions": [OURS]},
        "of-our-job": {**wish, "mail": ["job@example.org"], "jobs": [JOB]},
        "theirs": {**wish, "mail": ["them@example.org"], "institutions": [THEIRS]},
        "both": {**wish, "mail": ["both@example.org"], "jobs": [JOB, "zweig"]},
        "all": {**wish, "mail": ["all@example.org"]},
    }
    with site(world) as there:
        roles = (AccountRole.MANAGER, OURS), (AccountRole.MANAGER, None)
        yield TwoHouses(there, world, *(bearer(there.context, *role) for role in roles))


def test_batches_are_listed_without_what_they_came_to_for_others(house: TwoHouses) -> None:
    context = house.there.context
    batch = export_request.carry_out(context, "all", "ann")
    with context.repository.write() as connection:
        keys: dict[str, int] = dict(connection.exec_driver_sql("SELECT pid, id FROM ie").all())
        for pid in ("IE1", "IE2"):
            failed = {"ie_version": 2, "exporter_version": "1", "reason": f"no {pid}", "since": MOMENT, "tries": 1}
            failed |= {"ie_id": keys[pid], "format": "ddi", "next_at": 2 * MOMENT, "tried_at": batch.started_at}
            connection.execute(insert(export_failure).values(failed))
    everything = house.items("/api/batches", house.everything)
    assert (everything[0]["total"], everything[0]["log"] is None) == (2, False)
    assert [item["pid"] for item in house.items(f"/api/batches/{batch.id}/failures", house.everything)] == [
        "IE1",
        "IE2",
    ]
    hidden = ("total", "processed", "exported", "unchanged", "failed", "reason", "log")
    listed = house.items("/api/batches", house.limited)
    shown = house.there.ask("GET", f"/api/batches/{batch.id}", headers=house.limited)
    for item in (*listed, shown):
        assert (item["id"], item["status"], [item[name] for name in hidden]) == (batch.id, "finished", [None] * 7)
    assert (shown["tail"], [item["pid"] for item in shown["failures"]]) == ([], ["IE1"])
    assert [item["pid"] for item in house.items(f"/api/batches/{batch.id}/failures", house.limited)] == ["IE1"]
    page = house.page(f"/batches/{batch.id}")
    assert "no IE1" in page
    assert "Those of yours that failed" in page
    for other in ("IE2", "Processed", "Exported", batch.log or "", "Cancel"):
        assert other not in page, other
    assert f'href="/batches/{batch.id}"' in house.page("/")
    assert 'data-label="Exported"' not in house.page("/")


def test_a_batch_that_runs_is_told_of_without_its_counts(house: TwoHouses) -> None:
    with house.there.context.repository.write() as connection:
        batch = batches.ask(connection, "all", "ann", MOMENT)
        assert batch is not None
        batches.start(connection, batch.id, MOMENT, "x.log", 1234, 9)
        batches.add(connection, batch.id, processed=300)
    for path in ("/", f"/batches/{batch.id}"):
        page = html.document_fromstring(house.page(path))
        assert page.xpath("//progress") == []
        assert "234" not in text_of(page)
    assert house.there.ask("GET", "/api/exports", headers=house.limited)["batch"]["processed"] is None
    assert house.there.ask("GET", "/api/exports", headers=house.everything)["batch"]["processed"] == 300


def _message(house: TwoHouses, name: str, *told: Occurrence) -> None:
    with house.there.context.repository.write() as connection:
        keys = [occurrences.note(connection, item) for item in told]
        terms: dict[str, Any] = {"message_id": f"{name}-{keys[0]}", "at": MOMENT, "due_at": MOMENT}
        notifications.make(connection, name, "mail", f"{name}@example.org", keys, **terms)


def test_messages_are_shown_that_are_for_them_and_about_nothing_else(house: TwoHouses) -> None:
    def happened(**about: Any) -> Occurrence:
        return Occurrence(at=MOMENT, what=Happening.RUN_ABORTED, reason="it broke", **about)

    ours, theirs = happened(job=JOB), happened(job="zweig")
    told = (
        ("ours", (ours,), True),
        ("of-our-job", (ours, happened(institution=OURS)), True),
        ("ours", (ours, theirs), False),  # one of two is about others
        ("ours", (happened(),), False),  # about everything
        ("ours", (happened(job="shared"),), False),
        ("ours", (happened(job="zweig", institution=OURS),), False),
        ("ours", (happened(institution=THEIRS),), False),
        ("theirs", (theirs,), False),
        ("all", (ours,), False),  # whoever is told of everything
        ("gone", (ours,), False),  # no longer in the settings
    )
    for name, items, _ in told:
        _message(house, name, *items)
    wanted = [number for number, (_, _, seen) in enumerate(told, 1) if seen]
    assert [item["id"] for item in house.items("/api/notifications", house.everything)] == list(range(10, 0, -1))
    assert [item["id"] for item in house.items("/api/notifications?limit=1", house.limited)] == wanted[-1:]
    assert [item["id"] for item in house.items("/api/notifications", house.limited)] == wanted[::-1]
    for number in range(1, 11):
        status = 200 if number in wanted else 404
        house.page(f"/notifications/{number}", status)
        house.there.ask("GET", f"/api/notifications/{number}", status, headers=house.limited)
        house.there.ask("POST", f"/api/notifications/{number}/resend", status, headers=house.limited)
    wishes = house.there.ask("GET", "/api/notifications/wishes", headers=house.limited)
    assert [wish["notification"] for wish in wishes] == ["ours", "of-our-job"]
    page = house.page("/notifications")
    assert "job@example.org" in page
    for other in ("them@", "both@", "all@", "zweig", THEIRS):
        assert other not in page, other
    message = house.there.ask("POST", "/api/notifications/test", 404, json={"name": "all"}, headers=house.limited)
    assert message.endswith("those there are: ours, of-our-job")


def test_messages_that_reached_nobody_are_counted_of_theirs(house: TwoHouses) -> None:
    now = house.there.context.clock.now()
    for name, job in (("ours", JOB), ("theirs", "zweig"), ("all", "shared")):
        _message(house, name, Occurrence(at=now, what=Happening.RUN_ABORTED, job=job))
    with house.there.context.repository.write() as connection:
        for key in (1, 2, 3):
            notifications.end(connection, key, "given-up", now, "nobody there")
    words = "1\u00a0message of the last seven days reached nobody"
    assert words in house.page("/")
    assert (
        words.replace("1\u00a0message", "3\u00a0messages") in house.there.client.get("/", headers=house.everything).text
    )


def test_the_trail_has_what_was_done_to_theirs(house: TwoHouses) -> None:
    context = house.there.context
    change.lock(context, "IE1", "ann")
    change.lock(context, "IE2", "ben")
    for job in (JOB, "zweig", "shared"):
        request.pause(context, job)
    for spec, where in (("ours", f"institution = {OURS}"), ("everybody", "dc:title ~ e"), ("nobody", "dc:title ~ xyz")):
        oai_sets.create(context, spec, where, spec, "")
    with context.repository.write() as connection:
        keys: dict[str, int] = dict(connection.exec_driver_sql("SELECT pid, id FROM ie").all())
        specs: dict[str, int] = dict(connection.exec_driver_sql("SELECT spec, id FROM oai_set").all())
        sets.keep(connection, {keys["IE1"]: {specs["ours"], specs["everybody"]}, keys["IE2"]: {specs["everybody"]}})
    export_request.carry_out(context, "all", "ann")
    acts = house.items("/api/trail", house.limited)
    told = {(item["act"], item["subject"]) for item in acts}
    assert told == {("ie-load", "IE1"), ("ie-lock", "IE1"), ("job-pause", JOB), ("set-create", "ours")}
    # What is left out makes no page shorter.
    assert [item["subject"] for item in house.items("/api/trail?limit=2", house.limited)] == ["ours", JOB]
    assert house.items("/api/trail?subject=IE2", house.limited) == []
    everything = {(item["act"], item["subject"]) for item in house.items("/api/trail?limit=1000", house.everything)}
    assert {("ie-lock", "IE2"), ("job-pause", "shared"), ("set-create", "everybody")} < everything


def test_an_ie_of_theirs_names_no_job_of_others(house: TwoHouses) -> None:
    context = house.there.context
    (house.world.root / "shared" / "vault.xml").write_bytes(update("IE1", dc("By all of us")))
    run = run_once.run_job(context, "shared").run_id
    undo.undo(context, run, "shared")
    (house.world.root / "shared" / "vault2.xml").write_bytes(update("IE1", dc("Again by all")))
    run_once.run_job(context, "shared")
    ours = run_once.run_job(context, JOB).run_id
    addresses = ("/ies/IE1", "/api/ies/IE1", "/api/ies/IE1?format=mets", "/api/ies/IE1/history", "/api/trail")
    for path in addresses:
        page = house.page(path)
        for other in ("vault", "shared", "consortium"):
            assert other not in page, (path, other)
        if "trail" not in path:
            assert "another institution" in page, path
    versions = house.items("/api/ies/IE1/history", house.limited)
    assert [(item["agent"], item["job"], item["file"]) for item in versions[:2]] == [
        ("editor", JOB, "ours.xml"),
        ("another institution", None, None),
    ]
    whole = house.there.client.get("/api/ies/IE1", headers=house.everything).text
    assert "JOB=shared;FILE=vault.xml;" in whole
    # What stands against undoing their own run is told of without a name, too.
    (house.world.root / "shared" / "vault3.xml").write_bytes(update("IE1", dc("Once more")))
    run_once.run_job(context, "shared")
    left = house.there.ask("GET", f"/api/runs/{ours}/undo", headers=house.limited)["left"]
    assert [item["reason"] for item in left] == ["updated since by another institution, as version 6"]
    assert (
        "in job shared from vault3.xml" in house.there.client.get(f"/runs/{ours}/undo", headers=house.everything).text
    )
    # The records themselves are theirs.
    assert "By all of us" in house.page("/ies/IE1")


def test_a_file_for_an_ie_of_others_does_not_show_what_that_says(house: TwoHouses) -> None:
    house.world.drop("prying.xml", update("IE2", dc("Guess")))
    house.world.drop("new.xml", update("IE99", dc("New title")))
    run_once.run_job(house.there.context, JOB)
    (house.world.root / "theirs" / "unseen-later.xml").write_bytes(update("IE2", dc("Unseen later")))
    run_once.run_job(house.there.context, "zweig")
    shown = house.page("/errors/check?file=dc/prying.xml&file=dc/new.xml")
    assert "IE belongs to another institution" in shown
    assert "New title" in shown
    assert "Unseen" not in shown
    # What came later is none of their business either: it is tried again, and left by the rule of institutions.
    answer = house.there.ask("POST", f"/api/jobs/{JOB}/retry", json={"files": ["prying.xml"]}, headers=house.limited)
    assert "Unseen" not in str(answer)
    assert "unseen" not in str(answer)
    assert (house.world.folder / "prying.xml").exists()
    run_once.run_job(house.there.context, JOB)
    assert (house.world.folder / "error" / "prying.xml").exists()


def test_what_a_run_did_to_an_ie_that_others_have_by_now_is_theirs_to_undo(house: TwoHouses) -> None:
    run = run_once.run_job(house.there.context, JOB).run_id
    house.world.load({"pid": "IE1", "institution": THEIRS})
    path = f"/api/runs/{run}/undo"
    (left,) = house.there.ask("GET", path, headers=house.limited)["left"]
    assert (left["pid"], left["outcome"]) == ("IE1", "of another institution")
    house.there.ask("POST", path, 202, headers=house.limited)
    assert house.world.title("IE1") == "Ours too"
    house.there.ask("POST", path, 202, headers=house.everything)
    assert house.world.title("IE1") == "Ours"
