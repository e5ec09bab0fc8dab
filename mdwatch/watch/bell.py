"""What a worker sleeps by: anybody rings it, at once or within some seconds; rings add up to one waking."""

import threading
import time


class Bell:
    """Wakes the one thread that waits for it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung_at: float | None = None

    def ring(self, within: float = 0.0) -> None:
        """Wakes the waiter in at most so many seconds, or the next time it wants to sleep beyond that."""
        with self._condition:
            at = time.monotonic() + within
            if self._rung_at is None or at < self._rung_at:
                self._rung_at = at
                self._condition.notify()

    def wait(self, seconds: float) -> bool:
        """Sleeps until the bell rings, at most so many seconds; whether it rang."""
        deadline = time.monotonic() + seconds
        with self._condition:
            while True:
                now = time.monotonic()
                if self._rung_at is not None and self._rung_at <= now:
                    self._rung_at = None
                    return True
                if now >= deadline:
                    return False
                until = deadline if self._rung_at is None else min(deadline, self._rung_at)
                self._condition.wait(until - now)
