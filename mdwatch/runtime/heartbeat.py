"""Where a thread of the daemon is, for the one that supervises it."""

import time
from typing import Final

HUNG_SECONDS: Final = 20.0  # from when on a share that does not answer is told of


class Heartbeat:
    """Where a thread is, and since when (monotonic seconds): one that hangs on its share is not dead."""

    def __init__(self) -> None:
        self.where = "work"
        self.since = time.monotonic()

    def at(self, where: str) -> None:
        """Notes a sign of life: `work`, `idle`, or what the thread waits for: the disk of its `share`, the `making`."""
        self.where, self.since = where, time.monotonic()

    def answers(self) -> bool:
        """Whether it does not hang on its share."""
        return self.where != "share" or time.monotonic() - self.since <= HUNG_SECONDS
