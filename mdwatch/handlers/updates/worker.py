"""A job is to be worked on as long as the daemon lives: one thread a job, so that trouble with one stays its own.

The thread sleeps by its bell, looks into the folder, runs the job when files are ready, its schedule says so or
somebody asks, and sleeps again. A fault of the world is told, and tried again after growing pauses; the folder is
opened anew each time, so that nothing keeps a share from being unmounted, and a share that comes back is found.
"""

from math import inf
from typing import Final

import structlog

from mdwatch.dropfolder.claims import FolderClaims
from mdwatch.dropfolder.folder import DropFolder, identity_of
from mdwatch.errors import Deferred, JobBusy, JobPaused
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import remedies, run_once, share
from mdwatch.handlers.updates.folder_watch import FolderWatch
from mdwatch.handlers.updates.reports import Report, silent
from mdwatch.handlers.updates.run import Run, Stopped
from mdwatch.handlers.updates.run_queue import RunQueue
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.standing import Standing
from mdwatch.logs import JobLog
from mdwatch.repository import control, journal
from mdwatch.rules import job_turns, moments
from mdwatch.rules.codes import Code, Trouble
from mdwatch.rules.job_states import Event
from mdwatch.rules.job_turns import Start, Work
from mdwatch.rules.settling import Split
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.worker_loop import Fault, WorkerLoop
from mdwatch.watch import schedule
from mdwatch.watch.arrivals import Arrivals

log = structlog.get_logger()

FULL_LOOK_SECONDS: Final = 300  # how often even files known to wait are looked at
_BETWEEN_RUNS: Final = 0.2
_SHORTEST_NAP: Final = 0.02
_NAMED: Final = 3
_PAUSED: Final = "job {0} is paused; `mdwatch job resume {0}` first"


