"""The workers of harvests: one for each whose job is this daemon's own. Used by the main thread alone."""

import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from mdwatch.config import Settings
from mdwatch.handlers.harvests.worker import HarvestWorker
from mdwatch.repository import control
from mdwatch.repository.control import JobStatus
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease_names import harvest_name

log = structlog.get_logger()


class HarvestWorkers:
    """The workers; `context` gives the context as it is now.

    Whoever looks after a job also harvests for it: its folder is there, and a job has one daemon at a time.
    """

    def __init__(self, context: Callable[[], Context]) -> None:
        self._context = context
        self._workers: dict[str, HarvestWorker] = {}
        self._leaving: list[HarvestWorker] = []
        self._jobs: frozenset[str] = frozenset()
        self._asked = 0  # the newest request that was passed on

    def assign(self, jobs: frozenset[str]) -> None:
        """Has workers for the harvests of these jobs and no others; raises `Deferred`."""
        self._jobs = jobs
        wanted = self._wanted()
        for name in [name for name in self._workers if name not in wanted]:
            self._leave(name)
        self.renew()

    def renew(self) -> None:
        """Starts those that are missing, but for those whose predecessor has yet to end; raises `Deferred`."""
        self._leaving = [worker for worker in self._leaving if worker.is_alive()]
        leaving = {worker.harvest for worker in self._leaving}
        for name in self._wanted() - leaving:
            worker = self._workers.get(name)
            if worker is not None and worker.is_alive():
                continue
            if worker is not None:
                log.error("harvest_worker_died", harvest=name)
            context = self._context()
            with context.repository.read() as connection:
                kept = control.states(connection).get(harvest_name(name))
            self._workers[name] = HarvestWorker(context, name, kept)
            self._workers[name].start()

    def replace(self, old: Settings, new: Settings) -> None:
        """Ends those that work under other terms now; `renew` begins them anew."""
        for name in list(self._workers):
            if _terms(old, name) != _terms(new, name):
                self._leave(name)

    def pass_on(self, states: Mapping[str, JobStatus], asked: Sequence[tuple[int, str]]) -> None:
        """Passes on what commands and pages wrote: pauses, and the keys of runs that are asked for."""
        for name, worker in self._workers.items():
            state = states.get(harvest_name(name))
            worker.set_paused(state is not None and state.paused)
        for key, name in asked:
            if name in self._workers and key > self._asked:
                self._workers[name].look_again()
        self._asked = max([self._asked, *(key for key, _ in asked)])

    def troubles(self) -> dict[str, str | None]:
        """Why somebody has to see to each; None where nobody has to."""
        return {name: worker.standing.trouble for name, worker in self._workers.items()}

    def stop(self, seconds: float) -> None:
        """Ends all of them; one that waits for its provider for longer is left behind: its run goes on later."""
        everyone = [*self._workers.values(), *self._leaving]
        for worker in everyone:
            worker.stop()
        deadline = time.monotonic() + seconds
        for worker in everyone:
            worker.join(max(0.0, deadline - time.monotonic()))

    def _wanted(self) -> set[str]:
        return {name for name, item in self._context().settings.harvests.items() if item.job in self._jobs}

    def _leave(self, name: str) -> None:
        worker = self._workers.pop(name)
        worker.stop()
        self._leaving.append(worker)
        if name not in self._context().settings.harvests:
            metrics.forget_harvest(name, harvest_name(name))


def _terms(settings: Settings, name: str) -> tuple[object, ...]:
    """All that a harvest is made under."""
    harvest = settings.harvests.get(name)
    job = settings.jobs.get(harvest.job) if harvest is not None else None
    return harvest, job, settings.limits
