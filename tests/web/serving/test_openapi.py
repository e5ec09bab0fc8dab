"""The OpenAPI document against the routes, and in itself."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mdwatch.web import table
from mdwatch.web.serving import openapi
from mdwatch.web.serving.route import Route
from tests.web.shaped import misfits
from tests.web.sites import site
from tests.worlds import World

DOCUMENTED = [route for route in table.ROUTES if route.documented]
DOCUMENT: dict[str, Any] = json.loads(json.dumps(openapi.document(table.ROUTES)))
METHODS = {"get", "put", "post", "delete"}


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_served_with_the_address_it_was_asked_at(tmp_path: Path) -> None:
    with site(World(tmp_path)) as there:
        document = there.client.get("/api/openapi.json", headers={"Host": "localhost:8650"}).json()
    assert document.pop("servers") == [{"url": "http://localhost:8650"}]
    # The formats that there are stand in it too.
    kept = document["paths"]["/api/datasets/export"]["get"]["parameters"][0]["schema"].pop("enum")
    assert {"oai_dc", "native_json", "dataverse_json", "schema.org"} <= set(kept)
    again = document["paths"]["/api/admin/metadata/reExportAll"]["get"]["parameters"][1]["schema"]["items"].pop("enum")
    body = document["paths"]["/api/batches"]["post"]["requestBody"]["content"]
    for media in body.values():
        assert media["schema"]["properties"]["formats"]["items"].pop("enum") == again == kept
    assert document == DOCUMENT


def test_types_limits_and_other_answers_are_told() -> None:
    by_id = {operation["operationId"]: operation for operation in operations().values()}
    export = by_id["get_api_datasets_export"]
    assert export["responses"]["304"]["description"]
    assert {"application/xml", "application/json"} <= export["responses"]["200"]["content"].keys()
    assert export["parameters"][1]["schema"] == {"type": "string", "maxLength": 400}
    limit = next(item for item in by_id["get_api_runs"]["parameters"] if item["name"] == "limit")
    assert limit["schema"] == {"type": "integer", "format": "int64", "default": 100, "minimum": 1, "maximum": 1_000}
    assert all(operation["description"].endswith(".") for operation in by_id.values())
    told = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    assert told.keys() == {tag for operation in by_id.values() for tag in operation["tags"]}
    assert all(told.values())


def test_it_holds_every_documented_route_and_no_other() -> None:
    assert set(operations()) == {(route.method, route.path) for route in DOCUMENTED}
    assert len(operations()) == len(DOCUMENTED)


def test_no_two_routes_share_method_and_path() -> None:
    counts = Counter((route.method, route.path) for route in table.ROUTES)
    assert counts.most_common(1)[0][1] == 1


def test_every_api_route_is_documented_or_says_why_not() -> None:
    hidden = {route.path for route in table.ROUTES if not route.documented and route.path.startswith("/api/")}
    assert hidden == {"/api/openapi.json"}


@pytest.mark.parametrize("route", DOCUMENTED, ids=lambda route: f"{route.method} {route.path}")
def test_the_server_takes_each_of_them(tmp_path: Path, route: Route) -> None:
    with site(World(tmp_path)) as there:
        path = re.sub(r"\{[^}]*\}", "1", route.path)
        allowed = there.client.request("OPTIONS", path).headers["allow"].split(", ")
    assert route.method in allowed


@pytest.mark.parametrize("key", operations(), ids=" ".join)
def test_each_operation_is_whole(key: tuple[str, str]) -> None:
    method, path = key
    operation = operations()[key]
    assert method.lower() in METHODS
    assert operation["summary"].endswith(".")
    assert operation["tags"]
    good = [status for status in operation["responses"] if status.startswith("2")]
    # One with an answer; what takes longer may be told to be under way.
    assert [status for status in good if operation["responses"][status].get("content") or len(good) == 1] == good[:1]
    for response in operation["responses"].values():
        resolved = _resolved(response)
        assert resolved["description"]
        for media in resolved.get("content", {}).values():
            assert "schema" in media
    in_path = [item["name"] for item in operation.get("parameters", []) if item["in"] == "path"]
    assert in_path == re.findall(r"\{([^}]*)\}", path)
    for item in operation.get("parameters", []):
        assert item["in"] in {"path", "query"}
        assert item["required"] or item["in"] == "query"
        assert item["description"]
        assert item["schema"]["type"]
    if "requestBody" in operation:
        assert method != "GET"
        assert "application/json" in operation["requestBody"]["content"]


def _resolved(response: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in response:
        return response
    found: Any = DOCUMENT
    for part in response["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in operations().values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z][A-Za-z0-9_]*", name) for name in names)


def test_the_head_of_the_document() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert {"title", "version", "description"} <= DOCUMENT["info"].keys()
    schemes = DOCUMENT["components"]["securitySchemes"]
    used = {name for choice in DOCUMENT["security"] for name in choice}
    assert used == set(schemes)
    assert all(scheme["type"] == "http" for scheme in schemes.values())


def test_what_changes_something_is_a_post_in_our_own_api() -> None:
    ours = [route for route in table.ROUTES if not route.path.startswith(("/api/admin/", "/api/harvest/"))]
    assert [route.path for route in ours if route.unsafe and route.method == "GET"] == []


def test_the_check_of_shapes_catches() -> None:
    shape = {
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    assert list(misfits({"a": 1}, shape)) == []
    wrong: tuple[Any, ...] = ([], {}, {"a": "1"}, {"a": True}, {"a": None}, {"a": 1, "b": 2})
    for value in wrong:
        assert list(misfits(value, shape)) != [], value
