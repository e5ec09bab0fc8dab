"""What keeps a file in the drop folder besides what was noted of it: the job, the daemon, or other files."""

from collections.abc import Iterator
from typing import Final

from mdwatch.dropfolder.listing import Look
from mdwatch.model import Sighting
from mdwatch.repository import control, interventions, waiting_list
from mdwatch.repository.waiting_list import Waiting
from mdwatch.rules import sequence
from mdwatch.rules.codes import HOLDING, Code
from mdwatch.rules.job_states import JobState
from mdwatch.runtime.context import Context, local_time
from mdwatch.runtime.lease_holders import daemon_runs
from mdwatch.watch import schedule

_FRESH_SECONDS: Final = 2.0  # for as long after its last change a file counts as being written, at the least


def of(context: Context, job: str, file: Sighting, look: Look) -> Iterator[str]:
    """Sentences, the most pressing first, without a full stop at their ends; none where nothing is in the way."""
    with context.repository.read() as connection:
        state = control.states(connection).get(job, control.JobStatus(job=job))
        noted = {item.name: item for item in waiting_list.waiting_files(connection, job)}
        known = interventions.creation_times(connection, job)
    daemon = daemon_runs(context)
    if state.paused:
        yield f"The job is paused; `mdwatch job resume {job}` lets it run again"
    elif not daemon:
        yield f"No daemon runs that would take it; start it (systemctl start mdwatch), or `mdwatch job run {job}`"
    elif JobState.of(state.state).troubled and state.reason:
        yield f"The job is in trouble since {local_time(state.since)}: {state.reason}"
    else:
        yield from _by_schedule(context, job)
    if file.name not in noted and _is_fresh(context, job, file):
        yield "It was changed a moment ago, and may still be being written"
    ahead = _ahead(context, job, file, look, noted, sequence.in_order(look.files, known))
    if ahead is not None:
        yield ahead


def _by_schedule(context: Context, job: str) -> Iterator[str]:
    when = context.job(job).schedule
    if when == "manual":
        yield f"The job runs when it is asked to only: `mdwatch job run {job}`"
    elif when != "watch":
        yield f"By its schedule the job runs next at {local_time(schedule.next_tick(when, context.clock.now()))}"


def _is_fresh(context: Context, job: str, file: Sighting) -> bool:
    """Whether the file was changed so lately that it need not be whole; a clock that is ahead of ours counts too."""
    wait = max(context.job(job).settle_seconds, _FRESH_SECONDS)
    changed = max(file.identity.mtime_ns, file.ctime_ns) / 1e9
    return context.job(job).settle_seconds > 0 and abs(context.clock.now() / 1000 - changed) < wait


def _ahead(
    context: Context, job: str, file: Sighting, look: Look, noted: dict[str, Waiting], ordered: list[Sighting]
) -> str | None:
    """Behind which file this one waits; None where none is in its way."""
    before = ordered[: next(number for number, item in enumerate(ordered) if item.name == file.name)]
    mine = noted.get(file.name)
    if mine is not None and mine.code == Code.IN_SIP.value and mine.pid:
        same = (item.name for item in before if item.name in noted and noted[item.name].pid == mine.pid)
        first = next(same, None)
        return None if first is None else f"{first} for the same IE is before it"
    if mine is not None:
        return None
    for item in before:
        told = noted.get(item.name)
        blocks = told is not None and told.identity == item.identity and told.code in HOLDING
        if blocks or (told is None and _is_fresh(context, job, item)):
            why = told.reason if blocks and told is not None else "it may still be being written"
            wait = context.job(job).order_wait
            return f"{item.name} came before it and cannot be taken yet ({why}); it is waited for up to {wait:g} s"
    unseen = next(iter(look.unseen.items()), None)
    return None if unseen is None else f"{unseen[0]} cannot be looked at ({unseen[1]}), and may come before it"
