"""Reads a MARC 21 record in MARCXML into a description, a field at a time.

After "MARC to Dublin Core Crosswalk" (Library of Congress, 2008), qualified, "MARC 21 to MODS 3.7 Mapping" for what
Dublin Core has no words for, and "MARC 21 Format for Bibliographic Data". Local fields (9XX, X9X but for 689), holdings
and notes on the cataloguing (583, 588) are left out.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from mdwatch.exporters.records import imprints, parallel
from mdwatch.exporters.records.access_rights import EU_REPO
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Name,
    Place,
    PlaceKind,
    Rights,
    RightsKind,
    SubjectKind,
    Text,
)
from mdwatch.exporters.records.identifier_types import identified, licence_in, rights_kind
from mdwatch.exporters.records.marc import chains, dates, linked, names, notes, subjects, titles, types, unimarc, works
from mdwatch.exporters.records.marc.fields import DataField, MarcRecord, record_in, unbracketed

Part = tuple[str, object]
Reader = Callable[[DataField], Iterator[Part]]

# 264 by its second indicator: whose part is another than the publisher's.
_NO_PUBLISHERS: Final = {"2": "distributor", "3": "manufacturer"}

# Codes that name no language.
_NO_LANGUAGE: Final = frozenset({"und", "zxx", "mul"})
_LANGUAGE: Final = re.compile(r"[a-z]{3}")


def read(content: str) -> Description:
    """What the MARC record says; raises `Rejected` if it is none."""
    record = record_in(content)
    if unimarc.is_unimarc(record):
        record = unimarc.as_marc21(record)
    parts: dict[str, dict[object, None]] = {}
    for part, said in (*_from_fields(record), *_from_positions(record)):
        parts.setdefault(part, {})[said] = None
    if "related" in parts and (placed := works.placed_in_host(record.fields, parts["related"])):
        parts["related"] = {placed[1] if work == placed[0] else work: None for work in parts["related"]}
    return Description(**{part: tuple(said) for part, said in parts.items()})  # type: ignore[arg-type]


def _from_fields(record: MarcRecord) -> Iterator[Part]:
    tags = {field.tag for field in record.fields}
    traced = bool(tags & {"800", "810", "811", "830"})
    for field, others in linked.fields(record):
        reader = _READ.get(field.tag)
        # A series that is traced (first indicator 1) is told again as traced; a map's edges again as coded.
        if reader is None or (field.tag == "490" and field.first == "1" and traced):
            continue
        said = reader(field)
        for other, lang in others:
            said = parallel.united(list(said), reader(other), lang)
        yield from said


def _from_positions(record: MarcRecord) -> Iterator[Part]:
    """Type from the leader; dates; language from 008 where no field tells it better."""
    yield from types.read(record)
    yield from dates.read(record)
    language = record.control.get("008", "")[35:38]
    stated = any(field.tag == "041" and field.one("ad") for field in record.fields)
    if _LANGUAGE.fullmatch(language) and language not in _NO_LANGUAGE and not stated:
        yield "languages", Text(language)
    if all(field.tag != "034" for field in record.fields):
        yield from (
            ("places", Place(text, PlaceKind.BOX)) for f in record.fields if f.tag == "255" for text in f.all("c")
        )


def _each(part: str, codes: str) -> Reader:
    """Each of these subfields is a text of its own."""
    return lambda field: ((part, Text(text)) for text in field.all(codes))


def _whole(part: str, codes: str = "") -> Reader:
    """These subfields make one text."""
    return lambda field: ((part, Text(text)) for text in [field.joined(codes)] if text)


def _with_marks(part: str, codes: str, marks: dict[str, str]) -> Reader:
    """These subfields make one text, with ISBD's marks between them."""
    return lambda field: ((part, Text(text)) for text in [field.punctuated(codes, marks)] if text)


# What is written for a book before its publication: `p. cm.`.
_NOT_KNOWN_YET: Final = re.compile(r"(?:p|pages?|v|volumes?)\.? *[:;]? *cm\.?")
_EXTENT_MARKS: Final = {"b": " :", "c": " ;", "e": " +"}


