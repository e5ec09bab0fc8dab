"""An operator who cannot wait asks the daemon to run a job, and looks later what came of it."""

from dataclasses import dataclass
from enum import Enum

from mdwatch.errors import UsageError
from mdwatch.repository import control, journal
from mdwatch.runtime.context import Context


class RequestState(Enum):
    """Where a request to run a job stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A request to run a job: `run` is the run made for it, once that has ended; `reason` says why there is none."""

    id: int
    job: str
    state: RequestState
    run: int | None
    reason: str | None


def ask(context: Context, job: str) -> int:
    """Asks the daemon to run a job now; the key of the request. Raises `UsageError` for a job that is paused."""
    context.job(job)
    with context.repository.write() as connection:
        state = control.states(connection).get(job)
        if state is not None and state.paused:
            raise UsageError(f"job {job} is paused; resume it first")
        return control.ask_to_run(connection, job, context.clock.now())


def look(context: Context, key: int) -> RunRequest:
    """What came of a request so far; raises `UsageError` where there is none of this key."""
    with context.repository.read() as connection:
        job = journal.job_of_request(connection, key)
        if job is None:
            raise UsageError(f"there is no request {key}")
        run, refusal = control.answer_to(connection, key)
    state = RequestState.REFUSED if refusal is not None else RequestState.OPEN if run is None else RequestState.DONE
    return RunRequest(key, job, state, run, refusal)
