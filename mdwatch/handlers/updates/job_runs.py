"""The runs that the worker of a job makes: for the ready files, or for all that are there and settle in time."""

from contextlib import suppress
from math import inf
from typing import Final

from mdwatch.errors import Deferred, JobBusy, JobPaused, RepositoryConflict, RunCancelled
from mdwatch.handlers.updates import run_once
from mdwatch.handlers.updates.reports import Report, silent
from mdwatch.handlers.updates.run import Run, Stopped
from mdwatch.handlers.updates.session import Session
from mdwatch.rules.settling import Split
from mdwatch.runtime import metrics

_BETWEEN_RUNS: Final = 0.05


class JobRuns:
    """The runs of one job; made by its worker, while any thread may ask whether it is `busy`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._running = False
        self._ran_at = -inf

    @property
    def busy(self) -> bool:
        """Whether a run is going on, or was a moment ago: while files keep coming, one follows the other."""
        return self._running or self._session.context.clock.monotonic() - self._ran_at < _BETWEEN_RUNS

    def make(self, split: Split, *, drain: bool) -> Report | None:
        """Makes a run; what came of it, None where there was nothing to tell of. Raises `Deferred`."""
        self._running = True
        with metrics.run(self._session.name):
            try:
                return run_once.drain(self._session, silent) if drain else self._take_all(split)
            except (OSError, Deferred) as error:
                if isinstance(error, Stopped | JobBusy | JobPaused | RepositoryConflict):
                    raise
                raise run_once.interrupted(self._session.name, self._session.job.folder, error) from error
            finally:
                self._running, self._ran_at = False, self._session.context.clock.monotonic()

    def _take_all(self, split: Split) -> Report | None:
        """Takes what is ready, and what becomes ready meanwhile, until nothing is."""
        with Run(self._session, held=bool(split.ready)) as run:
            with suppress(RunCancelled):
                while split.ready:
                    run.take(split.ready, silent)
                    split = self._session.look(full=False)
            return run.end(tell_of_nothing=False)
