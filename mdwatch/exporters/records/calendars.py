"""Calendars other than the Gregorian, and the Gregorian year that a year of theirs begins or mostly is.

Catalogues give the date as on the piece, often without its equivalent. A year is read by its mark (`B.E.`, `AH`,
`Shōwa`); without one only where no Gregorian year could be meant. The offsets are those of Reingold and Dershowitz,
"Calendrical Calculations"; the marks those that AACR2 and RDA records use.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple


class Calendar(NamedTuple):
    """A calendar: its marks as alternatives of a pattern, before or behind the year, and what to add to its years."""

    name: str
    marks: str
    add: int


TABLE: Final = (
    Calendar("Buddhist Era", r"b\.? ?e\.?|พ\. ?ศ\.|buddhist era|phutthasakkarat", -543),
    Calendar("Persian solar Hijri", r"h\. ?sh\.?|a\.? ?h\. ?s\.|s\.? ?h\.|هـ ?ش", 621),
    Calendar("Minguo", r"min ?guo|min-kuo|民國|民国|중화민국", 1911),
    Calendar("Meiji", r"meiji|明治", 1867),
    Calendar("Taishō", r"taish[oō]|大正", 1911),
    Calendar("Shōwa", r"sh[oō]wa|昭和", 1925),
    Calendar("Heisei", r"heisei|平成", 1988),
    Calendar("Reiwa", r"reiwa|令和", 2018),
    Calendar("Japanese imperial", r"k[oō]ki|皇紀", -660),
    Calendar("Dangun", r"tan'?gi|dangi|檀紀|단기", -2333),
    Calendar("Juche", r"juche|chuch'?e|주체", 1911),
    Calendar("Saka", r"[sś]aka|s\. ?e\.", 78),
    Calendar("Vikram Samvat", r"v\. ?s\.|(?:vikram )?samvat", -57),
    Calendar("Ethiopian", r"e\. ?c\.", 8),
    Calendar("Rattanakosin", r"r\. ?s\.|ร\. ?ศ\.", 1781),
    Calendar("Hebrew", r"a\. ?m\.|anno mundi", -3760),
)
# A lunar year is shorter than ours, so that no one number can be added.
_HIJRI: Final = r"a\.? ?h\.?|hijri|هـ|ه|(?<=1[0-4][0-9][0-9])h\.?|(?<=1[0-4][0-9][0-9] )h\.?"
_LUNAR_YEAR: Final = 0.970224
_LUNAR_EPOCH: Final = 621.5774

# What no Gregorian year of a record can be: (first, last, what to add).
_UNMARKED: Final = ((2400, 2699, -543), (5000, 6199, -3760))

# What other calendars' years may differ by from ours where nothing but a coded date tells, either side of new year.
_OFFSETS: Final = frozenset(
    near for add in (-543, 621, 1911, -660, -2333, 78, -57, -3760) for near in (add - 1, add, add + 1)
)


def _marked(marks: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:{marks})\s*([0-9]{{1,4}}|元)(?![0-9])|(?<![0-9])([0-9]{{1,4}})\s*(?:{marks})(?!\w)", re.IGNORECASE
    )


_PATTERNS: Final = tuple((_marked(calendar.marks), calendar.add) for calendar in TABLE)
_LUNAR: Final = _marked(_HIJRI)
_LETTER: Final = re.compile(r"[^\W\d_]")  # no mark is without one
# Any mark beside a year: what this does not find no single pattern does.
_ALL: Final = "|".join([*(calendar.marks for calendar in TABLE), _HIJRI])
_SOME: Final = re.compile(rf"[0-9]\s*(?:{_ALL})|(?:{_ALL})\s*[0-9元]", re.IGNORECASE)
# The same of small letters, beginning or ending what stands between two numbers.
_NUMBERS: Final = re.compile("[0-9]+")
_FIRST: Final = re.compile(re.sub(r"\(\?<=[^)]*\)", "", _ALL))
_LAST: Final = re.compile(rf"(?<!\w)(?:{_ALL})\Z")
_LONGEST: Final = 30  # characters; no mark has as many


class Marked(NamedTuple):
    """A year of another calendar: what it is in ours, and the text without it."""

    year: int
    rest: str


def marked(text: str) -> Marked | None:
    """The year that a text marks as one of another calendar, or None."""
    if not _LETTER.search(text) or not _may_be_marked(text):
        return None
    for pattern, add in _PATTERNS:
        if found := pattern.search(text):
            return Marked(_number(found) + add, pattern.sub(" ", text))
    if found := _LUNAR.search(text):
        return Marked(from_hijri(_number(found)), _LUNAR.sub(" ", text))
    return None


def _may_be_marked(text: str) -> bool:
    """Whether a mark of any calendar stands beside a number; quick to tell of what is ASCII."""
    if not text.isascii():
        return _SOME.search(text) is not None
    parts = _NUMBERS.split(text.lower())
    last = len(parts) - 1
    for place, part in enumerate(parts):
        if part and (
            (place and _begins(part.lstrip()[:_LONGEST])) or (place < last and _ends(part.rstrip()[-_LONGEST:]))
        ):
            return True
    return False


# The words that stand beside years are few, whatever the years.
@lru_cache(maxsize=1024)
def _begins(part: str) -> bool:
    """Whether what follows a number begins with a mark."""
    return _FIRST.match(part) is not None


@lru_cache(maxsize=1024)
def _ends(part: str) -> bool:
    """Whether what stands before a number ends in a mark."""
    return _LAST.search(part) is not None


def _number(found: re.Match[str]) -> int:
    """The year; the first of an emperor's is called so."""
    digits = found[1] or found[2]
    return 1 if digits == "元" else int(digits)


def from_hijri(year: int) -> int:
    """The Gregorian year in which most of a lunar Hijri year begins."""
    return int(year * _LUNAR_YEAR + _LUNAR_EPOCH)


def unmarked(year: int) -> int:
    """The Gregorian year for one that lies far ahead of any record, or 0."""
    return next((year + add for first, last, add in _UNMARKED if first <= year <= last), 0)


def is_same(other: int, gregorian: int) -> bool:
    """Whether a number may be this Gregorian year in another calendar."""
    return gregorian - other in _OFFSETS or abs(from_hijri(other) - gregorian) <= 1
