"""Whatever somebody does by hand is recorded in the audit trail, in the transaction that does it.

Handlers call `record_act` within their own transaction, or have `acting` open one, which also records what is refused:

    with acting(context, Act.IE_LOCK, pid, holder=holder) as act:
        changes.set_facts(act.connection, ...)
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection

from mdwatch.errors import Deferred, UsageError
from mdwatch.repository import trail
from mdwatch.repository.trail import TrailEntry
from mdwatch.rules.acts import ACTS, Act, ActedOn, Outcome
from mdwatch.runtime.context import Context


def record_act(
    connection: Connection,
    context: Context,
    act: Act,
    subject: object,
    *,
    job: str | None = None,
    outcome: Outcome = Outcome.DONE,
    **details: Any,
) -> int:
    """Records what the context's actor does, within the transaction that does it; the key of its row.

    `subject` is a PID, a job, the name of a file in `job`, the spec of a set, or a number; `details` go into JSON.
    """
    return trail.record(connection, entry_of(context, act, subject, job=job, outcome=outcome, **details))


def entry_of(
    context: Context,
    act: Act,
    subject: object,
    *,
    job: str | None = None,
    outcome: Outcome = Outcome.DONE,
    **details: Any,
) -> TrailEntry:
    """What `record_act` records, for those who record many acts at once (`repository.trail.record_all`)."""
    text = str(subject)
    return TrailEntry(
        at=context.clock.now(),
        actor=context.actor,
        code=act.value,
        subject=text,
        job=text if ACTS[act].kind is ActedOn.JOB else job,
        outcome=outcome,
        details={name: value for name, value in details.items() if value is not None},
    )


class Acting:
    """An act in its transaction; whoever does it may say what it came to, and more about it."""

    def __init__(self, connection: Connection, details: dict[str, Any]) -> None:
        self.connection = connection
        self.outcome = Outcome.DONE
        self.details = details


@contextmanager
def acting(context: Context, act: Act, subject: object, *, job: str | None = None, **details: Any) -> Iterator[Acting]:
    """A transaction that does one act and records it; `UsageError` in it is recorded as a refusal, and goes on."""
    try:
        with context.repository.write() as connection:
            doing = Acting(connection, details)
            yield doing
            record_act(connection, context, act, subject, job=job, outcome=doing.outcome, **doing.details)
    except UsageError as refused:
        # The transaction is taken back, so that this stands alone; who was refused is told so in any case.
        refusal = {**details, "reason": str(refused)}
        entry = entry_of(context, act, subject, job=job, outcome=Outcome.REFUSED, **refusal)
        with suppress(Deferred):
            context.repository.carry_out(lambda connection: trail.record(connection, entry))
        raise
