"""The store is to be kept current as long as the daemon lives: one thread, which no job and no export waits for."""

from collections.abc import Callable
from typing import Final

import structlog

from mdwatch.errors import in_words
from mdwatch.formats.numbers import counted
from mdwatch.handlers.stores import keeping
from mdwatch.repository import control, store_counts, storing
from mdwatch.rules import moments
from mdwatch.rules import storing as rules
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.worker_loop import TurnFault, WorkerLoop
from mdwatch.watch import schedule

log = structlog.get_logger()

# No job has a name with a blank in it.
NIGHTLY: Final = "nightly store"
_LOOK_SECONDS: Final = 0.5
_COUNT_SECONDS: Final = 15.0
_AGAIN_SECONDS: Final = 30.0


class StoreWorker(WorkerLoop):
    """The thread of the store; `context` gives the context as it is now. Its supervisor reads `trouble`."""

    def __init__(self, context: Callable[[], Context]) -> None:
        super().__init__("store", Heartbeat())
        self.trouble: str | None = None
        self._fault: str | None = None
        self._context = context
        self._counted_at = float("-inf")
        self._tick_at = 0.0
        self._behind_since: float | None = None

    def turn(self) -> float:
        """Looks for what is due, and keeps a group of it."""
        context = self._context()
        if not context.settings.store.ocfl:
            self.trouble = self._fault = None
            return _LOOK_SECONDS * 4
        self.heartbeat.at("share")
        self._keep_tick(context)
        if keeping.wants_work(context):
            with keeping.holding(context) as hold:
                while not self.ending.is_set() and keeping.keep(context, hold, stopping=self.ending.is_set).looked_at:
                    self._count(context)
        if self._fault is not None:
            log.info("store_healed")
            self._counted_at = float("-inf")
        self._fault = None
        self._count(context)
        return _LOOK_SECONDS

    def stumbled(self, fault: TurnFault, error: Exception, pause: float) -> float:
        """Tells of what kept a turn from its end; where another process keeps the store, it is left to that one."""
        if fault in {TurnFault.BUSY, TurnFault.PAUSED}:
            return _LOOK_SECONDS * 4
        if fault is TurnFault.CONFLICT:
            return pause
        reason = in_words(error)
        if fault is TurnFault.OURS:
            log.error("store_fault", exc_info=error)
            reason = "mdwatch itself failed; see the service log"
        if reason != self._fault:
            log.error("store_in_trouble", reason=reason)
        self.trouble = self._fault = reason
        return pause

    def _keep_tick(self, context: Context) -> None:
        """By night all that failed is tried again, whatever its pause."""
        if context.clock.monotonic() < self._tick_at:
            return
        now = context.repository.moment(context.clock.now())
        with context.repository.read() as connection:
            state = control.states(connection).get(NIGHTLY)
        last = moments.believed(state.last_tick if state else None, now)
        has_come, seconds = schedule.due(context.settings.store.nightly, last, now)
        if has_come or last is None:
            with context.repository.write() as connection:
                storing.try_again(connection)
                control.tell(connection, NIGHTLY, last_tick=now)
        self._tick_at = context.clock.monotonic() + min(seconds, _AGAIN_SECONDS)

    def _count(self, context: Context) -> None:
        """Counts what is left, for the metrics, and finds out whether somebody is to be told."""
        now = context.clock.monotonic()
        if now - self._counted_at < _COUNT_SECONDS:
            return
        self._counted_at = now
        with context.repository.read() as connection:
            left, failing = store_counts.count(connection), store_counts.count_failures(connection)
        metrics.STORE_DUE.set(left)
        metrics.STORE_FAILURES.set(failing)
        if left == 0:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = now
        if self._fault is None:
            behind = self._behind_since is not None and now - self._behind_since > rules.BEHIND_SECONDS
            self.trouble = _told(left if behind else 0, failing)


def _told(left: int, failing: int) -> str | None:
    if failing:
        return f"{counted(failing, 'IE')} cannot be kept in the store; see `mdwatch store status`"
    return f"{left} IEs have been waiting to be kept in the store for more than an hour" if left else None
