"""What is old is summed up and removed at night, as long as the daemon lives: one thread, which nobody waits for."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog

from mdwatch.errors import in_words
from mdwatch.handlers.retention import summing
from mdwatch.repository import control
from mdwatch.rules import moments
from mdwatch.rules.job_states import RETENTION
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.worker_loop import TurnFault, WorkerLoop
from mdwatch.watch import schedule

log = structlog.get_logger()

_LOOK_SECONDS: Final = 30.0
_LEAST_PAUSE: Final = 0.02


class RetentionWorker(WorkerLoop):
    """The thread of it; `context` gives the context as it is now."""

    def __init__(self, context: Callable[[], Context]) -> None:
        super().__init__("retention", Heartbeat())
        self._context = context

    def turn(self) -> float:
        """Does it where its time has come; a time that was missed is made up for."""
        context = self._context()
        if not summing.wanted(context):
            return _LOOK_SECONDS
        now = context.repository.moment(context.clock.now())
        with context.repository.read() as connection:
            state = control.states(connection).get(RETENTION)
        last = moments.believed(state.last_tick if state else None, now)
        has_come, seconds = schedule.due(context.settings.retention.nightly, last, now)
        if has_come:
            self.heartbeat.at("share")
            done = summing.sum_up(context, pause=self._pausing())
            if self.ending.is_set():
                return 0.0
            reason = "; ".join(f"{job}: {why}" for job, why in done.away.items()) or None
            self._tell(context, now, reason)
        elif last is None:
            self._tell(context, now, None)
        return min(seconds, _LOOK_SECONDS)

    def _tell(self, context: Context, now: int, reason: str | None) -> None:
        told = partial(control.tell, job=RETENTION, state="idle", reason=reason, since=now, last_tick=now)
        context.repository.carry_out(told)

    def _pausing(self) -> Callable[[], bool]:
        """Half of the time is left to others: whoever waits to write in SQLite is woken by nobody."""
        last = [time.monotonic()]

        def pause() -> bool:
            ended = self.ending.wait(max(time.monotonic() - last[0], _LEAST_PAUSE))
            last[0] = time.monotonic()
            return ended

        return pause

    def stumbled(self, fault: TurnFault, error: Exception, pause: float) -> float:
        """Tells of what kept it from its end; where another process is at it, it is left to that one."""
        if fault is TurnFault.OURS:
            log.error("retention_fault", exc_info=error)
        elif fault is not TurnFault.CONFLICT:
            log.warning("retention_put_off", reason=in_words(error))
        return pause if fault is TurnFault.CONFLICT else max(pause, _LOOK_SECONDS)
