"""Signals: caught from the moment the daemon may be told something, and handed on when somebody waits for them."""

import os
import select
import signal
from contextlib import suppress
from types import FrameType


class Signals:
    """The signals that came since they were last asked for; waiting for them is waiting for the next turn."""

    def __init__(self) -> None:
        """Catches SIGHUP; in the main thread only.

        Whoever has the settings read anew while the daemon waits for its database does not want it to end. SIGTERM and
        SIGINT do, and end it as any command: see `catch_all`.
        """
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._came: list[int] = []
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        signal.signal(signal.SIGHUP, self._note)

    def catch_all(self) -> None:
        """Catches SIGTERM and SIGINT, too: from now on there is something to be brought to an end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._came.append(number)

    def wait(self, seconds: float) -> list[int]:
        """The signals that came, after at most so many seconds."""
        ready, _, _ = select.select([self._read], [], [], 0 if self._came else seconds)
        if ready:
            with suppress(BlockingIOError):
                os.read(self._read, 1024)
        came, self._came = self._came, []
        return came
