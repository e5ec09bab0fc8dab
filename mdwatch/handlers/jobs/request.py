"""An operator wants a job run, paused or resumed: the daemon is asked where one runs; else it is done here."""

from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import UsageError
from mdwatch.handlers.updates import run_once
from mdwatch.handlers.updates.session import Progress, Report
from mdwatch.model import RunStatus
from mdwatch.repository import control, journal
from mdwatch.runtime.context import Workplace
from mdwatch.runtime.lease import daemon_runs

log = structlog.get_logger()

_LOOK_SECONDS: Final = 0.1


def run(place: Workplace, name: str, progress: Progress | None = None) -> Report:
    """Runs a job, by the daemon where one runs on this host; raises what `update_job.run_job` does.

    `UsageError` also for a job that is paused.
    """
    place.job(name)
    with place.repository.read() as connection:
        state = control.states(connection).get(name)
    if state is not None and state.paused:
        raise UsageError(f"job {name} is paused; `mdwatch job resume {name}` first")
    if daemon_runs(place):
        report = _ask(place, name)
        if report is not None:
            return report
    return run_once.run_job(place, name, progress)


def _ask(place: Workplace, name: str) -> Report | None:
    """The report of the run the daemon made; None where the daemon ended before it made one."""
    with place.repository.write() as connection:
        key = control.ask_to_run(connection, name, place.clock.now())
    while True:
        place.clock.wait(_LOOK_SECONDS)
        with place.repository.read() as connection:
            run_id, refusal = control.answer_to(connection, key)
            if run_id is not None:
                return _report(connection, name, run_id)
        if refusal is not None:
            raise UsageError(refusal)
        if not daemon_runs(place):
            with place.repository.write() as connection:
                control.withdraw(connection, key)
            return None


def _report(connection: Connection, name: str, run_id: int) -> Report:
    made = next(run for run in journal.runs(connection, name, 50) if run.id == run_id)
    waiting, _ = journal.count_waiting(connection, name)
    counts = journal.counts(connection, run_id)
    return Report(run_id, made.ended_at or 0, name, RunStatus(made.status), made.reason, counts, waiting)


def pause(place: Workplace, name: str) -> str:
    """Lets no run of the job begin until it is resumed; a running daemon heeds it within a second."""
    place.job(name)
    with place.repository.write() as connection:
        control.tell(connection, name, paused=True)
    return f"job {name} is paused; files wait in its folder"


def resume(place: Workplace, name: str) -> str:
    """Lets the job run again, and forgets where its folder was mounted."""
    place.job(name)
    with place.repository.write() as connection:
        control.tell(connection, name, paused=False, mount=None)
    return f"job {name} is resumed"
