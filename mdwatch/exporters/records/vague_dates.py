"""Dates that say less than a year, as years from and to: centuries, parts of decades, what was before or after a date.

`18th century`, `2. Hälfte 18. Jh.`, `XVIIIe siècle`, `5th century BC`, `late 1920s`, `1920s-1930s`, `before 1850`,
`not after May 1850`. A century is told by the years that begin with its figures, as codes of records have it (`17uu`).
"""

import re
from typing import Final, NamedTuple

_CENTURY_WORDS: Final = (
    r"(?:centur(?:y|ies)|cent\.?|jahrhunderts?|jhdt?s?\.?|jhs?\.?|jh|si[eè]cles?|siglos?|sec(?:olo|oli)|séculos?|eeuw|"
    r"århundrade|sec\.|saec\.|(?<=(?:th|st|nd|rd) )c\.?)"
)
CENTURY: Final = re.compile(rf"(?<!\w){_CENTURY_WORDS}(?!\w)", re.IGNORECASE)
# A century by its number, before or behind the word; not which half of it is meant.
_PARTS: Final = r"half|halves|third|quarter|hälfte|viertel|drittel|moitié|quart|tiers|mitad|metà|helft"
_NUMBER: Final = re.compile(
    rf"(?<!\w)(?:([0-9]{{1,2}})|((?-i:[XVI]{{1,6}})))(?:st|nd|rd|th|[eè]me|er?|ᵉ|º|\.)?+(?!\w)(?!\s*(?:{_PARTS})\b)",
    re.IGNORECASE,
)
_BEFORE_CHRIST: Final = re.compile(
    r"(?<!\w)(?:b\.? ?c\.?(?: ?e\.?)?|v\. ?chr\.?|av\.? ?j\.?-?c\.?)(?!\w)", re.IGNORECASE
)
_IN_OURS: Final = re.compile(r"(?<!\w)(?:a\.? ?d\.?|c\. ?e\.|ce|n\. ?chr\.?)(?!\w)", re.IGNORECASE)
_LATEST: Final = 21
_YEAR: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")  # Says more than a century beside it.

# Whole decades, or centuries by their first year, one or two with a mark between; and which part of them.
_SOME: Final = (
    r"(?:(?:the|in|early|mid(?:dle)?|late|beginning|end|of|first|second|half|ca?\.?|circa|frühe|späte|anfang|mitte|ende)"
    r"[\s-]*)*"
)
_DECADES: Final = re.compile(
    rf"{_SOME}([0-9]{{3}})0'?s\??(?:\s*(?:-|/|to|and|or|or the|und|bis)\s*{_SOME}([0-9]{{3}})0'?s\??)?", re.IGNORECASE
)
_LIMITS: Final = (
    (re.compile(
        r"(?:before|prior to|not? (?:after|later than)|until|by|pre|vor|spätestens|bis|avant|antes de|ante|voor)\b"
        r"[\s-]*+(.*[0-9].*)", re.IGNORECASE,
    ), False),
    (re.compile(
        r"(?:after|not? (?:before|earlier than)|since|post|nach|frühestens|seit|après|depuis|después de|na)\b"
        r"[\s-]*+(.*[0-9].*)", re.IGNORECASE,
    ), True),
)  # fmt: skip
_ROMAN: Final = re.compile(r"\bM[MDCLXVI. ]*[MDCLXVI]\b")
_ROMAN_FIGURES: Final = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
_ROMAN_YEARS: Final = range(1400, 2151)


# What archives say of when all of their papers are, or most: `1850-1920 (bulk 1880-1900)`, `bulk 1940-1991`.
_MOST: Final = re.compile(r"\b(?:bulk|mostly|chiefly|predominantly|primarily|inclusive)\b(?: dates)?", re.IGNORECASE)


class Limit(NamedTuple):
    """A date that another one is before or after: what says it, and on which side of it the other one is."""

    text: str
    is_start: bool


def years(text: str) -> tuple[str, str] | None:
    """First and last year of the centuries or decades that a text names; None where it names none of these."""
    if found := _DECADES.fullmatch(text):
        first, last = found[1], found[2] or found[1]
        # `1800s` is a century, of which `2000s` has had but a decade.
        is_century = last.endswith("0") and last != "200"
        return f"{first}0", f"{last[:2]}99" if is_century else f"{last}9"
    return _centuries(text) if CENTURY.search(text) and not _YEAR.search(text) else None


def without_bulk(text: str) -> str:
    """The date of the whole, or of most where the text tells no other; empty where it speaks of neither."""
    found = _MOST.search(text)
    if not found:
        return ""
    whole = text[: found.start()].strip(" ,;:()")
    return whole if any(map(str.isdecimal, whole)) else text[found.end() :].strip(" ,;:()")


def limit(text: str) -> Limit | None:
    """The date that a text names as a limit, as in `before 1850`."""
    for pattern, is_start in _LIMITS:
        if found := pattern.fullmatch(text):
            return Limit(found[1], is_start)
    return None


def _centuries(text: str) -> tuple[str, str] | None:
    """The first and the last of the centuries; the mark of an era holds for those before it that have none."""
    numbers = [
        (found.end(), int(found[1]) if found[1] else _roman(found[2].upper())) for found in _NUMBER.finditer(text)
    ]
    numbers = [(end, number) for end, number in numbers if 0 < number <= _LATEST]
    if not numbers:
        return None
    marks = sorted(
        [
            *((found.start(), True) for found in _BEFORE_CHRIST.finditer(text)),
            *((found.start(), False) for found in _IN_OURS.finditer(text)),
        ]
    )
    sides = [next((before for start, before in marks if start >= end), False) for end, _ in (numbers[0], numbers[-1])]
    first, last = _years_of(numbers[0][1], before=sides[0])[0], _years_of(numbers[-1][1], before=sides[1])[1]
    return (_iso(first), _iso(last)) if first <= last else None


def _years_of(century: int, *, before: bool) -> tuple[int, int]:
    """Its years; of a century before our era from its hundredth to its first year, of which 1 BCE is the year 0."""
    return (1 - 100 * century, 100 - 100 * century) if before else (max(1, 100 * century - 100), 100 * century - 1)


def _iso(year: int) -> str:
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def roman_year(text: str) -> str:
    """A year in Roman figures, `M.DC.XLVIII`, or empty."""
    totals = map(_roman, _ROMAN.findall(text))
    return next((str(total) for total in totals if total in _ROMAN_YEARS), "")


def _roman(text: str) -> int:
    figures = [_ROMAN_FIGURES[c] for c in text if c in _ROMAN_FIGURES]
    # A figure before a greater one is taken away.
    return sum(-one if one < after else one for one, after in zip(figures, [*figures[1:], 0], strict=True))
