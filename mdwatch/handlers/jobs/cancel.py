"""Somebody wants the run of a job to end: it takes no further file, and its status is Aborted, with who wanted it.

Whoever makes the run sees it with the next group of files, and ends it. Where nobody makes it, for it was cut short, it
is ended here; the lines that its log is short of come with the next start, as after any crash.
"""

from typing import Final

from sqlalchemy import Connection

from mdwatch.errors import JobBusy
from mdwatch.handlers.updates.reports import end_cancelled, tell_end
from mdwatch.repository import leases, run_entries
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.run_entries import RunEntry
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import holding_apart
from mdwatch.runtime.lease_names import job_name

_LOOK_SECONDS: Final = 0.1
_WAIT_SECONDS: Final = 10.0  # for as long a group in hand is waited for


def cancel(context: Context, name: str) -> str:
    """Cancels the run of a job; what came of it. Raises `UsageError` for an unknown job.

    From the moment this returns the run decides on no further file. The files of the group in hand are still put away;
    that is waited for, a while at most.
    """
    watches = context.job(name).schedule == "watch"
    run = _write(context, name)
    if run is None:
        return f"no run of job {name} is going on"
    deadline = context.clock.monotonic() + _WAIT_SECONDS
    while not _ended(context, run):
        if context.clock.monotonic() > deadline:
            return f"run {run.id} of job {name} is cancelled; what it has in hand is still being put away"
        context.clock.wait(_LOOK_SECONDS)
    paused = f"; the job is paused, `mdwatch job resume {name}` lets it go on with the files that are left"
    return f"run {run.id} of job {name} is cancelled{paused if watches else ''}"


@repeated
def _write(context: Context, name: str) -> RunEntry | None:
    """Notes who cancels the run that is open, if there is one."""
    with context.repository.write() as connection:
        # First, so that a group that is being decided is decided before, or not at all.
        leases.touch(connection, job_name(name))
        run = _open(connection, name)
        news = run is not None and run_entries.cancel(connection, run.id, context.actor.name)
        outcome = Outcome.DONE if news else Outcome.NOTHING
        record_act(connection, context, Act.JOB_CANCEL, name, outcome=outcome, run=None if run is None else run.id)
    return run


def _open(connection: Connection, name: str) -> RunEntry | None:
    return next((run for run in reversed(run_entries.open_runs(connection, name)) if run.status is None), None)


@repeated
def _ended(context: Context, run: RunEntry) -> bool:
    """Whether the run has ended; one that nobody makes is ended now."""
    with context.repository.read() as connection:
        found = run_entries.run_of(connection, run.id)
    if found is None or found.status is not None:
        return True
    try:
        with holding_apart(context, job_name(run.job)), context.repository.write() as connection:
            if _open(connection, run.job) is None:
                return True
            report = end_cancelled(connection, context, run, context.actor.name, None)
    except JobBusy:
        return False
    tell_end(report)
    return True
