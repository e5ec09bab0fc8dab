"""Answers kept for a moment, so that many who look at a page cost no more than one, and nobody waits for a slow answer.

A question is asked in a thread of its own, one at a time. Its answer counts as new for a second, or for up to ten where
it took long: looking at a folder of 100,000 files every two seconds would leave time for little else.
"""

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Final, Generic, NamedTuple, TypeVar

import structlog

from mdwatch.runtime.context import Context

log = structlog.get_logger()

_Key = TypeVar("_Key", bound=Hashable)
_Answer = TypeVar("_Answer")

# A repository, and those of its institutions that may be seen: what is known to one reader is not told to another.
Seen = tuple[str, frozenset[str] | None]

_SHORTEST: Final = 1.0  # seconds for which an answer counts as new
_LONGEST: Final = 10.0
_SHARE: Final = 20  # times as long as it took


def seen_by(context: Context) -> Seen:
    """What whoever asks may see, as the key of a question about all of it."""
    return context.settings.repository.url, context.institutions


class NoAnswer(Exception):
    """A question has no answer for now; the one of before stands."""


class _Kept(NamedTuple):
    """An answer, and until when (monotonic) it counts as new."""

    answer: object
    until: float


class Recent(Generic[_Key, _Answer]):
    """The last answers, by the key of their questions.

    One counts as new for `shortest` to `longest` seconds: for `share` times as long as it took.
    """

    def __init__(self, shortest: float = _SHORTEST, longest: float = _LONGEST, share: int = _SHARE) -> None:
        self._shortest, self._longest, self._share = shortest, longest, share
        self._lock = threading.Lock()
        self._kept: dict[_Key, _Kept] = {}
        self._asking: dict[_Key, threading.Thread] = {}

    def ask(self, questions: Mapping[_Key, Callable[[], _Answer]], seconds: float) -> dict[_Key, _Answer]:
        """The answers that there are within so many seconds; those not come by then are older, or missing."""
        deadline = time.monotonic() + seconds
        for thread in [self._begun(key, question) for key, question in questions.items()]:
            if thread is not None:
                thread.join(max(deadline - time.monotonic(), 0))
        with self._lock:
            return {key: self._kept[key].answer for key in questions if key in self._kept}  # type: ignore[misc]

    def forget(self, key: _Key) -> None:
        """Something was changed: what is known, and what is being found out, counts as new no more."""
        with self._lock:
            self._asking.pop(key, None)
            if key in self._kept:
                self._kept[key] = self._kept[key]._replace(until=0)

    def _begun(self, key: _Key, question: Callable[[], _Answer]) -> threading.Thread | None:
        """The thread that asks, a new one unless one is at it; None where there is no need to."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and time.monotonic() < kept.until:
                return None
            thread = self._asking.get(key)
            if thread is None or not thread.is_alive():
                thread = threading.Thread(target=self._answer, args=(key, question), name="page asks", daemon=True)
                self._asking[key] = thread
                thread.start()
            return thread

    def _answer(self, key: _Key, question: Callable[[], _Answer]) -> None:
        began = time.monotonic()
        try:
            answer = question()
        except NoAnswer:
            return
        except Exception:
            log.exception("page_question_failed")
            return
        now = time.monotonic()
        with self._lock:
            if self._asking.get(key) is threading.current_thread():
                lasting = min(max(self._shortest, self._share * (now - began)), self._longest)
                self._kept[key] = _Kept(answer, now + lasting)
