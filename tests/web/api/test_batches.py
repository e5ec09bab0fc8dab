"""Batches of exports over HTTP: asked for as with Dataverse and in our own way, followed, ended."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mdwatch.handlers.ies import change
from mdwatch.model import Batch
from mdwatch.repository.exports import due
from tests import foreign
from tests.web.exported import exported, run_open, world_of
from tests.web.sites import BEARER, TOKEN, Site, site

ALL = "/api/admin/metadata/exportAll"
AGAIN = "/api/admin/metadata/reExportAll"
BAD_DATE = "Invalid date format for olderThan parameter. Expected format: YYYY-MM-DD"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    with site(exported(tmp_path)) as found:
        yield found


def begin(there: Site, path: str = ALL) -> dict[str, Any]:
    """The answer to one of Dataverse's calls."""
    response = there.client.get(path)
    assert response.status_code == 202, response.text
    value: dict[str, Any] = response.json()
    assert value["status"] == "WORKFLOW_IN_PROGRESS"
    assert response.headers["location"] == value["data"]["follow"]
    return value


# --- asking


@pytest.mark.parametrize(
    ("path", "about"), [(ALL, "export all that is due"), (AGAIN, "export everything anew")], ids=["all", "again"]
)
def test_dataverses_answer_and_where_to_follow(there: Site, path: str, about: str) -> None:
    assert begin(there, path) == {
        "status": "WORKFLOW_IN_PROGRESS",
        "data": {"batch": 2, "new": True, "follow": "/api/batches/2", "message": f"batch 2 ({about}) is asked for"},
    }
    found = there.ask("GET", "/api/batches/2")
    assert (found["status"], found["about"], found["asked_by"], found["log"]) == (
        "waiting",
        about,
        "testclient",
        None,
    )
    assert (found["failures"], found["tail"]) == ([], [])


@pytest.mark.parametrize("query", ["formats=native_json", "formats=dataverse_json, native_json", "formats=,"])
def test_only_some_formats_are_made_anew(there: Site, query: str) -> None:
    first = kept(there)
    if query == "formats=,":
        assert "not exported as ''" in there.ask("GET", f"{AGAIN}?{query}", 400)
        return
    begin(there, f"{AGAIN}?{query}")
    found = there.ask("GET", "/api/batches/2")
    assert (found["about"], found["formats"]) == ("export everything anew, only as native_json", ["native_json"])
    assert run_open(there.context).exported == 3
    again = kept(there)
    assert again["oai_dc"] == first["oai_dc"]
    assert again["native_json"] > first["native_json"]
    with there.context.repository.read() as connection:
        assert due.count(connection) == 0


def kept(there: Site) -> dict[str, int]:
    """When the exports of an IE were made, by format."""
    return {item["format"]: item["at"] for item in there.ask("GET", "/api/ies/IE1/exports")["exports"]}


def test_an_ie_that_is_due_stays_so_while_only_some_formats_are_made(there: Site) -> None:
    change.lock(there.context, "IE1", "ada")
    there.ask("POST", "/api/batches", 202, json={"kind": "redo", "formats": ["native_json"]})
    run_open(there.context)
    with there.context.repository.read() as connection:
        assert due.count(connection) == 1
    assert "goes with the kind redo" in there.ask(
        "POST", "/api/batches", 400, json={"kind": "all", "formats": ["native_json"]}
    )
    assert "not exported as 'html'" in there.ask("GET", f"{AGAIN}?formats=html", 400)


def test_who_asked_is_kept(tmp_path: Path) -> None:
    with site(world_of(tmp_path), token=TOKEN) as there:
        assert there.client.get(ALL, auth=("ada", TOKEN)).status_code == 202
        assert there.ask("GET", "/api/batches/1", headers=BEARER)["asked_by"] == "ada"


def test_only_one_is_open_at_a_time(there: Site) -> None:
    begin(there)
    second = begin(there, f"{AGAIN}?olderThan=2020-01-31")["data"]
    assert (second["batch"], second["new"], second["follow"]) == (2, False, "/api/batches/2")
    assert second["message"].startswith("batch 2 (export all that is due) is open already")
    there.ask("POST", "/api/batches/2/cancel")
    assert "is being cancelled" in begin(there)["data"]["message"]
    assert [item["id"] for item in there.ask("GET", "/api/batches")["items"]] == [2, 1]


