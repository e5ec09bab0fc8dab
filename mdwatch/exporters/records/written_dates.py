"""Dates as records write them, read as ISO 8601: `[ca. 1914?]`, `447-438 BCE`, `19 May 2003`, `2546 [2003]`, `196-`.

After ISO 8601 with its extensions of 2019 (EDTF), and what AACR2 and RDA have cataloguers write. What is read never
takes the place of what is written: whoever uses this gives both.
"""

import re
import unicodedata
from datetime import date
from typing import Final, NamedTuple

from mdwatch.exporters import remembered
from mdwatch.exporters.records import calendars, date_qualifiers, vague_dates


class Written(NamedTuple):
    """What a text says: ISO 8601 dates (year, month, day or instant), negative before our era; `end` may be OPEN.

    `span`: the text is a span and nothing else.
    """

    start: str = ""
    end: str = ""
    qualifier: str = ""
    span: bool = False


OPEN: Final = ".."
NOTHING: Final = Written()

# No record is of a year after this one; a number beyond is one of another calendar, or no year.
LATEST: Final = 2150

_TIME: Final = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_MOMENT: Final = re.compile(rf"(-?)([0-9]{{4}})(?:-([0-9]{{2}})(?:-([0-9]{{2}})(?:{_TIME})?)?)?")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
# A time that is none of W3CDTF, as it has no zone: the day is.
_TIMED: Final = re.compile(
    rf"({_COMPACT.pattern}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[T ][0-9]{{2}}:?[0-9]{{2}}[0-9:.,Z+-]*"
)
_DASHES: Final = re.compile("[‐‑‒–—―−]")

# A correction or an equivalent in our calendar, `1999 [i.e. 2000]`, `2525 [1982]`; not the second half of a span.
_THAT_IS: Final = r"(?:i\.? ?e\.?,?|d\. ?i\.|c\.?-à-d\.?|that is|recte|vielmehr|richtig|erschienen|ersch\.|=|ca?\.)\s*"
_CORRECTED: Final = re.compile(rf"[^\[]*[^\[\s/-]\s*\[\s*(?:{_THAT_IS})?([0-9]{{4}}[^\]]*)\]\W*")
_LEAD: Final = r"(?:between|from|copyright|cop\.?|©|℗|\(c\)|ca?\.|c|p|ca|circa|approximately|approx\.?|about|anno)?\s*"
_TO: Final = r"\s*(?:-|/|\bto\b|\band\b|\bbis\b|\buntil\b)\s*"
_SPAN: Final = re.compile(rf"{_LEAD}([0-9]{{4}})\??{_TO}{_LEAD}([0-9]{{4}}|[0-9]{{2}})\??", re.IGNORECASE)
_GOES_ON: Final = re.compile(rf"{_LEAD}([0-9]{{4}})\??\s*-", re.IGNORECASE)
# Figures not known: 196-, 19--, 196u, 19XX, 1uuu; or a decade by name.
_UNKNOWN: Final = re.compile(
    rf"{_LEAD}(?=[0-9ux?-]{{4}}(?:\?|s|'s)?$)([0-9]{{1,3}})[-ux?]{{1,3}}\??|{_LEAD}([0-9]{{2}}[1-9])0'?s", re.IGNORECASE
)
_BEFORE: Final = r"(?:b\.? ?c\.?(?: ?e\.?)?|v\. ?chr\.?|av\.? ?j\.?-?c\.?)"
_OURS: Final = r"(?:a\.? ?d\.?|c\.? ?e\.?|n\. ?chr\.?)"
_ERAS: Final = re.compile(
    rf"{_LEAD}({_OURS})?\s*([0-9]{{1,4}})\??\s*({_BEFORE}|{_OURS})?"
    rf"(?:{_TO}{_LEAD}({_OURS})?\s*([0-9]{{1,4}})\??\s*({_BEFORE}|{_OURS})?)?",
    re.IGNORECASE,
)
# How every text begins that is figures with what stands before and between them: what goes on otherwise is none of
# the three kinds above.
_IN_FIGURES: Final = re.compile(
    rf"{_LEAD}(?:{_OURS})?\s*[0-9]+(?:[-ux?s']|\s*(?:[-/]|(?:to|and|bis|until)\b|{_BEFORE}|{_OURS}|\Z))", re.IGNORECASE
)
_IS_BEFORE: Final = re.compile(_BEFORE, re.IGNORECASE)

