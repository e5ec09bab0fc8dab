"""How fast a batch goes on, and how long it will take: by what was seen of it during the last minutes."""

import threading
import time
from collections import deque
from typing import Final

from mdwatch.model import Batch
from mdwatch.web.pages import words

_WINDOW: Final = 120.0  # seconds that are looked back
_SHORTEST: Final = 5.0  # seconds after which a rate is worth telling

_lock = threading.Lock()
_seen: dict[int, deque[tuple[float, int]]] = {}


def of(batch: Batch | None, now: int) -> str:
    """Rate and time left in a sentence, "" where there is none to tell."""
    if batch is None or batch.started_at is None or batch.ended_at is not None:
        return ""
    rate = _rate(batch, now)
    if not rate:
        return ""
    left = max(batch.total - batch.processed, 0) / rate
    return f"{_per_second(rate)}, {_left(left)} left"


def _rate(batch: Batch, now: int) -> float:
    """IEs per second, as seen by those who look; at first, on the average since it began."""
    moment = time.monotonic()
    with _lock:
        for key in [key for key in _seen if key != batch.id]:
            del _seen[key]  # one batch is open at a time
        seen = _seen.setdefault(batch.id, deque())
        seen.append((moment, batch.processed))
        while len(seen) > 2 and moment - seen[0][0] > _WINDOW:
            seen.popleft()
        since, before = seen[0]
    if moment - since >= _SHORTEST:
        return (batch.processed - before) / (moment - since)
    lasted = (now - (batch.started_at or now)) / 1000
    return batch.processed / lasted if lasted >= _SHORTEST else 0.0


def _per_second(rate: float) -> str:
    return (
        f"{words.some(round(rate), 'IE')} per second"
        if rate >= 1
        else f"{words.some(round(rate * 60), 'IE')} per minute"
    )


def _left(seconds: float) -> str:
    return "less than a minute" if seconds < 60 else f"about {words.lasting(int(seconds * 1000))}"
