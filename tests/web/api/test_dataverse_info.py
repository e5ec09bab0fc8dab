"""What Dataverse's clients ask first, and what mdwatch does not keep."""

from pathlib import Path

from mdwatch.web.serving import access
from tests.web.sites import site
from tests.worlds import World


def test_clients_find_a_dataverse_that_is_new_enough(tmp_path: Path) -> None:
    with site(World(tmp_path)) as there:
        found = there.ask("GET", "/api/v1/info/version")
        assert there.ask("GET", "/api/info/server", headers={"Host": "LOCALHOST:8650"}) == {"message": "localhost"}
    assert tuple(map(int, found["version"].split("."))) >= (5, 13)
    assert found["build"].startswith("mdwatch ")


def test_the_server_has_the_name_that_the_outside_calls_it_by(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["http"]["base_url"] = "https://md.example.org:8443/x"
    with site(world, door=access.public_door()) as there:
        assert there.ask("GET", "/api/info/server") == {"message": "md.example.org"}


def test_an_address_for_the_public_tells_what_is_there_and_not_what_is_not(tmp_path: Path) -> None:
    with site(World(tmp_path), door=access.public_door()) as there:
        for path in ("/", "/api/openapi.json"):
            # A browser, too: the page that operators see leads to what is not there, without its style.
            answer = there.client.get(path, headers={"Accept": "text/html"})
            assert answer.status_code == 404
            message = answer.json()["message"]
            assert message == "there is nothing at this address; OAI-PMH is at /oai, documents at /api/datasets/export"
        for path in ("/oai", "/api/datasets/export"):
            assert there.client.get(path).status_code != 404


def test_what_mdwatch_does_not_keep_is_not_found_in_dataverses_shape(tmp_path: Path) -> None:
    with site(World(tmp_path)) as there:
        value = there.client.get("/api/v1/metadatablocks", params={"key": "secret", "a": "b"}).json()
    assert value.pop("message").startswith("there is nothing at this address; /api/openapi.json tells what there is.")
    assert value == {
        "status": "ERROR",
        "code": 404,
        "requestUrl": "http://localhost/api/metadatablocks",
        "requestMethod": "GET",
    }