# English, German, French and Spanish, in full and as they are cut.
_MONTH_NAMES: Final = (
    "january jan januar jänner janvier janv enero ene", "february feb februar février févr febrero",
    "march mar märz mars marzo", "april apr avril avr abril abr", "may mai mayo", "june jun juni juin junio",
    "july jul juli juillet juil julio", "august aug août agosto ago", "september sept sep septembre septiembre",
    "october oct oktober okt octobre octubre", "november nov novembre noviembre",
    "december dec dezember dez décembre déc diciembre dic",
)  # fmt: skip
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_DAYS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th|\.)?\s*(?:de )?(?P<m>[^\W\d_]+)\.?,?\s*(?:de )?(?P<y>[0-9]{4})",
        r"(?P<m>[^\W\d_]+)\.? (?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<y>[0-9]{4})",
        r"(?P<m>[^\W\d_]+)\.?,? (?P<y>[0-9]{4})",
        r"(?P<y>[0-9]{4}),? (?P<m>[^\W\d_]+)\.?(?: (?P<d>[0-9]{1,2}))?",
        r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})",
        r"(?P<y>[0-9]{4})[./-](?P<m>[0-9]{1,2})[./-](?P<d>[0-9]{1,2})",
    )
)
# What is none of these is no day; one that is may still name no month.
_ANY_DAY: Final = re.compile("|".join(re.sub(r"\?P<\w>", "?:", pattern.pattern) for pattern in _DAYS))
_YEAR: Final = re.compile(r"[0-9]{4}(?<![0-9][0-9]{4})(?![0-9])")  # A figure first, which is quick to look for.

_YEAR_AND_WORD: Final = 8  # `bulk 1850` is longer.
# No year is told without a digit, the M of a Roman one, the first of an emperor's, or the word for a hundred of them.
_SAYS_SOMETHING: Final = re.compile("[0-9M元]|(?i:si[eè]cle|siglo|secol|s[eé]culo)")


@remembered.of_texts(4096, NOTHING)
def read(text: str) -> Written:
    """What the text says of when; NOTHING where it says no year."""
    plain = _plain(text)
    exact = moment(plain)
    if exact and plain == text and (plain[0] == "-" or not calendars.unmarked(int(plain[:4]))):
        return Written(exact)
    if not _SAYS_SOMETHING.search(plain):
        return NOTHING
    found = _found(plain)
    if found is None or found == NOTHING:
        return NOTHING
    unsure = date_qualifiers.qualifier(text, (found.start[:4], found.end[:4].strip(OPEN)))
    return Written(found.start, found.end, unsure, found.span) if unsure else found


def _found(plain: str) -> Written | None:
    """What the first reader finds that finds anything; those that one look tells to find nothing are not asked."""
    if len(plain) > _YEAR_AND_WORD and (whole := vague_dates.without_bulk(plain)):
        plain = whole
    if (timed := _TIMED.fullmatch(plain)) and (day := moment(timed[1])):
        return Written(day)
    if _FORMAL.fullmatch(plain) and (found := _edtf(plain)):
        return found
    if _IN_FIGURES.match(plain) and (found := _span(plain) or _unknown_figures(plain) or _eras(plain)):
        return found
    # The year begins or ends a day.
    if (plain[:4].isdecimal() or plain[-4:].isdecimal()) and (found := _day(plain)):
        return found
    if (not plain[:4].isdecimal() or plain[4:5] in {"s", "'"}) and (found := _vague(plain)):
        return found
    return _era(plain) or _first_year(plain) or (Written(vague_dates.roman_year(plain)) if "M" in plain else None)


def _vague(plain: str) -> Written | None:
    """Centuries and decades by their names, and what was before or after a date."""
    if limit := vague_dates.limit(plain):
        found = None if vague_dates.limit(limit.text) else _found(limit.text)
        if found is None or not found.start:
            return None
        return Written(found.start, OPEN) if limit.is_start else Written("", (found.end.strip(OPEN) or found.start))
    years = vague_dates.years(plain)
    return Written(*years) if years else None


