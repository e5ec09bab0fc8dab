"""Connections to providers come to an end, and lead nowhere that they must not."""

import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from io import BytesIO
from itertools import repeat
from pathlib import Path

import pytest

from mdwatch.errors import Deferred
from mdwatch.handlers.harvests import listing
from mdwatch.handlers.harvests import provider as asking_provider
from mdwatch.handlers.harvests.connections import WebRedirects
from mdwatch.handlers.harvests.pauses import Pauses
from mdwatch.handlers.harvests.provider import Provider
from tests.handlers.harvests.providers import NoWaiting, harvesting

_PATIENCE = 20.0  # seconds, for machines that are busy with other tests


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each provider is asked once only."""
    monkeypatch.setattr(asking_provider, "_TRIES", 1)


@contextmanager
def saying(first: bytes, again: bytes, pause: float) -> Iterator[str]:
    """A provider that begins each answer so, and goes on so for ever; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ended = threading.Event()

        def answer(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.recv(1 << 16)
                connection.sendall(first)
                for piece in repeat(again):
                    connection.sendall(piece)
                    if ended.wait(pause):
                        return

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/oai"
        finally:
            ended.set()
            listening.shutdown(socket.SHUT_RDWR)


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


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(b"", b"H", id="status line"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="about to answer"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: ", b"x", id="header"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n<OAI-PMH>", b" ", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: x\r\n", id="trailer"),
    ],
)
def test_an_answer_that_drips_is_given_up_when_its_time_is_up(tmp_path: Path, first: bytes, again: bytes) -> None:
    with saying(first, again, 0.02) as url:
        said = asked(tmp_path, url)
        assert "its answer takes more than 1 seconds" in said


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
