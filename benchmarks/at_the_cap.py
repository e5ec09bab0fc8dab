"""Records as large as the caps on one document allow, by what they are full of, for measuring what they cost.

No two values are the same, so that no answer that is kept helps; those of each kind are such that the program has to
look at all of them before it knows what they are.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from benchmarks.sources_at_the_cap import SOURCES, Piece, SourceKind
from mdwatch.formats.limits import MOST_RECORDS, Limits
from mdwatch.model import IntellectualEntity, Record, RecordType

MOST: Final = Limits().elements - 10
LONGEST: Final = 9_900_000  # bytes of one text; libxml2 takes no longer one
_DC: Final = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def dc(inner: str) -> str:
    """A Dublin Core record around the fields."""
    return f"<dc:record {_DC}>{inner}</dc:record>"


def _each(piece: Piece, elements: int, most: int) -> str:
    """The pieces by number, each of so many elements, as many as the cap allows."""
    return "".join(map(piece, range(most // elements)))


def _field(name: str, text: Piece, attributes: str = "") -> Piece:
    return lambda k: f"<{name}{attributes and ' ' + attributes.replace('*', str(k))}>{text(k)}</{name}>"


# Values of Dublin Core by number.
FIELDS: Final[dict[str, Piece]] = {
    "subjects": _field("dc:subject", lambda k: f"subject {k}"),
    "titles": _field("dc:title", lambda k: f"The title, number {k}"),
    "titles of other letters": _field("dc:title", lambda k: f"Ünïcode — «{k}»"),
    "names": _field("dc:creator", lambda k: f"Family{k}, Given"),
    "names with dates of life": _field("dc:contributor", lambda k: f"Family, Given {k}, 1850-1900"),
    "bodies": _field("dc:contributor", lambda k: f"University of X{k}"),
    "publishers": _field("dc:publisher", lambda k: f"Publisher {k}"),
    "descriptions": _field("dc:description", lambda k: f"Some words that tell of {k} & more of it."),
    "dates": _field("dc:date", lambda k: str(date(1800, 1, 1) + timedelta(k % 60_000)) + "T00:00:00Z" * (k >= 60_000)),
    "spans": _field("dc:date", lambda k: f"{1000 + k % 900}/{1900 + k // 900}"),
    "dates in words": _field("dc:date", lambda k: f"[ca. {k % 2000:04}, no. {k}]"),
    "dates in days": _field("dc:date", lambda k: f"{k % 28 + 1} May {1000 + k % 900}, no. {k}"),
    "dates of no year": _field("dc:date", lambda k: f"in the time of M. {k % 1000}.{k // 1000}"),
    "dates in 140 characters": _field("dc:date", lambda k: f"{'word ' * 26}{k}"),
    "types": _field("dc:type", lambda k: f"type {k}"),
    "formats": _field("dc:format", lambda k: f"application/x-{k}"),
    "web addresses": _field("dc:identifier", lambda k: f"https://example.org/{k}"),
    "long web addresses": _field("dc:identifier", lambda k: f"https://example.org/{'path/' * 20}{k}?q=%20"),
    "digital objects": _field("dc:identifier", lambda k: f"10.1000/{k}"),
    "identifiers in words": _field("dc:identifier", lambda k: f"Shelf {k}, the one on the left"),
    "standard numbers": _field("dc:identifier", lambda k: f"ISBN 978-0-{k:08}-X"),
    "sources": _field("dc:source", lambda k: f"Source {k}"),
    "relations": _field("dc:relation", lambda k: f"https://example.org/{k}"),
    "parts": _field("dcterms:isPartOf", lambda k: f"Journal of {k}"),
    "languages": _field("dc:language", lambda k: f"en-x-a{k}"),
    "places": _field("dc:coverage", lambda k: f"Place {k}"),
    "places by address": _field("dcterms:spatial", lambda k: f"http://sws.geonames.org/{k}/"),
    "coordinates": _field("dc:coverage", lambda k: f"{k % 90}.{k}, {k % 180}.{k}"),
    "boxes": _field("dcterms:spatial", lambda k: f"northlimit={k % 90}; southlimit=2.{k}; eastlimit=9; westlimit=4"),
    "times": _field("dc:coverage", lambda k: f"{1000 + k % 900}-{1900 + k // 900}"),
    "periods": _field("dcterms:temporal", lambda k: f"start=1914; end=1918; name=War {k}"),
    "rights": _field("dc:rights", lambda k: f"All rights reserved by {k}"),
    "licences": _field("dcterms:license", lambda k: f"https://creativecommons.org/licenses/by/4.0/{k}"),
    "licences by name": _field("dc:rights", lambda k: f"Creative Commons Attribution {k} licence"),
    "access": _field("dcterms:accessRights", lambda k: f"open to {k}"),
    "grants": _field("dc:relation", lambda k: f"info:eu-repo/grantAgreement/EC/FP7/{k}"),
    "audiences": _field("dcterms:audience", lambda k: f"Readers of {k}"),
    "titles in languages": _field("dc:title", lambda k: f"t{k}", 'xml:lang="x-a*"'),
    "subjects of a scheme": _field("dc:subject", lambda k: f"s{k}", 'xsi:type="dcterms:LCSH"'),
    "subjects of schemes": _field("dc:subject", lambda k: f"s{k}", 'xsi:type="x:s*"'),
}

# One text of many megabytes: what repeats in it.
TEXTS: Final = {
    "x": "x", "words": "word, ", "digits": "1", "blanks": "a ", "marks": ".:/-(", "brackets": "[", "years": "1914-",
    "percents": "%20", "equals": "end=1;", "capitals": "M", "letters beyond ASCII": "é ", "controls": "\x80",
    "ampersands": "&amp;", "accents": "e\u0301", "dashes": "1\u2013", "commas": ", a",
}  # fmt: skip
LONG_FIELDS: Final = (
    "title", "creator", "subject", "description", "publisher", "date", "type", "format", "identifier", "language",
    "relation", "coverage", "rights",
)  # fmt: skip
BEGINNINGS: Final = {"identifier": "https://example.org/", "relation": "https://example.org/", "date": "1914 "}


def _entity(descriptive: str | None, sources: Iterable[str] = ()) -> IntellectualEntity:
    records = [
        Record(type=RecordType.SOURCE, sub_type="x", mid=str(number), content=content)
        for number, content in enumerate(sources, 1)
    ]
    if descriptive is not None:
        records.insert(0, Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=descriptive))
    return IntellectualEntity(pid="IE1", institution="INS01", published=True, records=tuple(records))


def entities(most: int = MOST, longest: int = LONGEST) -> dict[str, Callable[[], IntellectualEntity]]:
    """IEs with a record of so many elements, or with one text of so many bytes, each by what it is full of."""
    found: dict[str, Callable[[], IntellectualEntity]] = {}
    for kind, field in FIELDS.items():
        found[kind] = lambda field=field: _entity(dc(_each(field, 1, most)))  # type: ignore[misc]
    for kind, source in SOURCES.items():
        found[kind] = lambda source=source: _entity(None, [_record(source, most)])  # type: ignore[misc]
    for kind, source in SOURCES.items():
        few = most // MOST_RECORDS - 3
        found[f"a thousand: {kind}"] = lambda source=source, few=few: _entity(  # type: ignore[misc]
            None, [_record(source, few)] * (MOST_RECORDS - 1)
        )
    for name in LONG_FIELDS:
        for kind, text in TEXTS.items():
            found[f"one long {name} of {kind}"] = lambda name=name, text=text: _entity(  # type: ignore[misc]
                dc(f"<dc:{name}>{BEGINNINGS.get(name, '')}{text * (longest // len(text.encode()))}</dc:{name}>")
            )
    return found


def _record(kind: SourceKind, most: int) -> str:
    return kind.root.replace("*", _each(kind.piece, kind.elements, most))
