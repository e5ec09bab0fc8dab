"""Cron expressions: when a job is due next, in local time, right about daylight saving."""

from datetime import UTC, datetime, tzinfo

from mdwatch.rules import cron_words, moments
from mdwatch.watch.local_zone import LOCAL


def next_after(expression: str, moment: datetime) -> datetime:
    """The first moment of the schedule after this one, in UTC; the moment has its zone.

    In the hour that comes twice, what is told of the second time may be a moment of the first one: it is passed over.
    """
    # Most jobs have no such schedule.
    from cronsim import CronSim  # noqa: PLC0415

    after = moment.astimezone(UTC)
    return next(
        found
        for found in (tick.astimezone(UTC) for tick in CronSim(cron_words.expression(expression), moment))
        if found > after
    )


def due(expression: str, last_tick: int | None, now: int, zone: tzinfo = LOCAL) -> tuple[bool, float]:
    """Whether a tick was missed since the last one kept, and in how many seconds the next one comes: more than none.

    Moments in milliseconds since 1970 UTC. A schedule without a last tick, or with one that cannot be believed, has
    missed none.
    """
    last = moments.believed(last_tick, now)
    missed = last is not None and next_after(expression, _at(last, zone)) <= _at(now, UTC)
    return missed, (next_after(expression, _at(now, zone)) - _at(now, UTC)).total_seconds()


def next_tick(expression: str, now: int, zone: tzinfo = LOCAL) -> int:
    """The next moment of a schedule, in milliseconds as `now` is."""
    return int(next_after(expression, _at(now, zone)).timestamp() * 1000)


def _at(moment: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone)
