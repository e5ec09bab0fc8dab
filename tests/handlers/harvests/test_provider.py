"""Requests to providers come to an end, and are led nowhere that they must not be."""

import threading
import urllib.request
from email.message import Message
from io import BytesIO
from pathlib import Path

import pytest

from mdwatch.errors import Deferred
from mdwatch.handlers.harvests import listing
from mdwatch.handlers.harvests import provider as asking_provider
from mdwatch.handlers.harvests.pauses import Pauses
from mdwatch.handlers.harvests.provider import Provider
from mdwatch.handlers.harvests.redirects import WebRedirects
from tests.dripping import saying
from tests.handlers.harvests.providers import NoWaiting, harvesting

_PATIENCE = 20.0  # seconds, for machines that are busy with other tests


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each provider is asked once only."""
    monkeypatch.setattr(asking_provider, "_TRIES", 1)


def asked(root: Path, url: str) -> str:
    """What comes of asking."""
    clock = NoWaiting()
    world = harvesting(root, url, seconds=1)
    found: list[str] = []

    def ask() -> None:
        with world.context(clock) as context:
            provider = Provider(context, listing.settings_of(context, "there"), Pauses(clock))
            try:
                provider.records("")
            except Deferred as error:
                found.append(str(error))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_PATIENCE)
    assert not asking.is_alive(), "it goes on and on"
    return found[0]


def test_an_answer_that_drips_is_given_up_when_its_time_is_up(tmp_path: Path) -> None:
    with saying(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.02) as url:
        assert "its answer takes more than 1 seconds" in asked(tmp_path, url)


def test_what_comes_with_a_redirection_is_not_read(tmp_path: Path) -> None:
    with saying(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n", b"x" * (1 << 16), 0) as url:
        said = asked(tmp_path, url)
        assert "it answered 302" in said


def test_the_words_beside_a_status_are_cut(tmp_path: Path) -> None:
    with saying(b"HTTP/1.1 404 " + b"x" * 60_000 + b"\r\n\r\n", b"x", 0.1) as url:
        said = asked(tmp_path, url)
        assert "it answered 404 xxx" in said
        assert len(said) < 400


@pytest.mark.parametrize(
    ("asked_for", "to", "followed"),
    [
        ("http://there.example/oai", "https://there.example/oai", True),
        ("http://there.example/oai", "http://192.0.2.7/oai", True),
        ("https://there.example/oai", "http://there.example/oai", False),
        ("https://there.example/oai", "HTTPS://there.example/oai2", True),
        ("http://there.example/oai", "file:///etc/passwd", False),
        ("http://192.0.2.7/oai", "http://127.0.0.1:8650/api/admin/metadata/clearExportTimestamps", False),
        ("http://192.0.2.7/oai", "http://2130706433:8650/", False),
        ("http://192.0.2.7/oai", "http://localhost:8650/", False),
        ("http://192.0.2.7/oai", "http://[::1]:8650/", False),
        ("http://192.0.2.7/oai", "http://[::ffff:127.0.0.1]:8650/", False),
        ("http://192.0.2.7/oai", "http://0.0.0.0:8650/", False),
        ("http://192.0.2.7/oai", "http://169.254.169.254/latest/meta-data", False),
        ("http://127.0.0.1/oai", "http://127.0.0.1:8080/oai", True),
        ("http://192.0.2.7/oai", "http://10.0.0.7/oai", True),
    ],
)
def test_a_redirection_leaves_neither_encryption_nor_the_web_nor_leads_to_this_host(
    asked_for: str, to: str, followed: bool
) -> None:
    request = urllib.request.Request(asked_for)
    made = WebRedirects().redirect_request(request, BytesIO(), 302, "Found", Message(), to)
    assert (made is not None) is followed
