"""The local zone: as the C library has it, so that logs and schedules agree; what it does not know is told."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mdwatch.logs import last_line
from mdwatch.model import RunStatus
from mdwatch.watch import local_zone
from mdwatch.watch.local_zone import LOCAL

ZURICH = ZoneInfo("Europe/Zurich")
NIGHT = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)
SetZone = Callable[[str | None], None]


@pytest.fixture
def set_zone() -> Iterator[SetZone]:
    with pytest.MonkeyPatch.context() as patch:

        def set_it(text: str | None) -> None:
            if text is None:
                patch.delenv("TZ", raising=False)
            else:
                patch.setenv("TZ", text)
            time.tzset()

        yield set_it
    time.tzset()


WAYS = [
    "Europe/Zurich",
    ":Europe/Zurich",
    "/usr/share/zoneinfo/Europe/Zurich",
    ":/usr/share/zoneinfo/Europe/Zurich",
    "CET-1CEST,M3.5.0,M10.5.0/3",
]


@pytest.mark.parametrize("text", WAYS)
def test_every_way_to_name_a_zone_is_that_zone(set_zone: SetZone, text: str) -> None:
    set_zone(text)
    assert local_zone.fault() is None
    # Over the night in which an hour comes twice, and back.
    for minutes in range(0, 6 * 60, 10):
        moment = NIGHT + timedelta(minutes=minutes)
        here, there = moment.astimezone(LOCAL), moment.astimezone(ZURICH)
        assert (here.replace(tzinfo=None), here.fold, here.utcoffset()) == (
            there.replace(tzinfo=None), there.fold, there.utcoffset()
        )  # fmt: skip
        assert here.astimezone(UTC) == moment


@pytest.mark.parametrize("text", [*WAYS, "UTC", "NZST-12NZDT,M9.5.0,M4.1.0/3", "America/Havana", None])
def test_logs_and_schedules_agree(set_zone: SetZone, text: str | None) -> None:
    set_zone(text)
    for month in range(1, 13):
        moment = datetime(2026, month, 15, 12, tzinfo=UTC)
        line = last_line(int(moment.timestamp() * 1000), RunStatus.SUCCESS, None)
        assert line.startswith(f"{moment.astimezone(LOCAL):%a %b %d %H:%M:%S %Z %Y} ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no/such/zone", "no/such/zone cannot be read (No such file or directory)"),
        (":Mars/Olympus", "cannot be read"),
        ("/etc/hostname-that-is-not", "cannot be read"),
        ("CET-1CEST,M13.5.0,M10.5.0", "cannot be read"),
        ("..", "cannot be read (Is a directory)"),
    ],
)
def test_what_is_no_zone_is_refused(set_zone: SetZone, text: str, why: str) -> None:
    set_zone(text)
    fault = local_zone.fault()
    assert fault is not None
    assert f"TZ: {text!r} is no time zone of this machine" in fault
    assert why in fault


def test_a_file_that_holds_no_zone_is_refused(set_zone: SetZone, tmp_path: Path) -> None:
    (tmp_path / "zone").write_text("CET")
    set_zone(f":{tmp_path / 'zone'}")
    assert f"{tmp_path / 'zone'} holds no time zone" in (local_zone.fault() or "")


@pytest.mark.parametrize("text", ["ABC24", "ABC-24", "<+25>-25:30", "CET-1CEST-24,M3.5.0,M10.5.0", "ABC24:00:01DEF"])
def test_a_zone_that_is_a_day_away_is_refused_for_no_moment_can_be_told_in_it(set_zone: SetZone, text: str) -> None:
    set_zone(text)
    fault = local_zone.fault()
    assert fault is not None
    assert f"TZ: {text!r} is a day or more away from UTC" in fault


@pytest.mark.parametrize("text", ["ABC23:59:59", "ABC-23:59:59", "<+14>-14", "CET-1CEST,M3.5.0/-167,M10.5.0/167"])
def test_a_zone_that_is_less_than_a_day_away_is_none_of_these(set_zone: SetZone, text: str) -> None:
    set_zone(text)
    assert local_zone.fault() is None
