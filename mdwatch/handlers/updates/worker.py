"""A job is to be worked on as long as the daemon lives: one thread a job, so that trouble with one stays its own.

The thread sleeps by its bell, looks into the folder, runs the job when files are ready, its schedule says so or
somebody asks, and sleeps again. A fault of the world is told, and tried again after growing pauses; the folder is
opened anew each time, so that nothing keeps a share from being unmounted, and a share that comes back is found.
"""

from collections.abc import Callable
from typing import Final

import structlog

from mdwatch.dropfolder.claims import FolderClaims
from mdwatch.errors import RepositoryAway
from mdwatch.handlers.updates import remedies, run_once
from mdwatch.handlers.updates.job_errands import ErrandWork, JobErrands, nothing_asked
from mdwatch.handlers.updates.job_folder import JobFolder
from mdwatch.handlers.updates.job_runs import JobRuns
from mdwatch.handlers.updates.job_schedule import JobSchedule
from mdwatch.handlers.updates.run_queue import RunQueue
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.standing import Standing
from mdwatch.logs import JobLog
from mdwatch.repository import control
from mdwatch.rules import job_turns
from mdwatch.rules.codes import Code
from mdwatch.rules.job_states import Event
from mdwatch.rules.job_turns import Start, TurnWork
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.worker_loop import TurnFault, WorkerLoop
from mdwatch.watch.arrivals import Arrivals

log = structlog.get_logger()

_SHORTEST_NAP: Final = 0.02
BUSY_SECONDS: Final = 2.0  # between two looks whether another process still has the job; it may have it a moment only
_PAUSED: Final = "job {0} is paused; `mdwatch job resume {0}` first"


class JobWorker(WorkerLoop):
    """The thread of one job; `standing` is what it tells of itself.

    The supervisor calls `ask`, `set_paused`, `seems_hung` and `new_arrivals`, sets `errands.asked`, rings `bell` where
    something changed that waiting files may wait for, and reads `runs.busy`, `folder.failing_for`, `standing` and
    `heartbeat`; all else is the thread's own.
    """

    def __init__(
        self,
        context: Context,
        name: str,
        arrivals: Arrivals | None,
        kept: control.JobStatus | None,
        claims: FolderClaims | None = None,
        errands: ErrandWork = nothing_asked,
        updated: Callable[[], object] = lambda: None,
    ) -> None:
        """`errands` carries out what operators asked to be done with error files; `updated` is told that IEs were."""
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
        self.runs = JobRuns(self.session)
        self._schedule = JobSchedule(context, self._job, self.standing)
        self._requests = RunQueue(context)
        self.folder = JobFolder(
            context, self.session, self.standing, self.bell, arrivals, claims if claims is not None else FolderClaims()
        )
        self.errands = JobErrands(self.session, self.folder, errands)
        self._updated = updated
        self._said_forbidden = False
        # After a start or a fault, something may be left over though no file is ready.
        self._unchecked = True

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

    def new_arrivals(self, arrivals: Arrivals | None) -> None:
        """Another source of events, after the first one died or where there was none."""
        self.folder.watch.replace(arrivals)
        self.bell.ring()

    def close(self) -> None:
        """Lets the watch, the log and the folder go."""
        self.folder.close()
        self._job_log.close()

    def stumbled(self, fault: TurnFault, error: Exception, pause: float) -> float:
        """Tells of what kept a turn from its end; what it left is looked for when the next one can be made."""
        self._unchecked = True
        match fault:
            case TurnFault.BUSY:
                self.standing.say(Event.TAKEN, str(error))
                return min(self._job.sweep_seconds, BUSY_SECONDS)
            case TurnFault.CONFLICT:
                log.info("done_again", job=self.job_name, reason=str(error))
                return pause
            case TurnFault.PAUSED:
                self.set_paused(True, forget_mount=False)
                self.standing.say(Event.PAUSED)
                return min(self._job.sweep_seconds, BUSY_SECONDS)
            case TurnFault.WORLD:
                if not isinstance(error, RepositoryAway):
                    self.folder.fails()
                event, reason = Event.FAILED, remedies.reason(error, self._job.folder)
            case TurnFault.OURS:
                log.error("worker_fault", job=self.job_name, exc_info=error)
                event, reason = Event.FAILED_OURS, "mdwatch itself failed; see the service log"
        self.folder.forget()
        self.standing.say(event, reason)
        return pause

    def turn(self) -> float:
        """Does what was asked for with error files; then looks, and runs the job where there is reason to."""
        self.errands.carry_out(by_arrival=self._schedule.by_arrival)
        forbidden = run_once.why_abort(self._context, self.job_name)
        requests = self._requests.take()
        match job_turns.start(
            forbidden=forbidden is not None,
            said_so=self._said_forbidden,
            asked=bool(requests),
            paused=self.paused,
        ):
            case Start.REFUSE:
                self._requests.answer(requests, refusal=_PAUSED.format(self.job_name))
                self.standing.say(Event.PAUSED)
            case Start.ABORT:
                self._said_forbidden = True
                report = run_once.abort(self._context, self.job_name, self._job_log, forbidden or "")
                self._requests.answer(requests, run_id=report.run_id)
                self.standing.say(Event.FORBIDDEN, forbidden)
            case Start.STAY_ABORTED:
                self.standing.say(Event.FORBIDDEN, forbidden)
            case Start.LOOK:
                return self._look_and_work(requests)
        return self._job.sweep_seconds

    def _look_and_work(self, requests: list[int]) -> float:
        ticked, next_tick = self._schedule.due()
        with self.folder.open() as folder:
            self.session.open(folder)
            split = self.folder.look(folder)
            work = job_turns.work(
                by_arrival=self._schedule.by_arrival,
                ready=bool(split.ready),
                asked=bool(requests or self.errands.want_run),
                ticked=ticked,
                left_over=self._unchecked and self.session.left_over(),
            )
            if work is not TurnWork.NOTHING:
                report = self.runs.make(split, drain=work is TurnWork.DRAIN)
                if report is not None:
                    if Code.UPDATED.value in report.counts:
                        self._updated()
                    self._requests.answer(requests, run_id=report.run_id)
                    self.errands.note_run(report.run_id)
            stuck = self.folder.stuck(folder)
        self._unchecked = False
        self.folder.works()
        if ticked:
            self._schedule.kept()
        if stuck is not None:
            self.standing.say(Event.FILES_LEFT, stuck)
        else:
            self.standing.say(Event.WENT_WELL, self.folder.watch.fault)
        patience = self.session.patience.next_look(self._context.clock.monotonic())
        return max(min(patience, self._job.sweep_seconds, next_tick), _SHORTEST_NAP)