def test_a_day_begins_at_midnight_of_this_machine(there: Site) -> None:
    begin(there, f"{AGAIN}?olderThan=2024-02-29")
    found = there.ask("GET", "/api/batches/2")
    assert datetime.fromtimestamp(found["older_than"] / 1000) == datetime(2024, 2, 29)  # noqa: DTZ001, DTZ006
    assert found["about"] == "export anew what was exported before 2024-02-29 00:00:00"


@pytest.mark.parametrize(("zone", "moment"), [("UTC", 1_704_067_200_000), ("XYZ-5:30", 1_704_047_400_000)])
def test_midnight_is_that_of_the_zone(there: Site, monkeypatch: pytest.MonkeyPatch, zone: str, moment: int) -> None:
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", zone)
            time.tzset()
            begin(there, f"{AGAIN}?olderThan=2024-01-01")
    finally:
        time.tzset()
    assert there.ask("GET", "/api/batches/2")["older_than"] == moment


@pytest.mark.parametrize("day", ["0001-01-02", "9999-12-30"])
def test_the_days_at_the_ends_of_the_calendar(there: Site, day: str) -> None:
    begin(there, f"{AGAIN}?olderThan={day}")
    assert day.lstrip("0") in there.ask("GET", "/api/batches/2")["about"]
    assert run_open(there.context).status == "finished"


@pytest.mark.parametrize(
    "day", ["2026-01-01xyz", "2026-02-30", "2023-02-29", "2026-1-1", "26-01-01", "0000-01-01", "20260101", "", " "]
)
def test_a_day_that_is_none_is_refused_in_dataverses_words(there: Site, day: str) -> None:
    response = there.client.get(AGAIN, params={"olderThan": day})
    assert (response.status_code, response.json()) == (400, {"status": "ERROR", "message": BAD_DATE})
    assert there.ask("POST", "/api/batches", 400, json={"kind": "redo", "olderThan": day}) == BAD_DATE
    assert len(there.ask("GET", "/api/batches")["items"]) == 1


def test_a_mistyped_name_does_not_export_everything(there: Site) -> None:
    assert "there is no parameter olderthan" in there.ask("GET", f"{AGAIN}?olderthan=2020-01-01", 400)
    assert "given once" in there.ask("GET", f"{AGAIN}?olderThan=2020-01-01&olderThan=2021-01-01", 400)


def test_our_own_way(there: Site) -> None:
    made = there.ask("POST", "/api/batches", 202, json={"kind": "redo", "olderThan": "2030-01-01"})
    assert (made["batch"], made["new"], made["follow"]) == (2, True, "/api/batches/2")
    assert there.ask("POST", "/api/batches", 202, data={"kind": "all"})["new"] is False
    assert run_open(there.context).exported == 3
    message = there.ask("POST", "/api/batches", 400, json={"kind": "all", "olderThan": "2020-01-01"})
    assert message.startswith("olderThan goes with the kind redo only")
    assert there.ask("POST", "/api/batches", 400, json={"kind": "nightly"}) == "kind must be one of all, redo"
    assert there.ask("POST", "/api/batches", 400, json={}).startswith("kind is missing")


# --- following


def test_a_batch_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []
    with site(world_of(tmp_path)) as there:
        begin(there)
        seen.append(there.ask("GET", "/api/batches/1"))
        run_open(there.context, lambda batch: seen.append(there.ask("GET", f"/api/batches/{batch.id}")))
        seen.append(there.ask("GET", "/api/batches/1"))
    counts = [(item["status"], item["processed"], item["total"], item["exported"], item["failed"]) for item in seen]
    assert counts == [
        ("waiting", 0, 0, 0, 0),
        ("running", 0, 3, 0, 0),
        ("running", 3, 3, 3, 0),
        ("finished", 3, 3, 3, 0),
    ]
    last = seen[-1]
    assert last["asked_at"] <= last["started_at"] <= last["ended_at"]
    assert last["log"].startswith("export_")
    lines = [line.split("   ", 1)[1] for line in last["tail"]]
    assert lines[0] == "INFO   Batch 1 (export all that is due): 3 of 3 published IEs, oai_dc, native_json"
    assert lines[-1] == "INFO   Batch 1 finished"
    assert seen[1]["tail"] == last["tail"][:1]


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_as_much_of_the_log_as_wanted(there: Site, lines: int) -> None:
    whole = there.ask("GET", "/api/batches/1")["tail"]
    some = there.ask("GET", "/api/batches/1", params={"lines": lines})["tail"]
    assert some == whole[len(whole) - lines :]


