"""The server on real sockets: starting, stopping, and clients that are slow, greedy, malformed or hostile."""

import json
import os
import select
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from mdwatch.errors import ConfigError
from mdwatch.handlers.files import errands
from mdwatch.runtime.context import Context
from mdwatch.web import table
from mdwatch.web.listening import DRAIN_SECONDS
from mdwatch.web.server import Server
from mdwatch.web.serving.route import Asked, Route
from tests.web.sites import TOKEN
from tests.worlds import World

FREE = "127.0.0.1:0"
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def server_of(context: Context) -> Server:
    return Server(lambda: context, tuple)


@contextmanager
def serving(root: Path, **http: Any) -> Iterator[Server]:
    """A server over a small world; it must stop in time."""
    world = World(root)
    world.raw["http"] = {"listen": [FREE], "request_seconds": 0.3, "readers": 0, **http}
    with world.context() as context:
        server = server_of(context)
        server.start()
        try:
            yield server
        finally:
            assert server.stop()


def connected(address: str) -> socket.socket:
    if address.startswith("unix:"):
        client = socket.socket(socket.AF_UNIX)
        client.connect(address.removeprefix("unix:"))
    else:
        host, _, port = address.rpartition(":")
        client = socket.create_connection((host.strip("[]"), int(port)))
    client.settimeout(20)
    return client


def rest(client: socket.socket) -> bytes:
    """Everything until the server closes."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def sent(server: Server, data: bytes, number: int = 0) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the first answer to these bytes."""
    with closing(connected(server.addresses[number])) as client:
        client.sendall(data)
        answer = rest(client)
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, body


