"""Reads an archival finding aid: EAD 1.0, EAD 2002 and EAD3.

After "EAD to Dublin Core" (EAD Tag Library 2002, appendix A: crosswalks), with the elements that EAD3 has for them.
What is described is the whole (archdesc); its components are not told, nor are the notes on how it was described.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import ead_dates
from mdwatch.exporters.records.description import (
    Description,
    NoteType,
    Related,
    Rights,
    RightsKind,
    Text,
    Title,
)
from mdwatch.exporters.records.ead_names import controlled, heading, origin, repository
from mdwatch.exporters.records.identifier_types import identified, licence_in, rights_kind
from mdwatch.exporters.records.outline import (
    Outline,
    OutlineRow,
    Part,
    Reader,
    address,
    attribute,
    children,
    described,
    first,
    identifier,
    lang,
    local,
    rights,
    texts,
    value,
)
from mdwatch.exporters.records.plain_text import clean

_HREF: Final = "{http://www.w3.org/1999/xlink}href"


def _title(element: etree._Element) -> Iterator[Part]:
    """The title; dates inside it have an element of their own too, and stay where they are read."""
    if text := value(element).rstrip(" ,;:"):
        yield "titles", Title(text, lang=lang(element))
    for inner in children(element, "unitdate"):
        yield from ead_dates.date(inner)


def _extent(element: etree._Element) -> Iterator[Part]:
    inner = list(children(element, "extent"))
    for found in [*inner, *children(element, "dimensions")] if inner else [element]:
        if text := value(found):
            unit = attribute(found, "unit") if text.replace(".", "").isdecimal() else ""
            yield "extents", Text(" ".join(filter(None, (text, unit))))
    for found in children(element, "physfacet", "genreform"):
        if text := heading(found):
            yield "formats", Text(text)


def _structured_extent(element: etree._Element) -> Iterator[Part]:
    amount = " ".join(filter(None, (first(element, name) for name in ("quantity", "unittype"))))
    if amount:
        yield "extents", Text(amount)
    yield from (("extents", Text(text)) for text in map(value, children(element, "dimensions")) if text)
    yield from (("formats", Text(text)) for text in map(heading, children(element, "physfacet")) if text)


def _language(element: etree._Element) -> Iterator[Part]:
    """Each language by its code, else by its name, else in the words of the element."""
    found = [part for part in element.iter("*") if local(part) == "language"]
    for part in found or [element]:
        if text := attribute(part, "langcode") or value(part):
            yield "languages", Text(text)


def _prose(part: str, kind: str = "") -> Reader:
    """Paragraphs without the heading above them; `kind` is what the note is of, in MODS's word."""

    def read(element: etree._Element) -> Iterator[Part]:
        told = [value(child) for child in element if local(child) not in {"head", ""}]
        if text := " ".join(filter(None, told)) or value(element):
            yield part, Text(text, lang(element))
            if kind:
                yield "note_types", NoteType(text, kind)

    return read


def _rights(kind: RightsKind) -> Reader:
    def read(element: etree._Element) -> Iterator[Part]:
        told = [child for child in element if local(child) not in {"head", ""}]
        for child in told or [element]:
            linked = "" if _link(child) else next(filter(None, map(licence_in, map(_link, child.iter("*")))), "")
            for part, said in rights(kind, "href", _HREF)(child):
                # A licence that the words link to.
                if linked and isinstance(said, Rights) and not said.uri:
                    yield part, said._replace(uri=linked, kind=rights_kind(kind, linked))
                else:
                    yield part, said

    return read


def _citation(element: etree._Element) -> Iterator[Part]:
    if text := " ".join(value(child) for child in element if local(child) not in {"head", ""}) or value(element):
        yield "identifiers", identified(text, "citation")


def _works(relation: str) -> Reader:
    """Other materials, each by its own entry where there are any."""

    def read(element: etree._Element) -> Iterator[Part]:
        for entry in _entries(element) or list(children(element, "p")) or [element]:
            uri = next((link for link in map(_link, entry.iter("*")) if "://" in link), "")
            if text := value(entry):
                yield "related", Related(relation, text, (identified(uri, "uri"),) if uri else ())

    return read


def _entries(element: etree._Element) -> list[etree._Element]:
    """The entries of a list of materials; of a link amid words, what it stands in, for it says little alone."""
    links = (e for e in element.iter("*") if local(e) in {"archref", "bibref", "ref", "extref"})
    within = ((link, link.getparent()) for link in links)
    told = (link if around is None or local(around) != "p" or _alone(link) else around for link, around in within)
    return list(dict.fromkeys(told))


def _alone(link: etree._Element) -> bool:
    """Whether no words stand around a link."""
    around = link.getparent()
    said = () if around is None else (around.text, *(child.tail for child in around))
    return not any(clean(words or "").strip(" .,;") for words in said)


