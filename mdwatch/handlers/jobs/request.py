"""An operator wants a job run, paused or resumed: the daemon is asked where one runs; else it is done here.

Who cannot wait asks for a run, and looks later what came of the request.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import ConfigError, UsageError
from mdwatch.handlers.jobs import setup
from mdwatch.handlers.updates import run_once
from mdwatch.handlers.updates.reports import Progress, Report
from mdwatch.model import RunStatus
from mdwatch.repository import control, leases, run_entries, waiting_list
from mdwatch.repository.database_faults import repeated
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime import identity
from mdwatch.runtime.acting import acting, record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease_holders import daemon_runs, held
from mdwatch.runtime.lease_names import job_name

if TYPE_CHECKING:
    from mdwatch.shapes.jobs import RunRequestShape

log = structlog.get_logger()

# What somebody waits for, and since when that is so (milliseconds) where it is known.
Waits = Callable[[str, int | None], None]

_LOOK_SECONDS: Final = 0.1
_SILENT_SECONDS: Final = 1.5  # for which nobody need be told what is waited for
_PAUSE_SECONDS: Final = 10.0  # for as long a group in hand is waited for
_TRIES: Final = 5


def run(
    context: Context,
    name: str,
    progress: Progress | None = None,
    waits: Waits = lambda _what, _since: None,
    tell: Callable[[str], object] = lambda _: None,
) -> Report:
    """Runs a job, by the daemon where one runs on this host; raises what `update_job.run_job` does.

    `waits` is told what a run by the daemon waits for, once for each such thing; `tell` what becomes of it where the
    wait is interrupted.
    `UsageError` also for a job that is paused, `ConfigError` where another job has its folder under another name.
    """
    context.job(name)
    with context.repository.read() as connection:
        paused = control.is_paused(connection, name)
    if paused:
        _record_run(context, name, refusal=f"job {name} is paused; `mdwatch job resume {name}` first")
    if daemon_runs(context):
        try:
            report = _run_by_daemon(context, name, waits)
        except KeyboardInterrupt:
            tell(f"\nThe daemon makes the run all the same; `mdwatch job cancel {name}` ends it once it is begun")
            raise
        if report is not None:
            return report
    shared = setup.shared_folders(context.settings, of=name)
    if shared:
        raise ConfigError(shared)
    # The run is this process's own work, of many transactions; that it was asked for is told before it.
    _record_run(context, name)
    return run_once.run_job(context, name, progress)


@repeated
def _record_run(context: Context, name: str, *, refusal: str = "") -> None:
    with acting(context, Act.JOB_RUN, name):
        if refusal:
            raise UsageError(refusal)


@repeated
def _ask_daemon(context: Context, name: str) -> int:
    with acting(context, Act.JOB_RUN, name) as act:
        return control.ask_to_run(act.connection, name, context.clock.now())


def _run_by_daemon(context: Context, name: str, waits: Waits) -> Report | None:
    """The report of the run the daemon made; None where the daemon ended before it made one."""
    key = _ask_daemon(context, name)
    silent_until = context.clock.monotonic() + _SILENT_SECONDS
    told = None
    while True:
        context.clock.wait(_LOOK_SECONDS)
        with context.repository.read() as connection:
            run_id, refusal = control.answer_to(connection, key)
            if run_id is not None:
                return _report(connection, name, run_id)
            waiting = _waits_for(connection, name) if context.clock.monotonic() > silent_until else told
        if waiting is not None and waiting != told:
            waits(*waiting)
        told = waiting
        if refusal is not None:
            raise UsageError(refusal)
        if not daemon_runs(context):
            context.repository.carry_out(lambda connection: control.withdraw(connection, key))
            return None


def _waits_for(connection: Connection, name: str) -> tuple[str, int | None]:
    """What a request to the daemon waits for: a run in hand, the end of a trouble, or the worker of the job."""
    run = next((run for run in run_entries.open_runs(connection, name) if run.status is None), None)
    found = leases.holder(connection, job_name(name))
    if run is not None and found is not None and found[0]:
        return f"job {name}: run {run.id} goes on in process {identity.shown(found[0])}", run.started_at
    state = control.states(connection).get(name)
    if state is not None and state.reason:
        return f"job {name} waits: {state.reason}", state.since or None
    return f"job {name} waits for the daemon to begin its run", None


def _report(connection: Connection, name: str, run_id: int) -> Report:
    made = next(run for run in run_entries.runs(connection, name, 50) if run.id == run_id)
    waiting, _ = waiting_list.count_waiting(connection, name)
    counts = run_entries.counts(connection, run_id)
    return Report(run_id, made.ended_at or 0, name, RunStatus(made.status), made.reason, counts, waiting)


@repeated
def ask(context: Context, name: str) -> int:
    """Asks the daemon to run a job now; the key of the request. Raises `UsageError` for a job that is paused."""
    context.job(name)
    with acting(context, Act.JOB_RUN, name) as act:
        if control.is_paused(act.connection, name):
            raise UsageError(f"job {name} is paused; resume it first")
        return control.ask_to_run(act.connection, name, context.clock.now())


def look(context: Context, key: int) -> "RunRequestShape":
    """What came of a request so far; raises `UsageError` where there is none of this key."""
    # Only who answers over HTTP asks this: a command that runs a job is quicker to start without the shapes.
    from mdwatch.shapes.jobs import RunRequestShape  # noqa: PLC0415

    with context.repository.read() as connection:
        job = run_entries.job_of_request(connection, key)
        if job is None:
            raise UsageError(f"there is no request {key}")
        run_id, refusal = control.answer_to(connection, key)
    if refusal is not None:
        return RunRequestShape(id=key, job=job, state="refused", run=run_id, reason=refusal)
    return RunRequestShape(id=key, job=job, state="open" if run_id is None else "done", run=run_id, reason=None)


def wait(context: Context, key: int, seconds: float) -> "RunRequestShape":
    """The same, when there is an answer, or so many seconds have passed; at once where no daemon runs to answer."""
    deadline = context.clock.monotonic() + seconds
    found = look(context, key)
    while found.state == "open" and context.clock.monotonic() < deadline and daemon_runs(context):
        context.clock.wait(_LOOK_SECONDS)
        found = look(context, key)
    return found


def pause(context: Context, name: str) -> str:
    """Lets no run of the job begin, and none in hand take another file, until it is resumed.

    That holds from the moment this returns. The files of the group in hand are still put away; that is waited for, a
    while at most.
    """
    context.job(name)
    _write_pause(context, name)
    deadline = context.clock.monotonic() + _PAUSE_SECONDS
    while _in_hand(context, name):
        if context.clock.monotonic() > deadline:
            return f"job {name} is paused; what its run has in hand is still being put away"
        context.clock.wait(_LOOK_SECONDS)
    return f"job {name} is paused; files wait in its folder"


@repeated
def _write_pause(context: Context, name: str) -> None:
    with context.repository.write() as connection:
        # First, so that a group that is being decided is decided before the pause, or not at all.
        leases.touch(connection, job_name(name))
        already = control.is_paused(connection, name)
        control.tell(connection, name, paused=True)
        outcome = Outcome.NOTHING if already else Outcome.DONE
        record_act(connection, context, Act.JOB_PAUSE, name, outcome=outcome)


def _in_hand(context: Context, name: str) -> bool:
    """Whether a run goes on that has not come upon the pause yet: it has the job until it is through with its group."""
    return held(context, job_name(name))


@repeated
def resume(context: Context, name: str) -> str:
    """Lets the job run again, and forgets where its folder was mounted."""
    context.job(name)
    with acting(context, Act.JOB_RESUME, name) as act:
        if not control.is_paused(act.connection, name):
            act.outcome = Outcome.NOTHING
        control.tell(act.connection, name, paused=False, mount=None)
    return f"job {name} is resumed"