def request(
    method: str = "GET", path: str = "/healthz", host: str = "localhost", body: bytes = b"", **more: str
) -> bytes:
    headers = {"Host": host, "Connection": "close", **{name.replace("_", "-"): value for name, value in more.items()}}
    if body:
        headers["Content-Length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


JOBS = request(path="/api/jobs")


def test_it_answers_on_every_address(tmp_path: Path) -> None:
    unix = f"unix:{tmp_path}/http.sock"
    with serving(tmp_path, listen=[FREE, unix], public_listen=[FREE]) as server:
        assert server.alive
        assert server.addresses[1] == unix
        assert [sent(server, GET, number)[0] for number in range(3)] == [200] * 3
        jobs = [sent(server, request(path="/api/jobs"), number)[0] for number in range(3)]
        assert jobs == [200, 200, 404]
    assert not (tmp_path / "http.sock").exists()


def test_it_answers_on_ipv6(tmp_path: Path) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    with serving(tmp_path, listen=["[::1]:0"]) as server:
        assert server.addresses[0].startswith("[::1]:")
        assert sent(server, request(path="/api/jobs", host=server.addresses[0]))[0] == 200


def test_without_addresses_there_is_no_server(tmp_path: Path) -> None:
    # Threads of other tests may end meanwhile.
    before = set(threading.enumerate())
    with serving(tmp_path, listen=[]) as server:
        assert server.alive
        assert server.addresses == []
        assert set(threading.enumerate()) <= before


def test_a_token_is_asked_for_but_on_unix_sockets(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o600)
    http = {"listen": [FREE, f"unix:{tmp_path}/http.sock"], "token_file": str(tmp_path / "token")}
    with serving(tmp_path, **http) as server:
        assert sent(server, request(path="/api/jobs"))[0] == 401
        assert sent(server, request(path="/api/jobs", Authorization=f"Bearer {TOKEN[:-1]}"))[0] == 401
        assert sent(server, request(path="/api/jobs", Authorization=f"Bearer {TOKEN}"))[0] == 200
        assert sent(server, request(path="/api/jobs"), 1)[0] == 200


def test_a_unix_socket_is_open_to_user_and_group_alone(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with serving(tmp_path, listen=[f"unix:{tmp_path}/http.sock"]):
            assert stat.S_IMODE((tmp_path / "http.sock").stat().st_mode) == 0o660
    finally:
        os.umask(before)


def test_a_socket_that_a_dead_process_left_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "http.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
        left.listen()
    with serving(tmp_path, listen=[f"unix:{path}"]) as server:
        assert sent(server, GET)[0] == 200


def start_faults(root: Path, **http: Any) -> list[str]:
    world = World(root)
    world.raw["http"] = http
    with world.context() as context, pytest.raises(ConfigError) as caught:
        server_of(context).start()
    return [fault.replace(str(root), "ROOT") for fault in caught.value.faults]


def test_everything_that_is_in_the_way_is_told_at_once_and_nothing_is_listened_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with socket.socket() as other, socket.socket(socket.AF_UNIX) as unix:
        other.bind(("127.0.0.1", 0))
        other.listen()
        unix.bind(str(tmp_path / "other.sock"))
        unix.listen()
        port = other.getsockname()[1]
        faults = start_faults(
            tmp_path,
            listen=[
                f"unix:{tmp_path}/good.sock", f"127.0.0.1:{port}", f"unix:{tmp_path}/other.sock",
                f"unix:{tmp_path}/file", f"unix:{tmp_path}/nix/a.sock",
            ],
            public_listen=["192.0.2.1:8080"],
            token_file=str(tmp_path / "token"),
        )  # fmt: skip
        assert faults == [
            "http.token_file: ROOT/token cannot be read: No such file or directory",
            f"http.listen[1]: another program listens on 127.0.0.1:{port} already; end it, or choose another port",
            "http.listen[2]: another program listens on unix:ROOT/other.sock already; end it, or choose another name",
            "http.listen[3]: ROOT/file is no socket, and is left alone; choose another name",
            "http.listen[4]: cannot listen on unix:ROOT/nix/a.sock: No such file or directory",
            "http.public_listen[0]: cannot listen on 192.0.2.1:8080: Cannot assign requested address",
        ]
    assert not (tmp_path / "good.sock").exists()
    assert (tmp_path / "file").exists()


HOSTILE: Sequence[tuple[str, bytes, int]] = (
    ("wrong host", request(host="evil.example"), 421),
    ("host and user", request(host="localhost@evil.example"), 400),
    ("no host", b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    ("no host in 1.0", b"GET /healthz HTTP/1.0\r\n\r\n", 200),
    ("wrong host in 1.0", b"GET /healthz HTTP/1.0\r\nHost: evil.example\r\n\r\n", 421),
    ("empty host", b"GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 400),
    ("two hosts", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400),
    ("host in the target", request(path="http://localhost/healthz", host="evil.example"), 200),
    ("host and port in the target", request(path="HTTP://LOCALHOST:80/healthz?"), 200),
    ("wrong host in the target", request(path="http://evil.example/healthz"), 421),
    ("user in the target", request(path="http://localhost@evil.example/healthz"), 400),
    ("no host in the target", request(path="http:///healthz"), 400),
    ("nothing but a host in the target", request(path="http://localhost/"), 200),
    ("other scheme", request(path="ftp://localhost/healthz"), 404),
    ("host of the origin", request("POST", "http://evil.example/api/jobs/dc/pause", Origin="http://evil.example"), 421),
    ("other scheme's origin", request("POST", "/api/jobs/dc/pause", Origin="https://localhost"), 403),
    ("dots", request(path="/api/../metrics"), 404),
    ("encoded dots", request(path="/api/%2e%2e/metrics"), 404),
    ("encoded slash", request(path="/api/jobs/..%2f..%2fetc%2fpasswd"), 404),
    ("double slash", request(path="//evil.example/api"), 404),
    ("backslash", request(path="/api\\jobs"), 404),
    ("zero byte", request(path="/api/jobs/dc%00"), 400),
    ("bytes that are no text", request(path="/api/jobs/%ff%fe"), 404),
    ("script", request(path="/api/jobs/%3Cscript%3Ealert(1)%3C/script%3E"), 404),
    ("line breaks", request(path="/api/jobs/a%0d%0aSet-Cookie:%20a=b"), 404),
    ("asterisk", request("OPTIONS", "*"), 404),
    ("connect", request("CONNECT", "evil.example:443"), 404),
    ("unknown method", request("BREW", "/healthz"), 405),
    ("no request", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello \r\n\r\n", 400),
    ("bad header", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n", 400),
    ("bad length", b"POST /api/jobs/dc/pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
    ("two lengths", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
    (
        "length and encoding",
        b"POST /oai HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    ("odd encoding", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    ("long headers", request(X="x" * 20_000), 431),
    ("endless header", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000, 431),
    ("long line", request(path="/?" + "x" * 20_000), 431),
    ("endless line", b"GET /" + b"x" * 70_000, 431),
    ("websocket", request(path="/api/jobs", Upgrade="websocket").replace(b": close", b": close, upgrade"), 200),
    ("cross-origin post", request("POST", "/api/jobs/dc/pause", Origin="http://evil.example"), 403),
    ("cross-site image", request("POST", "/api/jobs/dc/pause", Sec_Fetch_Site="cross-site"), 403),
    ("stated body", request("POST", "/api/jobs/dc/pause", Content_Length="99999999999"), 413),
    ("large body", request("POST", "/api/jobs/dc/pause", body=b"x" * 5_000), 413),
)  # fmt: skip


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all who leave nothing behind."""
    with serving(tmp_path_factory.mktemp("hostile"), body_bytes=4_000) as server:
        yield server


@pytest.mark.parametrize(("data", "status"), [item[1:] for item in HOSTILE], ids=[item[0] for item in HOSTILE])
def test_hostile_requests_are_refused_and_the_next_is_answered(one_server: Server, data: bytes, status: int) -> None:
    found, headers, body = sent(one_server, data)
    assert found == status
    assert "server" not in headers
    assert "set-cookie" not in headers
    assert b"Traceback" not in body
    if headers["content-type"] == "application/json":
        assert json.loads(body)["status"] == ("OK" if status < 400 else "ERROR")
    assert sent(one_server, GET)[0] == 200


def silent(client: socket.socket) -> None:
    """Sends nothing."""


def half_a_head(client: socket.socket) -> None:
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")


def drop_by_drop(client: socket.socket) -> None:
    """A byte now and then, never the whole head."""
    try:
        for byte in b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * 100:
            client.sendall(bytes([byte]))
            time.sleep(0.02)
    except OSError:
        pass


def second_request(client: socket.socket) -> None:
    """A good request, then half of one."""
    client.sendall(GET.replace(b"close", b"keep-alive"))
    assert client.recv(65536).startswith(b"HTTP/1.1 200")
    client.sendall(b"GET /heal")


def half_a_body(client: socket.socket) -> None:
    client.sendall(request("POST", "/api/jobs/dc/pause", Content_Length="100") + b"x")


def body_without_end(client: socket.socket) -> None:
    """Goes on sending a body that nobody asked for."""
    head = b"POST /nix HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
    client.sendall(head)
    try:
        for _ in range(500):
            client.sendall(b"x")
            time.sleep(0.02)
    except OSError:
        pass


@pytest.mark.parametrize("slow", [silent, half_a_head, drop_by_drop, second_request, half_a_body, body_without_end])
def test_slow_clients_are_not_waited_for(tmp_path: Path, slow: Callable[[socket.socket], None]) -> None:
    with serving(tmp_path) as server, closing(connected(server.addresses[0])) as client:
        begun = time.monotonic()
        slow(client)
        rest(client)
        assert time.monotonic() - begun < 8


def has_room_for_two(server: Server) -> bool:
    """Whether two more connections are taken at once: one that says nothing, and one that asks."""
    with closing(connected(server.addresses[0])) as idle:
        taken = sent(server, JOBS)[0] == 200
        refused = bool(select.select([idle], [], [], 0)[0])
    return taken and not refused


def test_a_client_that_takes_no_answer_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[None] = []

    def big(_asked: Asked) -> Response:
        answered.append(None)
        return Response(b"x" * 20_000_000)

    route = Route(method="GET", path="/big", topic="test", summary="", endpoint=big)
    monkeypatch.setattr(table, "ROUTES", (*table.ROUTES, route))
    with serving(tmp_path, connections=2) as server:
        greedy = [connected(server.addresses[0]) for _ in range(2)]
        for client in greedy:
            client.sendall(request(path="/big"))
        deadline = time.monotonic() + 30
        while len(answered) < 2 or not has_room_for_two(server):
            assert time.monotonic() < deadline
        for client in greedy:
            assert len(rest(client)) < 20_000_000
            client.close()


def test_whoever_comes_beyond_the_connections_is_told_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path, connections=2, request_seconds=30) as server:
        idle = [connected(server.addresses[0]) for _ in range(2)]
        deadline = time.monotonic() + 20
        # Whether anybody is there is told in any case.
        assert sent(server, GET)[0] == 200
        while (status := sent(server, JOBS)[0]) != 503:
            # Connections are counted when they are accepted, which may take a moment.
            assert (status, time.monotonic() < deadline) == (200, True)
        for client in idle:
            client.close()
        while sent(server, JOBS)[0] != 200:
            assert time.monotonic() < deadline


def test_two_requests_at_once_on_one_connection_are_both_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as server, closing(connected(server.addresses[0])) as client:
        client.sendall(GET.replace(b"close", b"keep-alive") + GET)
        assert rest(client).count(b"HTTP/1.1 200 OK") == 2


class Held:
    """An endpoint that answers when it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, _asked: Asked) -> Response:
        self.begun.set()
        self.go.wait(60)
        return Response("done")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    endpoint = Held()
    route = Route(method="GET", path="/held", topic="test", summary="", endpoint=endpoint)
    monkeypatch.setattr(table, "ROUTES", (*table.ROUTES, route))
    yield endpoint
    endpoint.go.set()


def test_an_answer_under_way_is_given_before_it_stops(tmp_path: Path, held: Held) -> None:
    with serving(tmp_path) as server, closing(connected(server.addresses[0])) as client:
        client.sendall(request(path="/held"))
        assert held.begun.wait(20)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        while _listens(server):
            time.sleep(0.01)
        held.go.set()
        assert rest(client).endswith(b"done")
        stopping.join()


def _listens(server: Server) -> bool:
    try:
        connected(server.addresses[0]).close()
    except OSError:
        return False
    return True


def test_what_hangs_does_not_keep_it_from_stopping(tmp_path: Path, held: Held) -> None:
    with serving(tmp_path) as server, closing(connected(server.addresses[0])) as client:
        client.sendall(request(path="/held"))
        assert held.begun.wait(20)
        begun = time.monotonic()
        assert server.stop()
        assert time.monotonic() - begun < DRAIN_SECONDS + 2
        assert not server.alive


def test_who_waits_for_a_moment_is_answered_before_it_stops(tmp_path: Path, held: Held) -> None:
    with serving(tmp_path) as server, closing(connected(server.addresses[0])) as client:
        client.sendall(request(path="/held"))
        assert held.begun.wait(20)
        # As long as a request may wait for what it asked the workers for, which have ended by now.
        threading.Timer(errands.MOMENT, held.go.set).start()
        assert server.stop()
        assert rest(client).endswith(b"done")
