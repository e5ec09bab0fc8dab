"""More connections than there are descriptors for: what is told of it, and what is left for others."""

import asyncio
import errno
import os
import resource
import socket
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mdwatch import logs
from mdwatch.web import listening
from tests.web.test_server import JOBS, connected, rest, sent, serving


def test_that_no_connection_can_be_accepted_is_told_once_in_a_while_with_what_to_do() -> None:
    logs.configure_service_log("warning")
    loop = asyncio.new_event_loop()
    with capture_logs() as lines, closing(loop):
        loop.set_exception_handler(listening.LoopFaults())
        # asyncio says so for each of a thousand tries, and a thousand times in the next second.
        for _ in range(1_000):
            error = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            loop.call_exception_handler({"message": "socket.accept() out of system resource", "exception": error})
    (line,) = lines
    assert line["event"] == "connections_not_accepted"
    assert line["reason"] == "Too many open files; raise the limit of open files (LimitNOFILE= of the unit, ulimit -n)"


def test_any_other_fault_of_the_loop_is_told_each_time_with_where_it_is_from() -> None:
    logs.configure_service_log("warning")
    loop = asyncio.new_event_loop()
    with capture_logs() as lines, closing(loop):
        loop.set_exception_handler(listening.LoopFaults())
        error = ValueError("ours")
        loop.call_exception_handler({"message": "Exception in callback", "exception": error})
        loop.call_exception_handler({"message": "Task was destroyed"})
    assert [(line["event"], line["message"], line["exc_info"]) for line in lines] == [
        ("http_server", "Exception in callback", error),
        ("http_server", "Task was destroyed", None),
    ]


def test_connections_take_no_more_than_half_of_the_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = resource.getrlimit
    monkeypatch.setattr(resource, "getrlimit", lambda which: (8, 8) if which == resource.RLIMIT_NOFILE else real(which))
    with serving(tmp_path, request_seconds=30) as server:
        held: list[socket.socket] = []
        try:
            for _ in range(4):
                held.append(connected(server.addresses[0]))
                held[-1].sendall(JOBS[:10])
            with closing(connected(server.addresses[0])) as one_too_many:
                assert rest(one_too_many) == b""
            held.pop().close()
            held[0].sendall(JOBS[10:])
            assert b"200 OK" in rest(held[0])
        finally:
            for client in held:
                client.close()
        assert sent(server, JOBS)[0] == 200
