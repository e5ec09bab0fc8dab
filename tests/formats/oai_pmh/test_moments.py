"""UTCdatetime: every shape that the protocol allows, none that it does not."""

import pytest

from mdwatch.formats.oai_pmh import moments
from mdwatch.formats.oai_pmh.moments import Granularity, Moment

DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01", Moment(Granularity.DAY, 0, DAY - 1)),
        ("1970-01-01T00:00:00Z", Moment(Granularity.SECOND, 0, 999)),
        ("1970-01-01T23:59:59Z", Moment(Granularity.SECOND, DAY - 1000, DAY - 1)),
        ("1969-12-31", Moment(Granularity.DAY, -DAY, -1)),
        ("2024-02-29", Moment(Granularity.DAY, 1_709_164_800_000, 1_709_251_199_999)),
        ("2026-11-22T15:04:05Z", Moment(Granularity.SECOND, 1_795_359_845_000, 1_795_359_845_999)),
        ("0001-01-01", Moment(Granularity.DAY, -62_135_596_800_000, -62_135_510_400_001)),
        ("9999-12-31T23:59:59Z", Moment(Granularity.SECOND, 253_402_300_799_000, 253_402_300_799_999)),
        ("9999-12-31", Moment(Granularity.DAY, 253_402_214_400_000, 253_402_300_799_999)),
    ],
)
def test_a_moment_is_all_of_its_day_or_second(text: str, moment: Moment) -> None:
    assert moments.read(text) == moment


IMPOSSIBLE = {
    "nothing": "",
    "a year": "2026",
    "a month": "2026-11",
    "year 0": "0000-01-01",
    "year of five digits": "12026-01-01",
    "year before": "-0044-03-15",
    "year of two digits": "26-01-01",
    "month 13": "2026-13-01",
    "month 0": "2026-00-01",
    "day 0": "2026-01-00",
    "30 February": "2026-02-30",
    "29 February of no leap year": "2025-02-29",
    "29 February 1900": "1900-02-29",
    "31 April": "2026-04-31",
    "24:00": "2026-01-01T24:00:00Z",
    "minute 60": "2026-01-01T00:60:00Z",
    "leap second": "2016-12-31T23:59:60Z",
    "no zone": "2026-01-01T00:00:00",
    "an offset": "2026-01-01T00:00:00+00:00",
    "small letters": "2026-01-01t00:00:00z",
    "fraction": "2026-01-01T00:00:00.5Z",
    "to the minute": "2026-01-01T00:00Z",
    "a space": "2026-01-01 00:00:00Z",
    "day with zone": "2026-01-01Z",
    "slashes": "2026/01/01",
    "basic form": "20260101",
    "white space before": " 2026-01-01",
    "line end after": "2026-01-01\n",
    "other digits": "２０２６-01-01",
    "words": "yesterday",
    "garbage behind": "2026-01-01xyz",
}


@pytest.mark.parametrize("text", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_anything_else_is_none(text: str) -> None:
    assert moments.read(text) is None


@pytest.mark.parametrize(
    ("moment_ms", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (999, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (1_795_359_845_999, "2026-11-22T15:04:05Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59Z"),
    ],
)
def test_writing_cuts_to_the_second(moment_ms: int, text: str) -> None:
    assert moments.written(moment_ms) == text


@pytest.mark.parametrize("moment_ms", [-1, 0, 1, 999, 1000, 1_795_359_845_123])
def test_a_record_is_found_by_the_datestamp_it_shows(moment_ms: int) -> None:
    found = moments.read(moments.written(moment_ms))
    assert found is not None
    assert found.first_ms <= moment_ms <= found.last_ms


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-11-22T15:04:05Z", 0),
        ("2026-11-22T15:04:05.25Z", 250),
        ("2026-11-22T15:04:05.123456Z", 123),
        ("2026-11-22T15:04:05+00:00", 0),
        ("2026-11-22T16:04:05.1+0100", 100),
        ("2026-11-22 15:04:05", 0),
        ("2026-11-22t15:04:05z", 0),
        ("2026-11-22T15:04Z", -5_000),
    ],
)
def test_of_a_provider_it_is_understood_what_it_means(text: str, first: int) -> None:
    found = moments.read_of_others(text)
    assert found is not None
    assert found.first_ms == 1_795_359_845_000 + first


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-11-22T24:00:00Z", "2026-11-22T15:04:60Z", "0001-01-01T00:00:00+25:00", "yesterday"]
)
def test_what_is_no_moment_at_all_is_none_of_a_provider_either(text: str) -> None:
    assert moments.read_of_others(text) is None
