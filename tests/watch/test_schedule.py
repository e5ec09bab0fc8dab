"""Schedules: the next moment, missed ticks, weekdays and daylight saving."""

from datetime import UTC, datetime, tzinfo
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


def test_the_local_zone_is_that_of_tz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Zurich")
    assert schedule.local_zone().utcoffset(datetime(2026, 7, 1)) == ZURICH.utcoffset(datetime(2026, 7, 1))  # noqa: DTZ001
    monkeypatch.setenv("TZ", "no/such/zone")
    assert schedule.local_zone() is UTC
