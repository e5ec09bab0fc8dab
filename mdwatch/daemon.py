"""The daemon: composition root, start-up, supervision and shutdown.

Start-up:

1. The settings are read; every fault is told at once, and the process ends with 78.
2. The service log is set up.
3. The database is opened and brought to its newest migration.
4. The daemon's lease is taken; where another daemon of this host holds it, this one says so and ends.
5. Signals are caught: SIGTERM and SIGINT stop, SIGHUP reloads.
6. inotify is begun, for the folders on local file systems.
7. One worker a job starts: it finishes what a crash left, looks into its folder, and goes on by itself.
8. The worker of the exports starts: it exports what became due meanwhile, and goes on with a batch that was cut short.
9. HTTP is served. An address that is taken is told of, and tried again: updates do not wait for it.
10. When every worker of a job has had its first turn, or ten seconds have passed, systemd is told that all is ready.

Then this thread supervises, once a second: it passes on requests and pauses from the database, tells of workers whose
share does not answer, renews what died, and feeds systemd's watchdog while every worker lives. It never touches a
drop folder itself, so that no share can hang it.

Shutdown: systemd is told; the workers finish the group in hand and file it; whoever hangs on a share is left behind,
for the journal has what the next start needs.
"""

import os
import select
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final

import structlog

from mdwatch import config, logs
from mdwatch.config import Settings
from mdwatch.errors import ConfigError, Deferred
from mdwatch.handlers.exports.worker import ExportWorker
from mdwatch.handlers.jobs import setup
from mdwatch.handlers.updates.worker import JobWorker
from mdwatch.repository import control
from mdwatch.runtime.context import Context, opened
from mdwatch.runtime.lease import LEASE_SECONDS, Lease, daemon_name, holding
from mdwatch.watch import notify
from mdwatch.watch.arrivals import Arrivals
from mdwatch.web import server
from mdwatch.web.serving import access
from mdwatch.web.serving.route import Trouble

log = structlog.get_logger()

_READY_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 10.0
_HUNG_SECONDS: Final = 20.0
_FROZEN_SECONDS: Final = 60.0
_TURN_SECONDS: Final = 1.0
_SERVE_SECONDS: Final = 5.0
_TROUBLED: Final = {"trouble", "fault", "hung"}


def run(path: Path) -> None:
    """Runs the daemon until it is told to stop; raises `ConfigError`, `JobBusy` and `Deferred` before it is up."""
    settings = config.load(path)
    logs.configure_service_log(settings.logs.level)
    _check(settings)
    with opened(settings) as context, holding(context, daemon_name()) as lease:
        daemon = Daemon(path, context, lease)
        daemon.start()
        daemon.supervise()
        clean = daemon.shut_down()
    log.info("stopped", clean=clean)
    if not clean:
        # A thread or process that hangs on a share would keep an ordinary exit waiting for it.
        os._exit(0)


def _check(settings: Settings) -> None:
    """What the settings alone cannot tell; raises `ConfigError` with all of it."""
    faults = setup.set_up_faults(settings) + access.faults(settings.http)
    if faults:
        raise ConfigError(faults)


