"""OAI sets over HTTP: with Dataverse's calls, literally, and with our own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mdwatch.handlers.oai import sets
from tests.web.exported import exported, run_open
from tests.web.sites import TOKEN, Site, site

SETS = "/api/harvest/server/oaisets"
ODD = "a*'()!~b:c_d-e.f"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    with site(exported(tmp_path)) as found:
        yield found


def body(name: str, definition: str = "dc:title ~ title", **more: str) -> dict[str, str]:
    return {"name": name, "definition": definition, "description": "Of a test", **more}


def without_version(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != "version"}


# --- as Dataverse


@pytest.mark.parametrize("path", [SETS, f"{SETS}/add"])
def test_a_set_is_made_and_filled(there: Site, path: str) -> None:
    response = there.client.post(path, json=body("maps"))
    assert (response.status_code, response.headers["location"]) == (201, f"{SETS}/maps")
    made = response.json()
    assert made["status"] == "OK"
    assert without_version(made["data"]) == {
        "name": "maps",
        "spec": "maps",
        "description": "Of a test",
        "definition": "dc:title ~ title",
        "batch": 2,
    }
    assert there.ask("GET", "/api/sets/maps")["filled"] is False
    ended = run_open(there.context)
    assert (ended.id, ended.kind, ended.set_spec) == (2, "set", "maps")
    found = there.ask("GET", "/api/sets/maps")
    assert (found["filled"], found["members"], found["items"]) == (True, 3, ["IE1", "IE2", "IE3"])


def test_sets_are_listed_and_shown_in_dataverses_shape(there: Site) -> None:
    assert there.client.get(SETS).json() == {"status": "OK", "data": {"oaisets": []}}
    there.ask("POST", SETS, 201, json=body("maps"))
    shown = there.ask("GET", f"{SETS}/maps")
    assert without_version(shown) == {
        "name": "maps",
        "spec": "maps",
        "description": "Of a test",
        "definition": "dc:title ~ title",
    }
    assert there.ask("GET", SETS) == {"oaisets": [shown]}


def test_a_set_with_a_name_for_people(there: Site) -> None:
    made = there.ask("POST", SETS, 201, json=body("Old maps & more", spec="maps"))
    assert (made["name"], made["spec"]) == ("Old maps & more", "maps")


def test_the_members_of_a_set_in_dataverses_place(there: Site) -> None:
    there.ask("POST", SETS, 201, json=body("maps"))
    run_open(there.context)
    assert there.ask("GET", f"/api/v1{SETS[4:]}/maps/datasets?limit=2") == {
        "message": "3 IEs belong to the set maps",
        "datasets": ["IE1", "IE2"],
        "next": 2,
    }
    assert there.ask("GET", f"{SETS}/nope/datasets", 404) == "OAI set nope not found."


def test_a_change_tells_where_the_set_is_as_dataverse_does(there: Site) -> None:
    there.ask("POST", SETS, 201, json=body("maps"))
    value = there.client.put(f"{SETS}/maps", json={"description": "Other"}).json()
    assert (value["status"], value["message"]) == ("OK", {"message": f"{SETS}/maps"})


def test_while_another_batch_is_open_the_set_is_left_to_the_daemon(there: Site) -> None:
    there.ask("POST", "/api/batches", 202, json={"kind": "all"})
    assert there.ask("POST", SETS, 201, json=body("maps"))["batch"] is None


def test_a_set_is_changed_in_what_is_given(there: Site) -> None:
    before = there.ask("POST", SETS, 201, json=body("maps"))
    run_open(there.context)
    same = there.ask("PUT", f"{SETS}/maps", json={"description": "Other words"})
    assert (same["description"], same["definition"], same["batch"]) == ("Other words", before["definition"], None)
    assert same["version"] == before["version"]
    other = there.ask("PUT", f"{SETS}/maps", json={"definition": "pid = IE2", "name": "Some"})
    assert (other["definition"], other["name"], other["description"]) == ("pid = IE2", "Some", "Other words")
    assert (other["batch"], other["version"] > before["version"]) == (3, True)
    run_open(there.context)
    assert there.ask("GET", "/api/sets/maps")["items"] == ["IE2"]


def test_a_set_is_deleted(there: Site) -> None:
    there.ask("POST", SETS, 201, json=body("maps"))
    response = there.client.delete(f"{SETS}/maps")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "OK", "data": {"message": "OAI Set maps deleted"}},
    )
    assert there.ask("GET", SETS) == {"oaisets": []}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_set_is_not_found_in_dataverses_words(there: Site, method: str) -> None:
    given = {"json": {"description": "x"}} if method == "PUT" else {}
    assert there.ask(method, f"{SETS}/a%3Cb%0A", 404, **given) == "OAI set a<b\\n not found."


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (body("old"), "there is a set old already; change it, or take another name"),
        (body("two words"), "'two words' cannot name a set"),
        (body("a:"), "'a:' cannot name a set"),
        (body("."), "'.' cannot name a set"),
        (body(".."), "'..' cannot name a set"),
        (body("maps", "colour = red"), "the definition cannot be read from character 1 on"),
        (body("maps", ""), "the definition cannot be read from character 1 on"),
        ({"name": "maps"}, "definition is missing: Who belongs to it"),
        ({"definition": "pid = IE1"}, "name is missing"),
        (body("maps", version="1"), "there is no parameter version in the body"),
    ],
)
def test_a_bad_set_is_refused_with_the_reason(there: Site, sent: dict[str, str], message: str) -> None:
    sets.create(there.context, "old", "pid = IE1")
    assert there.ask("POST", SETS, 400, json=sent).startswith(message)
    assert [item["spec"] for item in there.ask("GET", SETS)["oaisets"]] == ["old"]
    assert there.ask("GET", "/api/exports")["batch"] is None


def test_a_bad_change_is_refused_with_the_reason(there: Site) -> None:
    sets.create(there.context, "old", "pid = IE1")
    assert there.ask("PUT", f"{SETS}/old", 400, json={}).startswith("nothing to change")
    assert "there is no such field" in there.ask("PUT", f"{SETS}/old", 400, json={"definition": "colour = red"})
    assert there.ask("GET", f"{SETS}/old")["definition"] == "pid = IE1"


def test_specs_with_odd_characters_in_every_address(there: Site) -> None:
    made = there.client.post(SETS, json=body(ODD))
    assert there.ask("GET", made.headers["location"])["spec"] == ODD
    run_open(there.context)
    for written in (quote(ODD, safe=""), quote(ODD)):
        assert there.ask("GET", f"{SETS}/{written}")["spec"] == ODD
        assert there.ask("GET", f"/api/sets/{written}")["members"] == 3
        there.ask("PUT", f"{SETS}/{written}", json={"description": written})
    assert there.ask("PUT", f"/api/admin/metadata/exportOAI/{quote(ODD, safe='')}")["batch"] == 3
    there.ask("DELETE", f"{SETS}/{quote(ODD, safe='')}")
    assert there.ask("GET", "/api/sets") == []


def test_a_set_that_is_called_like_a_call(there: Site) -> None:
    there.ask("POST", f"{SETS}/add", 201, json=body("add"))
    assert there.ask("GET", "/api/sets/add")["spec"] == "add"
    assert there.client.get(f"{SETS}/add").headers["allow"] == "OPTIONS, POST"


# --- exporting one


def test_a_set_is_exported(there: Site) -> None:
    sets.create(there.context, "maps", "dc:title ~ title")
    response = there.client.put("/api/admin/metadata/exportOAI/maps")
    assert (response.status_code, response.headers["location"]) == (200, "/api/batches/2")
    expected = {"message": "export started", "batch": 2, "follow": "/api/batches/2"}
    assert response.json() == {"status": "OK", "data": expected}
    assert there.ask("PUT", "/api/admin/metadata/exportOAI/maps") == expected
    assert run_open(there.context).kind == "set"


def test_no_set_is_said_to_be_exported_that_is_not(there: Site) -> None:
    sets.create(there.context, "maps", "dc:title ~ title")
    assert there.ask("PUT", "/api/admin/metadata/exportOAI/nix", 404) == "unable to find specified OAI set"
    there.ask("POST", "/api/batches", 202, json={"kind": "all"})
    message = there.ask("PUT", "/api/admin/metadata/exportOAI/maps", 409)
    assert message == "batch 2 (export all that is due) is open; ask again when it has ended: /api/batches/2"


# --- our own


def test_sets_with_their_members_page_by_page(there: Site) -> None:
    sets.create(there.context, "some", "pid = IE1 | IE3 | IE4 | IE5", "Some", "Of them")
    there.ask("PUT", "/api/admin/metadata/exportOAI/some")
    run_open(there.context)
    (listed,) = there.ask("GET", "/api/sets")
    assert (listed["spec"], listed["name"], listed["description"]) == ("some", "Some", "Of them")
    assert (listed["filled"], listed["members"]) == (True, 2)
    first = there.ask("GET", "/api/sets/some", params={"limit": 1})
    second = there.ask("GET", "/api/sets/some", params={"limit": 1, "after": first["next"]})
    third = there.ask("GET", "/api/sets/some", params={"limit": 1, "after": second["next"]})
    assert [page["items"] for page in (first, second, third)] == [["IE1"], ["IE3"], []]
    assert (third["next"], third["members"]) == (None, 2)


def test_an_unknown_set_names_those_there_are(there: Site) -> None:
    sets.create(there.context, "old", "pid = IE1")
    assert there.ask("GET", "/api/sets/nix", 404) == "there is no set nix; the sets are: old"


def test_sets_are_for_administrators(tmp_path: Path) -> None:
    with site(exported(tmp_path), token=TOKEN) as there:
        for path in (SETS, "/api/sets", "/api/sets/x"):
            there.ask("GET", path, 401)
        there.ask("POST", SETS, 401, json=body("maps"))
        foreign_page = {"Sec-Fetch-Site": "cross-site"}
        there.ask("POST", SETS, 403, json=body("maps"), auth=("ada", TOKEN), headers=foreign_page)
        assert there.ask("GET", "/api/sets", auth=("ada", TOKEN)) == []
