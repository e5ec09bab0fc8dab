"""The thread that tells people and programs while the daemon lives. Whoever it waits for, no job waits with it."""

from collections.abc import Callable
from typing import Final

import structlog

from mdwatch.handlers.notifications import routing, sending
from mdwatch.repository import notifications
from mdwatch.rules import notifying
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.worker_loop import TurnFault, WorkerLoop

log = structlog.get_logger()

_LOOK_SECONDS: Final = 1.0
_COUNT_SECONDS: Final = 15.0
_TIDY_SECONDS: Final = 3_600.0


class NotificationWorker(WorkerLoop):
    """The thread; `context` gives the context as it is now."""

    def __init__(self, context: Callable[[], Context]) -> None:
        super().__init__("notifications", Heartbeat())
        self._context = context
        self._counted_at = self._tidied_at = float("-inf")
        self._trouble: str | None = None

    def turn(self) -> float:
        """Makes messages, sends those that are due, and tidies up now and then."""
        context = self._context()
        self.heartbeat.at("sending")
        while routing.route(context) and not self.ending.is_set():
            pass
        sent = 0 if self.ending.is_set() else sending.send_due(context)
        self._count(context)
        self._trouble = None
        return 0.0 if sent else _LOOK_SECONDS

    def stumbled(self, fault: TurnFault, error: Exception, pause: float) -> float:
        """Tells of what kept a turn from its end."""
        if fault is TurnFault.OURS:
            log.error("notification_fault", exc_info=error)
        elif fault is not TurnFault.CONFLICT and str(error) != self._trouble:
            log.warning("notifications_put_off", reason=str(error))
            self._trouble = str(error)
        return pause

    def _count(self, context: Context) -> None:
        now = context.clock.monotonic()
        if now - self._counted_at > _COUNT_SECONDS:
            self._counted_at = now
            with context.repository.read() as connection:
                counts = notifications.counts(connection)
            metrics.NOTIFICATIONS_WAITING.set(counts.get("waiting", 0))
        if now - self._tidied_at > _TIDY_SECONDS:
            self._tidied_at = now
            before = context.clock.now() - notifying.KEPT_FOR
            context.repository.carry_out(lambda connection: notifications.forget_before(connection, before))