def _extent(field: DataField) -> Iterator[Part]:
    """How much there is and how large it is, unless nobody knew it yet."""
    text = field.punctuated("abcefg", _EXTENT_MARKS)
    if text and not _NOT_KNOWN_YET.fullmatch(text):
        yield "extents", Text(text)


def _duration(field: DataField) -> Iterator[Part]:
    """How long it lasts (306), hours, minutes and seconds of it apart: 020600 as 02:06:00; a size by DCMI's extent."""
    for text in field.all("a"):
        if len(text) == 6 and text.isdecimal():
            yield "extents", Text(f"{text[:2]}:{text[2:4]}:{text[4:]}")


def _cited(field: DataField) -> Iterator[Part]:
    """How the work is to be cited (524)."""
    if text := field.prose():
        yield "identifiers", identified(text, "citation")


def _prose(part: str, codes: str = "") -> Reader:
    """These subfields make sentences, which keep their full stops."""
    return lambda field: ((part, Text(text)) for text in [field.prose(codes)] if text)


def _published(field: DataField) -> Iterator[Part]:
    """Production, publication, distribution, manufacture: 264 by its second indicator; 260 has the last in $e and $f.

    Who made the copies, or gives them out, is no publisher. The dates are in `dates`.
    """
    role = _NO_PUBLISHERS.get(field.second, "") if field.tag == "264" else ""
    agents = [text for text in map(unbracketed, field.all("b")) if not imprints.is_unknown(text)]
    if role:
        yield from (("names", Name(text, creator=False, roles=(role,))) for text in agents)
        return
    places = [text for text in map(unbracketed, field.all("a")) if not imprints.is_unknown(text)]
    yield from (("places_published", Text(text)) for text in places)
    yield from (("publishers", Text(text)) for text in agents)
    makers = [unbracketed(text.strip("()")) for text in field.all("f")] if field.tag == "260" else []
    yield from (("names", Name(text, creator=False, roles=("manufacturer",))) for text in makers if text)


def _languages(field: DataField) -> Iterator[Part]:
    """Codes of the text or sound, which older records run together."""
    for codes in field.all("ad"):
        for code in _LANGUAGE.findall(codes) if len(codes) % 3 == 0 else [codes]:
            if code not in _NO_LANGUAGE:
                yield "languages", Text(code)


def _is_in_words(text: str) -> bool:
    """Whether a collection is told by its name."""
    return " " in text or (text.isalpha() and not text.isupper())


def _held(field: DataField) -> Iterator[Part]:
    """Who keeps the thing itself, with the collection there ($b), and where it stands."""
    if keepers := field.all("a"):
        *others, last = keepers
        yield from (("locations", Text(text)) for text in others)
        # Most collections are told by codes of the house (`STI`, `150`), which mean nothing outside of it.
        yield "locations", Text(", ".join([last, *filter(_is_in_words, field.all("b"))]))
    if mark := field.joined("hijklm"):
        yield "shelf_marks", Text(mark)


# 506 $f by "Standardized Terminology for Access Restriction" (star), 856 $7 by MARC 21.
_STANDARD_ACCESS: Final = {
    "unrestricted online access": f"{EU_REPO}openAccess",
    "online access with authorization": f"{EU_REPO}restrictedAccess",
}
_ACCESS_STATUS: Final = {"0": f"{EU_REPO}openAccess", "1": f"{EU_REPO}restrictedAccess"}


def _electronic(field: DataField) -> Iterator[Part]:
    """Where the work is, and who may have access to it there ($7)."""
    yield from works.electronic(field)
    status = next((text for code, text in field.subfields if code == "7"), "")
    if field.second != "2" and (uri := _ACCESS_STATUS.get(status)):
        yield "rights", Rights("", RightsKind.ACCESS, uri)


def _rights(kind: RightsKind) -> Reader:
    def read_rights(field: DataField) -> Iterator[Part]:
        # The term of a list ($2) in $f is the statement once more.
        in_words = "abcdf" if kind is RightsKind.ACCESS or not field.one("2") else "abcd"
        text = field.joined(in_words) or field.one("f")
        uri = field.one("u") or licence_in(text)
        if kind is RightsKind.ACCESS and field.one("2").lower() == "star":
            uri = uri or _STANDARD_ACCESS.get(field.one("f").lower(), "")
        if text or uri:
            yield "rights", Rights(text, rights_kind(kind, uri), uri)

    return read_rights


