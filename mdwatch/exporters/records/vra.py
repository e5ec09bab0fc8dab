"""Reads VRA Core 4: a work of art, or a picture or a collection of such, in restricted or unrestricted form.

After the mapping of VRA Core 4 to Dublin Core by the Visual Resources Association. Of a record that tells of several
the work is read, or else the first. What a set displays for people stands where its parts tell less.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import authority_files, relators, roles
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Name,
    NameKind,
    Place,
    Related,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    TitleKind,
)
from mdwatch.exporters.records.identifier_types import identified
from mdwatch.exporters.records.outline import (
    Outline,
    OutlineRow,
    Part,
    at,
    attribute,
    children,
    described,
    first,
    lang,
    local,
    rights,
    texts,
    title,
    value,
)

_WORKS: Final = ("work", "image", "collection")
_ACTORS: Final = {"personal": NameKind.PERSONAL, "corporate": NameKind.CORPORATE, "family": NameKind.FAMILY}
_KINDS: Final = {"creation": DateKind.CREATED, "design": DateKind.CREATED, "publication": DateKind.ISSUED}
_ULAN: Final = "http://vocab.getty.edu/ulan/"
_KEEPERS: Final = frozenset({"repository", "owner", "formerrepository"})
_NAMED: Final = frozenset({"personalName", "corporateName", "familyName", "otherName"})


def _title(element: etree._Element) -> Iterator[Part]:
    """A title, which may be one that is not preferred."""
    return title(TitleKind.ALTERNATIVE if attribute(element, "pref") == "false" else TitleKind.MAIN)(element)


def _agent(element: etree._Element) -> Iterator[Part]:
    """Who made the work, or had a part in it by the role."""
    text = first(element, "name")
    if not text:
        return
    found = next(children(element, "name"))
    said = tuple(filter(None, map(value, children(element, "role"))))
    life = "-".join(filter(None, (first(element, f"dates/{limit}") for limit in ("earliestDate", "latestDate"))))
    number = attribute(found, "refid")
    uri = f"{_ULAN}{number}" if attribute(found, "vocab").upper() == "ULAN" and number.isdecimal() else ""
    makes = not said or roles.of_creator(said) or not any(map(relators.named, said))
    whole = f"{text}, {life}" if life and life not in text else text
    yield "names", Name(whole, makes, said, _ACTORS.get(attribute(found, "type"), NameKind.UNKNOWN), uri, dates=life)


def _dates(element: etree._Element) -> Iterator[Part]:
    """When the work was made, with what is displayed for people."""
    displayed = first(element, "display")
    found = list(children(element, "date"))
    for date in found:
        begin, end = first(date, "earliestDate"), first(date, "latestDate")
        text = begin or end or value(date)
        if text:
            span = text, "" if end == text else end
            plain = {text, "-".join(span), "/".join(span)}
            is_about = any(attribute(limit, "circa") == "true" for limit in date)
            words = displayed if len(found) == 1 and displayed not in plain else ""
            kind = _KINDS.get(attribute(date, "type").lower(), DateKind.OTHER)
            event = attribute(date, "type") if kind is DateKind.OTHER else ""
            yield "dates", Date(text, kind, span[1], "approximate" if is_about else "", words, event)
    if not found and displayed:
        yield "dates", Date(displayed, DateKind.CREATED)


def _location(element: etree._Element) -> Iterator[Part]:
    """Who keeps the work and under which number, or where it is."""
    names = {attribute(name, "type"): value(name) for name in children(element, "name") if value(name)}
    kind = attribute(element, "type").lower()
    if kind in _KEEPERS:
        part = "locations" if kind == "repository" else "provenances"
        yield from [(part, Text(", ".join(names.values())))] if names else []
    else:
        yield from (("places", Place(text)) for text in names.values())
    for number in children(element, "refid"):
        if kind == "repository" and (text := value(number)):
            yield "shelf_marks", Text(text)


def _measurements(element: etree._Element) -> Iterator[Part]:
    """The sizes as they are displayed, or else each with its type and its unit."""
    displayed = [text for text in map(value, children(element, "display")) if text]
    sizes = (" ".join(filter(None, (attribute(e, "type"), value(e), attribute(e, "unit"))))
             for e in children(element, "measurements") if value(e))  # fmt: skip
    yield from (("extents", Text(text, lang(element))) for text in displayed or filter(None, ["; ".join(sizes)]))


def _work_type(element: etree._Element) -> Iterator[Part]:
    """What kind of work it is, with the term of the vocabulary."""
    yield from texts("genres")(element)
    uri = authority_files.of_number(attribute(element, "vocab"), attribute(element, "refid"))
    if uri and (text := value(element)):
        yield "genre_terms", Subject(text, SubjectKind.GENRE, attribute(element, "vocab").lower(), uri)


def _subject(element: etree._Element) -> Iterator[Part]:
    for term in children(element, "term"):
        kind = attribute(term, "type")
        text = value(term)
        if text and kind.endswith("Place"):
            yield "places", Place(text)
        elif text:
            scheme = attribute(term, "vocab").lower()
            is_name = kind in _NAMED
            yield "subjects", Subject(text, SubjectKind.NAME if is_name else SubjectKind.TOPIC, scheme, lang=lang(term))


def _set(part: str, child: str) -> OutlineRow:
    """A set whose display tells it whole, or else its values one by one."""

    def read(element: etree._Element) -> Iterator[Part]:
        displayed = [text for text in map(value, children(element, "display")) if text]
        for text in displayed or map(value, children(element, child)):
            if text:
                yield part, Text(text, lang(element))

    return OutlineRow(f"{child}Set", _TERMS[part], read)


_TERMS: Final = {"formats": "medium", "notes": "description", "editions": "(none)"}


def _relation(element: etree._Element) -> Iterator[Part]:
    kind = attribute(element, "type").lower()
    relation = "isPartOf" if kind in {"partof", "formerlypartof"} else "hasPart" if kind == "largercontextfor" else ""
    if text := value(element):
        number = attribute(element, "href")
        yield "related", Related(relation or "relation", text, (identified(number, "uri"),) if number else ())


ROWS: Final = (
    OutlineRow("titleSet/title", "title", _title),
    OutlineRow("agentSet/agent", "creator, contributor", _agent),
    OutlineRow("dateSet", "date, created", _dates),
    OutlineRow("worktypeSet/worktype", "type", _work_type),
    OutlineRow("descriptionSet/description", "description", texts("abstracts")),
    OutlineRow("inscriptionSet/inscription/text", "description", texts("notes")),
    OutlineRow("culturalContextSet/culturalContext", "coverage", texts("periods")),
    OutlineRow("stylePeriodSet/stylePeriod", "coverage", texts("periods")),
    _set("formats", "material"),
    _set("formats", "technique"),
    OutlineRow("measurementsSet", "extent", _measurements),
    _set("editions", "stateEdition"),
    OutlineRow("locationSet/location", "spatial", _location),
    OutlineRow("subjectSet/subject", "subject", _subject),
    OutlineRow("rightsSet/rights/text", "rights", rights(RightsKind.PLAIN)),
    OutlineRow("rightsSet/rights/rightsHolder", "rightsHolder", rights(RightsKind.HOLDER)),
    OutlineRow("relationSet/relation", "relation", _relation),
)
_OUTLINE: Final = Outline(ROWS)


def read(root: etree._Element) -> Description:
    """What the record says of the work."""
    inside = [root] if local(root) in _WORKS else [found for name in _WORKS for found in at(root, name)]
    return described(_OUTLINE.parts(inside[0]) if inside else ())
