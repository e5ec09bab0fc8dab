"""Whoever is asked over HTTP answers in time, or is given up."""

import socket
import threading
import urllib.request

import pytest

from mdwatch.runtime.haste import TooSlow, UntilTimeIsUp
from mdwatch.runtime.web_client import WebClient
from tests.dripping import saying

_PATIENCE = 20.0  # seconds, for machines that are busy with other tests


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
def test_an_answer_that_drips_is_given_up_when_its_time_is_up(first: bytes, again: bytes) -> None:
    given_up: list[Exception] = []

    def ask(url: str) -> None:
        client = WebClient(urllib.request.HTTPRedirectHandler())
        try:
            with client.open(urllib.request.Request(url), 0.3) as answer:
                answer.read()
        except TooSlow as error:
            given_up.append(error)

    with saying(first, again, 0.02) as url:
        asking = threading.Thread(target=ask, args=(url,), daemon=True)
        asking.start()
        asking.join(_PATIENCE)
        assert given_up


def test_when_its_time_is_up_nothing_more_is_read_though_it_is_there() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb", buffering=0) as raw:
        theirs.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        left = [0.5, -0.1]
        answer = UntilTimeIsUp(raw, ours, lambda: left.pop(0))
        assert answer.read(4) == b"HTTP"
        with pytest.raises(TooSlow):
            answer.read(4)
