"""What a connection brings is read until a moment, however little comes at a time."""

import io
import socket
from collections.abc import Callable
from typing import Any, Final

_SHORTEST: Final = 0.001  # seconds; a timeout of 0 would be none


class TooSlow(OSError):
    """All the time that an answer may take has passed."""


class UntilTimeIsUp(io.RawIOBase):
    """What a connection brings, as long as there is time left; then `TooSlow` is raised."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket, left: Callable[[], float]) -> None:
        self._raw = raw
        self._connection = connection
        self._left = left

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What comes next, at most as much as the buffer holds; raises `TooSlow`."""
        left = self._left()
        try:
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(max(left, _SHORTEST))
            return self._raw.readinto(buffer)
        except TimeoutError:
            raise TooSlow("its answer takes too long") from None

    def close(self) -> None:
        """Lets the connection go."""
        if not self.closed:
            self._raw.close()
        super().close()
