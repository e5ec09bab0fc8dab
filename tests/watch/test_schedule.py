"""Schedules: the next moment, missed ticks, weekdays and daylight saving."""

from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from mdwatch.watch import schedule

ZURICH = ZoneInfo("Europe/Zurich")


def at(text: str, zone: tzinfo = ZURICH) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("expression", "now", "hours"),
    [
        ("0 2 * * *", "2026-11-22T01:00", 1),
        ("0 2 * * *", "2026-11-22T02:00", 24),
        # Friday to Monday.
        ("0 2 * * 1-5", "2026-11-20T02:00", 72),
        # The night in which 02:00 does not exist: at 03:00, an hour of the clock later but none of the sun.
        ("30 2 * * *", "2026-03-28T02:30", 23.5),
        # The night in which 02:30 comes twice.
        ("30 2 * * *", "2026-10-25T01:30", 1),
        ("30 2 * * *", "2026-10-24T02:30", 24),
    ],
)
def test_the_next_tick(expression: str, now: str, hours: float) -> None:
    _, seconds = schedule.due(expression, None, at(now), ZURICH)
    assert seconds == hours * 3600


def test_the_hour_that_comes_twice_ticks_once() -> None:
    kept = at("2026-10-25T02:30")
    missed, seconds = schedule.due("30 2 * * *", kept, kept + 60_000, ZURICH)
    assert not missed
    assert seconds == 25 * 3600 - 60


@pytest.mark.parametrize(
    ("last", "now", "missed"),
    [
        ("2026-11-21T02:00", "2026-11-22T01:59", False),
        ("2026-11-21T02:00", "2026-11-22T02:00", True),
        ("2026-11-01T02:00", "2026-11-22T12:00", True),
        # A clock that was set back: what was kept in its future is no reason to tick again.
        ("2026-11-23T02:00", "2026-11-22T12:00", False),
    ],
)
def test_a_tick_missed_since_the_last_one_kept_is_told(last: str, now: str, missed: bool) -> None:
    assert schedule.due("0 2 * * *", at(last), at(now), ZURICH)[0] is missed


def test_a_job_that_never_ticked_has_missed_none() -> None:
    assert not schedule.due("0 2 * * *", None, at("2026-11-22T12:00"), ZURICH)[0]


def test_a_last_tick_of_a_clock_that_was_ahead_is_as_good_as_none() -> None:
    now = at("2026-11-22T12:00")
    for ahead in (301_000, 10 * 365 * 86_400_000):
        assert schedule.due("0 2 * * *", now + ahead, now, ZURICH) == (False, 14 * 3600)


# Where clocks go back an hour, half an hour, at midnight; and forth.
NIGHTS = [
    ("Europe/Zurich", "2026-10-25T00:00", 4),
    ("Europe/Zurich", "2026-03-29T00:00", 4),
    ("America/New_York", "2026-11-01T04:00", 4),
    ("America/Havana", "2026-11-01T03:00", 4),
    ("Australia/Lord_Howe", "2026-04-04T13:00", 4),
]


@pytest.mark.parametrize("expression", ["0 * * * *", "*/15 * * * *", "30 2 * * *"])
@pytest.mark.parametrize(("name", "start", "hours"), NIGHTS)
def test_in_the_hour_that_comes_twice_no_tick_is_kept_twice(expression: str, name: str, start: str, hours: int) -> None:
    zone = ZoneInfo(name)
    begun = at(start, UTC)
    last, ticks = begun, []
    # A sweep each half minute, as the worker of a job makes them.
    for now in range(begun, begun + hours * 3_600_000, 60_000):
        due, seconds = schedule.due(expression, last, now, zone)
        assert seconds > 0
        if due:
            ticks.append(now)
            last = now
    apart = {"0 * * * *": 30, "*/15 * * * *": 15}.get(expression, 30)
    between = [(after - before) / 60_000 for before, after in pairwise(ticks)]
    assert all(minutes >= apart for minutes in between), between
    assert len(ticks) >= (hours - 1 if "*" in expression[:4] else 0)
    if expression == "30 2 * * *":
        assert len(ticks) <= 1
