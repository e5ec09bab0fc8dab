"""Who may ask: the token, where it is read from, and the names that the service goes by."""

from pathlib import Path
from typing import Any

import pytest

from mdwatch import logs
from mdwatch.config import HttpSettings, Settings
from mdwatch.errors import ConfigError
from mdwatch.web.serving import access
from mdwatch.web.serving.access import Door
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.token import Token
from tests.web.sites import BEARER, TOKEN, site
from tests.worlds import World


def token_file(root: Path, text: str = TOKEN, mode: int = 0o600) -> Path:
    path = root / "token"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def faults(settings: HttpSettings, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        access.read_token(settings, environment or {})
    return caught.value.faults


def test_no_token_is_needed_where_only_this_host_can_ask() -> None:
    settings = HttpSettings(listen=("127.0.0.1:1", "[::1]:1", "unix:/run/x.sock"), public_listen=("0.0.0.0:2",))
    assert access.read_token(settings, {}) is None


def test_every_address_that_other_machines_reach_needs_one() -> None:
    settings = HttpSettings(listen=("127.0.0.1:1", "0.0.0.0:1", "[2001:db8::1]:1"))
    first, second = faults(settings)
    assert first.startswith("http.listen[1]: other machines can reach this address, so it needs a token")
    assert second.startswith("http.listen[2]: ")


def test_the_token_comes_from_its_file(tmp_path: Path) -> None:
    settings = HttpSettings(listen=("0.0.0.0:1",), token_file=str(token_file(tmp_path, f" {TOKEN}\n")))
    token = access.read_token(settings, {})
    assert token is not None
    assert token.matches(TOKEN)
    assert not token.matches(f"{TOKEN}\n")
    assert not token.matches("")
    assert TOKEN not in repr(token)


def test_a_credential_of_systemd_comes_first(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()
    credential = tmp_path / "credentials" / access.CREDENTIAL
    credential.write_text("another-token-of-twenty-signs", encoding="utf-8")
    credential.chmod(0o400)
    settings = HttpSettings(token_file=str(token_file(tmp_path)))
    token = access.read_token(settings, {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")})
    assert token is not None
    assert token.matches("another-token-of-twenty-signs")
    other = access.read_token(settings, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert other is not None
    assert other.matches(TOKEN)


@pytest.mark.parametrize(
    ("text", "mode", "fault"),
    [
        ("", 0o600, "must hold one line of 20 to 500"),
        ("short", 0o600, "must hold one line of 20 to 500"),
        (f"{TOKEN} {TOKEN}", 0o600, "must hold one line"),
        (f"{TOKEN}\n{TOKEN}", 0o600, "must hold one line"),
        ("ä" * 20, 0o600, "must hold one line"),
        (TOKEN, 0o604, "every user can read"),
    ],
)
def test_a_token_that_is_none_or_no_secret(tmp_path: Path, text: str, mode: int, fault: str) -> None:
    path = token_file(tmp_path, text, mode)
    settings = HttpSettings(listen=("0.0.0.0:1",), token_file=str(path))
    (found,) = faults(settings)
    assert found.startswith("http.token_file: ")
    assert fault in found
    assert str(path) in found


def test_a_token_file_that_is_away(tmp_path: Path) -> None:
    settings = HttpSettings(token_file=str(tmp_path / "nix"))
    assert faults(settings) == [f"http.token_file: {tmp_path}/nix cannot be read: No such file or directory"]
    assert access.faults(Settings(http=settings)) == faults(settings)
    assert access.faults(Settings()) == []


BASIC = {"auth": ("anybody", TOKEN)}


@pytest.mark.parametrize(
    ("given", "good"),
    [
        ({"headers": BEARER}, True),
        ({"headers": {"Authorization": f"bearer  {TOKEN} "}}, True),
        (BASIC, True),
        ({"auth": ("", TOKEN)}, True),
        ({}, False),
        ({"auth": (TOKEN, "")}, False),
        ({"auth": ("anybody", TOKEN[:-1])}, False),
        ({"headers": {"Authorization": f"Bearer {TOKEN}x"}}, False),
        ({"headers": {"Authorization": f"Bearer {TOKEN.upper()}"}}, False),
        ({"headers": {"Authorization": "Bearer"}}, False),
        ({"headers": {"Authorization": TOKEN}}, False),
        ({"headers": {"Authorization": f"Token {TOKEN}"}}, False),
        ({"headers": {"Authorization": "Basic !!!"}}, False),
        ({"headers": {"Authorization": "Basic /w=="}}, False),
        ({"headers": {"Authorization": b"Bearer \xff\xfe"}}, False),
        ({"params": {"token": TOKEN}}, False),
        # As Dataverse's clients send it.
        ({"params": {"key": TOKEN}}, True),
        ({"params": {"unblock-key": TOKEN}}, True),
        ({"headers": {"X-Dataverse-key": TOKEN}}, True),
        ({"headers": {"X-Dataverse-unblock-key": TOKEN}}, True),
        ({"headers": {"X-Dataverse-key": "their-own"}, "params": {"unblock-key": TOKEN}}, True),
        ({"headers": {"Authorization": f"Bearer {TOKEN}"}, "params": {"key": "other"}}, True),
        ({"params": {"key": TOKEN[:-1]}}, False),
        ({"params": {"key": f"{TOKEN}\u00e4"}}, False),
        ({"params": {"Key": TOKEN}}, False),
        ({"headers": {"X-Dataverse-key": ""}}, False),
    ],
)
def test_the_token_is_asked_for(tmp_path: Path, given: dict[str, Any], good: bool) -> None:
    with site(World(tmp_path), token=TOKEN) as there:
        response = there.client.get("/api/jobs", **given)
    assert response.status_code == (200 if good else 401)
    if not good:
        assert response.headers["www-authenticate"].startswith("Basic realm=")
        assert TOKEN not in response.text


def test_a_key_is_told_nowhere_and_no_parameter(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure_service_log("debug")
    with site(World(tmp_path), token=TOKEN) as there:
        assert there.client.post("/api/v1/jobs/dc/pause", params={"key": TOKEN}).status_code == 200
        assert there.client.get("/api/jobs", params={"key": TOKEN[1:]}).status_code == 401
        assert there.client.get("/api/nothing", params={"key": TOKEN}).status_code == 404
        assert there.client.get("/healthz", params={"key": TOKEN}).status_code == 400  # a page, or as good as one
        pages = [there.client.get("/", params={"key": TOKEN}, auth=("", TOKEN)).text]
        answers = [there.client.get("/api/nothing", params={"key": TOKEN}).text, *pages]
    assert not any(TOKEN[1:] in text for text in answers)
    told = capfd.readouterr()
    assert "http_change" in told.err
    assert "http_refused" in told.err
    assert TOKEN[1:] not in told.err + told.out


def test_everything_needs_the_token_but_what_is_public(tmp_path: Path) -> None:
    with site(World(tmp_path), token=TOKEN) as there:
        for path in ("/metrics", "/api/openapi.json", "/api/troubles", "/api/ies/IE1"):
            assert there.client.get(path).status_code == 401, path
        assert there.client.post("/api/jobs/dc/pause").status_code == 401
        assert there.client.get("/healthz").status_code == 200
        assert there.client.get("/readyz").status_code == 200


def test_an_address_of_the_public_serves_nothing_else(tmp_path: Path) -> None:
    with site(World(tmp_path), door=access.public_door()) as there:
        assert there.client.get("/healthz", headers={"Host": "any.example"}).status_code == 200
        for path in ("/api/jobs", "/metrics", "/api/openapi.json", "/readyz"):
            there.ask("GET", path, 404)
        there.ask("POST", "/api/jobs/dc/pause", 404)


SETTINGS = HttpSettings(
    listen=("192.0.2.7:80", "[2001:db8::1]:80"), hosts=("MD.example.org",), base_url="https://proxy.example.org:8443/md"
)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost", True),
        ("127.0.0.1:8650", True),
        ("[::1]:8650", True),
        ("192.0.2.7", True),
        ("[2001:db8::1]:80", True),
        ("md.example.ORG:1234", True),
        ("proxy.example.org", True),
        ("evil.example", False),
        ("md.example.org.evil.example", False),
        ("192.0.2.8", False),
        ("0.0.0.0", False),
    ],
)
def test_the_names_that_it_goes_by(host: str, known: bool) -> None:
    for door in (access.admin_door(SETTINGS, None), access.unix_door(SETTINGS)):
        if known:
            door.check_host(host)
        else:
            with pytest.raises(Fault) as caught:
                door.check_host(host)
            assert caught.value.status == 421
            assert "http.hosts" in caught.value.message


def test_on_every_address_at_once_any_ip_address_is_a_name() -> None:
    door = access.admin_door(HttpSettings(listen=("0.0.0.0:80",)), Token(TOKEN))
    door.check_host("198.51.100.3:80")
    door.check_host("[2001:db8::5]")
    with pytest.raises(Fault, match="does not go by the name"):
        door.check_host("evil.example")


def test_a_host_that_is_none_is_refused_everywhere() -> None:
    for door in (Door(), access.public_door()):
        with pytest.raises(Fault, match="no valid Host"):
            door.check_host("a b")
