"""What a MARC record is about: fields 6XX, class numbers, codes of places, and the edges of a map.

After "MARC to Dublin Core Crosswalk" for the text of a heading, and "MARC 21 to MODS 3.7 Mapping" for its parts.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from mdwatch.exporters.records import relators
from mdwatch.exporters.records.description import Place, PlaceKind, Subject, SubjectKind, Text
from mdwatch.exporters.records.marc import names
from mdwatch.exporters.records.marc.fields import DataField, sentences

Part = tuple[str, object]
Reader = Callable[[DataField], Iterator[Part]]

# Second indicator of a subject: its vocabulary, by its code in the lists of the Library of Congress.
_SCHEMES: Final = {"0": "lcsh", "1": "lcshac", "2": "mesh", "3": "nal", "5": "csh", "6": "rvm"}
# The element of MODS for what heads a subject, by tag, and for each subdivision, by subfield.
_HEADS: Final = {
    "600": "name", "610": "name", "611": "name", "630": "titleInfo", "648": "temporal", "651": "geographic",
    "656": "occupation",
}  # fmt: skip
_SUBDIVISIONS: Final = {"v": "genre", "x": "topic", "y": "temporal", "z": "geographic"}
# 045: dates in $b (with an hour that nobody asks for), centuries in $a.
_CODED_DATE: Final = re.compile(r"([cd])(\d{4})(\d\d)?(\d\d)?(?:\d\d)?")
_CENTURIES: Final = re.compile(r"([e-y])([\d-])([e-y])([\d-])")
# 086 by its first indicator.
_GOVERNMENTS: Final = {"0": "sudocs", "1": "candocs"}


def subject(kind: SubjectKind) -> Reader:
    """A heading with its subdivisions; the times among them are told as times too."""

    def read_subject(field: DataField) -> Iterator[Part]:
        if text := _heading(field):
            yield "subjects", Subject(text, kind, _scheme(field), field.uri, parts=_parts(field))
        yield from (("periods", Text(period)) for period in field.all("y"))

    return read_subject


def _head(field: DataField) -> str:
    if field.tag in {"600", "610", "611"}:
        return sentences(names.text(field), names.work_of(field))
    return with_qualifier(field, _UNIFORM if field.tag == "630" else "abcdgnp")


_UNIFORM: Final = "adfgklmnoprst"


def with_qualifier(field: DataField, codes: str) -> str:
    """These subfields as one text, with brackets around what tells a term from another one of its name ($g)."""
    if not field.one("g"):
        return field.joined(codes)
    parts = (f"({text})" if code == "g" and not text.startswith("(") else text for code, text in field.subfields
             if code in codes)  # fmt: skip
    return field.trim(" ".join(parts))


def _heading(field: DataField) -> str:
    """The heading and its subdivisions with `--` between."""
    return "--".join([text for text in [_head(field), *field.all("vxyz")] if text])


def _parts(field: DataField) -> tuple[tuple[str, str], ...]:
    """Heading and subdivisions by what each is; nothing for a heading of one part."""
    head = _HEADS.get(field.tag, "topic")
    found = (
        [(head, names.text(field)), ("titleInfo", names.work_of(field))] if head == "name" else [(head, _head(field))]
    )
    found += [(_SUBDIVISIONS[code], field.trim(text)) for code, text in field.subfields if code in _SUBDIVISIONS]
    kept = tuple((name, text) for name, text in found if text)
    return kept if len(kept) > 1 else ()


def _scheme(field: DataField) -> str:
    return field.one("2").lower() if field.second == "7" else _SCHEMES.get(field.second, "")


def uncontrolled(field: DataField) -> Iterator[Part]:
    """Words of the cataloguer's own (653), each by itself; the second indicator tells what they are."""
    for text in field.all("a"):
        match field.second:
            case "1" | "2" | "3":
                yield "subjects", Subject(text, SubjectKind.NAME)
            case "4":
                yield "periods", Text(text)
            case "5":
                yield "places", Place(text)
            case "6":
                yield "genres", Text(text)
            case _:
                yield "subjects", Subject(text)


def genre(field: DataField) -> Iterator[Part]:
    """A form or genre (655), with the term of the vocabulary that it is."""
    if text := _heading(field):
        yield "genres", Text(text)
        scheme, uri = _scheme(field), field.uri
        if scheme or uri:
            yield "genre_terms", Subject(text, SubjectKind.GENRE, scheme, uri)


def place(field: DataField) -> Iterator[Part]:
    """A place; with subdivisions that are no places it is the beginning of a subject too."""
    only_place = not field.all("vxy")
    for whole in _places(field) if field.tag == "651" else ["--".join(field.all("abcdfgh"))]:
        if whole:
            yield "places", Place(whole, PlaceKind.NAME, _scheme(field), field.uri if only_place else "")
    if field.tag == "651" and not only_place:
        yield from subject(SubjectKind.TOPIC)(field)


