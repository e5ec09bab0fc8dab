"""Reads a MARC 21 record in MARCXML into a description, a field at a time.

After "MARC to Dublin Core Crosswalk" (Library of Congress, 2008), qualified, and "MARC 21 Format for Bibliographic
Data". Local fields (9XX, X9X), holdings and notes on the cataloguing (583, 588) are left out.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Place,
    PlaceKind,
    Rights,
    RightsKind,
    SubjectKind,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.identifier_types import licence_in, rights_kind
from mdwatch.exporters.records.marc import names, subjects, works
from mdwatch.exporters.records.marc.fields import DataField, MarcRecord, record_in

Part = tuple[str, object]
Reader = Callable[[DataField], Iterator[Part]]

# Leader, position 6: type of record, in the words of MODS typeOfResource.
_TYPES: Final = {
    "a": "text",
    "c": "notated music",
    "d": "notated music",
    "e": "cartographic",
    "f": "cartographic",
    "g": "moving image",
    "i": "sound recording-nonmusical",
    "j": "sound recording-musical",
    "k": "still image",
    "m": "software, multimedia",
    "o": "mixed material",
    "p": "mixed material",
    "r": "three dimensional object",
    "t": "text",
}

# Codes that name no language.
_NO_LANGUAGE: Final = frozenset({"und", "zxx", "mul"})
_LANGUAGE: Final = re.compile(r"[a-z]{3}")

# What catalogues write where they know no place or publisher.
_UNKNOWN: Final = re.compile(
    r"\W*(?:s\. ?l|s\. ?n|(?:place|publisher|date)\b.* not identified|n\. ?d)\W*", re.IGNORECASE
)


def read(content: str) -> Description:
    """What the MARC record says; raises `Rejected` if it is none."""
    record = record_in(content)
    parts: dict[str, dict[object, None]] = {}
    for part, said in (*_from_fields(record), *_from_positions(record)):
        parts.setdefault(part, {})[said] = None
    return Description(**{part: tuple(said) for part, said in parts.items()})  # type: ignore[arg-type]


def _from_fields(record: MarcRecord) -> Iterator[Part]:
    tags = {field.tag for field in record.fields}
    # A series is told as on the piece, and again as traced; a map's edges as on the piece, and again coded.
    passed_over = {"490"} if tags & {"800", "810", "811", "830"} else set()
    for field in record.fields:
        if field.tag in _READ and field.tag not in passed_over:
            yield from _READ[field.tag](field)


def _from_positions(record: MarcRecord) -> Iterator[Part]:
    """Type from the leader; date and language from 008 where no field tells them better."""
    if resource := _TYPES.get(record.leader[6:7]):
        yield "types", Text(resource)
    if record.leader[7:8] in {"c", "d"}:
        yield "types", Text("collection")
    coded = record.control.get("008", "")
    tags = {field.tag for field in record.fields}
    language = coded[35:38]
    stated = any(field.tag == "041" and field.one("ad") for field in record.fields)
    if _LANGUAGE.fullmatch(language) and language not in _NO_LANGUAGE and not stated:
        yield "languages", Text(language)
    if not any(field.tag in {"260", "264"} and field.one("c") for field in record.fields):
        yield from (("dates", date) for date in _coded_dates(coded[6:7], coded[7:11], coded[11:15]))
    if "034" not in tags:
        yield from (
            ("places", Place(text, PlaceKind.BOX)) for f in record.fields if f.tag == "255" for text in f.all("c")
        )


def _coded_dates(type_: str, first: str, second: str) -> Iterator[Date]:
    """The dates of 008 by its type of date; those with unknown figures are no dates."""
    if not (first.isdecimal() and first.isascii()):
        return
    ends = second.isdecimal() and second.isascii() and second != "9999"
    match type_:
        case "i" | "k" | "m" | "c" | "d" | "u" | "q":
            yield Date(first, DateKind.ISSUED, second if ends and second != first else "")
        case "t":
            yield Date(first, DateKind.ISSUED)
            if ends:
                yield Date(second, DateKind.COPYRIGHTED)
        case "s" | "e" | "r" | "p":
            yield Date(first, DateKind.ISSUED)


def _each(part: str, codes: str) -> Reader:
    """Each of these subfields is a text of its own."""
    return lambda field: ((part, Text(text)) for text in field.all(codes))


def _whole(part: str, codes: str = "") -> Reader:
    """These subfields make one text."""
    return lambda field: ((part, Text(text)) for text in [field.joined(codes)] if text)


def _prose(part: str, codes: str = "") -> Reader:
    """These subfields make sentences, which keep their full stops."""
    return lambda field: ((part, Text(text)) for text in [field.prose(codes)] if text)


def _title(field: DataField) -> Iterator[Part]:
    """The title and, after `:`, its subtitle or, after `=`, the same in another language."""
    main = field.joined("anp" if field.one("a") else "b")
    if main:
        yield "titles", Title(main)
    if field.one("a") and (rest := field.joined("b")):
        parallel = any(text.endswith("=") for code, text in field.subfields if code in "anp")
        yield "titles", Title(rest, TitleKind.TRANSLATED if parallel else TitleKind.SUBTITLE)


def _other_title(field: DataField) -> Iterator[Part]:
    is_parallel = field.tag == "242" or (field.tag == "246" and field.second == "1")
    if text := field.joined("abnp"):
        kind = TitleKind.TRANSLATED if is_parallel else TitleKind.ALTERNATIVE
        yield "titles", Title(text, kind, field.one("y") if field.tag == "242" else "")


def _published(field: DataField) -> Iterator[Part]:
    """Production, publication, distribution (264 by its second indicator; 260 is publication). Not manufacture."""
    if field.second == "3":
        return
    kind = {"0": DateKind.CREATED, "4": DateKind.COPYRIGHTED}.get(field.second, DateKind.ISSUED)
    for part, code in (("places_published", "a"), ("publishers", "b")):
        yield from ((part, Text(text)) for text in map(_unbracketed, field.all(code)) if not _UNKNOWN.fullmatch(text))
    for text in map(_unbracketed, field.all("c")):
        if not _UNKNOWN.fullmatch(text):
            yield "dates", Date(text, kind)


def _unbracketed(text: str) -> str:
    """The text without the brackets around what the cataloguer supplied."""
    return text[1:-1] if text.startswith("[") and text.endswith("]") and "[" not in text[1:] else text.strip("[]")


def _languages(field: DataField) -> Iterator[Part]:
    """Codes of the text or sound, which older records run together."""
    for codes in field.all("ad"):
        for code in _LANGUAGE.findall(codes) if len(codes) % 3 == 0 else [codes]:
            if code not in _NO_LANGUAGE:
                yield "languages", Text(code)


def _rights(kind: RightsKind) -> Reader:
    def read_rights(field: DataField) -> Iterator[Part]:
        text = field.joined("abcdf")
        uri = field.one("u") or licence_in(text)
        if text or uri:
            yield "rights", Rights(text, rights_kind(kind, uri), uri)

    return read_rights


def _copyright(field: DataField) -> Iterator[Part]:
    yield from (("rights", Rights(text, RightsKind.HOLDER)) for text in field.all("d"))
    yield from (("rights", Rights(text)) for text in field.all("f"))


def _table(*rows: tuple[str, Reader]) -> dict[str, Reader]:
    """Readers by tag, of rows that may each name several."""
    return {tag: reader for tags, reader in rows for tag in tags.split()}


_READ: Final = _table(
    ("010", works.number("lccn")),
    ("020", works.number("isbn")),
    ("022", works.number("issn")),
    ("024", works.number("")),
    ("027", works.number("strn")),
    ("034", subjects.edges),
    ("035", works.control_number),
    ("041", _languages),
    ("050", subjects.classification("lcc")),
    ("060", subjects.classification("nlm")),
    ("080", subjects.classification("udc")),
    ("082", subjects.classification("ddc")),
    ("084", subjects.classification("")),
    ("100 110 111 700 710 711 720", names.read),
    ("130 210 222 240 242 246 247 740", _other_title),
    ("245", _title),
    ("250", _whole("editions", "ab")),
    ("256", _whole("extents", "a")),
    ("260 264", _published),
    ("300", _whole("extents", "abcefg")),
    ("338", _each("formats", "a")),
    ("347", _each("formats", "b")),
    ("440 490 800 810 811 830", works.series),
    ("500 501 502 504 507 508 511 513 515 516 518 522 524 525", _prose("notes")),
    ("533 534 536 538 545 546 547 550 556 580 586", _prose("notes")),
    ("505", _prose("contents", "agrt")),
    ("506", _rights(RightsKind.ACCESS)),
    ("510", works.referenced("isReferencedBy")),
    ("520", _prose("abstracts", "abc")),
    ("521", _prose("audiences", "ab")),
    ("530", works.referenced("hasFormat")),
    ("540", _rights(RightsKind.PLAIN)),
    ("542", _copyright),
    ("561", _prose("provenances", "a")),
    ("600 610 611", subjects.subject(SubjectKind.NAME)),
    ("630", subjects.subject(SubjectKind.TITLE)),
    ("647 650 654 657", subjects.subject(SubjectKind.TOPIC)),
    ("648", subjects.period),
    ("651 662 752", subjects.place),
    ("653", subjects.uncontrolled),
    ("655", subjects.genre),
    ("656", subjects.subject(SubjectKind.OCCUPATION)),
    ("760 772 773", works.related("isPartOf")),
    ("762 770 774", works.related("hasPart")),
    ("765", works.related("isVersionOf")),
    ("767 775", works.related("hasVersion")),
    ("776", works.related("hasFormat")),
    ("777 787", works.related("relation")),
    ("780", works.related("replaces")),
    ("785", works.related("isReplacedBy")),
    ("786", works.related("source")),
    ("856", works.electronic),
)
