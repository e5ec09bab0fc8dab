"""Whoever asks for what is public gives way to the update jobs.

Python does one thing at a time: harvesters that ask without pause would take the processor from the jobs that run in
the same process. While one runs, public answers are made one at a time, and after each there is a pause so long that
they take a fiftieth of the time at most.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

_PAUSE: Final = 49.0  # times as long as the answer took
_LONGEST_SECONDS: Final = 2.0
# More would not be quicker, and whoever waits here gives way when a job begins.
_AT_ONCE: Final = 2
# Jobs run in short runs while files keep coming; what lies between two of them is no time to be quick.
_AFTERWARDS_SECONDS: Final = 1.0


class Pace:
    """The pace of one server; `busy` tells whether an update job runs, at once."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        self._busy = busy
        self._busy_until = 0.0
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A turn for one answer: at once while no job runs and few others are being answered."""
        async with self._slots:
            if not self._is_busy():
                yield
                return
            async with self._turn:
                begun = time.monotonic()
                yield
                if self._is_busy():
                    await asyncio.sleep(min(_PAUSE * (time.monotonic() - begun), _LONGEST_SECONDS))

    def _is_busy(self) -> bool:
        now = time.monotonic()
        if self._busy():
            self._busy_until = now + _AFTERWARDS_SECONDS
        return now < self._busy_until
