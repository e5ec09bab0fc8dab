"""A job is to be worked on as long as the daemon lives: one thread a job, so that trouble with one stays its own.

The thread sleeps by its bell, looks into the folder, runs the job when files are ready, its schedule says so or
somebody asks, and sleeps again. A fault of the world is told, and tried again after growing pauses; the folder is
opened anew each time, so that nothing keeps a share from being unmounted, and a share that comes back is found.
"""

import threading
from dataclasses import replace
from math import inf
from typing import Final

import structlog

from mdwatch.dropfolder import mounts
from mdwatch.dropfolder.folder import DropFolder, identity_of
from mdwatch.errors import Deferred, JobBusy
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import remedies, run_once, share
from mdwatch.handlers.updates.reports import Report, silent
from mdwatch.handlers.updates.run import Run, Stopped
from mdwatch.handlers.updates.session import Session
from mdwatch.logs import JobLog
from mdwatch.repository import control
from mdwatch.repository.control import JobState
from mdwatch.rules.settling import Split
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.watch import schedule
from mdwatch.watch.arrivals import Arrivals, Watch
from mdwatch.watch.bell import Bell

log = structlog.get_logger()

FULL_LOOK_SECONDS: Final = 300  # how often even files known to wait are looked at
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0
_BETWEEN_RUNS: Final = 0.2


