"""Reads a MODS record of any version 3 into a description.

After "MODS to Dublin Core Metadata Element Set Mapping" (Library of Congress, version 3), keeping what its fifteen
elements give up. Left out: recordInfo and extension, which speak of the record and not of the work; physical locations,
which the mapping has no place for; whatever is marked as invalid or not to be shared.
"""

from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
)
from mdwatch.exporters.records.identifier_types import identified, licence_in, rights_kind
from mdwatch.exporters.records.mods import parts as mods_parts
from mdwatch.exporters.records.mods import subjects, works
from mdwatch.exporters.records.mods.parts import HREF, NAMESPACE, attribute, children, lang, name_of, text, value
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.records.stored import root_of

Part = tuple[str, object]

_DATES: Final = {
    "dateCreated": DateKind.CREATED,
    "dateIssued": DateKind.ISSUED,
    "dateCaptured": DateKind.CAPTURED,
    "dateModified": DateKind.MODIFIED,
    "dateValid": DateKind.VALID,
    "copyrightDate": DateKind.COPYRIGHTED,
    "dateOther": DateKind.PLAIN,
}

_ACCESS: Final = frozenset({"restriction on access", "restrictiononaccess"})


def record_in(content: str) -> etree._Element:
    """The first `mods` element of a record, which may be in a `modsCollection`; raises `Rejected` if there is none."""
    root = root_of(content)
    found = root if name_of(root) == "mods" else next(children(root, "mods"), None)
    if found is None:
        raise Rejected("not a MODS record")
    return found


def read(content: str) -> Description:
    """What the MODS record says; raises `Rejected` if it is none."""
    parts: dict[str, dict[object, None]] = {}
    for element in record_in(content).iterchildren(f"{{{NAMESPACE}}}*"):
        for part, said in _READ.get(name_of(element), _nothing)(element):
            parts.setdefault(part, {})[said] = None
    return Description(**{part: tuple(said) for part, said in parts.items()})  # type: ignore[arg-type]


Reader = Callable[[etree._Element], Iterator[Part]]  # noqa: SLF001 - lxml's own name for the type of its elements.


def _nothing(_element: etree._Element) -> Iterator[Part]:
    return iter(())


def _plain(part: str) -> Reader:
    def read_text(element: etree._Element) -> Iterator[Part]:
        if element.get("shareable") != "no" and (found := text(element)).text:
            yield part, found

    return read_text


def _titles(info: etree._Element) -> Iterator[Part]:
    yield from (("titles", title) for title in mods_parts.titles(info))


def _names(element: etree._Element) -> Iterator[Part]:
    if name := mods_parts.person(element):
        yield "names", name


def _types(element: etree._Element) -> Iterator[Part]:
    if element.get("collection") == "yes":
        yield "types", Text("collection")
    yield from _plain("types")(element)


def _origin(origin: etree._Element) -> Iterator[Part]:
    for place in children(origin, "place"):
        # A country code beside its name is the same place twice.
        terms = sorted(children(place, "placeTerm"), key=lambda term: term.get("type") == "code")
        yield from (("places_published", text(term)) for term in terms[:1] if value(term))
    yield from (("publishers", text(item)) for item in children(origin, "publisher") if value(item))
    for agent in children(origin, "agent"):
        if name := mods_parts.whole_name(agent):
            yield "publishers", Text(name)
    yield from (("editions", text(item)) for item in children(origin, "edition") if value(item))
    for name, kind in _DATES.items():
        yield from (("dates", date) for date in _dates(origin, name, kind))


def _dates(origin: etree._Element, name: str, kind: DateKind) -> Iterator[Date]:
    """The dates of one kind, beginning and end as one. One made for reading gives way to the same in an encoding."""
    found = [date for date in children(origin, name) if value(date)]
    encoded = [date for date in found if date.get("encoding")]
    start = ""
    for date in encoded or found:
        match date.get("point"):
            case "start":
                if start:
                    yield Date(start, kind)
                start = value(date)
            case "end" if start:
                # MARC writes an end that has not come yet as 9999.
                yield Date(start, kind, "" if value(date) == "9999" else value(date))
                start = ""
            case _:
                yield Date(value(date), kind)
    if start:
        yield Date(start, kind)


def _language(element: etree._Element) -> Iterator[Part]:
    """Each language of the work once, by its name, or else by its code; not that of a part, such as its summary."""
    if attribute(element, "objectPart"):
        return
    terms = list(children(element, "languageTerm"))
    named = [term for term in terms if term.get("type") == "text" and value(term)]
    for term in named or [term for term in terms if value(term)][:1]:
        yield "languages", Text(value(term), lang(term))


def _physical(element: etree._Element) -> Iterator[Part]:
    for form in children(element, "form", "internetMediaType"):
        yield from _plain("formats")(form)
    for extent in children(element, "extent"):
        if amount := value(extent):
            yield "extents", Text(" ".join(filter(None, [amount, attribute(extent, "unit")])), lang(extent))
    for note in children(element, "note"):
        yield from _plain("notes")(note)


def _note(element: etree._Element) -> Iterator[Part]:
    yield from _plain("provenances" if element.get("type") == "ownership" else "notes")(element)


def _classification(element: etree._Element) -> Iterator[Part]:
    if number := value(element):
        scheme = attribute(element, "authority").lower()
        yield "subjects", Subject(number, SubjectKind.CLASSIFICATION, scheme, attribute(element, "valueURI"))


def _identifier(element: etree._Element) -> Iterator[Part]:
    if element.get("invalid") != "yes" and (number := value(element)):
        yield "identifiers", identified(number, attribute(element, "type"))


def _location(element: etree._Element) -> Iterator[Part]:
    yield from (("identifiers", address) for address in works.addresses(element))
    for place in children(element, "physicalLocation"):
        yield from _plain("locations")(place)
    for page in children(element, "url"):
        if page.get("access") == "preview":
            yield from _plain("previews")(page)


def _related(item: etree._Element) -> Iterator[Part]:
    if work := works.read(item):
        yield "related", work


def _rights(element: etree._Element) -> Iterator[Part]:
    """A condition; with a licence, by its address or in its words, it is one."""
    said = clean(" ".join(element.itertext()))  # It may hold elements of other schemas, such as copyrightMD.
    uri = attribute(element, HREF) or licence_in(said)
    kind = RightsKind.ACCESS if attribute(element, "type").lower() in _ACCESS else RightsKind.PLAIN
    if said or uri:
        yield "rights", Rights("" if said == uri else said, rights_kind(kind, uri), uri)


_READ: Final[dict[str, Reader]] = {
    "titleInfo": _titles,
    "name": _names,
    "typeOfResource": _types,
    "genre": _plain("genres"),
    "originInfo": _origin,
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
}