def test_a_log_that_is_gone_hides_nothing_else(there: Site, tmp_path: Path) -> None:
    (log,) = (tmp_path / "logs").glob("export_*.log")
    log.unlink()
    found = there.ask("GET", "/api/batches/1")
    assert (found["status"], found["log"], found["tail"]) == ("finished", log.name, [])


def test_the_end_of_a_long_log_is_read_from_its_end(there: Site, tmp_path: Path) -> None:
    (log,) = (tmp_path / "logs").glob("export_*.log")
    log.write_text("".join(f"{number} {'x' * 1000}\n" for number in range(1000)), encoding="utf-8")
    tail = there.ask("GET", "/api/batches/1", params={"lines": 20})["tail"]
    assert 0 < len(tail) <= 20
    assert [line.split()[0] for line in tail] == [str(number) for number in range(1000 - len(tail), 1000)]


def test_what_failed_in_it_with_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, broken=foreign.RAISING))
    with site(exported(tmp_path, "broken")) as there:
        found = there.ask("GET", "/api/batches/1")
        first = there.ask("GET", "/api/batches/1/failures", params={"limit": 2})
        second = there.ask("GET", "/api/batches/1/failures", params={"limit": 2, "after": first["next"]})
        begin(there, AGAIN)
        waiting = there.ask("GET", "/api/batches/2/failures")
        run_open(there.context)
        later = there.ask("GET", "/api/batches/2/failures")
        emptied = there.ask("GET", "/api/batches/1/failures")
    assert (found["status"], found["failed"]) == ("finished", 3)
    assert [item["pid"] for item in found["failures"]] == ["IE1", "IE2", "IE3"]
    (failure,) = found["failures"][0]["failures"]
    assert failure["format"] == "broken"
    assert "cannot do IE1" in failure["reason"]
    assert len([line for line in found["tail"] if "ERROR   IE IE" in line]) == 3
    assert first["items"] == found["failures"][:2]
    assert (second["items"], second["next"]) == (found["failures"][2:], None)
    assert waiting["items"] == []
    assert [item["pid"] for item in later["items"]] == ["IE1", "IE2", "IE3"]
    # They were tried again since, by the second batch.
    assert emptied["items"] == []


def test_batches_page_by_page(there: Site) -> None:
    for _ in range(2):
        begin(there)
        run_open(there.context)
    first = there.ask("GET", "/api/batches", params={"limit": 2})
    rest = there.ask("GET", "/api/batches", params={"limit": 2, "before": first["next"]})
    assert [item["id"] for item in first["items"]] == [3, 2]
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([1], None)


# --- ending


def test_a_batch_is_cancelled(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:

        def once(batch: Batch) -> None:
            if not batch.cancelled:
                there.ask("POST", f"/api/batches/{batch.id}/cancel")

        begin(there)
        run_open(there.context, once)
        found = there.ask("GET", "/api/batches/1")
        message = there.ask("POST", "/api/batches/1/cancel", 409)
        begin(there)
    assert (found["status"], found["cancelling"]) == ("cancelled", False)
    assert message == "batch 1 has ended already"


def test_one_that_waits_is_marked_until_it_is_ended(there: Site) -> None:
    begin(there)
    assert there.ask("POST", "/api/batches/2/cancel") == {"message": "batch 2 is asked to end; what is exported stays"}
    found = there.ask("GET", "/api/batches/2")
    assert (found["status"], found["cancelling"]) == ("waiting", True)
    assert run_open(there.context).status == "cancelled"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/batches/9"), ("GET", "/api/batches/9/failures"), ("POST", "/api/batches/9/cancel")],
)
def test_an_unknown_batch_is_not_found(there: Site, method: str, path: str) -> None:
    assert there.ask(method, path, 404) == "there is no batch 9"