def _relation(element: etree._Element) -> Iterator[Part]:
    """EAD3: another resource that stands in a relation to this one; names do too."""
    uri, title = _link(element), first(element, "relationentry")
    if attribute(element, "relationtype") == "resourcerelation" and (title or "://" in uri):
        yield "related", Related("relation", title, (identified(uri, "uri"),) if "://" in uri else ())


def _link(element: etree._Element) -> str:
    return attribute(element, "href") or attribute(element, _HREF)


_ARCH: Final = "archdesc"
_DID: Final = f"{_ARCH}/did"


def _in_group(name: str, term: str, read: Reader) -> tuple[OutlineRow, ...]:
    """A row for an element that EAD 2002 has in archdesc, and in descgrp or admininfo as well."""
    return tuple(OutlineRow(f"{path}/{name}", term, read) for path in (_ARCH, f"{_ARCH}/descgrp", f"{_ARCH}/admininfo"))


ROWS: Final = (
    OutlineRow("eadheader/eadid", "identifier", address("url")),
    OutlineRow("control/recordid", "identifier", address("instanceurl")),
    OutlineRow(f"{_DID}/unittitle", "title", _title),
    OutlineRow(f"{_DID}/origination", "creator", origin),
    OutlineRow(f"{_DID}/unitdate", "date", ead_dates.date),
    OutlineRow(f"{_DID}/unitdatestructured", "date", ead_dates.structured),
    OutlineRow(f"{_DID}/unitid", "identifier", identifier("type")),
    OutlineRow(f"{_DID}/repository", "publisher", repository),
    OutlineRow(f"{_DID}/physdesc", "format", _extent),
    OutlineRow(f"{_DID}/physdescset/physdescstructured", "format", _structured_extent),
    OutlineRow(f"{_DID}/physdescstructured", "format", _structured_extent),
    OutlineRow(f"{_DID}/abstract", "description", texts("abstracts")),
    OutlineRow(f"{_DID}/langmaterial", "language", _language),
    OutlineRow(f"{_DID}/physloc", "(none)", texts("shelf_marks")),
    OutlineRow(f"{_DID}/note", "description", texts("notes")),
    OutlineRow(f"{_DID}/didnote", "description", texts("notes")),
    OutlineRow(f"{_DID}/dao", "identifier", address("href", _HREF)),
    OutlineRow(f"{_DID}/daoset/dao", "identifier", address("href", _HREF)),
    OutlineRow(f"{_DID}/daogrp/daoloc", "identifier", address("href", _HREF)),
    OutlineRow(f"{_DID}/materialspec", "description", texts("notes")),
    OutlineRow(f"{_ARCH}/dao", "identifier", address("href", _HREF)),
    *_in_group("scopecontent", "description", _prose("abstracts")),
    *_in_group("bioghist", "description", _prose("notes", "biographical/historical")),
    *_in_group("arrangement", "description", _prose("notes")),
    *_in_group("odd", "description", _prose("notes")),
    *_in_group("phystech", "description", _prose("notes", "system details")),
    *_in_group("accruals", "description", _prose("notes", "accrual policy")),
    *_in_group("otherfindaid", "description", _prose("notes")),
    *_in_group("custodhist", "provenance", _prose("provenances")),
    *_in_group("acqinfo", "provenance", _prose("provenances")),
    *_in_group("accessrestrict", "accessRights", _rights(RightsKind.ACCESS)),
    *_in_group("userestrict", "rights", _rights(RightsKind.PLAIN)),
    *_in_group("prefercite", "bibliographicCitation", _citation),
    *_in_group("relatedmaterial", "relation", _works("relation")),
    *_in_group("separatedmaterial", "relation", _works("relation")),
    *_in_group("originalsloc", "source", _works("source")),
    *_in_group("altformavail", "hasFormat", _works("hasFormat")),
    *_in_group("bibliography", "isReferencedBy", _works("isReferencedBy")),
    OutlineRow(f"{_ARCH}/relations/relation", "relation", _relation),
    *controlled(f"{_ARCH}/controlaccess"),
    *controlled(f"{_ARCH}/controlaccess/controlaccess"),
    *controlled(f"{_ARCH}/controlaccess/controlaccess/controlaccess"),
)


_OUTLINE: Final = Outline(ROWS)


def read(root: etree._Element) -> Description:
    """What the finding aid says of what it describes. The title of the aid itself stands in where that has none."""
    parts = list(_OUTLINE.parts(root))
    if not any(part == "titles" for part, _ in parts):
        header = next(children(root, "eadheader", "control"), None)
        proper = "" if header is None else first(header, "filedesc/titlestmt/titleproper")
        parts += [("titles", Title(proper))] if proper else []
    archdesc = next(children(root, "archdesc"), None)
    if parts and (archdesc is None or attribute(archdesc, "level") not in {"item", "file"}):
        parts.append(("types", Text("collection")))
    return described(parts)
