"""Sockets to listen on: what asyncio makes of them, and what is left on the disk."""

import asyncio
import socket
from contextlib import closing
from pathlib import Path

from mdwatch.web.serving.sockets import bind_all


class Looking(asyncio.Protocol):
    """Looks at the first connection."""

    def __init__(self, seen: asyncio.Future[int]) -> None:
        self._seen = seen

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        connection = transport.get_extra_info("socket")
        self._seen.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        transport.close()


def test_the_parts_of_an_answer_do_not_wait_for_each_other_in_the_kernel() -> None:
    async def delay_is_off() -> int:
        (bound,) = bind_all(["127.0.0.1:0"], "http.listen", [])
        loop = asyncio.get_running_loop()
        seen: asyncio.Future[int] = loop.create_future()
        server = await loop.create_server(lambda: Looking(seen), sock=bound.socket)
        host, _, port = bound.name.partition(":")
        with closing(socket.create_connection((host, int(port)))):
            found = await seen
        server.close()
        await server.wait_closed()
        bound.close()
        return found

    assert asyncio.run(delay_is_off()) == 1


def test_a_unix_socket_that_another_put_in_its_place_is_left_alone(tmp_path: Path) -> None:
    address = f"unix:{tmp_path}/http.sock"
    (first,) = bind_all([address], "http.listen", [])
    (tmp_path / "http.sock").unlink()
    (second,) = bind_all([address], "http.listen", [])
    first.close()
    assert (tmp_path / "http.sock").is_socket()
    second.close()
    assert not (tmp_path / "http.sock").exists()


def test_each_fault_names_its_place_in_the_setting() -> None:
    faults: list[str] = []
    (good,) = bind_all(["127.0.0.1:0", "192.0.2.1:8080"], "http.listen", faults)
    good.close()
    assert faults == ["http.listen[1]: cannot listen on 192.0.2.1:8080: Cannot assign requested address"]