class JobWorker(WorkerLoop):
    """The thread of one job; `standing` is what it tells of itself.

    The supervisor calls `ask`, `set_paused`, `look_again`, `seems_hung` and `new_arrivals`, and reads `busy`,
    `standing` and `heartbeat`; all else belongs to the thread itself.
    """

    def __init__(
        self,
        context: Context,
        name: str,
        arrivals: Arrivals | None,
        kept: control.JobState | None,
        claims: FolderClaims | None = None,
    ) -> None:
        super().__init__(f"job {name}", Heartbeat())
        self.job_name = name
        self._context = context
        self._job = context.job(name)
        self._job_log = JobLog(context.settings.logs.directory, name)
        grace = self._job.truncated_grace
        self.session = Session(context, name, self._job_log, grace_seconds=grace, stopping=self.ending.is_set)
        self.heartbeat = self.session.heartbeat
        self.standing = Standing(context, name, kept)
        self.paused = self.standing.kept.paused
        self._requests = RunQueue()
        self._watch = FolderWatch(name, self._job, arrivals, self._finished, self._made)
        self._claims = claims or FolderClaims()
        self._running, self._ran_at, self._full_at = False, -inf, -inf
        self._said_forbidden = False
        # After a start or a fault, something may be left over though no file is ready.
        self._unchecked = True

    @property
    def busy(self) -> bool:
        """Whether a run is going on, or was a moment ago: while files keep coming, one follows the other."""
        return self._running or self._context.clock.monotonic() - self._ran_at < _BETWEEN_RUNS

    def ask(self, request: int) -> None:
        """Passes a request to run the job on."""
        if self._requests.add(request):
            self.bell.ring()

    def seems_hung(self, reason: str) -> None:
        """Tells, for a thread that cannot, that its share does not answer."""
        self.standing.say(Event.SILENT, reason)

    def set_paused(self, paused: bool, *, forget_mount: bool) -> None:
        """Takes over what `job pause` and `job resume` wrote; the latter also forgets where the folder was mounted."""
        if forget_mount and self.standing.forget_mount():
            self.bell.ring()
        if paused != self.paused:
            self.paused = paused
            log.info("job_paused" if paused else "job_resumed", job=self.job_name)
            self.bell.ring()

    def look_again(self) -> None:
        """Something changed that waiting files may wait for."""
        self.bell.ring()

    def new_arrivals(self, arrivals: Arrivals | None) -> None:
        """Another source of events, after the first one died or where there was none."""
        self._watch.replace(arrivals)
        self.bell.ring()

    def close(self) -> None:
        """Lets the watch, the log and the folder go."""
        self._watch.end()
        self._job_log.close()
        self._claims.release(self.job_name)

    def stumbled(self, fault: Fault, error: Exception, pause: float) -> float:
        """Tells of what kept a turn from its end; what it left is looked for when the next one can be made."""
        self._unchecked = True
        match fault:
            case Fault.BUSY:
                self.standing.say(Event.TAKEN, str(error))
                return self._job.sweep_seconds
            case Fault.PAUSED:
                self.set_paused(True, forget_mount=False)
                self.standing.say(Event.PAUSED)
                return self._job.sweep_seconds
            case Fault.WORLD:
                event, reason = Event.FAILED, remedies.reason(error) if isinstance(error, OSError) else str(error)
            case Fault.OURS:
                log.error("worker_fault", job=self.job_name, exc_info=error)
                event, reason = Event.FAILED_OURS, f"mdwatch failed ({type(error).__name__}); see the service log"
        self._full_at = -inf
        self._watch.end()
        self.standing.say(event, reason)
        return pause

    def turn(self) -> float:
        """Looks, and runs the job where there is reason to."""
        forbidden = run_once.why_abort(self._context, self.job_name)
        requests = self._requests.take()
        match job_turns.start(
            forbidden=forbidden is not None,
            said_so=self._said_forbidden,
            asked=bool(requests),
            paused=self.paused,
        ):
            case Start.REFUSE:
                self._answer(requests, refusal=_PAUSED.format(self.job_name))
                self.standing.say(Event.PAUSED)
            case Start.ABORT:
                self._said_forbidden = True
                report = run_once.abort(self._context, self.job_name, self._job_log, forbidden or "")
                self._answer(requests, run_id=report.run_id)
                self.standing.say(Event.FORBIDDEN, forbidden)
            case Start.STAY_ABORTED:
                self.standing.say(Event.FORBIDDEN, forbidden)
            case Start.LOOK:
                return self._look_and_work(requests)
        return self._job.sweep_seconds

    def _look_and_work(self, requests: list[int]) -> float:
        ticked, next_tick = self._tick()
        with self._opened() as folder:
            self.session.open(folder)
            split = self._look(folder)
            work = job_turns.work(
                by_arrival=self._job.schedule == "watch",
                ready=bool(split.ready),
                asked=bool(requests),
                ticked=ticked,
                left_over=self._unchecked and self.session.left_over(),
            )
            if work is not Work.NOTHING:
                self._run(split, requests, drain=work is Work.DRAIN)
            stuck = self._stuck(folder)
        self._unchecked = False
        if ticked:
            self.standing.keep(last_tick=self._context.clock.now())
        if stuck is not None:
            self.standing.say(Event.FILES_LEFT, stuck)
        else:
            self.standing.say(Event.WENT_WELL, self._watch.fault)
        patience = self.session.patience.next_look(self._context.clock.monotonic())
        return max(min(patience, self._job.sweep_seconds, next_tick), _SHORTEST_NAP)

    def _opened(self) -> DropFolder:
        """The folder, if it is the one that was there before: an unmounted share only looks empty."""
        self.heartbeat.at("share")
        try:
            folder, mount = share.opened(self._context, self.job_name, self.standing.kept.mount)
            other = self._claims.claim(self.job_name, folder.device_and_inode())
        finally:
            self.heartbeat.at("work")
        if other is not None:
            folder.close()
            raise Deferred(
                f"{self._job.folder} is the folder of the job {other} under another name; give each job a folder of "
                "its own"
            )
        if self.standing.kept.mount != mount:
            self.standing.keep(mount=mount)
        return folder

    def _look(self, folder: DropFolder) -> Split:
        """One look, after the watch is in place, so that nothing arrives unseen between the two."""
        self.heartbeat.at("share")
        now = self._context.clock.monotonic()
        self._watch.ensure(folder, now)
        self.heartbeat.at("work")
        full = now - self._full_at >= FULL_LOOK_SECONDS
        with metrics.sweep(self.job_name):
            split = self.session.look(full=full)
        if full:
            self._full_at = now
        metrics.seen(self.job_name, split, self.session.in_sip())
        return split

    def _run(self, split: Split, requests: list[int], *, drain: bool) -> None:
        """Runs the job: for the ready files, or for all that are there and settle in time."""
        self._running = True
        with metrics.run(self.job_name):
            try:
                report = run_once.drain(self.session, silent) if drain else self._take_all(split)
            except (OSError, Deferred) as error:
                if isinstance(error, Stopped | JobBusy | JobPaused):
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

    def _stuck(self, folder: DropFolder) -> str | None:
        """Which files there are that cannot be taken, and why the first cannot; None where there are none."""
        with self._context.repository.read() as connection:
            waiting = journal.waiting_but(connection, self.job_name, Code.IN_SIP.value)
        self.heartbeat.at("share")
        left = [
            item for item in waiting if item.code != Trouble.UNSETTLED.value and folder.sighting(item.name) is not None
        ]
        self.heartbeat.at("work")
        if not left:
            return None
        names = ", ".join(escape(item.name) for item in left[:_NAMED])
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        return f"files that cannot be taken: {names}{more}; of the first: {left[0].reason}"

    def _tick(self) -> tuple[bool, float]:
        """Whether a moment of the schedule has come, also one that was missed; and seconds to the next."""
        if self._job.schedule in {"watch", "manual"}:
            return False, inf
        now = self._context.clock.now()
        if moments.believed(self.standing.kept.last_tick, now) is None:
            # None yet, or one of a clock that was far ahead: from now on.
            self.standing.keep(last_tick=now)
        return schedule.due(self._job.schedule, self.standing.kept.last_tick, now)

    def _finished(self, name: str) -> None:
        """A file was closed after writing, or moved in: its state vouches for it. Called by another thread."""
        identity = identity_of(self._job.folder / name)
        if identity is not None:
            self.session.patience.vouch(name, identity)
        self.bell.ring()

    def _made(self) -> None:
        self.bell.ring(within=max(self._job.settle_seconds, 0.1))

    def _answer(self, requests: list[int], *, run_id: int | None = None, refusal: str | None = None) -> None:
        if requests:
            with self._context.repository.write() as connection:
                control.answer(connection, requests, run_id=run_id, refusal=refusal)
            self._requests.answered(requests)
