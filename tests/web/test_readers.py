"""The server with readers: what is public is answered by another process, and nobody notices which one answers."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mdwatch import logs
from mdwatch.handlers.ies import change
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.web.server import Server
from tests.waiting import until
from tests.web.exported import exported
from tests.web.sites import TOKEN
from tests.web.test_server import FREE, connected, request, rest, sent
from tests.worlds import World

IDENTIFY = request(path="/oai?verb=Identify")
JOBS = request(path="/api/jobs", Authorization=f"Bearer {TOKEN}")


class Site:
    """A server with a reader over a small world; `context` is the one that it has now."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.server = Server(lambda: self.context, tuple)

    def readers(self) -> list[int]:
        """The processes of the readers."""
        readers = self.server._readers
        assert readers is not None
        return [item.process.pid or 0 for item in readers._readers if item.process.is_alive()]

    def get(
        self, path: str, number: int = 0, host: str = "localhost", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        return sent(self.server, request("GET", path, host, b"", **headers), number)


@contextmanager
def serving(root: Path, **http: object) -> Iterator[Site]:
    world = exported(root)
    (root / "token").write_text(TOKEN)
    (root / "token").chmod(0o600)
    world.raw["http"] = {
        "listen": [FREE, f"unix:{root}/http.sock"],
        "public_listen": [FREE],
        "token_file": str(root / "token"),
        **http,
    }
    with world.context() as context:
        site = Site(context)
        site.server.start()
        try:
            assert sent(site.server, IDENTIFY)[0] == 200
            yield site
        finally:
            assert site.server.stop()


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for all who leave nothing behind."""
    with serving(tmp_path_factory.mktemp("readers"), request_seconds=5) as site:
        yield site


def test_each_address_answers_what_it_did(there: Site) -> None:
    assert [there.get("/oai?verb=Identify", number)[0] for number in range(3)] == [200] * 3
    assert [there.get("/api/info/exportFormats", number)[0] for number in range(3)] == [200] * 3
    assert [there.get("/api/jobs", number)[0] for number in range(3)] == [401, 200, 404]
    assert there.get("/api/jobs", Authorization=f"Bearer {TOKEN}")[0] == 200
    assert there.get(f"/api/v1/jobs?key={TOKEN}")[0] == 200
    assert there.get("/nothing")[0] == 404
    assert there.get("/healthz", host="evil.example")[0] == 421
    assert there.get("/api/jobs", host="evil.example")[0] == 421
    assert len(there.readers()) == 1
    assert there.readers() != [os.getpid()]


def test_it_answers_in_every_form(there: Site) -> None:
    port = there.server.addresses[0].rpartition(":")[2]
    for path in ("/healthz", "/api/jobs", "/"):
        absolute = request(path=f"http://localhost:{port}{path}", host="evil.example", Authorization=f"Bearer {TOKEN}")
        assert sent(there.server, absolute)[0] == 200
    assert sent(there.server, b"\r\n\r\n" + JOBS)[0] == 200
    assert sent(there.server, b"GET /healthz HTTP/1.0\r\n\r\n")[0] == 200
    assert sent(there.server, b"GET /api/jobs HTTP/1.0\r\n\r\n")[0] == 401
    assert sent(there.server, b"\x16\x03\x01\x02\x00\x01\r\n\r\n")[0] == 400
    assert sent(there.server, b"GET " + b"x" * 20_000)[0] == 431
    assert sent(there.server, request("POST", "/oai?verb=Identify"))[0] == 200
    assert sent(there.server, request("HEAD", "/oai?verb=Identify"))[0] == 200


def answer(client: socket.socket) -> bytes:
    """The first line of an answer, all of which is taken."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += client.recv(65536)
    return head.partition(b"\r\n")[0]


def kept(data: bytes) -> bytes:
    """A request that leaves the connection open."""
    return data.replace(b"Connection: close\r\n", b"")


def test_one_connection_goes_where_its_requests_belong(there: Site) -> None:
    with closing(connected(there.server.addresses[0])) as client:
        for data in (IDENTIFY, IDENTIFY, JOBS, JOBS, IDENTIFY):
            client.sendall(kept(data))
            assert answer(client) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("data", [IDENTIFY, JOBS])
def test_a_request_may_come_in_pieces(there: Site, data: bytes) -> None:
    with closing(connected(there.server.addresses[0])) as client:
        for _ in range(2):
            for start in range(0, len(data), 7):
                client.sendall(kept(data)[start : start + 7])
                time.sleep(0.002)
            assert answer(client) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("data", [IDENTIFY, JOBS])
@pytest.mark.parametrize("form", [kept, bytes], ids=["kept", "closed"])
def test_whoever_sends_no_more_is_answered_what_was_sent(
    there: Site, data: bytes, form: Callable[[bytes], bytes]
) -> None:
    with closing(connected(there.server.addresses[0])) as client:
        begun = time.monotonic()
        client.sendall(form(data))
        client.shutdown(socket.SHUT_WR)
        assert rest(client).count(b"HTTP/1.1 200 OK") == 1
        # Nor is anything more waited for.
        assert time.monotonic() - begun < 4
    with closing(connected(there.server.addresses[0])) as client:
        client.sendall(data[:-2])
        client.shutdown(socket.SHUT_WR)
        assert rest(client) == b""


def test_a_large_request_is_passed_on_whole(there: Site) -> None:
    body = b'{"junk": "' + b"x" * 500_000 + b'"}'
    data = request("POST", "/api/jobs/dc/retry", body=body, Authorization=f"Bearer {TOKEN}")
    data = data.replace(b"\r\n\r\n", b"\r\nContent-Type: application/json\r\n\r\n", 1)
    status, _, told = sent(there.server, data)
    assert (status, b"there is no parameter junk" in told) == (400, True)


def test_what_is_sent_along_with_another_is_to_be_asked_again(there: Site) -> None:
    with closing(connected(there.server.addresses[0])) as client:
        client.sendall(kept(IDENTIFY) + kept(IDENTIFY) + JOBS)
        data = rest(client)
    assert data.count(b"HTTP/1.1 200 OK") == 2
    assert data.count(b"HTTP/1.1 503") == 1


def test_the_watch_is_answered_whatever_the_number_of_connections(tmp_path: Path) -> None:
    with serving(tmp_path, connections=3, request_seconds=5) as site:
        clients = [connected(site.server.addresses[0]) for _ in range(5)]
        try:
            for client in clients:
                client.sendall(b"GET /heal")
            until(lambda: site.get("/oai?verb=Identify")[0] == 503)
            assert site.get("/healthz")[0] == 200
            # Harvesters keep no administrator out.
            assert site.get("/api/jobs", Authorization=f"Bearer {TOKEN}")[0] == 200
        finally:
            for client in clients:
                client.close()


def test_a_reader_that_dies_is_replaced_and_nobody_is_turned_away(tmp_path: Path) -> None:
    logs.configure_service_log("error")
    with serving(tmp_path) as site, capture_logs() as told:
        (first,) = site.readers()
        os.kill(first, signal.SIGKILL)
        # Whoever comes meanwhile waits.
        assert site.get("/oai?verb=Identify")[0] == 200
        assert first not in site.readers()
        assert [line["exit"] for line in told if line["event"] == "reader_died"] == [-signal.SIGKILL]


def test_what_readers_answer_is_counted(there: Site) -> None:
    def counted() -> float:
        return float(metrics.HTTP_REQUESTS.labels("public", "2xx")._value.get())

    before = counted()
    for _ in range(3):
        assert there.get("/oai?verb=Identify")[0] == 200
    until(lambda: counted() >= before + 3)


def test_new_settings_reach_the_readers(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        (first,) = site.readers()
        old = site.context.settings
        oai = old.oai.replaced(repository_name="Another name")
        site.context = replace(site.context, settings=old.replaced(oai=oai))
        until(lambda: b"Another name" in site.get("/oai?verb=Identify")[2])
        until(lambda: len(site.readers()) == 1)
        assert site.readers() != [first]


def test_a_reader_sees_what_is_written_and_writes_nothing(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        path = "/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:archive.example.org:IE1"
        assert b"Title 1" in site.get(path)[2]
        change.unpublish(site.context, "IE1")
        assert b'status="deleted"' in site.get(path)[2]


def test_readers_end_with_the_server(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        (reader,) = site.readers()
        client = connected(site.server.addresses[0])
        client.sendall(b"GET /healthz HTTP/1.1\r\n")
    assert rest(client) == b""
    client.close()
    with pytest.raises(ProcessLookupError):
        os.kill(reader, 0)


def test_without_addresses_there_are_no_readers(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["http"] = {"listen": [f"unix:{tmp_path}/http.sock"]}
    with world.context() as context:
        server = Server(lambda: context, tuple)
        server.start()
        assert sent(server, IDENTIFY)[0] == 200
        assert server._readers is None
        assert server.stop()
