"""Files over HTTP: runs and their files page by page, what waits, what lies in error/, retrying, searching."""

import os
from pathlib import Path
from typing import Any

import pytest

from mdwatch.handlers.ies import change
from mdwatch.repository import interventions
from tests.web.sites import Site, site
from tests.worlds import JOB, World, dc, ie, update

ODD = os.fsdecode(b"odd \xff <script>.xml")


def world_of(root: Path) -> World:
    """One file of each kind, and one more that waits under a name that is not UTF-8."""
    world = World(root)
    world.load(ie("IE1"), ie("IE2", stage="sip"), ie("IE3", lockedBy="curator"))
    for name, pid in (("a.xml", "IE1"), ("b.xml", "IE2"), (ODD, "IE2"), ("c.xml", "IE3"), ("d.xml", "IE9")):
        world.drop(name, update(pid, dc("New")))
    world.run()
    return world


def pages(there: Site, path: str, key: str, **query: Any) -> list[Any]:
    """All items of a list, asked for one at a time."""
    found: list[Any] = []
    given: dict[str, Any] = {**query, "limit": 1}
    while True:
        page = there.ask("GET", path, params=given)
        found += page["items"]
        if page["next"] is None:
            return found
        given[key] = page["next"]


def test_runs_newest_first_page_by_page(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.run()
    with site(world) as there:
        both = there.ask("GET", "/api/runs")
        assert [run["id"] for run in both["items"]] == [2, 1]
        assert both["next"] is None
        assert pages(there, "/api/runs", "before", job=JOB) == both["items"]
        assert pages(there, f"/api/jobs/{JOB}/runs", "before") == both["items"]
        assert there.ask("GET", "/api/runs/1") == both["items"][1]
    assert both["items"][1]["counts"] == {"updated": 1, "in-sip": 2, "locked": 1, "unknown-ie": 1}


def test_the_files_of_a_run_in_order_with_what_to_do(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        files = pages(there, "/api/runs/1/files", "after")
        (locked,) = there.ask("GET", "/api/runs/1/files", params={"code": "locked"})["items"]
    assert sorted(file["name"] for file in files) == sorted(["a.xml", "b.xml", "c.xml", "d.xml", ODD])
    assert [file["id"] for file in files] == sorted(file["id"] for file in files)
    assert (locked["pid"], locked["filed"], locked["run"]) == ("IE3", True, 1)
    assert "lock" in locked["reason"]
    assert "unlock" in locked["remedy"]


def test_what_waits_by_name_and_why(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        files = pages(there, f"/api/jobs/{JOB}/waiting", "after")
    assert [file["name"] for file in files] == ["b.xml", ODD]
    assert {(file["pid"], file["code"]) for file in files} == {("IE2", "in-sip")}
    assert all("SIP" in file["reason"] and file["since"] > 0 for file in files)


def test_error_files_with_reason_remedy_and_those_nobody_knows(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    (world.folder / "error" / "by hand.xml").write_bytes(b"")
    with site(world) as there:
        whole = there.ask("GET", f"/api/jobs/{JOB}/errors")
        assert pages(there, f"/api/jobs/{JOB}/errors", "after") == whole["items"]
    assert whole["total"] == 3
    by_name = {file["name"]: file for file in whole["items"]}
    assert list(by_name) == ["by hand.xml", "c.xml", "d.xml"]
    assert (by_name["c.xml"]["code"], by_name["c.xml"]["pid"], by_name["c.xml"]["run"]) == ("locked", "IE3", 1)
    assert "unlock" in by_name["c.xml"]["remedy"]
    assert set(by_name["by hand.xml"].values()) == {"by hand.xml", None, False}


def test_error_files_are_put_back_by_name_or_all(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        one = there.ask("POST", f"/api/jobs/{JOB}/retry", json={"files": ["c.xml", "nix.xml", "../../etc/passwd"]})
        assert [result["put_back_as"] for result in one] == ["c.xml", None, None]
        assert one[1]["reason"]
        assert (world.folder / "c.xml").exists()
        rest = there.ask("POST", f"/api/jobs/{JOB}/retry", json={"all": True})
        assert [(result["name"], result["put_back_as"]) for result in rest] == [("d.xml", "d.xml")]


def overtaken(world: World) -> None:
    """c.xml is in error for a lock; what was dropped later is applied."""
    with world.context() as context:
        change.unlock(context, "IE3")
    world.drop("later.xml", update("IE3", dc("Later")))
    world.run()


def test_one_that_would_undo_what_came_later_is_refused_until_it_is_said_twice(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    overtaken(world)
    with site(world) as there:
        (refused,) = there.ask("POST", f"/api/jobs/{JOB}/retry", json={"files": ["c.xml"]})
        assert (refused["put_back_as"], refused["later"]) == (None, "later.xml")
        assert "later.xml, which was created later" in refused["reason"]
        (record,) = refused["differences"]
        assert [field["value"] for field in record["difference"]["removed"]] == ["Later"]
        assert [field["value"] for field in record["difference"]["added"]] == ["New"]
        (listed,) = (f for f in there.ask("GET", f"/api/jobs/{JOB}/errors")["items"] if f["name"] == "c.xml")
        assert listed["settled_by"] == "later.xml"
        contents = there.ask("GET", f"/api/jobs/{JOB}")["contents"]
        assert (contents["errors"], contents["settled"]) == (1, 1)
        (done,) = there.ask("POST", f"/api/jobs/{JOB}/retry", json={"files": ["c.xml"], "anyway": True})
    assert (done["put_back_as"], done["later"]) == ("c.xml", "later.xml")
    assert "which this undoes" in done["warning"]
    world.run()
    assert world.title("IE3") == "New"


def test_error_files_are_dismissed(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        done, missing = there.ask("POST", f"/api/jobs/{JOB}/dismiss", json={"files": ["c.xml", "nix.xml"]})
        assert (done["dismissed_as"], missing["dismissed_as"]) == ("c.xml", None)
        assert missing["reason"]
        assert "say which files" in there.ask("POST", f"/api/jobs/{JOB}/dismiss", 400, json={})
        there.ask("POST", "/api/jobs/nope/dismiss", 404, json={"files": ["c.xml"]})
        with there.context.repository.read() as connection:
            (act,) = interventions.of_name(connection, JOB, "c.xml", 5)
    assert (act.kind, act.agent) == ("dismissal", "testclient")
    assert {"error/dismissed/c.xml", "error/dismissed/c.xml.reason.txt"} <= set(world.files())


def test_a_form_may_name_them_too(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        found = there.ask("POST", f"/api/jobs/{JOB}/retry", data={"files": ["c.xml", "d.xml"]})
    assert [result["put_back_as"] for result in found] == ["c.xml", "d.xml"]


@pytest.mark.parametrize("body", [None, {}, {"files": []}, {"all": False}, {"files": ["c.xml"], "all": True}])
def test_a_retry_must_say_of_what(tmp_path: Path, body: Any) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        assert "say which files" in there.ask("POST", f"/api/jobs/{JOB}/retry", 400, json=body)
    assert not (world.folder / "c.xml").exists()


def test_a_retry_where_the_folder_is_away_may_be_tried_again(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.folder.rename(tmp_path / "away")
    with site(world) as there:
        there.ask("POST", f"/api/jobs/{JOB}/retry", 503, json={"all": True})


@pytest.mark.parametrize(
    ("text", "pid", "names"),
    [
        ("a.xml", None, ["a.xml"]),
        ("odd", None, [ODD]),
        ("IE3", "IE3", ["c.xml"]),
        ("IE9", None, ["d.xml"]),
        ("XML", None, ["d.xml", ODD, "b.xml", "c.xml", "a.xml"]),
        ("<SCRIPT>", None, [ODD]),
        ("%", None, []),
        ("_", None, []),
        ("'; DROP TABLE journal; --", None, []),
    ],
)
def test_files_are_found_by_pid_or_a_part_of_their_name(
    tmp_path: Path, text: str, pid: str | None, names: list[str]
) -> None:
    with site(world_of(tmp_path)) as there:
        found = there.ask("GET", "/api/search", params={"text": text})
    assert found["pid"] == pid
    assert sorted(file["name"] for file in found["items"]) == sorted(names)


def test_a_search_goes_page_by_page(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        files = pages(there, "/api/search", "before", text="IE2")
    assert {file["name"] for file in files} == {"b.xml", ODD}
    assert len(files) == 2


@pytest.mark.parametrize("path", ["/api/runs/9", "/api/runs/9/files", "/api/runs?job=nix"])
def test_what_does_not_exist_is_not_found(tmp_path: Path, path: str) -> None:
    with site(World(tmp_path)) as there:
        assert "there is no " in there.ask("GET", path, 404)
