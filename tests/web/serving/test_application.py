"""What all routes share: methods, parameters, bodies, headers, and how faults are answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from mdwatch.errors import Deferred, Rejected
from mdwatch.web.serving import answers
from mdwatch.web.serving.route import PAGE_POLICY, Asked, Parameter, Route, Visit
from tests.web.sites import BEARER, TOKEN, site
from tests.worlds import JOB, World


def echo(asked: Asked) -> Response:
    return answers.ok(dict(asked.values))


def broken(asked: Asked) -> Response:
    raise {"deferred": Deferred("away"), "rejected": Rejected("bad"), "bug": KeyError("secret")}[asked.values["how"]]


def raw(asked: Asked) -> Response:
    return answers.ok([asked.request.query_params.multi_items(), asked.data.decode(), asked.base_url])


def page(asked: Asked) -> Response:
    return Response("<p>", media_type="text/html", headers={"Cache-Control": "max-age=60"})


def fault_page(status: int, message: str, visit: Visit) -> Response:
    return Response(f"<p>{status}: {message}", media_type="text/html")


ROUTES = (
    Route(
        method="GET",
        path="/echo/{word}",
        topic="test",
        summary="",
        endpoint=echo,
        parameters=(
            Parameter(name="word", summary="A word.", where="path", pattern="[a-z]+"),
            Parameter(name="number", summary="", kind="integer", minimum=1, maximum=5, default=2),
            Parameter(name="flag", summary="", kind="boolean"),
            Parameter(name="olderThan", summary="", kind="date"),
            Parameter(name="names", summary="", kind="names", default=()),
            Parameter(name="choice", summary="", choices=("one", "two")),
        ),
    ),
    Route(
        method="PUT",
        path="/echo/{word}",
        topic="test",
        summary="",
        endpoint=echo,
        parameters=(
            Parameter(name="word", summary="", where="path"),
            Parameter(name="text", summary="", where="body", required=True, longest=5),
            Parameter(name="names", summary="", where="body", kind="names", default=(), file_name=True),
            Parameter(name="all", summary="", where="body", kind="boolean", default=False),
            Parameter(name="number", summary="", where="body", kind="integer"),
            Parameter(name="day", summary="", where="body", kind="date"),
            Parameter(name="choice", summary="", where="body", choices=("one",)),
        ),
    ),
    Route(
        method="POST",
        path="/form",
        topic="test",
        summary="",
        endpoint=echo,
        parameters=(Parameter(name="text", summary="", where="body"),),
        forms=True,
    ),
    Route(method="GET", path="/start", topic="test", summary="", endpoint=echo, changes=True),
    Route(method="POST", path="/ask", topic="test", summary="", endpoint=raw, changes=False, free=True, public=True),
    Route(
        method="GET",
        path="/broken",
        topic="test",
        summary="",
        endpoint=broken,
        parameters=(Parameter(name="how", summary=""),),
    ),
    Route(method="GET", path="/page", topic="test", summary="", endpoint=page, policy=PAGE_POLICY),
    Route(
        method="GET",
        path="/other-page",
        topic="test",
        summary="",
        endpoint=broken,
        policy=PAGE_POLICY,
        fault_page=fault_page,
        parameters=(Parameter(name="how", summary="", default="bug"),),
    ),
)


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("", {"number": 2, "flag": None, "olderThan": None, "names": [], "choice": None}),
        ("number=5&flag=true&olderThan=2026-02-28&choice=two", {"number": 5, "flag": True, "olderThan": "2026-02-28"}),
        ("names=a&names=%C3%A4+b", {"names": ["a", "ä b"]}),
        ("flag=0", {"flag": False}),
    ],
)
def test_parameters_come_as_what_they_are(tmp_path: Path, query: str, values: dict[str, Any]) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        found = there.ask("GET", f"/echo/abc?{query}")
    assert found.items() >= {"word": "abc", **values}.items()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/echo/abc?olderthan=2026-01-01", "there is no parameter olderthan in the query; known here: choice, flag"),
        ("/echo/abc?%0aX=1", "there is no parameter \\nX in"),
        ("/echo/abc?number=0", "number must be a whole number from 1 to 5"),
        ("/echo/abc?number=1e1", "number must be a whole number"),
        ("/echo/abc?number=", "number must be a whole number"),
        ("/echo/abc?number=" + "9" * 5000, "number must be a whole number"),
        ("/echo/abc?number=1&number=2", "number must be given once"),
        ("/echo/abc?flag=maybe", "flag must be true or false"),
        ("/echo/abc?choice=three", "choice must be one of one, two"),
        ("/echo/abc?olderThan=2026-02-30", "Invalid date format for olderThan parameter. Expected format: YYYY-MM-DD"),
        ("/echo/abc?olderThan=2026-01-01xyz", "Invalid date format for olderThan parameter."),
        ("/echo/abc?olderThan=20260101", "Invalid date format for olderThan parameter."),
        ("/echo/ABC", "word is not what it should be. A word."),
        ("/echo/abc%0a", "word is not what it should be"),
        ("/echo/abc%00", "word is not what it should be"),
    ],
)
def test_parameters_that_are_wrong_are_named(tmp_path: Path, path: str, message: str) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        assert there.ask("GET", path, 400).startswith(message)


@pytest.mark.parametrize(
    ("media_type", "body", "status", "message"),
    [
        ("text/plain", b'{"text": "a"}', 415, "send the body as JSON"),
        ("", b'{"text": 1}', 400, "text must be a string"),
        ("application/x-www-form-urlencoded", b"text=a", 415, "send the body as JSON"),
        ("application/json", b"{", 400, "the body is not valid JSON"),
        ("application/json", b"\xff", 400, "the body is not valid JSON"),
        ("application/json", b"[" * 100_000, 400, "the body is not valid JSON"),
        ("application/json", b"[]", 400, "the body must be a JSON object"),
        ("application/json", b'{"text": 1}', 400, "text must be a string"),
        ("application/json", b'{"text": null}', 400, "text must be a string"),
        ("application/json", b'{"text": {}}', 400, "text must be a string"),
        ("application/json", b'{"text": "a", "all": {}}', 400, "all must be true or false"),
        ("application/json", b'{"text": "a", "all": [{}]}', 400, "all must be true or false"),
        ("application/json", b'{"text": "a", "all": 1}', 400, "all must be true or false"),
        ("application/json", b'{"text": "a", "all": null}', 400, "all must be true or false"),
        ("application/json", b'{"text": "a", "number": {}}', 400, "number must be a whole number"),
        ("application/json", b'{"text": "a", "number": 1.5}', 400, "number must be a whole number"),
        ("application/json", b'{"text": "a", "number": 1e400}', 400, "number must be a whole number"),
        ("application/json", b'{"text": "a", "number": true}', 400, "number must be a whole number"),
        ("application/json", b'{"text": "a", "number": 1' + b"0" * 18 + b"}", 400, "number must be a whole number"),
        ("application/json", b'{"text": "a", "day": {}}', 400, "Invalid date format"),
        ("application/json", b'{"text": "a", "choice": []}', 400, "choice must be a string"),
        ("application/json", b'{"text": "a", "choice": [[]]}', 400, "choice must be a string"),
        ("application/json", b'{"text": ["a"]}', 400, "text must be a string"),
        ("application/json", b'{"text": "a", "all": "true"}', 400, "all must be true or false"),
        ("application/json", b'{"text": "a", "all": [true]}', 400, "all must be true or false"),
        ("application/json", b'{"text": "a", "number": "1"}', 400, "number must be a whole number"),
        ("application/json", b'{"text": "a", "number": [1]}', 400, "number must be a whole number"),
        ("application/json", b'{"text": "a", "day": ["2026-01-31"]}', 400, "Invalid date format"),
        ("application/json", b'{"text": "a", "names": {}}', 400, "names must be a list of strings"),
        ("application/json", b'{"text": "a", "names": [null]}', 400, "names must be a list of strings"),
        ("application/json", b'{"text": "123456"}', 400, "text must be at most 5 characters long"),
        ("application/json", b'{"text": "a", "else": 1}', 400, "there is no parameter else in the body"),
        ("application/json", b'{"text": "a", "names": "b"}', 400, "names must be a list of strings"),
        ("application/json", b'{"text": "a", "names": [1]}', 400, "names must be a list of strings"),
        ("application/json", b'{"text": "a", "names": ["\\ud800"]}', 400, "names must be text in Unicode"),
        ("application/json", b"", 400, "text is missing"),
    ],
)
def test_bodies_that_are_wrong(tmp_path: Path, media_type: str, body: bytes, status: int, message: str) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        headers = {"Content-Type": media_type} if media_type else {}
        assert there.ask("PUT", "/echo/a", status, content=body, headers=headers).startswith(message)


def test_json_that_is_sent_as_a_form_is_not_taken_for_one(tmp_path: Path) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert there.ask("POST", "/form", content=b"text=a", headers=form) == {"text": "a"}
        said = there.ask("POST", "/form", 415, content=b' {"text": "a"}', headers=form)
        assert said == "send the body as JSON, with the header Content-Type: application/json"


def test_a_good_body_with_a_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        headers = {"Content-Type": "Application/JSON; charset=utf-8"}
        body = b'{"text": "\\u00e4", "names": ["\\udcff"]}'
        found = there.ask("PUT", "/echo/a", content=body, headers=headers)
    assert found.items() >= {"word": "a", "text": "ä", "names": ["\udcff"], "all": False, "number": None}.items()


def test_a_route_may_read_query_and_body_itself(tmp_path: Path) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        found = there.ask("POST", "/ask?a=1&a=2", content=b"verb=Identify")
        assert found == [[["a", "1"], ["a", "2"]], "verb=Identify", "http://localhost"]


def test_base_url_is_what_the_outside_calls_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["http"] = {"base_url": "https://proxy.example.org/md"}
    with site(world, routes=ROUTES) as there:
        assert there.ask("POST", "/ask")[2] == "https://proxy.example.org/md"
        assert there.client.get("/page", headers={"Host": "proxy.example.org"}).status_code == 200


def test_each_path_knows_its_methods(tmp_path: Path) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        response = there.client.request("OPTIONS", "/echo/a")
        assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, OPTIONS, PUT")
        assert response.content == b""
        response = there.client.delete("/echo/a")
        assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS, PUT")
        assert response.json()["status"] == "ERROR"
        assert there.client.head("/echo/a").status_code == 200
        assert there.client.head("/start").headers["allow"] == "GET, OPTIONS"
        assert there.client.head("/start").status_code == 405
        assert there.client.request("TRACE", "/echo/a").status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/", "/start/", "//start", "/START", "/echo/a/b", "/echo/", "/%2e%2e/start"]
)
def test_anything_else_is_not_found(tmp_path: Path, path: str) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        there.ask("GET", f"http://localhost{path}", 404)


@pytest.mark.parametrize(
    ("how", "status", "message"),
    [("deferred", 503, "away"), ("rejected", 400, "bad"), ("bug", 500, "this is a fault of mdwatch")],
)
def test_faults_are_answered_without_their_inside(tmp_path: Path, how: str, status: int, message: str) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        text = there.ask("GET", f"/broken?how={how}", status)
    assert text.startswith(message)
    assert "secret" not in text


@pytest.mark.parametrize(("query", "status"), [("", 500), ("?how=deferred", 503), ("?x=1", 400)])
def test_a_page_tells_its_faults_as_a_page(tmp_path: Path, query: str, status: int) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        response = there.client.get(f"/other-page{query}")
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert response.text.startswith(f"<p>{status}: ")
    assert response.headers["content-security-policy"] == PAGE_POLICY
    assert ("retry-after" in response.headers) == (status == 503)


def test_a_page_asks_for_the_token_as_all_do(tmp_path: Path) -> None:
    with site(World(tmp_path), routes=ROUTES, token=TOKEN) as there:
        response = there.client.get("/other-page")
    assert response.status_code == 401
    # Browsers are not to ask by themselves: the page does.
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.text.startswith("<p>401: ")


FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/start"), ("PUT", "/echo/a")])
@pytest.mark.parametrize("token", [None, TOKEN])
def test_no_page_of_another_site_can_trigger_what_changes_something(
    tmp_path: Path, method: str, path: str, token: str | None
) -> None:
    with site(World(tmp_path), routes=ROUTES, token=token) as there:
        for headers in (FOREIGN, {"Origin": "http://evil.example"}, {"User-Agent": "Mozilla/5.0"}):
            message = there.ask(method, path, 403, headers={**headers, **BEARER}, json={"text": "a"})
            assert message.startswith("refused: ")
        ours = {**BEARER, "Sec-Fetch-Site": "same-origin", "User-Agent": "Mozilla/5.0"}
        there.ask(method, path, headers=ours, json={"text": "a"})


def test_reading_is_no_matter_of_where_one_comes_from(tmp_path: Path) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        there.ask("GET", "/echo/abc", headers=FOREIGN)
        there.ask("POST", "/ask", headers=FOREIGN)


def test_every_answer_carries_the_headers_that_protect(tmp_path: Path) -> None:
    with site(World(tmp_path), routes=ROUTES) as there:
        for path in ("/echo/abc", "/nix", "/page", "/broken?how=bug"):
            headers = there.client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert "access-control-allow-origin" not in headers
            assert "server" not in headers
        assert there.client.get("/echo/abc").headers["cache-control"] == "no-store"
        page = there.client.get("/page").headers
        assert (page["cache-control"], page["content-security-policy"]) == ("max-age=60", PAGE_POLICY)
        public = there.client.post("/ask").headers
        assert public["cross-origin-resource-policy"] == "cross-origin"


def test_limits_on_head_and_body(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["http"] = {"header_bytes": 4000, "body_bytes": 1000}
    with site(world, routes=ROUTES) as there:
        assert "headers" in there.ask("GET", "/page", 431, headers={"X-Long": "x" * 4000})
        there.ask("GET", "/echo/abc?" + "x" * 4000, 431)
        response = there.client.post("/ask", content=b"x" * 1001)
        assert (response.status_code, response.headers["connection"]) == (413, "close")
        assert there.client.post("/ask", content=iter([b"x" * 600, b"x" * 600])).status_code == 413
        assert there.client.post("/ask", content=b"x" * 1000).status_code == 200


def test_names_from_outside_are_no_markup_in_json(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["jobs"]["x"] = {**world.raw["jobs"][JOB], "folder": str(tmp_path / "<script>")}
    with site(world) as there:
        response = there.client.get("/api/jobs")
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.text)["data"][1]["folder"].endswith("<script>")
