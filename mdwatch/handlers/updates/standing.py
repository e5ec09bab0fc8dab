"""How a job stands, as its worker and its supervisor tell it: kept in the database, counted, said in the service log.

Two threads share it: the worker tells of its turns, the supervisor of a share that hangs the worker. A lock has each of
them see, change and write the whole of it.
"""

import threading
from collections.abc import Mapping
from functools import partial

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred
from mdwatch.formats.printable import escape
from mdwatch.repository import control, occurrences
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules import job_states
from mdwatch.rules.job_states import TABLE, Event, JobState, Told
from mdwatch.rules.notifying import Happening
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context

log = structlog.get_logger()


class Standing:
    """How one job stands; safe to use from several threads."""

    def __init__(self, context: Context, job: str, kept: control.JobStatus | None, *, about: str | None = None) -> None:
        """`kept` is what an earlier worker told; `about` the job that a harvest, which stands as jobs do, is for."""
        self._context = context
        self._about = about
        self._job = job
        self._lock = threading.Lock()
        self._kept = kept or control.JobStatus(job=job)
        # Noted with the next state that the database takes.
        self._untold: list[Occurrence] = []
        # Told anew by the first turn; until then metrics have what an earlier process told.
        metrics.job_state(job, self.state)

    @property
    def kept(self) -> control.JobStatus:
        """All that was told, as it is now; a value, which does not change."""
        return self._kept

    @property
    def state(self) -> JobState:
        """The state of the job."""
        return JobState.of(self._kept.state)

    @property
    def trouble(self) -> str | None:
        """Why somebody has to see to the job; None where nobody has to."""
        kept = self._kept
        return (kept.reason or "see the service log") if JobState.of(kept.state).troubled else None

    def say(self, event: Event, reason: str | None = None) -> None:
        """Takes the step that the event leads to, and tells of it where that is news."""
        with self._lock:
            before, why = JobState.of(self._kept.state), self._kept.reason
            after = TABLE[before, event]
            if (before, why) == (after, reason):
                return
            match job_states.told(before, after, same_reason=why == reason):
                case Told.TROUBLE:
                    log.error("job_in_trouble", job=self._job, state=after.value, reason=escape(reason or ""))
                    self._untold.append(self._occurrence(Happening.TROUBLE, reason))
                case Told.HEALED:
                    log.info("job_healed", job=self._job)
                    self._untold.append(self._occurrence(Happening.HEALED, why))
                case Told.NOTHING:
                    pass
            metrics.job_state(self._job, after)
            since = self._kept.since if before is after else self._context.clock.now()
            self._write(state=after.value, reason=reason, since=since)

    def keep(self, **values: object) -> None:
        """Keeps something else of the job: its `mount` or `last_tick`."""
        with self._lock:
            self._write(**values)

    def forget_mount(self) -> bool:
        """Forgets where the folder was mounted, as somebody did in the database; whether that is news."""
        with self._lock:
            known = self._kept.mount is not None
            self._kept = self._kept._replace(mount=None)
            return known

    def _occurrence(self, what: Happening, reason: str | None) -> Occurrence:
        told = reason or ""
        if self._about is not None:
            told = f"{self._job}: {told}"
        return Occurrence(at=self._context.clock.now(), what=what, job=self._about or self._job, reason=told)

    def _write(self, **values: object) -> None:
        self._kept = self._kept._replace(**values)  # type: ignore[arg-type]
        try:
            self._context.repository.carry_out(partial(self._tell, values))
            self._untold.clear()
        except Deferred as error:
            log.warning("state_not_told", job=self._job, reason=str(error))

    def _tell(self, values: Mapping[str, object], connection: Connection) -> None:
        control.tell(connection, self._job, **values)
        occurrences.note_all(connection, self._untold)
