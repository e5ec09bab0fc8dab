"""The threads that tell people and programs while the daemon lives. Whoever they wait for, no job waits with them.

One makes messages of what happened; each way out has another while there is something to send by it: the mail server,
or one webhook, that does not answer holds up no message that goes by another.
"""

from collections.abc import Callable
from typing import Final

import structlog

from mdwatch.handlers.notifications import routing, sending
from mdwatch.repository import notifications
from mdwatch.repository.notifications import WayOut
from mdwatch.rules import notifying
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.worker_loop import OwnThread, TurnFault, WorkerLoop

log = structlog.get_logger()

_LOOK_SECONDS: Final = 1.0
_COUNT_SECONDS: Final = 15.0
_TIDY_SECONDS: Final = 3_600.0


class _Sender(OwnThread):
    """Sends what is due by one way out, until nothing is; `fault` is what kept it from that."""

    def __init__(self, context: Callable[[], Context], way: WayOut, ends: Callable[[], bool]) -> None:
        super().__init__(f"notifications by {way.address or way.channel}")
        self._context = context
        self._way = way
        self._ends = ends
        self.fault: Exception | None = None

    def run(self) -> None:
        """Sends."""
        try:
            while not self._ends() and sending.send_due(self._context(), self._way, self._ends):
                pass
        except Exception as error:  # noqa: BLE001 - the worker tells of it
            self.fault = error


class NotificationWorker(WorkerLoop):
    """The thread; `context` gives the context as it is now."""

    def __init__(self, context: Callable[[], Context]) -> None:
        super().__init__("notifications", Heartbeat())
        self._context = context
        self._counted_at = self._tidied_at = float("-inf")
        self._trouble: str | None = None
        self._senders: dict[WayOut, _Sender] = {}

    def turn(self) -> float:
        """Makes messages, has those sent that are due, and tidies up now and then."""
        context = self._context()
        while routing.route(context) and not self.ending.is_set():
            pass
        self._part_with_senders()
        for way in sending.ways_out(context) - self._senders.keys():
            self._senders[way] = _Sender(self._context, way, self.ending.is_set)
            self._senders[way].start()
        self._count(context)
        self._trouble = None
        return _LOOK_SECONDS

    def close(self) -> None:
        """Waits for the messages in hand: what went and is not noted would be sent again."""
        for sender in self._senders.values():
            sender.join()

    def _part_with_senders(self) -> None:
        """Lets those go that are done; raises what kept one from its end."""
        for way in [way for way, sender in self._senders.items() if not sender.is_alive()]:
            fault = self._senders.pop(way).fault
            if fault is not None:
                raise fault

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
