"""A harvest is made as long as the daemon lives: by its schedule, when somebody asks, and where a run was cut short.

One thread a harvest, so that a provider that is slow or away is its own trouble. A fault of the world is told, and
tried again after growing pauses; the run goes on where it was.
"""

from math import inf
from typing import Final

import structlog

from mdwatch.errors import UsageError, in_words
from mdwatch.handlers.harvests import run as running
from mdwatch.handlers.harvests.pauses import Pauses
from mdwatch.handlers.updates.standing import Standing
from mdwatch.model import RunStatus
from mdwatch.repository import control, harvest_runs
from mdwatch.rules import moments
from mdwatch.rules.job_states import Event, JobState
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.lease_names import harvest_name
from mdwatch.runtime.worker_loop import TurnFault, WorkerLoop
from mdwatch.watch import schedule

log = structlog.get_logger()

_LOOK_SECONDS: Final = 60.0
_FIRST_PAUSE: Final = 30.0  # seconds after a provider failed; after each further time in a row twice as long
_LONGEST_PAUSE: Final = 3_600.0


def _silent(_line: str) -> None:
    """Whoever wants to know reads the log."""


class HarvestWorker(WorkerLoop):
    """The thread of one harvest; `standing` is what it tells of itself.

    The supervisor calls `set_paused` and `look_again`, and reads `standing` and `heartbeat`.
    """

    def __init__(self, context: Context, name: str, kept: control.JobStatus | None) -> None:
        super().__init__(harvest_name(name), Heartbeat())
        self.harvest = name
        self._context = context
        self._settings = context.settings.harvests[name]
        self.standing = Standing(context, harvest_name(name), kept, about=self._settings.job)
        self.paused = self.standing.kept.paused
        self._failed = 0

    def set_paused(self, paused: bool) -> None:
        """Takes over what was written when somebody paused or resumed it."""
        if paused != self.paused:
            self.paused = paused
            log.info("harvest_paused" if paused else "harvest_resumed", harvest=self.harvest)
            self.bell.ring()

    def look_again(self) -> None:
        """Somebody asks for a run."""
        self.bell.ring()

    def turn(self) -> float:
        """Harvests, where there is reason to; for how many seconds to sleep."""
        if self.paused:
            self.standing.say(Event.PAUSED)
            return _LOOK_SECONDS
        ticked, next_tick = self._due()
        with self._context.repository.read() as connection:
            there = harvest_runs.open_run(connection, self.harvest)
            last = next(iter(harvest_runs.latest(connection, self.harvest, None, 1)), None)
        if there is None and not ticked:
            # That the last run was aborted stays told until the next, which may be one by hand.
            aborted = last is not None and last.status == RunStatus.ABORTED.value
            if self.standing.state is not JobState.ABORTED or not aborted:
                self.standing.say(Event.WENT_WELL)
            return min(_LOOK_SECONDS, next_tick)
        self._harvest()
        self._failed = 0
        if ticked:
            self._keep_tick()
        return 0.0

    def _harvest(self) -> None:
        self.heartbeat.at("making")
        try:
            pauses = Pauses(self._context.clock, self.ending)
            ended = running.harvest(self._context, self.harvest, pauses, full=False, tell=_silent)
        except UsageError as error:
            running.abort(self._context, self.harvest, self._settings.job, str(error))
            log.error("harvest_aborted", harvest=self.harvest, reason=str(error))
            self.standing.say(Event.FORBIDDEN, str(error))
            return
        finally:
            self.heartbeat.at("work")
        log.info("harvest_ended", harvest=self.harvest, run=ended.id, status=ended.status, **ended.counts._asdict())
        self.standing.say(Event.WENT_WELL)

    def stumbled(self, fault: TurnFault, error: Exception, pause: float) -> float:
        """Tells of what kept a turn from its end; the run goes on with the next that can be made."""
        match fault:
            case TurnFault.BUSY:
                self.standing.say(Event.TAKEN, str(error))
                return _LOOK_SECONDS
            case TurnFault.CONFLICT:
                return pause
            case TurnFault.PAUSED:
                self.paused = True
                self.standing.say(Event.PAUSED)
                return _LOOK_SECONDS
            case TurnFault.WORLD:
                self.standing.say(Event.FAILED, in_words(error))
            case TurnFault.OURS:
                log.error("harvest_fault", harvest=self.harvest, exc_info=error)
                self.standing.say(Event.FAILED_OURS, "mdwatch itself failed; see the service log")
        self._failed += 1
        return min(_FIRST_PAUSE * 2.0 ** min(self._failed - 1, 10), _LONGEST_PAUSE)

    def _due(self) -> tuple[bool, float]:
        """Whether a moment of the schedule has come, also one that was missed; and seconds to the next."""
        if self._settings.schedule == "manual":
            return False, inf
        now = self._now()
        if moments.believed(self.standing.kept.last_tick, now) is None:
            # None yet, or one of a clock that was far ahead: from now on.
            self._keep_tick()
        return schedule.due(self._settings.schedule, self.standing.kept.last_tick, now)

    def _keep_tick(self) -> None:
        self.standing.keep(last_tick=self._now())

    def _now(self) -> int:
        """The moment for all who share the repository: the last one may have been kept by another host."""
        return self._context.repository.moment(self._context.clock.now())
