"""Dates as people write them, in whatever calendar."""

import pytest

from mdwatch.exporters.records import calendars
from mdwatch.exporters.records.written_dates import NOTHING, OPEN, Written, moment, read

APPROXIMATE, QUESTIONABLE, INFERRED = "approximate", "questionable", "inferred"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1915", Written("1915")),
        ("c1915.", Written("1915")),
        ("[1915]", Written("1915", qualifier=INFERRED)),
        ("[ca. 1914?]", Written("1914", qualifier=APPROXIMATE)),
        ("1914 or 1918", Written("1914", qualifier=QUESTIONABLE)),
        ("c1914, 1915 printing", Written("1914")),
        ("[20]10", Written("2010", qualifier=INFERRED)),
        ("1999 [i.e. 2000]", Written("2000", qualifier=INFERRED)),
        # Spans
        ("1990-1992.", Written("1990", "1992", span=True)),
        ("1914–18", Written("1914", "1918", span=True)),
        ("[2019]-", Written("2019", OPEN, INFERRED, span=True)),
        ("1999-[2004]", Written("1999", "2004", INFERRED, span=True)),
        ("between 1920 and 1925?", Written("1920", "1925", QUESTIONABLE, span=True)),
        ("from 1920 to 1925", Written("1920", "1925", span=True)),
        ("1918-1914", Written("1918")),
        # What is not known of a year
        ("[196-?]", Written("1960", "1969", QUESTIONABLE)),
        ("[19--?]", Written("1900", "1999", QUESTIONABLE)),
        ("19uu", Written("1900", "1999")),
        ("1uuu", Written("1000", "1999")),
        ("196X", Written("1960", "1969")),
        ("1960s", Written("1960", "1969")),
        ("uuuu", NOTHING),
        # Centuries, decades, and what was before or after
        ("18th century", Written("1700", "1799")),
        ("late 18th-early 19th century", Written("1700", "1899")),
        ("1st half of the 18th century", Written("1700", "1799")),
        ("18th c.?", Written("1700", "1799", QUESTIONABLE)),
        ("2. Hälfte 18. Jh.", Written("1700", "1799")),
        ("XVIIIe siècle", Written("1700", "1799")),
        ("siglo XVI", Written("1500", "1599")),
        ("1st century", Written("0001", "0099")),
        ("5th-4th century BC", Written("-0499", "-0300")),
        ("1st century BC-1st century AD", Written("-0099", "0099")),
        ("19th century (1850)", Written("1850")),
        ("22nd century", NOTHING),
        ("first century", NOTHING),
        ("late 1800s", Written("1800", "1899")),
        ("1920s-1930s", Written("1920", "1939")),
        ("2000s", Written("2000", "2009")),
        ("before 1850", Written("", "1850")),
        ("[before 1850?]", Written("", "1850", QUESTIONABLE)),
        ("not after May 1850", Written("", "1850-05")),
        ("before 500 BC", Written("", "-0499")),
        ("after 1850", Written("1850", OPEN)),
        ("nach 1945", Written("1945", OPEN)),
        ("before after 1850", Written("1850")),
        ("bypass 1850", Written("1850")),
        ("1850-1920 (bulk 1880-1900)", Written("1850", "1920", span=True)),
        ("ca. 1850-1920, bulk 1880-1900", Written("1850", "1920", APPROXIMATE, span=True)),
        ("bulk ca. 1850-1870", Written("1850", "1870", APPROXIMATE, span=True)),
        ("(bulk dates 1850-1870)", Written("1850", "1870", span=True)),
        ("bulk", NOTHING),
        # Brackets around something else
        ("c1975, [pref. 1955]", Written("1975")),
        # EDTF
        ("1915~", Written("1915", qualifier=APPROXIMATE)),
        ("1915?", Written("1915", qualifier=QUESTIONABLE)),
        ("1915%", Written("1915", qualifier=APPROXIMATE)),
        ("1984/..", Written("1984", OPEN, span=True)),
        ("../1984", Written("", "1984", span=True)),
        ("2004-06~/2005", Written("2004-06", "2005", APPROXIMATE, span=True)),
        ("2004-21", Written("2004")),
        # Eras
        ("447 BCE-438 BCE", Written("-0446", "-0437", span=True)),
        ("447-438 B.C.", Written("-0446", "-0437", span=True)),
        ("100 BC-50 AD", Written("-0099", "0050", span=True)),
        ("1 BCE", Written("0000")),
        ("A.D. 850", Written("0850")),
        ("ca. 850", Written("0850", qualifier=APPROXIMATE)),
        ("-0446", Written("-0446")),
        # Days
        ("19 May 2003", Written("2003-05-19")),
        ("May 19, 2003", Written("2003-05-19")),
        ("2003 May", Written("2003-05")),
        ("19. März 2003", Written("2003-03-19")),
        ("12 de octubre de 1992", Written("1992-10-12")),
        ("19.05.2003", Written("2003-05-19")),
        ("2003/5/9", Written("2003-05-09")),
        ("31 February 2003", Written("2003")),
        # Other calendars and scripts
        ("2546 [2003]", Written("2003", qualifier=INFERRED)),
        ("2546", Written("2003")),
        ("๒๕๔๖", Written("2003")),
        ("พ.ศ. 2546", Written("2003")),
        ("2546 B.E.", Written("2003")),
        ("1422 [2001 or 2002]", Written("2001", qualifier=QUESTIONABLE)),
        ("1422 AH", Written("2001")),
        ("١٤٢٢ هـ", Written("2001")),
        ("1380 H.Sh.", Written("2001")),
        ("5763", Written("2003")),
        ("5724 [1964]", Written("1964", qualifier=INFERRED)),
        ("Min guo 92", Written("2003")),
        ("民國92 [2003]", Written("2003", qualifier=INFERRED)),
        ("昭和50", Written("1975")),
        ("令和元年", Written("2019")),
        ("Heisei 15 (2003)", Written("2003")),
        ("Anno MDCXLVIII", Written("1648")),
        ("M.DCC.LXXVI.", Written("1776")),
        ("٢٠١٩", Written("2019")),
        # No dates
        ("", NOTHING),
        ("once", NOTHING),
        ("0000", NOTHING),
        ("12345", NOTHING),
        ("1/2/3", NOTHING),
        ("MIX", NOTHING),
    ],
)
def test_read(text: str, expected: Written) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["2019-02-30", "2019-13", "19990", "-2019-02-30"])
def test_what_the_calendar_does_not_have_is_no_moment(text: str) -> None:
    assert moment(text) == ""


@pytest.mark.parametrize("calendar", calendars.TABLE, ids=lambda calendar: str(calendar.name))
def test_no_calendar_is_far_from_ours(calendar: calendars.Calendar) -> None:
    year = 2020 - calendar.add
    assert 0 < year < 7000
    mark = {"民國": "民國"}.get(calendar.marks, calendar.marks.split("|")[0])
    plain = mark.replace("\\.", ".").replace("?", "").replace("[oō]", "o").replace("[sś]", "s")
    found = calendars.marked(f"{plain} {year}")
    assert found is not None
    assert found.year == 2020


def test_calendars_are_told_from_errors() -> None:
    assert calendars.is_same(2546, 2003)
    assert calendars.is_same(1422, 2001)
    assert calendars.is_same(1380, 2001)
    assert calendars.is_same(92, 2003)
    assert not calendars.is_same(1978, 1987)
    assert not calendars.is_same(1900, 2003)
