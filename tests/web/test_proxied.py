"""A proxy that says who asks: believed where the settings name it, and of nobody else, whatever else is sent along."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mdwatch import config, logs
from mdwatch.errors import ConfigError
from mdwatch.handlers.accounts import tokens
from mdwatch.handlers.trail import listing
from mdwatch.model import AccountRole
from mdwatch.web.serving import access
from mdwatch.web.serving.access import Door
from tests.web.sites import BEARER, TOKEN, Site, site
from tests.web.test_accounts import two_houses
from tests.worlds import JOB, World

GROUPS = {
    "archive": {"role": "operator", "institutions": ["INS01"]},
    "/staff/lookers": {"role": "viewer"},
    "chiefs": {"role": "manager"},
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = two_houses(tmp_path)
    world.raw["proxy"] = {"peers": ["192.0.2.7", "unix"]}
    world.raw["groups"] = GROUPS
    return world


@contextmanager
def seen_from(there: Site, address: str | None) -> Iterator[TestClient]:
    """A client at this address, None for one that came through a Unix socket."""
    app: Any = there.client.app

    async def moved(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "client": None if address is None else (address, 1)}, receive, send)

    client = TestClient(moved, base_url="http://localhost", follow_redirects=False)
    yield client
    client.close()


def ask(client: TestClient, user: str | bytes | None, groups: str = "", path: str = "/api/jobs", **more: Any) -> int:
    headers: dict[str, Any] = {} if user is None else {"X-Remote-User": user}
    headers |= {"X-Remote-Groups": groups} if groups else {}
    return client.request(more.pop("method", "GET"), path, headers={**headers, **more}).status_code


def test_the_groups_of_the_user_say_what_may_be_done(world: World) -> None:
    with site(world) as there, seen_from(there, "192.0.2.7") as proxy:
        # Who is not named is nobody, though no token was ever made and the address is of this host.
        assert [ask(proxy, user) for user in (None, "", "  ")] == [401] * 3
        assert ask(proxy, "ada") == ask(proxy, "ada", "unknown, Archive") == 403
        assert ask(proxy, "ada", "unknown, archive") == 200
        assert ask(proxy, "ada", "archive", "/api/jobs/zweig") == 404
        assert ask(proxy, "ada", "/staff/lookers", "/api/jobs/zweig") == 200
        assert ask(proxy, "ada", "/staff/lookers", f"/api/jobs/{JOB}/pause", method="POST") == 403
        assert ask(proxy, "bob", "chiefs,archive", "/api/batches", method="POST") < 500
        assert ask(proxy, "Zo\u00eb".encode(), "archive", f"/api/jobs/{JOB}/pause", method="POST") == 200
        assert listing.acts(there.context, subject=JOB)[0].who == "Zo\u00eb"
        page = proxy.get("/", headers={"X-Remote-User": "<b>ada", "X-Remote-Groups": "archive"})
        assert "Operator <b><bdi>&lt;b&gt;ada</bdi></b>" in page.text
        assert "Sign out" not in page.text
        # Whom the proxy does not name may have a token.
        text, _ = tokens.create(there.context, "robot", AccountRole.VIEWER, [], None)
        assert ask(proxy, None, Authorization=f"Bearer {text}") == 200
        # A page of another site acts for nobody whom the proxy knows.
        foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}
        assert ask(proxy, "ada", "archive", f"/jobs/{JOB}/pause", method="POST", **foreign) == 403


@pytest.mark.parametrize("address", ["192.0.2.8", "127.0.0.1", "::1", None])
def test_from_any_other_peer_the_header_is_not_believed_and_that_is_told_once(
    world: World, address: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure_service_log("info")
    world.raw["proxy"]["peers"] = ["192.0.2.7"]
    with site(world, token=TOKEN) as there, seen_from(there, address) as other:
        if address is not None:
            peer = f"198.51.100.{sum(address.encode()) % 250}"  # told once in the life of a process
            with seen_from(there, peer) as once:
                assert [ask(once, "ada", "chiefs") for _ in range(3)] == [401] * 3
            assert capfd.readouterr().err.count(f'"peer": "{peer}"') == 1
        for spoof in ({}, {"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}, {"X-Real-IP": "192.0.2.7"}):
            assert ask(other, "ada", "chiefs", **spoof) == 401
        assert ask(other, "ada", "chiefs", **BEARER) == 200
        other.post(f"/api/jobs/{JOB}/pause", headers={**BEARER, "X-Remote-User": "ada", "X-Remote-Groups": "chiefs"})
        assert listing.acts(there.context, subject=JOB)[0].who != "ada"


def test_a_header_that_came_twice_is_refused_and_no_look_alike_counts(world: World) -> None:
    with site(world) as there, seen_from(there, "192.0.2.7") as proxy:
        twice = [("X-Remote-User", "ada"), ("x-remote-user", "root"), ("X-Remote-Groups", "archive")]
        assert proxy.get("/api/jobs", headers=twice).status_code == 400
        slipped = [("X-Remote-User", "ada"), ("X-Remote-Groups", "archive"), ("X-REMOTE-GROUPS", "chiefs")]
        assert proxy.get("/api/jobs", headers=slipped).status_code == 400
        alike = [("X_Remote_User", "ada"), ("X-Remote-Groups", "chiefs")]
        assert proxy.get("/api/jobs", headers=alike).status_code == 401
        # One header that holds two names is one name.
        assert ask(proxy, "ada, root", "/staff/lookers") == 200
        joined = [("X-Remote-User", "ada"), ("X-Remote-Groups", "archive"), ("X_Remote_Groups", "chiefs")]
        assert proxy.post("/api/batches", headers=joined).status_code == 403


def test_through_a_unix_socket_that_is_a_proxys_nobody_is_let_in_unnamed(world: World) -> None:
    with site(world, door=Door(trusted=True)) as there, seen_from(there, None) as socket:
        assert ask(socket, None) == 401
        assert ask(socket, "ada", "archive", "/api/jobs/zweig") == 404
    world.raw["proxy"]["peers"] = ["192.0.2.7"]
    with site(world, door=Door(trusted=True)) as there, seen_from(there, None) as socket:
        # As ever: whoever can connect may do everything; the header is nothing.
        assert ask(socket, None) == ask(socket, "ada", "archive", "/api/jobs/zweig") == 200


def test_off_by_default_and_its_faults_are_told() -> None:
    assert config.Settings().proxy.peers == ()

    def faults(**raw: Any) -> list[str]:
        try:
            settings = config.check(raw, "test")
        except ConfigError as error:
            return error.faults
        return access.faults(settings, {})

    assert faults(http={"listen": ["0.0.0.0:1"]}) != []
    assert faults(http={"listen": ["0.0.0.0:1"]}, proxy={"peers": "192.0.2.0/24"}, groups=GROUPS) == []
    assert "nobody could do anything" in faults(proxy={"peers": ["unix"]})[0]
    (network,) = faults(proxy={"peers": ["192.0.2.1/24"]}, groups=GROUPS)
    assert network.startswith("test: proxy.peers: must hold IP addresses, networks such as")
    (header,) = faults(proxy={"user_header": "X Remote"})
    assert header.startswith('test: proxy.user_header: must be the name of a header: letters, digits and "-"')
    assert "two headers" in faults(proxy={"user_header": "x-a", "groups_header": "X-A"})[0]
    (role,) = faults(groups={"a": {"role": "boss"}})
    assert "groups.a.role" in role
    assert "groups.a.institutions" in faults(groups={"a": {"role": "viewer", "institutions": [" "]}})[0]
