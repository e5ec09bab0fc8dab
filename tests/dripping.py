"""Servers that go on and on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import repeat


@contextmanager
def saying(first: bytes, again: bytes, pause: float, *, greets: bool = False) -> Iterator[str]:
    """A server that begins each answer with these bytes, and goes on so for ever; its address.

    One that greets does so before it is asked anything.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ended = threading.Event()

        def answer(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                if not greets:
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
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            ended.set()
            listening.shutdown(socket.SHUT_RDWR)