def _owned(codes: str) -> Reader:
    """How the work came here and whose it was, but for what is marked as not for the public."""
    said = _prose("provenances", codes)
    return lambda field: said(field) if field.first != "0" else iter(())


def _copyright(field: DataField) -> Iterator[Part]:
    yield from (("rights", Rights(text, RightsKind.HOLDER)) for text in field.all("d"))
    yield from (("rights", Rights(text)) for text in field.all("fl"))
    yield from (("dates", Date(text, DateKind.COPYRIGHTED)) for text in field.all("g"))


def _table(*rows: tuple[str, Reader]) -> dict[str, Reader]:
    """Readers by tag, of rows that may each name several."""
    return {tag: reader for tags, reader in rows for tag in tags.split()}


_READ: Final = _table(
    ("010", works.number("lccn")),
    ("020", works.number("isbn")),
    ("022", works.number("issn")),
    ("024", works.number("")),
    ("027", works.number("strn")),
    ("030", works.number("coden")),
    ("037", works.number("stock number")),
    ("088", works.number("report number")),
    ("028", works.publisher_number),
    ("034", subjects.edges),
    ("035", works.control_number),
    ("041", _languages),
    ("043", subjects.place_code),
    ("045", subjects.coded_period),
    ("050", subjects.classification("lcc")),
    ("055", subjects.classification("lcc")),
    ("060", subjects.classification("nlm")),
    ("070", subjects.classification("nal")),
    ("080", subjects.classification("udc")),
    ("082", subjects.classification("ddc")),
    ("084", subjects.classification("")),
    ("100 110 111 700 710 711 720", names.read),
    ("086", subjects.government_document),
    ("130 210 222 240 242 246 247", titles.other),
    ("740", titles.added),
    ("245", titles.proper),
    ("250", _with_marks("editions", "ab", {"b": " /"})),
    ("255", subjects.scale),
    ("256", _whole("extents", "a")),
    ("260 264", _published),
    ("300", _extent),
    ("306", _duration),
    ("310 321", _whole("frequencies", "ab")),
    ("336", types.content),
    ("338", _each("formats", "a")),
    ("340", _each("formats", "acd")),
    ("347", _each("formats", "b")),
    ("440 490 800 810 811 830", works.series),
    ("254 351 362 500 501 504 507 508 511 513 514 515 516 518 522 525 526 533 534 535 538 544 545", notes.read),
    ("546 547 550 552 555 556 562 565 567 580 584 585 586", notes.read),
    ("502", types.dissertation),
    ("524", _cited),
    ("536", works.funding),
    ("505", _prose("contents", "agrt")),
    ("506", _rights(RightsKind.ACCESS)),
    ("510 581", works.referenced("isReferencedBy")),
    ("520", _prose("abstracts", "abc")),
    ("521", _prose("audiences", "ab")),
    ("530", works.referenced("hasFormat")),
    ("540", _rights(RightsKind.PLAIN)),
    ("542", _copyright),
    ("541", _owned("acde")),
    ("561", _owned("a")),
    ("600 610 611", subjects.subject(SubjectKind.NAME)),
    ("630", subjects.subject(SubjectKind.TITLE)),
    ("647 650 654 657", subjects.subject(SubjectKind.TOPIC)),
    ("648", subjects.period),
    ("651 662 752", subjects.place),
    ("751", subjects.added_place),
    ("653", subjects.uncontrolled),
    ("655", subjects.genre),
    ("380", _each("genres", "a")),
    ("385", _each("audiences", "a")),
    ("656", subjects.subject(SubjectKind.OCCUPATION)),
    ("689", chains.link),
    ("730", works.uniform),
    ("760 772 773", works.related("isPartOf")),
    ("762 770 774", works.related("hasPart")),
    ("765", works.related("isVersionOf")),
    ("767 775", works.related("hasVersion")),
    ("776", works.related("hasFormat")),
    ("777 787", works.related("relation")),
    ("780", works.related("replaces")),
    ("785", works.related("isReplacedBy")),
    ("786", works.related("source")),
    ("852", _held),
    ("856", _electronic),
)
