"""The schedule of a job: when its next moment comes, and which was the last one kept.

By the clock that all who share the repository go by: the last moment may be one that another host kept.
"""

from math import inf

from mdwatch.config import JobSettings
from mdwatch.handlers.updates.standing import Standing
from mdwatch.rules import moments
from mdwatch.runtime.context import Context
from mdwatch.watch import schedule


class JobSchedule:
    """The schedule of one job; used by its worker alone."""

    def __init__(self, context: Context, job: JobSettings, standing: Standing) -> None:
        self._context = context
        self._text = job.schedule
        self._standing = standing

    @property
    def by_arrival(self) -> bool:
        """Whether files that are ready are reason enough for a run."""
        return self._text == "watch"

    def due(self) -> tuple[bool, float]:
        """Whether a moment of the schedule has come, also one that was missed; and seconds to the next.

        Raises `Deferred`.
        """
        if self._text in {"watch", "manual"}:
            return False, inf
        now = self._now()
        if moments.believed(self._standing.kept.last_tick, now) is None:
            # None yet, or one of a clock that was far ahead: from now on.
            self.kept()
        return schedule.due(self._text, self._standing.kept.last_tick, now)

    def kept(self) -> None:
        """The run for the moment that had come was made; raises `Deferred`."""
        self._standing.keep(last_tick=self._now())

    def _now(self) -> int:
        return self._context.repository.moment(self._context.clock.now())
