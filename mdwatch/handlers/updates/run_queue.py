"""Requests to run a job, handed from the thread that reads the database to the worker that makes the run."""

import threading
from functools import partial

from mdwatch.repository import control
from mdwatch.runtime.context import Context


class RunQueue:
    """Requests by their keys, each handed on once; safe to use from several threads.

    The database shows a request as open for a while after it was taken, and even after it was answered.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._new: list[int] = []
        self._in_hand: list[int] = []
        self._answered = 0

    def add(self, key: int) -> bool:
        """Adds a request; whether it was not there yet."""
        with self._lock:
            if key <= self._answered or key in self._new or key in self._in_hand:
                return False
            self._new.append(key)
            return True

    def take(self) -> list[int]:
        """The requests for the turn that begins; those of a turn that failed may be added again."""
        with self._lock:
            self._in_hand, self._new = self._new, []
            return list(self._in_hand)

    def answer(self, keys: list[int], *, run_id: int | None = None, refusal: str | None = None) -> None:
        """Answers requests with the run that was made for them, or with why none was; raises `Deferred`."""
        if not keys:
            return
        answer = partial(control.answer, keys=keys, run_id=run_id, refusal=refusal)
        self._context.repository.carry_out(answer)
        with self._lock:
            self._answered = max([*keys, self._answered])
