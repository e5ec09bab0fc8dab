"""A provider of OpenID Connect that does not answer keeps nobody from the page but those who sign in with it."""

import http.client
import socket
import threading
from pathlib import Path

from mdwatch.handlers.accounts import openid
from mdwatch.web.server import Server
from tests.waiting import until
from tests.worlds import World

_MANY = 40  # more than the server has threads


def _asked(port: int, path: str, found: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    found.append(answer.status)
    connection.close()


def test_many_who_sign_in_with_a_provider_that_hangs_hold_up_nobody_else(tmp_path: Path) -> None:
    openid.provider.cache_clear()
    world = World(tmp_path)
    world.raw["http"] = {"listen": ["127.0.0.1:0"], "readers": 0, "base_url": "http://127.0.0.1"}
    world.raw["groups"] = {"chiefs": {"role": "manager"}}
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        world.raw["oidc"] = {"issuer": issuer, "client_id": "mdwatch", "seconds": 30}  # no test waits so long
        with world.context() as context:
            server = Server(lambda: context, tuple)
            server.start()
            try:
                port = int(server.addresses[0].rpartition(":")[2].rstrip("/"))
                refused: list[int] = []
                threads = [
                    threading.Thread(target=_asked, args=(port, "/sign-in/oidc", refused), daemon=True)
                    for _ in range(_MANY)
                ]
                for thread in threads:
                    thread.start()
                hanging, _ = silent.accept()
                until(lambda: len(refused) >= _MANY - 5)
                assert {*refused} == {503}
                others: list[int] = []
                other = threading.Thread(target=_asked, args=(port, "/sign-in", others), daemon=True)
                other.start()
                until(lambda: others)
                assert others == [200]
                # Those that waited for the one that asked are told what came of it, and ask none anew.
                hanging.close()
                until(lambda: len(refused) == _MANY)
                assert {*refused} == {503}
            finally:
                server.stop()
