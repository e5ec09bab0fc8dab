"""OAI-PMH over HTTP: both methods, codings, limits, and what browsers may do with the answers."""

import gzip
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx2 import Response
from lxml import etree

from mdwatch.handlers.exports import request as export_request
from mdwatch.repository.sqlite import wal_is_safe
from mdwatch.web import oai
from mdwatch.web.serving import access
from tests.formats.oai_pmh.samples import OAI
from tests.web.sites import TOKEN, Site, site
from tests.worlds import World, ie

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def world_of(root: Path, **http: Any) -> World:
    world = World(root)
    world.raw["export"] = {"formats": ["oai_dc"]}
    world.raw["oai"] = {"identifier_namespace": "archive.example.org", "page_records": 2}
    world.raw["http"] |= http
    world.load(*(ie(f"IE{number}", f"Title {number}", published=True) for number in (1, 2, 3)))
    with world.context() as context:
        export_request.carry_out(context, "all", "test")
    return world


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three records, to be asked only."""
    with site(world_of(tmp_path_factory.mktemp("oai")), routes=oai.ROUTES) as made:
        yield made


def parsed(response: Response) -> etree._Element:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    return etree.fromstring(response.content)


def without_moment(response: Response) -> bytes:
    root = parsed(response)
    moment = root.find(f"{OAI}responseDate")
    assert moment is not None
    root.remove(moment)
    return etree.tostring(root)


REQUESTS = [
    "verb=Identify",
    "verb=ListMetadataFormats",
    "verb=ListMetadataFormats&identifier=oai%3Aarchive.example.org%3AIE1",
    "verb=ListSets",
    "verb=ListIdentifiers&metadataPrefix=oai_dc&from=1999-01-01",
    "verb=ListRecords&metadataPrefix=oai_dc&until=9999-12-31T23%3A59%3A59Z",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:archive.example.org:IE2",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=%3Cscript%3E%00%ff+%2B",
    "",
    "verb",
    "verb=Identify&verb=Identify",
    "verb=Identify&x=",
    "verb=ListRecords&metadataPrefix=marc",
    "verb=ListRecords&resumptionToken=nonsense",
    "&&=&=a&%zz",
]


@pytest.mark.parametrize("query", REQUESTS)
def test_both_methods_give_the_same_answer(there: Site, query: str) -> None:
    got = there.client.get(f"/oai?{query}")
    assert without_moment(got) == without_moment(there.client.post("/oai", content=query, headers=FORM))
    charset = {"Content-Type": "Application/X-WWW-Form-URLEncoded; charset=UTF-8"}
    assert without_moment(got) == without_moment(there.client.post("/oai", content=query, headers=charset))
    head = there.client.head(f"/oai?{query}")
    assert (head.status_code, head.content) == (200, b"")


def test_a_list_goes_on_by_its_token(there: Site) -> None:
    query = urlencode({"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    root = parsed(there.client.get(f"/oai?{query}"))
    token = root.findtext(f".//{OAI}resumptionToken")
    assert token
    for method, given in (("GET", "params"), ("POST", "data")):
        arguments: dict[str, Any] = {given: {"verb": "ListRecords", "resumptionToken": token}}
        rest = parsed(there.client.request(method, "/oai", **arguments))
        assert [item.text for item in rest.iter(f"{OAI}identifier")] == ["oai:archive.example.org:IE3"]


def test_arguments_in_the_query_of_a_post_count_too(there: Site) -> None:
    root = parsed(there.client.post("/oai?verb=Identify", content="verb=ListSets", headers=FORM))
    assert [error.get("code") for error in root.iter(f"{OAI}error")] == ["badVerb"]
    assert parsed(there.client.post("/oai?verb=Identify")).find(f"{OAI}Identify") is not None


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b'{"verb": "Identify"}', 415),
        ({}, b"verb=Identify", 415),
        ({"Content-Type": "text/plain"}, b"verb=Identify", 415),
        (FORM, b"verb=Identify&x=" + b"y" * (1 << 14), 413),
        (FORM, b"x" * 2_000_000, 413),
    ],
)
def test_what_is_no_form_or_too_long_is_refused(there: Site, headers: dict[str, str], body: bytes, status: int) -> None:
    assert there.client.post("/oai", content=body, headers=headers).status_code == status


def test_other_methods_are_refused(there: Site) -> None:
    response = there.client.put("/oai", content=b"verb=Identify", headers=FORM)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


# --- codings


@pytest.mark.parametrize(
    ("accepted", "gzipped"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZip", True),
        ("x-gzip", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip ; q=0.001", True),
        ("gzip;q=0.5, identity", False),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("identity;q=0.5, gzip;q=0.9", True),
        ("identity", False),
        ("deflate, br, zstd", False),
        ("*", True),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("*;q=1, gzip;q=0.2", False),
        ("gzip;q=nonsense", False),
        (",,gzip,,", True),
    ],
)
def test_answers_are_compressed_for_whoever_wants_them_so(there: Site, accepted: str | None, gzipped: bool) -> None:
    request = there.client.build_request("GET", "/oai?verb=Identify")
    del request.headers["accept-encoding"]
    if accepted is not None:
        request.headers["accept-encoding"] = accepted
    response = there.client.send(request, stream=True)
    data = b"".join(response.iter_raw())
    assert response.headers.get("content-encoding") == ("gzip" if gzipped else None)
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    assert int(response.headers["content-length"]) == len(data)
    root = etree.fromstring(gzip.decompress(data) if gzipped else data)
    assert root.findtext(f".//{OAI}compression") == "gzip"


# --- who asks, and by which name


def test_nobody_needs_a_token(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world, token=TOKEN, routes=oai.ROUTES) as there:
        assert parsed(there.client.get("/oai?verb=Identify")).find(f"{OAI}Identify") is not None
    with site(world, door=access.public_door(), routes=oai.ROUTES) as there:
        headers = {"Host": "whatever.example.org:81"}
        root = parsed(there.client.get("/oai?verb=Identify", headers=headers))
        assert root.findtext(f"{OAI}request") == "http://whatever.example.org:81/oai"
        foreign = {**FORM, "Origin": "https://harvester.example.com", "Sec-Fetch-Site": "cross-site"}
        assert there.client.post("/oai", content="verb=Identify", headers=foreign).status_code == 200


def test_the_base_url_is_that_of_the_settings(tmp_path: Path) -> None:
    with site(world_of(tmp_path, base_url="https://md.example.org/meta"), routes=oai.ROUTES) as there:
        root = parsed(there.client.get("/oai?verb=Identify"))
    assert root.findtext(f"{OAI}request") == root.findtext(f".//{OAI}baseURL") == "https://md.example.org/meta/oai"


@pytest.mark.sqlite
@pytest.mark.skipif(wal_is_safe(sqlite3.sqlite_version_info), reason="with WAL it can be read all the same")
def test_a_database_that_is_busy_is_asked_again_later(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.raw["repository"]["busy_seconds"] = 0
    with site(world, routes=oai.ROUTES) as there:
        assert there.client.get("/oai?verb=ListSets").status_code == 200
        other = sqlite3.connect(tmp_path / "mdwatch.db", isolation_level=None)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        response = there.client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc")
        other.close()
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) > 0
        assert there.client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").status_code == 200


# --- browsers


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accepted", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("TEXT/HTML;q=0.5, application/xml;q=0.5", True),
        ("text/html;q=0.5, application/xml", False),
        ("text/html;q=0", False),
        ("text/xml, application/xml", False),
        ("*/*", False),
        ("", False),
        ("text/htmlx", False),
        # Harvesters in Java that say nothing of their own.
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", False),
    ],
)
def test_a_browser_that_asks_for_html_gets_a_page(there: Site, accepted: str, html: bool) -> None:
    for path in ("/oai?verb=ListRecords&metadataPrefix=oai_dc", "/oai?verb=Nonsense"):
        response = there.client.get(path, headers={"Accept": accepted})
        assert response.status_code == 200
        assert response.headers["content-type"] == ("text/html; charset=utf-8" if html else "text/xml; charset=utf-8")
        assert response.headers["vary"] == "Accept, Accept-Encoding"
        assert ("<main>" in response.text) is html
        assert "xml-stylesheet" not in response.text


def test_browsers_run_nothing_that_metadata_brings(there: Site) -> None:
    for accepted in (BROWSER, "*/*"):
        headers = there.client.get("/oai?verb=Identify", headers={"Accept": accepted}).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert "script-src" not in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert there.client.get("/oai.xsl").status_code == 404
