"""Dates: what is W3CDTF, what is a span, and which year any other text tells."""

import pytest

from mdwatch.exporters.terms import iso_dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1914", "1914"),
        (" 1914-05 ", "1914-05"),
        ("2019-02-28", "2019-02-28"),
        ("2020-02-29", "2020-02-29"),
        ("2019-02-29", ""),
        ("2019-13", ""),
        ("0000", ""),
        ("20190228", "2019-02-28"),
        ("20190230", ""),
        ("2011-07-28T21:18:40Z", "2011-07-28T21:18:40Z"),
        ("2011-07-28T21:18+12:00", "2011-07-28T21:18+12:00"),
        ("2011-07-28T21:18:40.5-01:30", "2011-07-28T21:18:40.5-01:30"),
        ("2011-07-28T25:00:00Z", ""),
        ("2011-07-28T21:18:40", ""),
        ("c1914", ""),
        ("٢٠١٩", ""),
        ("", ""),
    ],
)
def test_moment(text: str, expected: str) -> None:
    assert iso_dates.moment(text) == expected
    assert iso_dates.span(text) == expected


def test_years_before_our_era_are_iso_8601_and_no_w3cdtf() -> None:
    assert iso_dates.moment("-0044") == ""
    assert iso_dates.span("-0044-03-15") == "-0044-03-15"
    assert iso_dates.span("447 BCE-438 BCE") == "-0446/-0437"
    assert iso_dates.span("-0010", "0000") == "-0010/0000"


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("1914", "1918", "1914/1918"),
        ("1914/1918", "", "1914/1918"),
        ("1914/..", "", "1914/"),
        ("/1918", "", "/1918"),
        ("unknown/open", "", ""),
        ("1914/soon", "", ""),
        ("1914", "soon", ""),
        ("start=1914; end=1918-11-11; name=War", "", "1914/1918-11-11"),
        ("end=1918", "", "/1918"),
        ("name=War", "", ""),
        ("1/2/3", "", ""),
    ],
)
def test_span(text: str, end: str, expected: str) -> None:
    assert iso_dates.span(text, end) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-10-13", "2019"),
        ("1914/1918", "1914"),
        ("/1918", "1918"),
        ("c1914.", "1914"),
        ("[1987?]", "1987"),
        ("19 May 2003", "2003"),
        ("2019-02-30", "2019"),
        ("1914 or 1918", "1914"),
        ("1964-1966", "1964"),
        ("between 1850 and 1860", "1850"),
        ("5724 [1964]", "1964"),
        ("-0044", ""),
        ("1914, reprinted 1914", "1914"),
        ("18th century", "1700"),
        ("٢٠١٩", "2019"),
        ("2546", "2003"),
        ("c850", "0850"),
        ("20190230", ""),
        ("0000", ""),
        ("", ""),
    ],
)
def test_year(text: str, expected: str) -> None:
    assert iso_dates.year(text) == expected
