"""Numbers and addresses in a MARC record, of the work itself and of those that it is related to."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from mdwatch.exporters.records import parts_of_hosts
from mdwatch.exporters.records.description import Grant, Identifier, PartOfHost, Related, Text
from mdwatch.exporters.records.identifier_types import identified
from mdwatch.exporters.records.marc import notes
from mdwatch.exporters.records.marc.fields import DataField, sentences

Part = tuple[str, object]
Reader = Callable[[DataField], Iterator[Part]]

# Field 024 by its first indicator; 7 has its type in $2.
_STANDARD: Final = {"0": "isrc", "1": "upc", "2": "ismn", "3": "ean", "4": "sici"}
# Field 028 by its first indicator, in the words of "MARC 21 to MODS 3.7 Mapping".
_PUBLISHER_NUMBERS: Final = {
    "0": "issue number",
    "1": "matrix number",
    "2": "music plate",
    "3": "music publisher",
    "4": "videorecording identifier",
    "6": "distributor number",
}
# 773 $q: levels of numbering with colons between, of which the first two are told, then the first page.
_CODED_PART: Final = re.compile(r"([\w./-]+)(?::([\w./-]+))?(?::[\w./-]+)*(?:<([\w.]+))?")
# What older systems write before an OCLC number, and the zeros that fill it.
_OCLC_PREFIX: Final = re.compile(r"^(?:ocm|ocn|on)?0*", re.IGNORECASE)
_STANDARD_NUMBER: Final = re.compile(r"[\dX-]{8,}", re.IGNORECASE)


def number(type_: str) -> Reader:
    """A number; ISBN and ISSN without the words on binding and price behind them."""

    def read_number(field: DataField) -> Iterator[Part]:
        kind = type_ or (field.one("2") if field.first == "7" else _STANDARD.get(field.first, ""))
        for text in field.all("a"):
            plain = _STANDARD_NUMBER.match(text) if kind in {"isbn", "issn"} else None
            yield "identifiers", identified(plain[0] if plain else text, kind)

    return read_number


def publisher_number(field: DataField) -> Iterator[Part]:
    """A publisher's number (028), whose kind the first indicator tells; with the publisher's name as MODS has it."""
    kind = _PUBLISHER_NUMBERS.get(field.first, "")
    publisher = field.one("b")
    for text in field.all("a"):
        yield "identifiers", identified(" ".join(filter(None, [publisher, text])), kind)


def _oclc(texts: Iterable[str]) -> Iterator[Identifier]:
    """The OCLC numbers among control numbers: those of other systems mean nothing outside of them."""
    for text in texts:
        system, _, number = text.partition(")")
        plain = _OCLC_PREFIX.sub("", number.strip())
        if system.strip() == "(OCoLC" and plain:
            yield Identifier(plain, "oclc")


def control_number(field: DataField) -> Iterator[Part]:
    """The OCLC number (035)."""
    yield from (("identifiers", identifier) for identifier in _oclc(field.all("a")))


_PREVIEW: Final = re.compile(r"\b(?:thumbnail|preview image|vorschaubild|vignette)\b", re.IGNORECASE)


def electronic(field: DataField) -> Iterator[Part]:
    """Where the work is (856); with a second indicator 2 it is another one, or a small picture of it."""
    if _PREVIEW.search(field.one("3") or field.one("yz")):
        yield from (("previews", Text(url)) for url in field.all("u"))
        return
    for url in field.all("u"):
        if field.second == "2":
            yield "related", Related("relation", field.one("3y"), (identified(url, "uri"),))
        else:
            yield "identifiers", identified(url, "uri")
    if field.second != "2":
        yield from (("formats", Text(text)) for text in field.all("q"))


_SPONSORED: Final = re.compile(r"(?:sponsored|funded|supported|financed) (?:in part )?by(?: the)? ", re.IGNORECASE)


def funding(field: DataField) -> Iterator[Part]:
    """A funding note (536): a grant by its number, of whom the note names; without a number it stays a note."""
    numbers = field.all("c") or field.all("b") or field.all("d")
    funder = _SPONSORED.sub("", field.one("a")).strip()
    for number_ in numbers:
        yield "grants", Grant(funder, number_, title=field.one("f"))
    if not numbers:
        yield from notes.read(field)


def related(relation: str) -> Reader:
    """A linking entry (76X to 78X)."""

    def read_related(field: DataField) -> Iterator[Part]:
        place = _by_parts(field)
        part = parts_of_hosts.in_words(place) if _labelled(field) else field.joined("g")
        title = sentences(field.one("a"), field.joined("st"))
        pairs = (("x", "issn"), ("z", "isbn"), ("y", "coden"), ("r", "report number"), ("u", "strn"), ("o", ""))
        numbers = [identified(text, type_) for code, type_ in pairs for text in field.all(code)]
        identifiers = (*numbers, *_oclc(field.all("w")))
        if title or identifiers:
            yield "related", Related(relation, title, identifiers, part, place=place)

    return read_related


def placed_in_host(fields: Iterable[DataField], works: Iterable[object]) -> tuple[Related, Related] | None:
    """The one host of a work as it was, and with what another 773, which names none, tells by parts of where in it."""
    hosts = [work for work in works if isinstance(work, Related) and work.relation == "isPartOf" and not work.series]
    if len(hosts) != 1:
        return None
    labelled = (_labelled(field) for field in fields if field.tag == "773" and not field.one("at"))
    place = next(filter(None, labelled), None)
    # Words that tell less of it were not understood.
    if not place or sum(map(bool, place)) <= sum(map(bool, hosts[0].place)):
        return None
    return hosts[0], hosts[0]._replace(place=place, part=hosts[0].part or parts_of_hosts.in_words(place))


# Parts of a host as K10plus labels them, each in a $g of its own: volume:12.
_LABEL: Final = re.compile(r"(volume|number|year|pages):(.+)")


def _labelled(field: DataField) -> PartOfHost | None:
    """Where in its host a work stands by labelled parts; None where it has none."""
    told = [(found[1], found[2]) for text in field.all("g") if (found := _LABEL.fullmatch(text))]
    if not told:
        return None
    parts = dict(reversed(told))
    first, _, last = parts.get("pages", "").partition("-")
    return PartOfHost(parts.get("volume", ""), parts.get("number", ""), first, last, parts.get("year", ""))


def _by_parts(field: DataField) -> PartOfHost:
    """Volume, issue and first page by their code ($q `12:3<10`), the last page and the year in words ($g).

    Without a code the words tell them all.
    """
    if labelled := _labelled(field):
        return labelled
    found = _CODED_PART.fullmatch(field.one("q").replace(" ", ""))
    if not found:
        return parts_of_hosts.written(field.joined("g"))
    volume, issue, page = (part or "" for part in found.groups())
    words = field.joined("g")
    last = re.search(rf"(?<!\d){re.escape(page)}\s*[-–]\s*(\d+)", words) if page else None
    year = re.search(r"\((?:[^()]*\D)?(\d{4})\)", words)
    return PartOfHost(volume, issue, page, last[1] if last else "", year[1] if year else "")


def uniform(field: DataField) -> Iterator[Part]:
    """Another work by its uniform title (730), or one that is contained (second indicator 2)."""
    if title := field.joined("adfgklmnoprst"):
        numbers = tuple(identified(text, "issn") for text in field.all("x"))
        yield "related", Related("hasPart" if field.second == "2" else "relation", title, numbers)


def series(field: DataField) -> Iterator[Part]:
    """A series and the number in it."""
    head = "" if field.tag in {"440", "490", "830"} else field.joined("abcdq")
    title = sentences(head, field.joined("tnp")) if head else " = ".join(_parallel_titles(field))
    if title:
        issn = tuple(identified(text, "issn") for text in field.all("x"))
        number = field.trim(field.one("v")) if title.count(" = ") else field.joined("v")
        yield "related", Related("isPartOf", title, issn, number, series=True)


def _parallel_titles(field: DataField) -> Iterator[str]:
    """The title of a series, with its parts, in each language that the field has it in (490 $a = $a)."""
    starts = [number for number, (code, _) in enumerate(field.subfields) if code == "a"]
    for start, end in zip([0, *starts[1:]], [*starts[1:], None], strict=True):
        if text := field._replace(subfields=field.subfields[start:end]).joined("anp"):
            yield text


def referenced(relation: str) -> Reader:
    """A work that a note tells of."""

    def read_reference(field: DataField) -> Iterator[Part]:
        if text := field.joined("abcd"):
            yield "related", Related(relation, text, tuple(identified(uri, "uri") for uri in field.all("u")))

    return read_reference
