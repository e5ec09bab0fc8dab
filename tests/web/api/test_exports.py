"""How the exports stand over HTTP, and having them made again with Dataverse's calls."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.handlers.ies import change
from tests import foreign
from tests.web.exported import NAMESPACE, attend_due, exported, world_of
from tests.web.sites import TOKEN, Site, site

CLEAR = "/api/admin/metadata/clearExportTimestamps"
STARTED = {"status": "OK", "data": {"message": "export started"}}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    with site(exported(tmp_path)) as found:
        yield found


# --- how they stand


def test_how_all_exports_stand(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        before = there.ask("GET", "/api/exports")
        there.ask("POST", "/api/batches", 202, json={"kind": "all"})
        waiting = there.ask("GET", "/api/exports")["batch"]
        attend_due(there.context)
        after = there.ask("GET", "/api/exports")
    assert (before["published"], before["due"], before["failing"], before["batch"]) == (3, 3, 0, None)
    assert (waiting["kind"], waiting["status"]) == ("all", "waiting")
    assert (after["published"], after["due"], after["failures"]) == (3, 0, [])
    assert after["formats"] == [
        {"format": "native_json", "documents": 3, "tombstones": 0, "failing": 0},
        {"format": "oai_dc", "documents": 3, "tombstones": 0, "failing": 0},
    ]


def test_the_exports_of_an_ie(there: Site) -> None:
    found = there.ask("GET", "/api/ies/IE1/exports")
    assert (found["pid"], found["version"], found["due"], found["without"]) == ("IE1", 1, False, None)
    assert [item["format"] for item in found["exports"]] == ["native_json", "oai_dc"]
    oai_dc = found["exports"][1]
    assert (oai_dc["ie_version"], oai_dc["deleted"], oai_dc["stale"]) == (1, False, False)
    etag = there.client.get("/api/ies/IE1/exports/oai_dc").headers["etag"]
    assert etag == f'"{oai_dc["digest"]}"'


def test_an_ie_that_lost_its_publication_has_tombstones_and_says_why(there: Site) -> None:
    change.unpublish(there.context, "IE1")
    found = there.ask("GET", "/api/ies/IE1/exports")
    assert (found["without"], found["due"]) == ("not published", False)
    assert [item["deleted"] for item in found["exports"]] == [True, True]


def test_an_unknown_ie_is_not_found(there: Site) -> None:
    assert there.ask("GET", "/api/ies/IE9/exports", 404) == "there is no IE IE9"


# --- having them made again


@pytest.mark.parametrize(
    "path",
    [
        "/api/admin/metadata/IE2/reExportDataset",
        f"/api/admin/metadata/oai:{NAMESPACE}:IE2/reExportDataset",
        "/api/admin/metadata/:persistentId/reExportDataset?persistentId=IE2",
        f"/api/admin/metadata/:persistentId/reExportDataset?persistentId=oai:{NAMESPACE}:IE2",
    ],
)
def test_one_ie_is_exported_anew(there: Site, path: str) -> None:
    response = there.client.get(path)
    assert (response.status_code, response.json()) == (200, STARTED)
    found = there.ask("GET", "/api/ies/IE2/exports")
    assert (found["due"], [item["stale"] for item in found["exports"]]) == (True, [True, True])
    assert there.client.get("/api/ies/IE2/exports/oai_dc").headers["x-mdwatch-stale"] == (
        "exported from whichever version of the IE, which is at version 1"
    )
    assert attend_due(there.context) == ["IE2"]
    found = there.ask("GET", "/api/ies/IE2/exports")
    assert (found["due"], [item["stale"] for item in found["exports"]]) == (False, [False, False])
    assert attend_due(there.context) == []


def test_formats_that_failed_are_tried_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, failing=foreign.RAISING))
    with site(exported(tmp_path, "failing")) as there:
        (failure,) = there.ask("GET", "/api/ies/IE1/exports")["failures"]
        assert attend_due(there.context) == []
        there.client.get("/api/admin/metadata/IE1/reExportDataset")
        assert attend_due(there.context) == ["IE1"]
        (again,) = there.ask("GET", "/api/ies/IE1/exports")["failures"]
        standing = there.ask("GET", "/api/exports")
    assert (failure["format"], failure["tries"], "cannot do IE1" in failure["reason"]) == ("failing", 1, True)
    assert (again["tries"], again["since"]) == (2, failure["since"])
    assert standing["failing"] == 3
    assert [item["pid"] for item in standing["failures"]] == ["IE1", "IE2", "IE3"]


@pytest.mark.parametrize(
    ("pid", "status", "message"),
    [
        ("IE9", 404, "Dataset with Persistent ID IE9 not found."),
        ("IE4", 409, "IE IE4 is not published, so it has no exports"),
        ("IE5", 409, "IE IE5 is harvested, so it has no exports"),
    ],
)
def test_what_cannot_be_exported_anew_says_why(there: Site, pid: str, status: int, message: str) -> None:
    assert there.ask("GET", f"/api/admin/metadata/{pid}/reExportDataset", status) == message
    path = "/api/admin/metadata/:persistentId/reExportDataset"
    assert there.ask("GET", path, status, params={"persistentId": pid}) == message


def test_all_stamps_are_forgotten_and_the_documents_stay(there: Site) -> None:
    response = there.client.get(CLEAR)
    assert (response.status_code, response.json()) == (200, {"status": "OK", "data": {"message": "cleared: 3"}})
    assert there.client.get("/api/ies/IE1/exports/oai_dc").status_code == 200
    assert attend_due(there.context) == ["IE1", "IE2", "IE3"]


@pytest.mark.parametrize(
    "path",
    [
        CLEAR,
        "/api/admin/metadata/IE1/reExportDataset",
        "/api/admin/metadata/exportAll",
        "/api/admin/metadata/reExportAll",
    ],
)
def test_no_other_site_and_no_stranger_can_start_anything(tmp_path: Path, path: str) -> None:
    with site(exported(tmp_path), token=TOKEN) as there:
        there.ask("GET", path, 401)
        there.ask("GET", path, 403, auth=("ada", TOKEN), headers={"Sec-Fetch-Site": "cross-site"})
        assert there.client.head(path).status_code == 405
        assert there.ask("GET", "/api/exports", auth=("ada", TOKEN))["due"] == 0
        assert [item["id"] for item in there.ask("GET", "/api/batches", auth=("ada", TOKEN))["items"]] == [1]
