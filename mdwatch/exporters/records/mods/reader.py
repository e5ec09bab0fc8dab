"""Reads a MODS record of any version 3 into a description.

After "MODS to Dublin Core Metadata Element Set Mapping" (Library of Congress, version 3), keeping what its fifteen
elements give up. Left out: recordInfo and extension, which speak of the record and not of the work, but for the degree
of a thesis (ETD-MS); whatever is marked as invalid or not to be shared.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.records import parallel
from mdwatch.exporters.records.description import (
    Description,
    NoteType,
    Parallel,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
)
from mdwatch.exporters.records.identifier_types import identified, licence_in, rights_kind
from mdwatch.exporters.records.languages import is_none
from mdwatch.exporters.records.mods import alternates, origin, subjects, works
from mdwatch.exporters.records.mods import parts as mods_parts
from mdwatch.exporters.records.mods.parts import HREF, NAMESPACE, attribute, children, lang, name_of, text, value
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.records.stored import root_of

Part = tuple[str, object]

_ROOT: Final = re.compile(r"<(mods|modsCollection)(?=[\s>])")
_SCRIPT: Final = re.compile(r"[A-Z][a-z]{3}")
_ACCESS: Final = frozenset({"restriction on access", "restrictiononaccess"})


def record_in(content: str) -> etree._Element:
    """The first `mods` element of a record, which may be in a `modsCollection`; raises `Rejected` if there is none.

    Some systems write MODS without its namespace, which is then read, and passed on, with it.
    """
    root = root_of(content)
    if "}" not in str(root.tag):
        root = root_of(_ROOT.sub(rf'<\1 xmlns="{NAMESPACE}"', content, count=1))
    found = root if name_of(root) == "mods" else next(iter(children(root, "mods")), None)
    if found is None:
        raise Rejected("not a MODS record")
    return found


def read(content: str) -> Description:
    """What the MODS record says; raises `Rejected` if it is none."""
    parts: dict[str, dict[object, None]] = {}
    record = record_in(content)
    for element, others in alternates.elements(record, NAMESPACE):
        reader = _READ.get(name_of(element), _nothing)
        for part, said in _with_forms(reader, element, others) if others else reader(element):
            parts.setdefault(part, {})[said] = None
    found = Description(**{part: tuple(said) for part, said in parts.items()})  # type: ignore[arg-type]
    return _place_in_host(found, record)


Reader = Callable[[etree._Element], Iterator[Part]]  # noqa: SLF001 - lxml's own name for the type of its elements.


def _with_forms(reader: Reader, element: etree._Element, others: Iterable[etree._Element]) -> Iterator[Part]:
    """What an element says, with its forms in other scripts."""
    said = reader(element)
    for other in others:
        said = parallel.united(list(said), reader(other), alternates.tag(other))
    return said


def _nothing(_element: etree._Element) -> Iterator[Part]:
    return iter(())


def _text(part: str, element: etree._Element) -> Iterator[Part]:
    if element.get("shareable") != "no" and (found := text(element)).text:
        yield part, found


def _plain(part: str) -> Reader:
    return partial(_text, part)


def _titles(info: etree._Element) -> Iterator[Part]:
    yield from (("titles", title) for title in mods_parts.titles(info))


def _names(element: etree._Element) -> Iterator[Part]:
    if name := mods_parts.person(element):
        yield "names", name


def _types(element: etree._Element) -> Iterator[Part]:
    if element.get("collection") == "yes":
        yield "types", Text("collection")
    if element.get("manuscript") == "yes":
        yield "genres", Text("manuscript")
    yield from _text("types", element)


# Parts whose language is that of the work: what "MARC to MODS" makes of 041 $a and $d.
_OF_THE_WORK: Final = frozenset(("", "sung or spoken text", "text/sound track or separate title"))


def _language(element: etree._Element) -> Iterator[Part]:
    """Each language of the work once, by its name, or else by its code; not that of a part, such as its summary.

    A code with a code of its script is one tag. What has no language, or none that is known, says nothing.
    """
    if attribute(element, "objectPart") not in _OF_THE_WORK:
        return
    terms = [term for term in children(element, "languageTerm") if value(term)]
    if any(is_none(value(term)) for term in terms):
        return
    scripts = [value(term) for term in children(element, "scriptTerm") if _SCRIPT.fullmatch(value(term))]
    codes = [term for term in terms if term.get("type") == "code"]
    if scripts and codes:
        yield "languages", Text(f"{value(codes[0])}-{scripts[0]}")
        return
    for term in [term for term in terms if term.get("type") == "text"] or terms[:1]:
        yield "languages", Text(value(term), lang(term))


def _physical(element: etree._Element) -> Iterator[Part]:
    for form in children(element, "form", "internetMediaType"):
        yield from _text("formats", form)
    for extent in children(element, "extent"):
        if amount := value(extent):
            yield "extents", Text(" ".join(filter(None, [amount, attribute(extent, "unit")])), lang(extent))
    for note in children(element, "note"):
        yield from _text("notes", note)


# Types of notes that have a place of their own.
_NOTES: Final = {
    "ownership": "provenances",
    "acquisition": "provenances",
    "statement of responsibility": "responsibilities",
}


def _note(element: etree._Element) -> Iterator[Part]:
    if attribute(element, "type").lower() in _CITATIONS and (said := value(element)):
        yield "identifiers", identified(said, "citation")
        return
    type_ = attribute(element, "type")
    part = _NOTES.get(type_.lower(), "notes")
    yield from _text(part, element)
    if type_ and part == "notes" and (said := value(element)):
        yield "note_types", NoteType(said, type_)


_CITATIONS: Final = frozenset(("preferred citation", "preferredcitation"))


def _genre(element: etree._Element) -> Iterator[Part]:
    """A genre, with the term of the vocabulary that it is."""
    if found := value(element):
        yield "genres", text(element)
        scheme, uri = attribute(element, "authority").lower(), attribute(element, "valueURI")
        if scheme or uri:
            yield "genre_terms", Subject(found, SubjectKind.GENRE, scheme, uri)


def _classification(element: etree._Element) -> Iterator[Part]:
    if number := value(element):
        scheme = attribute(element, "authority").lower()
        yield "subjects", Subject(number, SubjectKind.CLASSIFICATION, scheme, attribute(element, "valueURI"))


def _identifier(element: etree._Element) -> Iterator[Part]:
    if element.get("invalid") != "yes" and (number := value(element)):
        kind = attribute(element, "type")
        yield "identifiers", identified(_BEHIND.sub("", number) if kind.lower() in _STANDARD else number, kind)


# What catalogues write behind a standard number: binding and price.
_BEHIND: Final = re.compile(r"\s*[(:;].*$", re.DOTALL)
_STANDARD: Final = frozenset({"isbn", "issn"})


def _degree(extension: etree._Element) -> Iterator[Part]:
    """The degree that a thesis was written for, in one note."""
    for degree in extension.iter("{*}degree"):
        said = {etree.QName(part).localname: clean(part.text or "") for part in degree.iterchildren("*")}
        about = ", ".join(filter(None, map(said.get, ("name", "level", "discipline", "grantor"))))
        if about:
            yield "notes", Text(f"Thesis ({about})")
            yield "note_types", NoteType(f"Thesis ({about})", "thesis")


def _location(element: etree._Element) -> Iterator[Part]:
    """Where the work is to be had, and who keeps the original."""
    yield from (("identifiers", address) for address in works.addresses(element))
    for place in children(element, "physicalLocation"):
        yield from _text("locations", place)
    for mark in (*children(element, "shelfLocator"), *_copies_marks(element)):
        yield from _text("shelf_marks", mark)
    for page in children(element, "url"):
        if page.get("access") == "preview":
            yield from _text("previews", page)


def _copies_marks(location: etree._Element) -> Iterator[etree._Element]:
    """The shelf marks of single copies."""
    for holding in children(location, "holdingSimple"):
        for copy in children(holding, "copyInformation"):
            yield from children(copy, "shelfLocator")


def _related(item: etree._Element) -> Iterator[Part]:
    if work := works.read(item):
        yield "related", work
        yield from (("parallels", Parallel("related", work.title, form)) for form in works.forms(item, work.title))


def _rights(element: etree._Element) -> Iterator[Part]:
    """A condition; with a licence, by its address or in its words, it is one."""
    holders = list(element.iter("{*}rights.holder")) if len(element) else []
    yield from (("rights", Rights(name, RightsKind.HOLDER)) for name in filter(None, map(_holder, holders)))
    said = _condition(element, has_holders=bool(holders))
    uri = attribute(element, HREF) or licence_in(said)
    kind = RightsKind.ACCESS if attribute(element, "type").lower() in _ACCESS else RightsKind.PLAIN
    if said or uri:
        yield "rights", Rights("" if said == uri else said, rights_kind(kind, uri), uri, lang(element))


def _condition(element: etree._Element, *, has_holders: bool) -> str:
    """The words of a condition, which may hold elements of other schemas; of copyrightMD, without holders of rights."""
    if not has_holders:
        return clean(" ".join(element.itertext()))
    status = next((found.get("copyright.status", "") for found in element.iter("{*}copyright")), "")
    inside = {part for holder in element.iter("{*}rights.holder") for part in holder.iter()}
    told = [part.text or "" for part in element.iter("{*}*") if part not in inside and not len(part)]
    return "; ".join(filter(None, map(clean, [status and f"Copyright status: {status}", *told])))


def _holder(element: etree._Element) -> str:
    """The name of who holds the right."""
    return next((clean(found.text or "") for found in element.iter("{*}name")), "")


_PART: Final = f"{{{NAMESPACE}}}part"


def _place_in_host(said: Description, record: etree._Element) -> Description:
    """The description with where in its host the work stands, which some records tell of the work itself."""
    if record.find(_PART) is None:
        return said
    parts = children(record, "part")
    place = works.place_in_host(parts)
    if not place:
        return said
    hosts = [work for work in said.related if work.relation == "isPartOf" and not work.series]
    if len(hosts) != 1 or hosts[0].part:
        return said._replace(notes=(*said.notes, Text(place)))
    host = hosts[0]._replace(part=place, place=works.by_parts(parts))
    return said._replace(related=tuple(host if work is hosts[0] else work for work in said.related))


_READ: Final[dict[str, Reader]] = {
    "titleInfo": _titles,
    "name": _names,
    "typeOfResource": _types,
    "genre": _genre,
    "originInfo": origin.read,
    "language": _language,
    "physicalDescription": _physical,
    "abstract": _plain("abstracts"),
    "tableOfContents": _plain("contents"),
    "targetAudience": _plain("audiences"),
    "note": _note,
    "subject": subjects.read,
    "classification": _classification,
    "identifier": _identifier,
    "location": _location,
    "relatedItem": _related,
    "accessCondition": _rights,
    "extension": _degree,
}
