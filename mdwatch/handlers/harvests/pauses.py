"""How a harvest waits, and finds out that it is to end: between two requests, pages and files."""

import threading

from mdwatch.errors import Deferred
from mdwatch.runtime.context import Clock


class HarvestStopped(Deferred):
    """The daemon stops: what is done is kept, and the next start goes on."""


class Pauses:
    """The pauses of a harvest, which end early where `ending` is set; without it nobody cuts them short."""

    def __init__(self, clock: Clock, ending: threading.Event | None = None) -> None:
        self._clock = clock
        self._ending = ending

    def wait(self, seconds: float) -> None:
        """Returns when so many seconds have passed; raises `HarvestStopped`."""
        if self._ending is None:
            self._clock.wait(seconds)
        elif self._ending.wait(seconds):
            raise HarvestStopped("mdwatch stops; the harvest goes on when it is started again")

    def go_on(self) -> None:
        """To be called between two acts; raises `HarvestStopped`."""
        if self._ending is not None:
            self.wait(0)