def moment(text: str) -> str:
    """The date as ISO 8601 writes it, if it is one that the calendar has, else empty; 20190228 is 2019-02-28."""
    if len(text) == 8 and (compact := _COMPACT.fullmatch(text)):
        text = "-".join(compact.groups())
    found = _MOMENT.fullmatch(text)
    if not found or found[0] == "0000":
        return ""
    before, year, month, day = found.groups()
    try:
        # Python knows no year before our era: any leap year does for their days.
        date(2000 if before or year == "0000" else int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return text


def hyphenated(text: str) -> str:
    """A day of eight figures as other formats have it, 2019-02-28; any other text as it is."""
    return moment(text) or text if len(text) == 8 else text


def years(text: str) -> list[str]:
    """All numbers of four digits, as written."""
    return _YEAR.findall(_digits(text))


def _digits(text: str) -> str:
    """The text with the digits of every script as ours."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c, c)) for c in _DASHES.sub("-", text))


def _plain(text: str) -> str:
    """The text without brackets, taken where a bracket corrects what is before it from there."""
    text = _digits(text).strip(" \t\r\n.,;:")
    if "[" in text or "]" in text:
        if corrected := _CORRECTED.fullmatch(text):
            text = corrected[1]
        text = text.replace("[", "").replace("]", "")
    return text.strip(" .,;:")


def _edtf(text: str) -> Written | None:
    """A date or an interval of EDTF, with its marks for what is not certain."""
    if "/" not in text:
        found = moment(text.strip().rstrip("~?%"))
        return Written(found) if found and not calendars.unmarked(abs(int(found[:4]))) else None
    begin, _, finish = (side.strip().rstrip("~?%") for side in text.partition("/"))
    start, end = moment(begin), moment(finish)
    if not (start or end) or not (start or begin in _NO_END) or not (end or finish in _NO_END):
        return None
    return Written(start, end or OPEN, span=True)


# What all dates of EDTF are made of.
_FORMAL: Final = re.compile(r"(?:[0-9TZ:.+~?%/\s-]|open|unknown)*")
_NO_END: Final = frozenset(("", OPEN, "open", "unknown"))


def _era(text: str) -> Written | None:
    """A year of another calendar; its equivalent where the text has that too."""
    found = calendars.marked(text)
    if found is None:
        return None
    ours = _first_year(found.rest)
    return ours or (Written(f"{found.year:04d}") if 0 < found.year <= LATEST else None)


def _span(text: str) -> Written | None:
    """Two years with a dash or a word between, or one that goes on."""
    going_on = _GOES_ON.fullmatch(text)
    if going_on:
        return Written(going_on[1], OPEN, span=True)
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    start, end = found[1], found[2]
    if len(end) == 2:
        # 2004-21 may be the spring of 2004 (EDTF): too little to tell.
        if end <= start[2:] or end in {"21", "22", "23", "24"}:
            return None
        end = start[:2] + end
    return Written(start, end, span=True) if start != "0000" and start <= end and int(end) <= LATEST else None


def _unknown_figures(text: str) -> Written | None:
    """A decade, century or millennium by what is known of its years."""
    found = _UNKNOWN.fullmatch(text)
    if not found:
        return None
    known = found[1] or found[2]
    return Written(known.ljust(4, "0"), known.ljust(4, "9"))


def _eras(text: str) -> Written | None:
    """Years before our era, and those of ours that have fewer than four digits."""
    found = _ERAS.fullmatch(text)
    if not found:
        return None
    first, first_era = found[2], found[3] or found[1] or ""
    last, last_era = found[5] or "", found[6] or found[4] or ""
    if last:
        if not (first_era or last_era):
            return None
        # The mark at the end holds for both.
        is_before = _IS_BEFORE.fullmatch(first_era or last_era) is not None
        return Written(_iso_year(first, before=is_before), _iso_year(last, before=_is_before(last_era)), span=True)
    if not first_era and len(first) != 3:
        return None
    return Written(_iso_year(first, before=_is_before(first_era)))


def _is_before(era: str) -> bool:
    return _IS_BEFORE.fullmatch(era) is not None


def _iso_year(year: str, *, before: bool) -> str:
    """A year as ISO has it: 1 BCE is the year 0."""
    number = int(year)
    return (f"-{number - 1:04d}" if number > 1 else "0000") if before else f"{number:04d}"


def _day(text: str) -> Written | None:
    """A day or month by its name, or in figures of which each is plain."""
    text = text.casefold()
    if not _ANY_DAY.fullmatch(text):
        return None
    for pattern in _DAYS:
        found = pattern.fullmatch(text)
        if found:
            named, day = found["m"], found.groupdict().get("d")
            month = int(named) if named.isdecimal() else _MONTHS.get(named, 0)
            told = f"{found['y']}-{month:02d}" + (f"-{int(day):02d}" if day else "")
            if exact := moment(told):
                return Written(exact)
    return None


def _first_year(text: str) -> Written | None:
    """The first year that a text names; of another calendar only if it names none of ours."""
    converted = 0
    for number in _YEAR.findall(text):
        year = int(number)
        if 0 < year <= LATEST:
            return None if text.startswith("-") else Written(number)
        converted = converted or calendars.unmarked(year)
    return Written(f"{converted:04d}") if converted else None