def _places(field: DataField) -> list[str]:
    """The places of a heading: one behind a topic is not within the first (France--Relations--Spain)."""
    places: list[list[str]] = [[]]
    for code, text in field.subfields:
        if code in "az":
            places[-1].append(field.trim(text))
        elif code == "x" and places[-1]:
            places.append([])
    return ["--".join(filter(None, parts)) for parts in places]


# Words of 751 $e for the place of publication.
_OF_PUBLICATION: Final = frozenset({"publication place", "place of publication", "verlagsort", "erscheinungsort"})


def added_place(field: DataField) -> Iterator[Part]:
    """A place that had a part in the work (751): where it was published; without a part one that it is about."""
    roles = {text.strip(" .,").lower() for code, text in field.subfields if code in "4e"}
    if any(relators.code(role) == "pup" or role in _OF_PUBLICATION for role in roles):
        yield "places_published", Text(field.one("a"))
    elif not roles:
        yield from place(field)


def place_code(field: DataField) -> Iterator[Part]:
    """Codes of places (043): of MARC's own list, or of ISO 3166."""
    yield from (("places", Place(text, PlaceKind.NAME, "marcgac")) for text in field.all("a"))
    yield from (("places", Place(text, PlaceKind.COUNTRY, "iso3166")) for text in field.all("c"))


def coded_period(field: DataField) -> Iterator[Part]:
    """The time that the work is about (045): by its dates ($b), else by the code of its centuries ($a)."""
    dates = [date for date in map(_coded_date, field.all("b")) if date]
    if field.first == "2" and len(dates) > 1:
        dates = [f"{dates[0]}/{dates[-1]}"]
    for text in dates or [span for span in map(centuries, field.all("a")) if span]:
        yield "periods", Text(text)


def _coded_date(text: str) -> str:
    """`d18680512` as 1868-05-12, `c0044` (before our era) as -0043."""
    found = _CODED_DATE.fullmatch(text)
    if not found:
        return ""
    if found[1] == "c":
        return f"-{int(found[2]) - 1:04}" if int(found[2]) > 1 else "0000"
    return "-".join(filter(None, found.groups()[1:4]))


def centuries(code: str) -> str:
    """`w5x-` as 1850/1999: a letter a century of our era, from `e`, and a figure a decade of it."""
    found = _CENTURIES.fullmatch(code)
    if not found:
        return ""
    begin, end = ((ord(letter) - ord("e")) * 100 for letter in (found[1], found[3]))
    begin += 0 if found[2] == "-" else int(found[2]) * 10
    end += 99 if found[4] == "-" else int(found[4]) * 10 + 9
    return f"{begin:04}/{end:04}"


def edges(field: DataField) -> Iterator[Part]:
    """West, east, north, south of a map (034)."""
    west, east, north, south = (field.one(code) for code in "defg")
    if west and east and north and south:
        yield "places", Place(f"{west}--{east}/{north}--{south}", PlaceKind.BOX)


def scale(field: DataField) -> Iterator[Part]:
    """Scale and projection of a map in words (255)."""
    yield from (("scales", Text(text)) for text in field.all("a"))
    yield from (("projections", Text(text)) for text in field.all("b"))


def period(field: DataField) -> Iterator[Part]:
    """A time (648); with subdivisions it is the beginning of a subject too."""
    yield from (("periods", Text(text)) for text in field.all("a"))
    if field.all("vxz"):
        yield from (part for part in subject(SubjectKind.TOPIC)(field) if part[0] == "subjects")


def classification(scheme: str) -> Reader:
    """Class numbers of this scheme, or of that which the field names; with the book number ($b) a call number."""

    def read_class(field: DataField) -> Iterator[Part]:
        named = scheme or field.one("2").lower()
        numbers = _call_numbers(field) if scheme in _WITH_BOOKS else field.all("a")
        yield from (("subjects", Subject(text, SubjectKind.CLASSIFICATION, named)) for text in numbers)

    return read_class


_WITH_BOOKS: Final = frozenset({"lcc", "nlm", "nal"})


def _call_numbers(field: DataField) -> list[str]:
    """The class numbers, each with the book number that follows it."""
    numbers: list[str] = []
    for code, text in field.subfields:
        if code == "b" and numbers:
            numbers[-1] = f"{numbers[-1]} {text}"
        elif code in "ab":
            numbers.append(text)
    return [told for number in numbers if (told := field.trim(number))]


def government_document(field: DataField) -> Iterator[Part]:
    """The class number of a government document (086), which says its scheme by the first indicator or in $2."""
    scheme = _GOVERNMENTS.get(field.first) or field.one("2").lower()
    yield from (("subjects", Subject(text, SubjectKind.CLASSIFICATION, scheme)) for text in field.all("a"))
