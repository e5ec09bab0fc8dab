"""Counts and times the answers of an application; the outermost part of it."""

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Told of each answer: the kind of address, the kind of its status, and how many seconds it took.
Answered = Callable[[str, str, float], None]


class Measured:
    """An application whose answers are counted by the kind of their status."""

    def __init__(self, inner: ASGIApp, answered: Answered, *, public: bool) -> None:
        self._inner = inner
        self._answered = answered
        self._door = "public" if public else "admin"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        # An answer that was never begun is one of the server's own: 500.
        status = 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = time.monotonic()
        try:
            await self._inner(scope, receive, note)
        finally:
            self._answered(self._door, f"{status // 100}xx", time.monotonic() - begun)
