"""Exported documents over HTTP, literally as Dataverse answers where it has the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest
from lxml import etree

from mdwatch.handlers.ies import change
from mdwatch.repository.exports import documents
from mdwatch.web.serving import access
from tests import foreign
from tests.web.exported import NAMESPACE, attend_due, exported, world_of
from tests.web.sites import TOKEN, Site, site
from tests.worlds import World, dc, update

CALL = "/api/datasets/export"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"


def asked(pid: str, exporter: str = "oai_dc", **more: str) -> dict[str, str]:
    return {"exporter": exporter, "persistentId": pid, **more}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Site]:
    with site(exported(tmp_path)) as found:
        yield found


def error(there: Site, params: dict[str, str], status: int) -> str:
    return str(there.ask("GET", CALL, status, params=params))


@pytest.mark.parametrize("pid", ["IE2", f"oai:{NAMESPACE}:IE2"])
def test_a_document_with_its_media_type_by_pid_and_by_oai_identifier(there: Site, pid: str) -> None:
    response = there.client.get(CALL, params=asked(pid))
    assert (response.status_code, response.headers["content-type"]) == (200, "application/xml")
    root = etree.fromstring(response.content)
    assert root.tag == f"{{{OAI_DC}}}dc"
    assert root.findtext("{http://purl.org/dc/elements/1.1/}title") == "Title 2"
    assert "x-mdwatch-stale" not in response.headers
    head = there.client.head(CALL, params=asked(pid))
    assert (head.status_code, head.headers["etag"]) == (200, response.headers["etag"])


def test_another_format_has_another_media_type(there: Site) -> None:
    response = there.client.get(CALL, params=asked("IE1", "native_json", version=":latest-published"))
    assert response.headers["content-type"] == "application/json"
    assert response.json()["pid"] == "IE1"


def test_whoever_has_the_document_already_is_not_sent_it_again(there: Site) -> None:
    first = there.client.get(CALL, params=asked("IE1"))
    tag = first.headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = there.client.get(CALL, params=asked("IE1"), headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        # The moment lies ahead for up to a second, and is not told before it has come.
        assert again.headers["last-modified"] >= first.headers["last-modified"]
    other = there.client.get(CALL, params=asked("IE1"), headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)
    assert there.client.get(CALL, params=asked("IE2")).headers["etag"] != tag


def test_whoever_has_it_since_it_was_changed_is_not_sent_it_again(there: Site) -> None:
    first = there.client.get(CALL, params=asked("IE1"))
    with there.context.repository.read() as connection:
        kept = documents.get(connection, "IE1", "oai_dc")
    assert kept is not None

    def again(at: int, **more: str) -> int:
        since = format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)
        return there.client.get(CALL, params=asked("IE1"), headers={"If-Modified-Since": since, **more}).status_code

    changed = kept.datestamp // 1000
    assert (again(changed), again(changed + 1), again(changed - 1)) == (304, 304, 200)
    # An entity tag says more (RFC 9110, 13.1.3), and what is no date says nothing.
    assert again(changed, **{"If-None-Match": '"other"'}) == 200
    assert again(changed - 1, **{"If-None-Match": first.headers["etag"]}) == 304
    for wrong in ("yesterday", "", "Fri, 99 Dec 2026 00:00:00 GMT"):
        response = there.client.get(CALL, params=asked("IE1"), headers={"If-Modified-Since": wrong})
        assert response.status_code == 200


def test_formats_by_the_names_that_dataverse_has_for_them(there: Site) -> None:
    ours = there.client.get(CALL, params=asked("IE1", "native_json")).content
    assert there.client.get(f"/api/v1{CALL[4:]}", params=asked("IE1", "dataverse_json", key="x")).content == ours
    for name, known in (("oai_ddi", "ddi"), ("Datacite", "datacite"), ("schema.org", "schema_org"), ("html", "html")):
        assert f"not exported as '{known}'" in error(there, asked("IE1", name), 400)


def test_it_was_never_changed_in_the_future(there: Site) -> None:
    changed = there.client.get(CALL, params=asked("IE1")).headers["last-modified"]
    assert changed.endswith(" GMT")
    assert parsedate_to_datetime(changed).timestamp() * 1000 <= there.context.clock.now()


def test_a_document_of_an_older_version_says_so_until_it_is_made_anew(tmp_path: Path) -> None:
    world = exported(tmp_path)
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    with site(world) as there:
        old = there.client.get(CALL, params=asked("IE1"))
        assert "Title 1" in old.text
        assert old.headers["x-mdwatch-stale"] == "exported from version 1 of the IE, which is at version 2"
        assert attend_due(there.context) == ["IE1"]
        new = there.client.get(CALL, params=asked("IE1"), headers={"If-None-Match": old.headers["etag"]})
    assert (new.status_code, "x-mdwatch-stale" in new.headers) == (200, False)
    assert "<dc:title>New</dc:title>" in new.text


@pytest.mark.parametrize(
    ("params", "status", "message"),
    [
        (asked("IE9"), 404, "A dataset with the persistentId IE9 could not be found."),
        (
            asked("oai:elsewhere.org:IE1"),
            404,
            "A dataset with the persistentId oai:elsewhere.org:IE1 could not be found.",
        ),
        (asked("<b>\n"), 404, "A dataset with the persistentId <b>\\n could not be found."),
        (asked("IE4"), 403, "Export Failed: IE IE4 is not published, so it has no exports"),
        (asked("IE5"), 403, "Export Failed: IE IE5 is harvested, so it has no exports"),
        (asked("IE1", "ddi2"), 400, "IEs are not exported as 'ddi2'; the formats are: oai_dc, native_json"),
        (
            asked("IE1", version=":draft"),
            400,
            "Only the latest published version (:latest-published) is supported: mdwatch exports no other",
        ),
        ({"exporter": "oai_dc"}, 400, "persistentId is missing: The PID of an IE, or its OAI identifier."),
    ],
)
def test_what_cannot_be_given_says_why(there: Site, params: dict[str, str], status: int, message: str) -> None:
    assert error(there, params, status) == message


def test_a_deleted_ie_has_no_documents_any_more(there: Site) -> None:
    change.delete(there.context, "IE1")
    assert error(there, asked("IE1"), 403) == "Export Failed: IE IE1 is deleted, so it has no exports"


def test_nothing_is_made_while_somebody_waits(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        response = there.client.get(CALL, params=asked("IE1"))
        assert (response.status_code, response.headers["retry-after"]) == (503, "10")
        assert response.json()["message"] == "IE IE1 is about to be exported as oai_dc; ask again in a moment"
        assert attend_due(there.context) == ["IE1", "IE2", "IE3"]
        assert there.client.get(CALL, params=asked("IE1")).status_code == 200


def test_a_format_that_failed_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, raising=foreign.RAISING))
    with site(exported(tmp_path, "raising")) as there:
        message = error(there, asked("IE1", "raising"), 403)
        assert there.client.get(CALL, params=asked("IE1")).status_code == 200
    assert message.startswith("Export Failed: IE IE1 could not be exported as raising: ")
    assert "cannot do IE1" in message


def test_a_format_whose_package_is_gone_fails_alone(tmp_path: Path) -> None:
    world = exported(tmp_path)
    world.raw["export"]["formats"] += ["gone"]
    with site(world) as there:
        assert error(there, asked("IE1", "gone"), 403).startswith("Export Failed: there is no exporter gone")
        assert there.client.get(CALL, params=asked("IE1")).status_code == 200
        assert set(there.ask("GET", "/api/info/exportFormats")) == {"oai_dc", "native_json"}


def test_the_formats_in_dataverses_shape(there: Site) -> None:
    assert there.client.get("/api/info/exportFormats").json() == {
        "status": "OK",
        "data": {
            "oai_dc": {
                "displayName": "Dublin Core",
                "mediaType": "application/xml",
                "isHarvestable": True,
                "isVisibleInUserInterface": True,
                "XMLNameSpace": OAI_DC,
                "XMLSchemaLocation": "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
                "XMLSchemaVersion": "2.0",
            },
            "native_json": {
                "displayName": "mdwatch JSON",
                "mediaType": "application/json",
                "isHarvestable": False,
                "isVisibleInUserInterface": True,
            },
        },
    }


def test_documents_and_formats_are_for_everybody(tmp_path: Path) -> None:
    world: World = exported(tmp_path)
    with site(world, token=TOKEN) as there:
        assert there.client.get(CALL, params=asked("IE1")).status_code == 200
        assert there.client.get("/api/info/exportFormats").status_code == 200
        assert there.client.get("/api/ies/IE1/exports/oai_dc").status_code == 401
    with site(world, door=access.public_door()) as there:
        assert there.client.get(CALL, params=asked("IE1")).headers["cache-control"] == "no-cache"
        assert there.client.get("/api/ies/IE1/exports/oai_dc").status_code == 404


def test_the_same_document_at_its_ie(there: Site) -> None:
    response = there.client.get("/api/ies/IE1/exports/oai_dc")
    same = there.client.get(CALL, params=asked("IE1"))
    assert response.status_code == 200
    for name in ("etag", "content-type"):
        assert response.headers[name] == same.headers[name]
    # The moment lies ahead for up to a second, and is not told before it has come.
    changed, told = (parsedate_to_datetime(item.headers["last-modified"]) for item in (response, same))
    assert changed <= told <= changed + timedelta(seconds=1)
    assert response.content == same.content
    assert there.ask("GET", "/api/ies/IE9/exports/oai_dc", 404) == "there is no IE IE9"
    assert there.ask("GET", "/api/ies/IE4/exports/oai_dc", 404) == "IE IE4 is not published, so it has no exports"
    assert there.ask("GET", "/api/ies/IE1/exports/nix", 404).startswith("IEs are not exported as 'nix'")
