"""MODS originInfo: places, publishers, editions and dates, by what event it is of (MODS 3.8, eventType).

A date for people and the same in an encoding are one date with its words; neither is lost for the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lxml import etree

from mdwatch.exporters.records import geographic_codes, written_dates
from mdwatch.exporters.records.description import Date, DateKind, Name, Place, Text
from mdwatch.exporters.records.mods import parts as mods_parts
from mdwatch.exporters.records.mods.parts import Named, attribute, by_name, children, text, value, values

Part = tuple[str, object]

DATES: Final = {
    "dateCreated": DateKind.CREATED,
    "dateIssued": DateKind.ISSUED,
    "dateCaptured": DateKind.CAPTURED,
    "dateModified": DateKind.MODIFIED,
    "dateValid": DateKind.VALID,
    "copyrightDate": DateKind.COPYRIGHTED,
    "dateOther": DateKind.OTHER,
}
# eventType, and the URIs of the RDA and MARC lists end so: whose part its publisher has, and what its dateIssued is.
# An event that is not here is taken for publication.
EVENTS: Final = {
    "manufacture": ("manufacturer", DateKind.OTHER),
    "printing": ("printer", DateKind.OTHER),
    "distribution": ("distributor", DateKind.ISSUED),
    "production": ("", DateKind.CREATED),
    "creation": ("", DateKind.CREATED),
    "copyright": ("", DateKind.COPYRIGHTED),
    "copyright notice": ("", DateKind.COPYRIGHTED),
    "copyrightnotice": ("", DateKind.COPYRIGHTED),
    "capture": ("", DateKind.CAPTURED),
    "modification": ("", DateKind.MODIFIED),
}
# What dateOther is of, by its type.
OTHER_TYPES: Final = {
    "embargo": DateKind.EMBARGO_END,
    "embargoend": DateKind.EMBARGO_END,
    "embargo end": DateKind.EMBARGO_END,
    "embargo date": DateKind.EMBARGO_END,
    "embargoed until": DateKind.EMBARGO_END,
    "available": DateKind.AVAILABLE,
    "dateavailable": DateKind.AVAILABLE,
    "submitted": DateKind.SUBMITTED,
    "datesubmitted": DateKind.SUBMITTED,
    "accepted": DateKind.ACCEPTED,
    "dateaccepted": DateKind.ACCEPTED,
    "collected": DateKind.COLLECTED,
}
# EDTF's numbers for seasons stand where a month does.
_SEASONS: Final = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
# How many codes are looked at for the words of a date: one originInfo has few.
_MOST: Final = 16
_QUALIFIERS: Final = frozenset({"approximate", "inferred", "questionable"})


def read(origin: etree._Element) -> Iterator[Part]:
    """What an originInfo says."""
    event = attribute(origin, "eventType").lower().rpartition("/")[2]
    role, issued = EVENTS.get(event, ("", DateKind.ISSUED))
    found = by_name(origin)
    if not role:
        for place in found["place"]:
            # A country code beside its name is the same place twice.
            terms = sorted(children(place, "placeTerm"), key=lambda term: term.get("type") == "code")
            yield from (("places_published", _place(term)) for term in terms[:1] if value(term))
    agents = [agent._replace(text=mods_parts.without_marks(agent.text)) for agent in _texts(found["publisher"])]
    agents += [Text(name) for name in map(mods_parts.whole_name, found["agent"]) if name]
    for agent in agents:
        yield ("names", Name(agent.text, creator=False, roles=(role,))) if role else ("publishers", agent)
    yield from (("editions", edition) for edition in _texts(found["edition"]))
    yield from (("frequencies", frequency) for frequency in _texts(found["frequency"]))
    yield from (("dates", date) for date in _all_dates(found, issued, event))


def _texts(elements: Iterable[etree._Element]) -> list[Text]:
    return [said for said in map(text, elements) if said.text]


def _place(term: etree._Element) -> Text:
    """A place of publication, by its name where the record has but its code."""
    found = text(term)
    found = found._replace(text=mods_parts.without_marks(found.text))
    scheme = attribute(term, "authority").lower()
    return found._replace(text=geographic_codes.name(Place(found.text, scheme=scheme))) if scheme else found


def _all_dates(elements: Named, issued: DateKind, event: str) -> Iterator[Date]:
    """The dates of all kinds; displayDate has the words of the first, or is one where there is none."""
    found = []
    for name, kind in DATES.items():
        told = [date for date in elements[name] if value(date)]
        if told:
            is_issued = name == "dateIssued"
            found += _dates(told, issued if is_issued else kind, event if is_issued and kind is not issued else "")
    display = [words for words in values(elements["displayDate"]) if all(words not in (d.text, d.words) for d in found)]
    if display and found and not found[0].words:
        found[0] = found[0]._replace(words=display.pop(0))
    kind = issued if event else DateKind.PLAIN
    yield from found
    yield from (Date(words, kind) for words in display)


def _dates(told: Sequence[etree._Element], kind: DateKind, event: str) -> list[Date]:
    """The dates of one kind: those in an encoding, each with the words that say the same; then words alone."""
    coded = _most_exact(_spans([date for date in told if _is_coded(date)], kind, event))
    words = _spans([date for date in told if not _is_coded(date)], kind, event)
    for date in words:
        alone = len(coded) == 1
        number = next((number for number, code in enumerate(coded[:_MOST]) if _same(date, code, alone=alone)), None)
        if number is None:
            coded.append(date)
        elif not coded[number].words and not _is_plain(date, coded[number]):
            qualifier = coded[number].qualifier or date.qualifier
            coded[number] = coded[number]._replace(words=date.text, qualifier=qualifier)
        elif not _is_plain(date, coded[number]) and coded[number].words != date.text:
            coded.append(date)
    return coded


# Encodings of which we know what is one.
_CHECKED: Final = frozenset({"w3cdtf", "iso8601"})


def _is_coded(date: etree._Element) -> bool:
    """Whether a date is in the encoding that it claims; `ca. 1915` is none whatever it says."""
    encoding = date.get("encoding")
    if not encoding:
        return False
    return encoding not in _CHECKED or written_dates.moment(value(date)) != "" or "/" in value(date)


def _spans(told: Sequence[etree._Element], kind: DateKind, event: str) -> list[Date]:
    """Dates with beginning and end as one."""
    found: list[Date] = []
    open_ = False
    for element in told:
        text, qualifier = written_dates.hyphenated(value(element)), attribute(element, "qualifier")
        qualifier = qualifier if qualifier in _QUALIFIERS else ""
        words = ""
        if element.get("encoding") == "edtf":
            text, words = _season(text)
        what = attribute(element, "type") or event if kind is DateKind.OTHER else ""
        known = OTHER_TYPES.get(what.lower()) if what else None
        if element.get("point") == "end" and open_:
            # MARC writes an end that has not come yet as 9999.
            end = "" if text in {"9999", "uuuu"} else text
            found[-1] = found[-1]._replace(end=end, qualifier=found[-1].qualifier or qualifier)
            open_ = False
        else:
            found.append(Date(text, known or kind, qualifier=qualifier, words=words, event="" if known else what))
            open_ = element.get("point") == "start"
    return found


def _season(text: str) -> tuple[str, str]:
    """The year of an EDTF season, and the season in words."""
    year, dash, season = text.rpartition("-")
    word = _SEASONS.get(season[:2]) if dash else None
    return (year, f"{word} {year}") if word and len(year) == 4 else (text, "")


def _most_exact(found: list[Date]) -> list[Date]:
    """The dates but for those that another one says to the month or day, in an encoding that has no less."""
    longer = {other.text[:length] for other in found if not other.end for length in (4, 7) if len(other.text) > length}
    return [date for date in found if date.end or date.text not in longer]


def _same(words: Date, code: Date, *, alone: bool) -> bool:
    """Whether words and a code tell of one date: they name one year, or there is but one they could mean."""
    read = written_dates.read(words.text)
    year, last = (read.start or read.end)[:4], (read.end.strip(written_dates.OPEN) or read.start)[:4]
    if not year:
        return alone
    # A century has the year of its code in it, and a coded span the year of its words.
    is_within = code.text[:4] <= year <= code.end[:4] or (not read.span and year <= code.text[:4] <= last)
    return is_within or year in {code.text[:4], code.end[:4]}


def _is_plain(words: Date, code: Date) -> bool:
    """Whether the words are no more than the code."""
    plain = code.text if not code.end else f"{code.text}-{code.end}"
    return words.text.rstrip(" .") in {plain, plain.replace("-", "/")} if not words.end else words.end == code.end