class JobWorker(threading.Thread):
    """The thread of one job. `pulse` tells where it is; `told` what it last said of itself."""

    def __init__(self, context: Context, name: str, arrivals: Arrivals | None, state: JobState | None) -> None:
        super().__init__(name=f"job {name}", daemon=True)
        self.job_name = name
        self.bell = Bell()
        self.looked_at = 0.0  # monotonic, of the last good look
        self.told = state or JobState(job=name)
        self.paused = self.told.paused
        self._running = False
        self._ran_at = -inf
        self._context = context
        self._job = context.job(name)
        self._arrivals = arrivals
        self._watch: Watch | None = None
        self._watched = (0, 0)
        self._ending = threading.Event()
        self._requests: list[int] = []
        # Requests that the turn is about, and the last one answered: the database shows them as open for a while yet.
        self._in_hand: list[int] = []
        self._answered = 0
        self._lock = threading.Lock()
        self._job_log = JobLog(context.settings.logs.directory, name)
        self.session = self._new_session()
        self._full_at = -inf
        self._faults = 0
        self._aborted = False
        # After a start or a fault, something may be left over though no file is ready.
        self._unchecked = True
        self.first_turn = threading.Event()

    def _new_session(self) -> Session:
        grace = self._job.truncated_grace
        return Session(self._context, self.job_name, self._job_log, grace_seconds=grace, stopping=self._ending.is_set)

    @property
    def busy(self) -> bool:
        """Whether a run is going on, or was a moment ago: while files keep coming, one follows the other."""
        return self._running or self._context.clock.monotonic() - self._ran_at < _BETWEEN_RUNS

    def stop(self) -> None:
        """Asks the thread to end after the group in hand."""
        self._ending.set()
        self.bell.ring()

    def ask(self, request: int) -> None:
        """Passes a request to run the job on."""
        with self._lock:
            if request <= self._answered or request in self._requests or request in self._in_hand:
                return
            self._requests.append(request)
        self.bell.ring()

    def seems_hung(self, reason: str) -> None:
        """Tells, for a thread that cannot, that its share does not answer. Called by the supervising thread."""
        self._say("hung", reason)

    def set_paused(self, paused: bool, *, forget_mount: bool) -> None:
        """Takes over what `job pause` and `job resume` wrote; the latter also forgets where the folder was mounted."""
        if forget_mount and self.told.mount is not None:
            self.told = replace(self.told, mount=None)
            self.bell.ring()
        if paused != self.paused:
            self.paused = paused
            log.info("job_paused" if paused else "job_resumed", job=self.job_name)
            self.bell.ring()

    def look_again(self) -> None:
        """Something changed that waiting files may wait for."""
        self.bell.ring()

    def run(self) -> None:
        """Works until it is stopped; no fault ends it."""
        while not self._ending.is_set():
            pause = self._once()
            with self._lock:
                self._in_hand = []
            self.first_turn.set()
            self.session.heartbeat.at("idle")
            if not self._ending.is_set():
                self.bell.wait(pause)
            self.session.heartbeat.at("work")
        if self._watch is not None:
            self._watch.end()
        self._job_log.close()

    def _once(self) -> float:
        """One turn; for how many seconds to sleep after it."""
        try:
            pause = self._turn()
        except Stopped:
            return 0.0
        except JobBusy as busy:
            self._say("busy", str(busy))
            return self._job.sweep_seconds
        except (OSError, Deferred) as error:
            return self._in_trouble("trouble", remedies.reason(error))
        except Exception as error:
            log.exception("worker_fault", job=self.job_name)
            return self._in_trouble("fault", f"mdwatch failed ({type(error).__name__}); see the service log")
        self._faults = 0
        return pause

    def _in_trouble(self, state: str, reason: str) -> float:
        """Tells of a fault; the pause before the next try, growing with each in a row."""
        self._faults += 1
        self._unchecked = True
        self._full_at = -inf
        self._end_watch()
        self._say(state, reason)
        return float(min(_FIRST_PAUSE * 2 ** (self._faults - 1), _LONGEST_PAUSE))

    def _turn(self) -> float:
        """Looks, and runs the job where there is reason to."""
        reason = run_once.why_abort(self._context, self.job_name)
        with self._lock:
            # Those of a turn that failed are asked again by whoever reads the database.
            requests, self._requests = self._requests, []
            self._in_hand = requests
        if reason is not None:
            return self._abort(reason, requests)
        if self.paused:
            self._refuse(requests, f"job {self.job_name} is paused; `mdwatch job resume {self.job_name}` first")
            self._say("paused", None)
            return self._job.sweep_seconds
        ticked, next_tick = self._tick()
        with self._opened() as folder:
            self.session.open(folder)
            split = self._look(folder)
            by_arrival = self._job.schedule == "watch" and bool(split.ready)
            # A run that was cut short goes on with all files that are there, as it would have done.
            left_over = self._unchecked and self.session.left_over()
            if by_arrival or requests or ticked or left_over:
                self._run(split, requests, drain=bool(requests) or ticked or left_over)
        self._unchecked = False
        if ticked:
            self._keep_tick()
        self._say("idle", None)
        nap = min(self.session.patience.next_look(self._context.clock.monotonic()), self._job.sweep_seconds, next_tick)
        return max(nap, 0.02)

    def _opened(self) -> DropFolder:
        """The folder, if it is the one that was there before: an unmounted share only looks empty."""
        self.session.heartbeat.at("share")
        try:
            folder, mount = share.opened(self._context, self.job_name, self.told.mount)
        finally:
            self.session.heartbeat.at("work")
        if self.told.mount != mount:
            self._tell(mount=mount)
        return folder

    def _look(self, folder: DropFolder) -> Split:
        """One look, after the watch is in place, so that nothing arrives unseen between the two."""
        self.session.heartbeat.at("share")
        self._ensure_watch(folder)
        self.session.heartbeat.at("work")
        now = self._context.clock.monotonic()
        full = now - self._full_at >= FULL_LOOK_SECONDS
        with metrics.sweep(self.job_name):
            split = self.session.look(full=full)
        if full:
            self._full_at = now
        self.looked_at = self._context.clock.monotonic()
        metrics.seen(self.job_name, split, self.session.in_sip())
        return split

    def _run(self, split: Split, requests: list[int], *, drain: bool) -> None:
        """Runs the job: for the ready files, or for all that are there and settle in time."""
        self._running = True
        with metrics.run(self.job_name):
            try:
                report = run_once.drain(self.session, silent) if drain else self._take_all(split)
            except (OSError, Deferred) as error:
                if isinstance(error, Stopped | JobBusy):
                    raise
                raise run_once.interrupted(self.job_name, error) from error
            finally:
                self._running, self._ran_at = False, self._context.clock.monotonic()
        if report is not None:
            self._answer(requests, run_id=report.run_id)

    def _take_all(self, split: Split) -> Report | None:
        """Takes what is ready, and what becomes ready meanwhile, until nothing is."""
        with Run(self.session) as run:
            while split.ready:
                run.take(split.ready, silent)
                split = self.session.look(full=False)
            return run.end(tell_of_nothing=False)

    def _abort(self, reason: str, requests: list[int]) -> float:
        """The job may not run (rule 0): its log says so once, and whenever somebody asks."""
        if not self._aborted or requests:
            self._aborted = True
            report = run_once.abort(self._context, self.job_name, self._job_log, reason)
            self._answer(requests, run_id=report.run_id)
        self._say("aborted", reason)
        return self._job.sweep_seconds

    def _tick(self) -> tuple[bool, float]:
        """Whether a moment of the schedule has come, also one that was missed; and seconds to the next."""
        if self._job.schedule in {"watch", "manual"}:
            return False, inf
        if self.told.last_tick is None:
            self._keep_tick()
        zone = schedule.local_zone()
        return schedule.due(self._job.schedule, self.told.last_tick, self._context.clock.now(), zone)

    def _keep_tick(self) -> None:
        self._tell(last_tick=self._context.clock.now())

    def _ensure_watch(self, folder: DropFolder) -> None:
        """The watch on this very folder, begun anew where it died or the folder is another one now."""
        if self._arrivals is None or self._job.watch == "sweep":
            return
        if self._job.watch == "auto" and mounts.is_network(self._job.folder):
            return
        there = folder.device_and_inode()
        if self._watch is not None and self._watch.alive and self._watched == there:
            return
        self._end_watch()
        try:
            self._watch = self._arrivals.watch(self._job.folder, self._finished, self._made)
        except OSError as error:
            log.warning(
                "folder_not_watched", job=self.job_name, reason=str(error), sweeps_every=self._job.sweep_seconds
            )
        self._watched = there

    def _end_watch(self) -> None:
        if self._watch is not None:
            self._watch.end()
            self._watch = None

    def new_arrivals(self, arrivals: Arrivals | None) -> None:
        """Another source of events, after the first one died."""
        self._arrivals, self._watch = arrivals, None
        self.bell.ring()

    def _finished(self, name: str) -> None:
        """A file was closed after writing, or moved in: its state vouches for it. Called by another thread."""
        identity = identity_of(self._job.folder / name)
        if identity is not None:
            self.session.patience.vouch(name, identity)
        self.bell.ring()

    def _made(self) -> None:
        self.bell.ring(within=max(self._job.settle_seconds, 0.1))

    def _refuse(self, requests: list[int], refusal: str) -> None:
        self._answer(requests, refusal=refusal)

    def _answer(self, requests: list[int], *, run_id: int | None = None, refusal: str | None = None) -> None:
        if requests:
            with self._context.repository.write() as connection:
                control.answer(connection, requests, run_id=run_id, refusal=refusal)
            with self._lock:
                self._answered = max(*requests, self._answered)

    def _say(self, state: str, reason: str | None) -> None:
        """Tells how the job stands, where it is other than before."""
        if (state, reason) == (self.told.state, self.told.reason):
            return
        if state in _TROUBLES:
            log.error("job_in_trouble", job=self.job_name, reason=escape(reason or ""))
        elif self.told.state in _TROUBLES:
            log.info("job_healed", job=self.job_name)
        metrics.IN_TROUBLE.labels(self.job_name).set(state in _TROUBLES)
        self._tell(state=state, reason=reason, since=self._context.clock.now())

    def _tell(self, **values: object) -> None:
        self.told = replace(self.told, **values)  # type: ignore[arg-type]
        try:
            with self._context.repository.write() as connection:
                control.tell(connection, self.job_name, **values)
        except Deferred as error:
            log.warning("state_not_told", job=self.job_name, reason=str(error))


_TROUBLES: Final = {"trouble", "fault", "hung"}
