"""The nightly batch of exports: asked for when its time has come, also when that was missed while no daemon ran."""

from typing import Final

from sqlalchemy import Connection

from mdwatch.repository import batches, control
from mdwatch.rules import moments
from mdwatch.rules.job_states import NIGHTLY
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.watch import schedule

# Looked at again so soon even where it is far away, for clocks are set and summers begin.
_AGAIN_SECONDS: Final = 30.0


class Nightly:
    """The tick of the nightly batch; used by the worker of the exports alone."""

    def __init__(self) -> None:
        self._look_at = 0.0

    def look_soon(self) -> None:
        """Something happened after which the time may have come: a batch ended, or the settings are others."""
        self._look_at = 0.0

    def keep(self, context: Context) -> None:
        """Asks for the batch where its time has come; costs nothing before it is worth a look."""
        if context.clock.monotonic() < self._look_at:
            return
        # The last tick may be one that a daemon on another host kept.
        now = context.repository.moment(context.clock.now())
        with context.repository.read() as connection:
            state = control.states(connection).get(NIGHTLY)
            finished = batches.last_finished(connection, "nightly")
        since = now if state is None or not state.since else state.since
        metrics.LAST_NIGHTLY.set((finished or since) / 1000)
        last = moments.believed(state.last_tick if state else None, now)
        has_come, seconds = schedule.due(context.settings.export.nightly, last, now)
        if has_come or last is None:
            with context.repository.write() as connection:
                if has_come and not _ask(connection, now):
                    return  # Another one is open; after it.
                # With the batch, or a daemon that is killed here would ask for it twice.
                control.tell(connection, NIGHTLY, last_tick=now, since=since)
        self._look_at = context.clock.monotonic() + min(seconds, _AGAIN_SECONDS)


def _ask(connection: Connection, now: int) -> bool:
    """Asks for the nightly batch; whether there is one now."""
    there = batches.open_batch(connection)
    if there is None:
        batches.ask(connection, "nightly", "the daemon", now)
    return there is None or there.kind == "nightly"
