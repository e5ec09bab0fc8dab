"""Names, subjects and places of a finding aid: who made it, who keeps it, and its access points."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import authority_files, relators
from mdwatch.exporters.records.description import Name, NameKind, Place, PlaceKind, Subject, SubjectKind, Text
from mdwatch.exporters.records.marc.fields import trim
from mdwatch.exporters.records.outline import OutlineRow, Part, Reader, attribute, children, first, lang, local, value
from mdwatch.exporters.records.plain_text import clean

_KINDS: Final = {"persname": NameKind.PERSONAL, "corpname": NameKind.CORPORATE, "famname": NameKind.FAMILY}


def heading(element: etree._Element) -> str:
    """A heading without the full stop of catalogues at its end; EAD3 writes it in parts.

    The form of an authority file (@normal) stands for what is written: `Curie, Marie (1867-1934)` for `M. Curie`.
    """
    if normal := attribute(element, "normal"):
        return trim(normal)
    parts = [text for text in map(value, children(element, "part")) if text]
    return trim(", ".join(parts) if parts else value(element))


def _uri(element: etree._Element) -> str:
    """The address of a heading in its authority file, which may be named by its number."""
    number = attribute(element, "identifier") or attribute(element, "authfilenumber")
    return authority_files.of_number(attribute(element, "source"), number)


def origin(element: etree._Element) -> Iterator[Part]:
    """Who made or gathered what is described."""
    names = list(children(element, *_KINDS, "name")) or [element]
    labelled = attribute(element, "label").rstrip(" :")
    for found in names:
        if text := heading(found):
            label = attribute(found, "role") or attribute(found, "relator") or labelled * bool(relators.named(labelled))
            roles = (label,) if label and ("://" not in label or relators.code(label)) else ()
            yield "names", Name(text, True, roles, _KINDS.get(local(found), NameKind.UNKNOWN), _uri(found))


def repository(element: etree._Element) -> Iterator[Part]:
    """Who holds it, and so makes it available."""
    found = next(children(element, "corpname", "name"), element)
    parts = list(children(found, "part"))
    beside = map(value, children(element, "subarea")) if found is not element else ()
    if text := ", ".join(filter(None, (heading(found) if parts else _keeper(found), *beside))):
        yield "publishers", Text(text)
        yield "locations", Text(text)


def _keeper(element: etree._Element) -> str:
    """The name of a body with its divisions, without its address."""
    own, divisions = [element.text or ""], []
    for child in element:
        match local(child):
            case "subarea":
                divisions.append(value(child))
            case "address" | "":
                pass
            case _:
                own.append(value(child))
        own.append(child.tail or "")
    return ", ".join(filter(None, (clean(" ".join(own)).rstrip(" ,;:"), *divisions)))


def _access_point(kind: SubjectKind) -> Reader:
    def read(element: etree._Element) -> Iterator[Part]:
        if text := heading(element):
            yield "subjects", Subject(text, kind, attribute(element, "source").lower(), _uri(element), lang(element))

    return read


def _place(element: etree._Element) -> Iterator[Part]:
    if text := heading(element):
        yield "places", Place(text, scheme=attribute(element, "source").lower(), uri=_uri(element))
    if spot := first(element, "geographiccoordinates"):
        yield "places", Place(spot, PlaceKind.POINT)


def _genre(element: etree._Element) -> Iterator[Part]:
    if text := heading(element):
        yield "genres", Text(text)


def controlled(path: str) -> tuple[OutlineRow, ...]:
    """Access points, at any of the two levels at which finding aids put them."""
    readers = (
        ("subject", "subject", _access_point(SubjectKind.TOPIC)),
        ("function", "subject", _access_point(SubjectKind.TOPIC)),
        ("persname", "subject", _access_point(SubjectKind.NAME)),
        ("corpname", "subject", _access_point(SubjectKind.NAME)),
        ("famname", "subject", _access_point(SubjectKind.NAME)),
        ("name", "subject", _access_point(SubjectKind.NAME)),
        ("title", "subject", _access_point(SubjectKind.TITLE)),
        ("occupation", "subject", _access_point(SubjectKind.OCCUPATION)),
        ("geogname", "coverage", _place),
        ("genreform", "type", _genre),
    )
    return tuple(OutlineRow(f"{path}/{name}", term, read) for name, term, read in readers)
