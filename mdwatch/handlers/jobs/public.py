"""What this room has found, in the public shapes."""

from collections.abc import Mapping

from mdwatch.handlers.jobs.facts import JobFacts
from mdwatch.repository.journal import Entry
from mdwatch.repository.run_entries import RunEntry
from mdwatch.repository.waiting_list import Waiting
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.shapes.files import WaitingShape
from mdwatch.shapes.jobs import JobShape
from mdwatch.shapes.runs import RunFileShape, RunShape


def job(facts: JobFacts) -> JobShape:
    """A job and how it stands."""
    return JobShape(
        name=facts.name,
        user=facts.settings.user,
        folder=str(facts.settings.folder),
        schedule=facts.settings.schedule,
        paused=facts.state.paused,
        state=facts.state.state,
        reason=facts.state.reason,
        since=facts.state.since or None,
        interrupted=facts.interrupted,
        last_run=None if facts.last_run is None else run(facts.last_run, facts.counts),
        waiting=facts.waiting,
        waiting_since=facts.waiting_since,
        next_run=facts.next_run,
    )


def run(found: RunEntry, counts: Mapping[str, int]) -> RunShape:
    """A run and how many of its files came to each code."""
    return RunShape(
        id=found.id,
        job=found.job,
        user=found.user,
        started_at=found.started_at,
        ended_at=found.ended_at,
        status=found.status,
        reason=found.reason,
        counts=counts,
    )


def run_file(entry: Entry, remedy: str) -> RunFileShape:
    """What was decided of a file."""
    return RunFileShape(
        id=entry.id,
        run=entry.run_id,
        job=entry.job,
        name=entry.name,
        pid=entry.pid,
        code=entry.code,
        reason=entry.reason,
        remedy=remedy,
        at=entry.at,
        filed_as=entry.filed_as,
        filed=entry.carried_out and entry.unmoved is None and MEANINGS[Code(entry.code)].effect is not Effect.SKIP,
    )


def waiting(file: Waiting) -> WaitingShape:
    """A file that waits."""
    return WaitingShape(name=file.name, pid=file.pid, code=file.code, reason=file.reason, since=file.since)