class Signals:
    """The signals that came since they were last asked for; waiting for them is waiting for the next turn."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._came: list[int] = []
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._came.append(number)

    def wait(self, seconds: float) -> list[int]:
        """The signals that came, after at most so many seconds."""
        ready, _, _ = select.select([self._read], [], [], 0 if self._came else seconds)
        if ready:
            with suppress(BlockingIOError):
                os.read(self._read, 1024)
        came, self._came = self._came, []
        return came


class Daemon:
    """The running daemon: its workers by job, and what it supervises them with."""

    def __init__(self, path: Path, context: Context, lease: Lease) -> None:
        self._path = path
        self._context = context
        self._lease = lease
        self._signals = Signals()
        self._arrivals = _arrivals()
        self._workers: dict[str, JobWorker] = {}
        # Workers that were told to stop and have not yet, for they hang on their share.
        self._leaving: list[JobWorker] = []
        self._exports = self._export_worker()
        self._server: server.Server | None = None
        self._serve_at = 0.0
        self._troubles: dict[str, Trouble] = {}
        self._stages = 0
        self._renewed_at = time.monotonic()
        self._status = ""
        self._database_away = False

    def start(self) -> None:
        """Starts the workers, and tells systemd when all have had a turn."""
        # Beside the others, for it looks at every share, and one of them may hang.
        threading.Thread(target=_tell_faults, args=(self._context.settings,), daemon=True).start()
        for name in self._context.settings.jobs:
            self._start_worker(name)
        self._exports.start()
        self._serve()
        deadline = time.monotonic() + _READY_SECONDS
        for worker in self._workers.values():
            worker.first_turn.wait(max(0.0, deadline - time.monotonic()))
        self._tell_status([])
        notify.notify("READY=1")
        log.info("ready", jobs=list(self._workers))

    def _start_worker(self, name: str) -> None:
        with self._context.repository.read() as connection:
            state = control.states(connection).get(name)
        worker = JobWorker(self._context, name, self._arrivals, state)
        self._workers[name] = worker
        worker.start()

    def _export_worker(self) -> ExportWorker:
        return ExportWorker(lambda: self._context, self._busy)

    def _busy(self) -> bool:
        """Whether an update job runs; asked by other threads."""
        return any(worker.busy for worker in tuple(self._workers.values()))

    def _serve(self) -> None:
        """Serves HTTP; where that is not possible now, it is tried again."""
        self._serve_at = time.monotonic() + _SERVE_SECONDS
        try:
            made = server.Server(lambda: self._context, lambda: tuple(self._troubles.values()))
            made.start()
        except ConfigError as error:
            if "http" not in self._troubles:
                log.error("http_not_served", faults=error.faults)
            self._trouble("http", "; ".join(error.faults))
        else:
            self._server = made
            self._trouble("http", None)

    def _keep_serving(self) -> None:
        """Serves anew where the server died, or could not begin."""
        if self._server is not None and not self._server.alive:
            log.error("http_died")
            self._server.stop()
            self._server = None
        if self._server is None and time.monotonic() >= self._serve_at:
            self._serve()

    def _trouble(self, part: str, reason: str | None) -> None:
        """Notes what does not work and since when, or that it works again; the server reads it from its own thread."""
        known = self._troubles.get(part)
        since = known.since if known is not None else self._context.clock.now()
        troubles = {name: trouble for name, trouble in self._troubles.items() if name != part}
        if reason is not None:
            troubles[part] = Trouble(part, since, reason)
        self._troubles = troubles

    def _note_troubles(self, frozen: list[str]) -> None:
        """Brings the troubles up to date."""
        self._trouble("database", "the database cannot be used; see the service log" if self._database_away else None)
        self._trouble("exports", self._exports.trouble)
        known = {name.removeprefix("job ") for name in self._troubles if name.startswith("job ")}
        for name in known | self._workers.keys():
            worker = self._workers.get(name)
            reason = worker.told.reason if worker is not None and worker.told.state in _TROUBLED else None
            self._trouble(f"job {name}", "its worker is frozen" if name in frozen else reason)

    def supervise(self) -> None:
        """Turns until a signal says stop."""
        while True:
            for number in self._signals.wait(_TURN_SECONDS):
                if number != signal.SIGHUP:
                    notify.notify("STOPPING=1")
                    log.info("stopping", signal=signal.Signals(number).name)
                    return
                self._reload()
            self._turn()

    def _turn(self) -> None:
        """One turn of supervision."""
        try:
            self._read_database()
            self._database_away = False
        except Deferred as error:
            if not self._database_away:
                log.error("database_away", reason=str(error))
            self._database_away = True
        self._renew_events()
        self._tell_hung()
        self._renew_workers()
        self._keep_serving()
        frozen = self._frozen()
        self._note_troubles(frozen)
        if not frozen:
            notify.notify("WATCHDOG=1")
        self._tell_status(frozen)

    def _read_database(self) -> None:
        """Passes on what commands wrote: pauses, requests, IEs that moved between stages."""
        with self._context.repository.read() as connection:
            states = control.states(connection)
            requests = control.open_requests(connection)
            stages = control.count_of(connection, control.STAGES)
        for name, worker in self._workers.items():
            paused = name in states and states[name].paused
            forgotten = name in states and states[name].mount is None
            worker.set_paused(paused, forget_mount=forgotten)
            if stages != self._stages:
                worker.look_again()
        self._stages = stages
        unknown = []
        for key, name in requests:
            if name in self._workers:
                self._workers[name].ask(key)
            else:
                unknown.append(key)
        if unknown or time.monotonic() - self._renewed_at > LEASE_SECONDS / 3:
            with self._context.repository.write() as connection:
                self._lease.renew(connection)
                control.answer(connection, unknown, refusal="the running daemon does not know this job; reload it")
            self._renewed_at = time.monotonic()

    def _renew_events(self) -> None:
        """Begins inotify anew where its thread died; looks go on meanwhile."""
        if self._arrivals is not None and not self._arrivals.alive:
            log.error("events_died")
            self._arrivals = _arrivals()
            for worker in self._workers.values():
                worker.new_arrivals(self._arrivals)

    def _tell_hung(self) -> None:
        """Tells of workers whose share does not answer; they heal by themselves when it does."""
        for worker in self._workers.values():
            heartbeat = worker.session.heartbeat
            since = time.monotonic() - heartbeat.since
            if heartbeat.where == "share" and since > _HUNG_SECONDS and worker.told.state != "hung":
                folder = self._context.settings.jobs[worker.job_name].folder
                worker.seems_hung(f"{folder} has not answered for {since:.0f} seconds; see to its server or disk")

    def _renew_workers(self) -> None:
        """Starts workers again that should not have ended, and those that waited for their predecessor to end."""
        self._leaving = [worker for worker in self._leaving if worker.is_alive()]
        leaving = {worker.job_name for worker in self._leaving}
        for name in self._context.settings.jobs:
            worker = self._workers.get(name)
            if worker is None and name not in leaving:
                self._start_worker(name)
            elif worker is not None and not worker.is_alive():
                log.error("worker_died", job=name)
                self._start_worker(name)
        if not self._exports.is_alive():
            log.error("export_worker_died")
            self._exports = self._export_worker()
            self._exports.start()

    def _frozen(self) -> list[str]:
        """Workers that show no sign of life where no share can be to blame."""
        limit = max(_FROZEN_SECONDS, self._context.settings.repository.busy_seconds + _TURN_SECONDS)
        watchdog = notify.watchdog_seconds()
        if watchdog is not None:
            limit = min(limit, max(watchdog / 2, self._context.settings.repository.busy_seconds + _TURN_SECONDS))
        now = time.monotonic()
        heartbeats = {name: worker.session.heartbeat for name, worker in self._workers.items()} | {
            "exports": self._exports.heartbeat
        }
        return [
            name
            for name, heartbeat in heartbeats.items()
            if heartbeat.where == "work" and now - heartbeat.since > limit
        ]

    def _tell_status(self, frozen: list[str]) -> None:
        """One line for `systemctl status`."""
        troubled = [name for name, worker in self._workers.items() if worker.told.state in _TROUBLED]
        parts = [f"{len(self._workers)} jobs"]
        if troubled:
            parts.append(f"in trouble: {', '.join(troubled)}")
        parts += [f"{name} in trouble" for name in ("exports", "http") if name in self._troubles]
        if frozen:
            parts.append(f"frozen: {', '.join(frozen)}")
        if self._database_away:
            parts.append("database away")
        status = "; ".join(parts)
        if status != self._status:
            self._status = status
            notify.notify(f"STATUS={status}")
            if frozen:
                log.error("workers_frozen", jobs=frozen)

    def _reload(self) -> None:
        """Takes over new settings, if they have no fault; only the workers they concern are replaced."""
        notify.reloading()
        try:
            settings = config.load(self._path)
            _check(settings)
            self._check_reload(settings)
        except ConfigError as error:
            log.error("reload_refused", faults=error.faults)
        else:
            self._apply_settings(settings)
            log.info("reloaded", jobs=list(settings.jobs))
        notify.notify("READY=1")

    def _check_reload(self, new: Settings) -> None:
        """Some settings take effect at a start only."""
        old = self._context.settings
        changed = [
            f"{self._path}: {name}: changing it takes a restart"
            for name, before, after in (
                ("repository", old.repository, new.repository),
                ("logs.directory", old.logs.directory, new.logs.directory),
                ("http", old.http, new.http),
            )
            if before != after
        ]
        if changed:
            raise ConfigError(changed)

    def _apply_settings(self, new: Settings) -> None:
        old = self._context.settings
        self._context = Context(new, self._context.repository, self._context.clock)
        logs.configure_service_log(new.logs.level)
        for name in list(self._workers):
            if name not in new.jobs or _terms(old, name) != _terms(new, name):
                worker = self._workers.pop(name)
                worker.stop()
                self._leaving.append(worker)
        deadline = time.monotonic() + _STOP_SECONDS / 2
        for worker in self._leaving:
            worker.join(max(0.0, deadline - time.monotonic()))
        self._renew_workers()

    def shut_down(self) -> bool:
        """Stops the workers; whether all of them ended."""
        everyone = [*self._workers.values(), *self._leaving]
        for worker in everyone:
            worker.stop()
        self._exports.stop()
        deadline = time.monotonic() + _STOP_SECONDS
        for worker in everyone:
            # Whoever hangs on a share is not waited for once the others are done.
            hangs = worker.session.heartbeat.where == "share" and time.monotonic() - worker.session.heartbeat.since > 2
            worker.join(0 if hangs else max(0.0, deadline - time.monotonic()))
        if self._server is not None:
            self._server.stop()
        self._exports.join(max(0.0, deadline - time.monotonic()))
        if self._arrivals is not None:
            self._arrivals.stop()
        return not any(worker.is_alive() for worker in (*everyone, self._exports))


def _arrivals() -> Arrivals | None:
    """inotify, or nothing where the kernel gives no instance: sweeps alone then find what arrives."""
    try:
        return Arrivals()
    except OSError as error:
        log.error("no_events", reason=str(error))
        return None


def _tell_faults(settings: Settings) -> None:
    """Tells what is wrong with the drop folders; their workers find out too, and heal when it is put right."""
    for fault in setup.faults(settings):
        log.error("setup_fault", fault=fault)


def _terms(settings: Settings, name: str) -> tuple[object, ...]:
    """All that a job is worked on under; None where there is no such job."""
    job = settings.jobs.get(name)
    user = settings.users.get(job.user) if job else None
    return job, user, settings.source, settings.limits, settings.workers
