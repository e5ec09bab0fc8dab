"""Dates of a MARC record: of 245, 260 and 264 as written, with the code of 008 that says the same; 008 and 046 alone.

The table is that of 008/06 in "MARC 21 Format for Bibliographic Data". A date as written is never lost for its code:
where both say when, the code is the date and the statement stands beside it as its words.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from mdwatch.exporters.records import calendars, imprints, written_dates
from mdwatch.exporters.records.description import Date, DateKind
from mdwatch.exporters.records.marc.fields import DataField, MarcRecord, unbracketed

Part = tuple[str, object]


class Coded(NamedTuple):
    """What the two dates of 008 are: the kind of each, or of both as a span (`second` is then None)."""

    first: DateKind
    second: DateKind | None = None
    span: bool = False
    qualifier: str = ""
    event: str = ""


# By type of date. `b` (before our era) and `n` (unknown) have no dates in 008.
TYPES: Final = {
    "c": Coded(DateKind.ISSUED, span=True),  # a serial that goes on
    "d": Coded(DateKind.ISSUED, span=True),  # one that has ended
    "e": Coded(DateKind.ISSUED),  # to the day
    "i": Coded(DateKind.ISSUED, span=True),  # a collection, all of it
    "k": Coded(DateKind.ISSUED, span=True),  # a collection, most of it
    "m": Coded(DateKind.ISSUED, span=True),  # several years
    "p": Coded(DateKind.ISSUED, DateKind.CREATED),  # distribution, production
    "q": Coded(DateKind.ISSUED, span=True, qualifier="questionable"),
    "r": Coded(DateKind.ISSUED, DateKind.OTHER, event="original publication"),
    "s": Coded(DateKind.ISSUED),
    "t": Coded(DateKind.ISSUED, DateKind.COPYRIGHTED),
    "u": Coded(DateKind.ISSUED, span=True),  # a serial of which is not known whether it goes on
}
# 264 by its second indicator; 260 is publication.
KINDS: Final = {"0": DateKind.CREATED, "3": DateKind.OTHER, "4": DateKind.COPYRIGHTED}
MANUFACTURE: Final = "manufacture"

# Leader 06 of what is not published: manuscripts of music, maps and texts, and mixed materials. Their 008 tells when
# they were made ("MARC 21 to MODS 3.7 Mapping", dateCreated).
UNPUBLISHED: Final = frozenset("dfpt")

_DETAILED: Final = re.compile(r"(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])?")


def read(record: MarcRecord) -> Iterator[Part]:
    """The dates of a record, each kind from where it is told best."""
    coded = tuple(from_008(record.control.get("008", "")))
    told = [date for field in record.fields if field.tag in {"245", "260", "264"} for date in statements(field)]
    if record.leader[6:7] in UNPUBLISHED and all(date.kind is not DateKind.ISSUED for date in told):
        coded = tuple(date._replace(kind=DateKind.CREATED) if date.kind is DateKind.ISSUED else date for date in coded)
    by_kind = {date.kind: date for date in reversed(coded)}
    dates = [reconciled(date, by_kind[date.kind]) if date.kind in by_kind else date for date in told]
    kinds = {date.kind for date in told}
    if not kinds - {DateKind.OTHER, DateKind.COPYRIGHTED}:
        dates = [*(date for date in coded if date.kind not in kinds or date.kind is DateKind.ISSUED), *dates]
    else:
        # What 008 tells besides: when a film was made, a reprint first came out, its copyright.
        dates += [date for date in coded if date.kind not in {*kinds, DateKind.ISSUED}]
    special_coded = [date for field in record.fields if field.tag == "046" for date in special(field)]
    if not dates:
        dates = [date for date in special_coded if date.kind is DateKind.ISSUED]
    kinds = {DateKind.ISSUED, *(date.kind for date in dates)}
    dates += [date for date in special_coded if date.kind not in kinds]
    dates += [date for field in record.fields if field.tag == "033" for date in captured(field)]
    # Where no code stands for a date, its brackets alone are no other words for it.
    yield from (("dates", date._replace(words="") if date.words == f"[{date.text}]" else date) for date in dates)
    # Of when most of an archive is, no code tells.
    bulk = [
        _MOSTLY.sub("", text.strip("()")) for field in record.fields if field.tag == "245" for text in field.all("g")
    ]
    yield from (("dates", Date(t if "bulk" in t.lower() else f"bulk {t}", DateKind.CREATED)) for t in bulk)


_MOSTLY: Final = re.compile(r"^(?:mostly|mainly|chiefly) +", re.IGNORECASE)


def statements(field: DataField) -> Iterator[Date]:
    """The dates that a 260 or 264 states, or the 245 of an archive."""
    if field.tag == "245":
        for text in field.all("f"):
            yield from _statement(text, DateKind.CREATED, "")
        return
    kind = DateKind.ISSUED if field.tag == "260" else KINDS.get(field.second, DateKind.ISSUED)
    event = MANUFACTURE if kind is DateKind.OTHER else ""
    for text in field.all("c"):
        yield from _statement(text, kind, event)
    for text in field.all("g") if field.tag == "260" else ():
        yield from _statement(text, DateKind.OTHER, MANUFACTURE)


def _statement(text: str, kind: DateKind, event: str) -> Iterator[Date]:
    """A date without the brackets around all of it, which say that it was inferred."""
    text = _with_both_brackets(text)
    if text.count("(") < text.count(")"):  # As the last of `(Praha : Haase, 1815)`, each in a subfield.
        text = text.rstrip(")")
    bare = unbracketed(text)
    if not imprints.is_unknown(text):
        qualifier = written_dates.read(bare).qualifier or "inferred" if bare != text else ""
        is_plain = bare == text or written_dates.moment(bare) != ""
        yield Date(bare, kind, qualifier=qualifier, words="" if is_plain else text, event=event)


def _with_both_brackets(text: str) -> str:
    """A date of whose brackets one stands in another subfield: `[Paris : $b X, $c 1919]`."""
    begins, ends = text.count("["), text.count("]")
    return text if begins == ends else f"[{text}" if begins < ends else f"{text}]"


def reconciled(told: Date, coded: Date) -> Date:
    """A date as stated, with its code where 008 has it.

    They agree where the code names the year that the statement names, or lies in another calendar's year, or where the
    statement names no year of ours at all (words, Roman figures). Else the statement stands as it is.
    """
    statement = told.words or told.text
    written = written_dates.read(told.text)
    year = (written.start or written.end)[:4]
    first, last = coded.text[:4], (coded.end or coded.text)[:4]
    if first == last == year and not written.span and (written.end == written_dates.OPEN or not written.start):
        return told  # `after 1850`, `before 1850`: the code has but the year.
    if year and not (first <= year <= last):
        other = [number for number in written_dates.years(statement) if number != first]
        is_other = first in written_dates.years(statement) or any(calendars.is_same(int(n), int(first)) for n in other)
        if not is_other:
            return told
        written = written_dates.NOTHING
    if written.start and not (written.end and written.span) and written.start != told.text and coded.end:
        start, end = coded.text, coded.end  # `[196-?]`: the code has both ends
    elif written.start and year:
        start, end = written.start, "" if written.end == written_dates.OPEN else written.end
        if not end and coded.end and year == first and written.span:
            end = coded.end
    else:
        start, end = coded.text, coded.end
    plain = told.text in ({f"{start}-{end}", f"{start}/{end}"} if end else {start})
    qualifier = told.qualifier or written.qualifier or (coded.qualifier if coded.end else "")
    return Date(start, told.kind, end, qualifier, "" if plain else statement, told.event)


def from_008(coded: str) -> Iterator[Date]:
    """The dates of 008 by its type of date; figures that are not known make a span of one year."""
    kind = TYPES.get(coded[6:7])
    if kind is None:
        return
    first, second = written_dates.read(_figures(coded[7:11])), written_dates.read(_figures(coded[11:15]))
    if kind.span:
        start, end = first.start or second.start, second.end or second.start or first.end
        if start:
            yield Date(start, kind.first, end if end != start else "", kind.qualifier)
    elif first.start:
        day = _DETAILED.fullmatch(coded[11:15].strip()) if coded[6:7] == "e" else None
        exact = written_dates.moment("-".join([first.start, *filter(None, day.groups())])) if day else ""
        yield Date(exact or first.start, kind.first, "" if exact else first.end)
    if kind.second and second.start:
        yield Date(second.start, kind.second, second.end, event=kind.event)


def _figures(code: str) -> str:
    """A date of 008, or nothing for one that says none: blanks, fill characters, and the end that has not come."""
    return code if code not in {"9999", "uuuu"} and re.fullmatch(r"[0-9]{1,4}u{0,3}", code) and len(code) == 4 else ""


# Spans of 046, by the subfields of both ends.
SPECIAL: Final = (("k", "l", DateKind.CREATED), ("j", "j", DateKind.MODIFIED), ("m", "n", DateKind.VALID))


def special(field: DataField) -> Iterator[Date]:
    """The dates of 046: before our era; of creation, change and validity ("MARC 21 to MODS 3.7 Mapping")."""
    start = _before(field.one("b")) or field.one("c")
    if start:
        yield Date(start, DateKind.ISSUED, _before(field.one("d")) or field.one("e"))
    for first, last, kind in SPECIAL:
        if begin := field.one(first):
            yield Date(begin, kind, end if (end := field.one(last)) != begin else "")


# A date of 033, with hyphens for the figures that are not known, and a time that nobody asks for.
_EVENT: Final = re.compile(r"([0-9]{4})(?:([0-9]{2})([0-9]{2})?)?-*(?:[0-9]{4}(?:[+-][0-9]{4})?)?")


def captured(field: DataField) -> Iterator[Date]:
    """When something was recorded or took place (033), the ends of a span by the first indicator."""
    told = [_event(text) for text in field.all("a")]
    if field.first == "2" and len(told) > 1 and told[0]:
        yield Date(told[0], DateKind.CAPTURED, told[-1])
    else:
        yield from (Date(text, DateKind.CAPTURED) for text in told if text)


def _event(code: str) -> str:
    found = _EVENT.fullmatch(code)
    return written_dates.moment("-".join(filter(None, found.groups()))) if found else ""


def _before(year: str) -> str:
    """A year before our era as ISO 8601 has it: 1 BCE is the year 0."""
    if not (year.isdecimal() and 0 < int(year) < 10000):
        return ""
    return f"-{int(year) - 1:04d}" if int(year) > 1 else "0000"
