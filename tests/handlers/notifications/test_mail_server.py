"""Mail servers that are slow, or never come to an end: no message is sent twice for their slowness, and none waits."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mdwatch.config import MailSettings
from mdwatch.handlers.notifications import mail
from mdwatch.handlers.notifications.delivery import Letter, Undelivered
from mdwatch.shapes.notifications import OccurrenceShape
from tests.dripping import saying
from tests.worlds import World

_PATIENCE = 20.0  # seconds, for machines that are busy with other tests
_SECONDS = 0.3  # that the server may take for an answer
ABOUT = OccurrenceShape(
    id=0, what="test", headline="a test", at=0, job=None, institution=None, reason="", details=(), run=None, files=()
)
LETTER = Letter(notification="n", recipient="a@one.example", message_id="m1", made_at=0, occurrences=(ABOUT,), link="")


class Careful:
    """A mail server that looks into a message for so many seconds before it takes it; the messages that it took."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.took: list[bytes] = []

    def serve(self, connection: socket.socket) -> None:
        """One conversation."""
        with connection, connection.makefile("rwb", buffering=0) as file, suppress(OSError):
            file.write(b"220 here\r\n")
            while line := file.readline():
                if line.upper().startswith(b"DATA"):
                    file.write(b"354 go on\r\n")
                    message = b"".join(iter(file.readline, b".\r\n"))
                    time.sleep(self._seconds)
                    self.took.append(message)
                file.write(b"250 fine\r\n")

    @contextmanager
    def listening(self) -> Iterator[int]:
        """Its port, while it takes one conversation after the other."""
        with socket.create_server(("127.0.0.1", 0)) as server:

            def accept() -> None:
                with suppress(OSError):
                    while True:
                        self.serve(server.accept()[0])

            threading.Thread(target=accept, daemon=True).start()
            try:
                yield server.getsockname()[1]
            finally:
                server.shutdown(socket.SHUT_RDWR)


def settings(root: Path, port: int) -> MailSettings:
    """Mail by a server at this port."""
    world = World(root)
    world.raw["mail"] = {"host": "127.0.0.1", "port": port, "security": "none", "seconds": _SECONDS}
    return world.settings.mail


def why_not_sent(given: MailSettings) -> str:
    """Why a message did not go, which is to be known soon."""
    found: list[str] = []

    def send() -> None:
        try:
            mail.send(given, LETTER)
        except Undelivered as error:
            found.append(error.reason)

    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    sending.join(_PATIENCE)
    assert found, "it is still sending"
    return found[0]


@pytest.mark.parametrize(
    ("first", "again", "pause"),
    [
        pytest.param(b"220", b"-", 0.02, id="byte-by-byte"),
        pytest.param(b"", b"220-wait\r\n", 0.02, id="line-by-line"),
        pytest.param(b"", b"220-wait\r\n" * 1000, 0, id="floods"),
        pytest.param(b"220 here\r\n", b"250-wait\r\n", 0.02, id="after-the-greeting"),
    ],
)
def test_a_mail_server_whose_answer_never_ends_is_given_up(
    tmp_path: Path, first: bytes, again: bytes, pause: float
) -> None:
    with saying(first, again, pause, greets=True) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        assert why_not_sent(settings(tmp_path, port)).startswith(f"127.0.0.1:{port} cannot be used: ")


def test_a_mail_server_that_answers_each_time_but_has_no_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_WHOLE", 0.0)
    with Careful(0).listening() as port:
        assert "takes too long" in why_not_sent(settings(tmp_path, port))


def test_a_message_that_is_taken_late_is_sent(tmp_path: Path) -> None:
    server = Careful(_SECONDS * 4)
    with server.listening() as port:
        mail.send(settings(tmp_path, port), LETTER)
    assert len(server.took) == 1


def test_a_message_that_is_never_taken_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_TAKING", _SECONDS)
    server = Careful(_SECONDS * 4)
    with server.listening() as port:
        assert "takes too long" in why_not_sent(settings(tmp_path, port))
