"""IEs over HTTP: showing them, their history, and every change of their facts."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mdwatch.formats import native
from mdwatch.formats.xml import Limits
from tests.web.sites import BEARER, TOKEN, site
from tests.worlds import World, dc, ie, metadata, mods, update

SCRIPT = "<script>alert(1)</script>".replace("<", "&lt;").replace(">", "&gt;")


def world_of(root: Path) -> World:
    world = World(root)
    source = [{"mid": "m1", "subType": "MODS", "content": mods("A")}]
    world.load(ie("IE1", SCRIPT, source=source), ie("IE2", stage="sip", lockedBy="curator"))
    world.drop("a.xml", update("IE1", dc("New"), metadata(mods("B"), "source", "MODS", "m1")))
    world.run()
    return world


def test_an_ie_is_shown_in_the_shape_it_can_be_loaded_in(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        found = there.ask("GET", "/api/ies/IE1")
    assert found["version"] == 2
    assert native.read(json.dumps(found["ie"]), Limits()).records == world.get("IE1").records


def test_an_ie_is_shown_as_mets_which_no_browser_may_run(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        response = there.client.get("/api/ies/IE1?format=mets")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/xml")
    assert etree.fromstring(response.content).tag == "{http://www.loc.gov/METS/}mets"
    assert "sandbox" in response.headers["content-security-policy"]


def test_history_newest_first_with_the_differences(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        page = there.ask("GET", "/api/ies/IE1/history")
        older = there.ask("GET", "/api/ies/IE1/history", params={"before": 2})["items"]
        first = there.ask("GET", "/api/ies/IE1/history", params={"limit": 1})
    newest, oldest = page["items"]
    assert (newest["version"], newest["cause"], newest["file"], newest["agent"]) == (2, "update", "a.xml", "editor")
    descriptive, source = newest["records"]
    assert (descriptive["change"], source["change"], source["mid"]) == ("replaced", "replaced", "m1")
    assert [field["value"] for field in descriptive["difference"]["removed"]] == ["<script>alert(1)</script>"]
    assert [field["value"] for field in descriptive["difference"]["added"]] == ["New"]
    assert [field["value"] for field in source["difference"]["added"]] == ["B"]
    assert [record["change"] for record in oldest["records"]] == ["added", "added"]
    assert older == [oldest]
    assert (first["items"], first["next"]) == ([newest], 2)


def test_the_history_tells_of_removed_and_regained_records(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.load(ie("IE3", "One"))
    world.load(ie("IE3", "One", source=[{"mid": "m1", "subType": "MODS", "content": mods("A")}]))
    with site(world) as there:
        assert there.ask("POST", "/api/ies/IE3/revert", json={"to": 1}) == {"version": 3}
        newest = there.ask("GET", "/api/ies/IE3/history")["items"][0]
    (record,) = newest["records"]
    assert (newest["cause"], record["mid"], record["change"], record["difference"]) == ("revert", "m1", "removed", None)


def test_a_record_over_a_cap_that_came_later_hides_nothing_else(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.load(ie("IE3", *["x" * 2000]))
    world.raw["limits"] = {"bytes": 1000}
    with site(world) as there:
        (version,) = there.ask("GET", "/api/ies/IE3/history")["items"]
    (record,) = version["records"]
    assert record["difference"] is None
    assert record["note"].startswith("the difference cannot be shown: ")


def facts(world: World, pid: str) -> tuple[Any, ...]:
    found = world.get(pid)
    return found.locked_by, found.stage.value, found.published, found.status.value


def test_every_change_of_facts(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        there.ask("POST", "/api/ies/IE1/lock", json={"by": "Łucja"})
        assert facts(world, "IE1") == ("Łucja", "permanent", False, "active")
        there.ask("POST", "/api/ies/IE1/unlock")
        there.ask("POST", "/api/ies/IE1/publish")
        assert facts(world, "IE1") == (None, "permanent", True, "active")
        there.ask("POST", "/api/ies/IE1/unpublish")
        there.ask("POST", "/api/ies/IE1/stage", json={"stage": "sip"})
        assert facts(world, "IE1") == (None, "sip", False, "active")
        there.ask("POST", "/api/ies/IE1/delete")
        assert facts(world, "IE1")[3] == "deleted"


def test_a_revert_makes_a_new_version_in_the_name_of_whoever_asked(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world, token=TOKEN) as there:
        assert there.ask("POST", "/api/ies/IE1/revert", json={"to": 1}, auth=("ada", TOKEN)) == {"version": 3}
        assert there.ask("POST", "/api/ies/IE1/revert", json={"to": 1}, headers=BEARER) == {"version": None}
        there.ask("POST", "/api/ies/IE1/lock", auth=("ada", TOKEN))
        newest = there.ask("GET", "/api/ies/IE1/history", headers=BEARER)["items"][0]
    assert (newest["version"], newest["agent"], newest["cause"]) == (3, "ada", "revert")
    assert facts(world, "IE1")[0] == "ada"


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("IE2/lock", {"by": "ada"}, 409, "IE IE2 is locked by curator already"),
        ("IE2/publish", None, 409, "IE IE2 is in SIP processing"),
        ("IE1/lock", {"by": " "}, 409, "a lock needs a holder"),
        ("IE1/lock", {"by": "a\udcffb"}, 400, "by must be text in Unicode"),
        ("IE1/stage", {"stage": "moon"}, 400, "stage must be one of sip, permanent"),
        ("IE1/stage", None, 400, "stage is missing"),
        ("IE1/revert", {"to": 0}, 400, "to must be a whole number from 1"),
        ("IE1/revert", {"to": True}, 400, "to must be a whole number from 1"),
        ("IE1/revert", {"to": 9}, 409, "IE IE1 has no version 9"),
        ("IE7/lock", None, 404, "there is no IE IE7"),
        ("IE7/publish", None, 404, "there is no IE IE7"),
        ("IE7/revert", {"to": 1}, 404, "there is no IE IE7"),
        ("XY7/lock", None, 400, "pid is not what it should be. The PID of an IE"),
    ],
)
def test_what_cannot_be_done_says_why(tmp_path: Path, path: str, body: Any, status: int, message: str) -> None:
    with site(world_of(tmp_path)) as there:
        data = b"" if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        assert there.ask("POST", f"/api/ies/{path}", status, content=data, headers=headers).startswith(message)


@pytest.mark.parametrize("path", ["/api/ies/IE7", "/api/ies/IE7/history"])
def test_an_unknown_ie_is_not_found(tmp_path: Path, path: str) -> None:
    with site(World(tmp_path)) as there:
        assert there.ask("GET", path, 404) == "there is no IE IE7"
