"""Cron expressions: when a job is due next, in local time, right about daylight saving."""

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim


def local_zone() -> tzinfo:
    """The zone of this machine with its rules for daylight saving: that of TZ, else of /etc/localtime, else UTC."""
    name = os.environ.get("TZ", "").removeprefix(":")
    try:
        if name:
            return ZoneInfo(name)
        with Path("/etc/localtime").open("rb") as file:
            return ZoneInfo.from_file(file)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def next_after(expression: str, moment: datetime) -> datetime:
    """The first moment of the schedule after this one; both with their zone."""
    return next(CronSim(expression, moment))


def due(expression: str, last_tick: int | None, now: int, zone: tzinfo) -> tuple[bool, float]:
    """Whether a tick was missed since the last one kept, and in how many seconds the next one comes.

    Moments in milliseconds since 1970 UTC; a job without a last tick has missed none.
    """
    here = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
    missed = False
    if last_tick is not None and last_tick <= now:
        last = datetime.fromtimestamp(last_tick / 1000, UTC).astimezone(zone)
        missed = next_after(expression, last) <= here
    # Differences within one zone would disregard a change of its offset in between.
    return missed, (next_after(expression, here).astimezone(UTC) - here.astimezone(UTC)).total_seconds()
