"""Acts of the audit trail, newest first."""

from typing import Final

from mdwatch.repository import trail
from mdwatch.repository.trail import ActsOn, TrailEntry, TrailFilter
from mdwatch.rules.acts import ACTS, Act, ActedOn
from mdwatch.runtime.context import Context
from mdwatch.shapes.trail import TrailShape

# As many stand on the page of an IE, a job, a file or a set.
NEWEST: Final = 20


def acts(
    context: Context,
    *,
    kind: ActedOn | None = None,
    subject: str | None = None,
    job: str | None = None,
    who: str | None = None,
    act: str | None = None,
    since: int | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[TrailShape]:
    """Acts below the key `before`, at most `limit`; of a job, those on its files too. `since` in milliseconds.

    Whoever may see some institutions only is told of what concerns those and nobody else.
    """
    codes = context.institutions
    whose = None if codes is None else ActsOn(codes, frozenset(context.settings.jobs))
    wanted = TrailFilter(
        kind=kind,
        subject=subject,
        job=job,
        who=who,
        act=None if act is None else Act(act),
        since=since,
        whose=whose,
    )
    with context.repository.read() as connection:
        return [_shape(entry) for entry in trail.acts(connection, wanted, before, limit)]


def _shape(entry: TrailEntry) -> TrailShape:
    return TrailShape(
        id=entry.id,
        at=entry.at,
        who=entry.actor.name,
        way=entry.actor.way,
        origin=entry.actor.origin,
        act=entry.code,
        label=_label(entry.code),
        kind=entry.kind,
        subject=entry.subject,
        job=entry.job,
        outcome=entry.outcome.value,
        details=dict(entry.details),
    )


def _label(code: str) -> str:
    """What the act is called; its code where a later version of mdwatch recorded it."""
    return ACTS[Act(code)].label if code in set(Act) else code
