"""The workers of the daemon: one a job, one a harvest, one for the exports; started, renewed where they died, ended.

Used by the main thread alone, but for `busy`, which others ask.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import structlog

from mdwatch.config import Settings
from mdwatch.daemon.harvests import HarvestWorkers
from mdwatch.dropfolder.claims import FolderClaims
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.exports.worker import ExportWorker
from mdwatch.handlers.files import errand_work
from mdwatch.handlers.files.audit_worker import AuditWorker
from mdwatch.handlers.files.errand_work import Signs
from mdwatch.handlers.notifications.worker import NotificationWorker
from mdwatch.handlers.retention.worker import RetentionWorker
from mdwatch.handlers.stores.worker import StoreWorker
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.worker import JobWorker
from mdwatch.repository import control
from mdwatch.rules.job_states import JobState
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.worker_loop import WorkerLoop
from mdwatch.watch import notify
from mdwatch.watch.arrivals import Arrivals

log = structlog.get_logger()

_Worker = TypeVar("_Worker", bound=WorkerLoop)
_FROZEN_SECONDS: Final = 60.0
_TURN_SECONDS: Final = 1.0
_ARRIVALS_SECONDS: Final = 60.0
_HARVEST_SECONDS: Final = 2.0
# For messages that are being sent: one whose end nobody awaits is sent again after the next start.
_MESSAGE_SECONDS: Final = 3.0


class Workers:
    """The workers; `context` gives the context as it is now."""

    def __init__(self, context: Callable[[], Context]) -> None:
        self._context = context
        self._arrivals = _arrivals()
        self._arrivals_at = time.monotonic() + _ARRIVALS_SECONDS
        self._claims = FolderClaims()
        # The jobs that are this daemon's own: those of the settings, or fewer where others share them.
        self._assigned: frozenset[str] = frozenset()
        self.jobs: dict[str, JobWorker] = {}
        # Workers that were told to stop and have not yet, for they hang on their share.
        self._leaving: list[JobWorker] = []
        self.harvests = HarvestWorkers(context)
        self.exports = ExportWorker(context, self.busy)
        self.store = StoreWorker(context)
        self._retention = RetentionWorker(context)
        self._audit = AuditWorker(context)
        self._notifications = NotificationWorker(context)

    def busy(self) -> bool:
        """Whether an update job runs."""
        return any(worker.runs.busy for worker in tuple(self.jobs.values()))

    def start(self) -> None:
        """Starts those that are there once; those of jobs as they are assigned."""
        for worker in (self.exports, self.store, self._retention, self._audit, self._notifications):
            worker.start()

    def assign(self, jobs: frozenset[str]) -> None:
        """Has workers for these jobs and no others; one that ends does so after the group in hand."""
        self._assigned = jobs
        for name in [name for name in self.jobs if name not in jobs]:
            self._leave(name)
        self.renew_jobs()
        self.harvests.assign(jobs)

    def at_work(self, job: str) -> bool:
        """Whether a thread works on the job, or has yet to end."""
        return job in self.jobs or any(worker.job_name == job and worker.is_alive() for worker in self._leaving)

    def _leave(self, name: str) -> None:
        worker = self.jobs.pop(name)
        worker.stop()
        self._leaving.append(worker)
        if name not in self._context().settings.jobs:
            metrics.forget(name)

    def _start(self, name: str) -> None:
        context = self._context()
        with context.repository.read() as connection:
            kept = control.states(connection).get(name)
        worker = JobWorker(context, name, self._arrivals, kept, self._claims, _carry_out, partial(_export_soon, self))
        self.jobs[name] = worker
        worker.start()

    def wait_for_first_turns(self, seconds: float) -> None:
        """Returns when every worker of a job has had its first turn, or so many seconds have passed."""
        deadline = time.monotonic() + seconds
        for worker in self.jobs.values():
            worker.first_turn.wait(max(0.0, deadline - time.monotonic()))

    def renew_events(self) -> None:
        """Begins inotify anew where its thread died, or where the kernel gave none before; looks go on meanwhile."""
        if self._arrivals is not None and self._arrivals.alive:
            return
        if self._arrivals is None and time.monotonic() < self._arrivals_at:
            return
        if self._arrivals is not None:
            log.error("events_died")
        self._arrivals = _arrivals()
        self._arrivals_at = time.monotonic() + _ARRIVALS_SECONDS
        for worker in self.jobs.values():
            worker.new_arrivals(self._arrivals)

    def tell_hung(self) -> None:
        """Tells of workers whose share does not answer; they heal by themselves when it does."""
        settings = self._context().settings
        for name, worker in self.jobs.items():
            heartbeat = worker.heartbeat
            since = time.monotonic() - heartbeat.since
            if not heartbeat.answers() and worker.standing.state is not JobState.HUNG:
                job = settings.jobs[name]
                where = f"{job.folder} or repository {job.repository}" if job.repository else job.folder
                worker.seems_hung(f"{where} has not answered for {since:.0f} seconds; see to its server or disk")

    def renew(self) -> None:
        """Starts workers again that should not have ended."""
        self.renew_jobs()
        self.harvests.renew()
        self.exports = _living(self.exports, lambda: ExportWorker(self._context, self.busy))
        self.store = _living(self.store, lambda: StoreWorker(self._context))
        self._retention = _living(self._retention, lambda: RetentionWorker(self._context))
        self._notifications = _living(self._notifications, lambda: NotificationWorker(self._context))

    def renew_jobs(self) -> None:
        """Starts those of jobs that are missing, but for those whose predecessor has yet to end."""
        self._leaving = [worker for worker in self._leaving if worker.is_alive()]
        leaving = {worker.job_name for worker in self._leaving}
        for name in self._context().settings.jobs.keys() & self._assigned:
            worker = self.jobs.get(name)
            if worker is None and name not in leaving:
                self._start(name)
            elif worker is not None and not worker.is_alive():
                log.error("worker_died", job=name)
                self._start(name)

    def frozen(self) -> list[str]:
        """Workers that show no sign of life where no share can be to blame."""
        busy_seconds = self._context().settings.repository.busy_seconds
        limit = max(_FROZEN_SECONDS, busy_seconds + _TURN_SECONDS)
        watchdog = notify.watchdog_seconds()
        if watchdog is not None:
            limit = min(limit, max(watchdog / 2, busy_seconds + _TURN_SECONDS))
        now = time.monotonic()
        heartbeats = {name: worker.heartbeat for name, worker in self.jobs.items()}
        heartbeats["exports"] = self.exports.heartbeat
        return [name for name, item in heartbeats.items() if item.where == "work" and now - item.since > limit]

    def replace(self, old: Settings, new: Settings, seconds: float) -> None:
        """Ends the workers whose job is worked on under other terms now, waiting so long at most; begins those."""
        for name in list(self.jobs):
            if name not in new.jobs or _terms(old, name) != _terms(new, name):
                self._leave(name)
        self.harvests.replace(old, new)
        deadline = time.monotonic() + seconds
        for worker in self._leaving:
            worker.join(max(0.0, deadline - time.monotonic()))
        self.renew()

    def stop(self, seconds: float, meanwhile: Callable[[], None]) -> bool:
        """Ends all of them within so many seconds; whether they did. `meanwhile` is done before the exports end."""
        everyone = [*self.jobs.values(), *self._leaving]
        self._audit.stop()
        self._notifications.stop()
        for worker in (*everyone, self.exports, self.store, self._retention):
            worker.stop()
        deadline = time.monotonic() + seconds
        for worker in everyone:
            # Whoever hangs on a share is not waited for once the others are done.
            hangs = worker.heartbeat.where == "share" and time.monotonic() - worker.heartbeat.since > 2
            worker.join(0 if hangs else max(0.0, deadline - time.monotonic()))
        self.harvests.stop(_HARVEST_SECONDS)
        meanwhile()
        for worker in (self.exports, self.store, self._retention):
            worker.join(max(0.0, deadline - time.monotonic()))
        self._notifications.join(_MESSAGE_SECONDS)
        if self._arrivals is not None:
            self._arrivals.stop()
        return not any(worker.is_alive() for worker in (*everyone, self.exports, self.store))


def _export_soon(workers: Workers) -> None:
    """Has the exports look for what is due, which they do by themselves only some times a second."""
    workers.exports.bell.ring()


def _carry_out(session: Session, folder: DropFolder) -> list[int]:
    """Carries out what was asked for with error files, by the worker of the job."""
    signs = Signs(partial(session.heartbeat.at, "share"), session.stopping)
    return errand_work.carry_out(session.context, session.name, folder, signs)


def _living(worker: _Worker, another: Callable[[], _Worker]) -> _Worker:
    """The worker, or another one in its place where it died."""
    if worker.is_alive():
        return worker
    log.error("worker_died", worker=worker.name)
    new = another()
    new.start()
    return new


def _arrivals() -> Arrivals | None:
    """inotify, or nothing where the kernel gives no instance: sweeps alone then find what arrives."""
    try:
        return Arrivals()
    except OSError as error:
        log.error("no_events", reason=str(error))
        return None


def _terms(settings: Settings, name: str) -> tuple[object, ...]:
    """All that a job is worked on under; None where there is no such job."""
    job = settings.jobs.get(name)
    user = settings.users.get(job.user) if job else None
    there = settings.repositories.get(job.repository) if job else None
    return job, user, there, settings.source, settings.limits, settings.workers
