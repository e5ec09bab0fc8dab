"""A description as a MODS record, for IEs that have none of their own.

After "Dublin Core to MODS Crosswalk" (Library of Congress, version 3), and "MARC 21 to MODS Mapping" for what only MARC
tells.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from mdwatch.exporters.mods import agents, notes, subjects
from mdwatch.exporters.mods.conform import SCHEMA
from mdwatch.exporters.mods.groups import Groups, told
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Identifier,
    Related,
    Rights,
    RightsKind,
    Text,
    TitleKind,
)
from mdwatch.exporters.records.mods.parts import NAMESPACE
from mdwatch.exporters.records.written_dates import OPEN
from mdwatch.exporters.terms import iso_dates
from mdwatch.exporters.terms.language_codes import list_of, tag
from mdwatch.exporters.xml_text import XSI, document, element, uri, wrap, wrapped

_START: Final = (
    f'<mods xmlns="{NAMESPACE}" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="{XSI}"'
    f' version="3.8" xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)

_TITLES: Final = {
    TitleKind.ALTERNATIVE: "alternative",
    TitleKind.TRANSLATED: "translated",
    TitleKind.UNIFORM: "uniform",
    TitleKind.ABBREVIATED: "abbreviated",
}

# Dates that MODS has an element for; any other is a dateOther with the DCMI term as its type.
_DATES: Final = {
    DateKind.CREATED: "dateCreated",
    DateKind.ISSUED: "dateIssued",
    DateKind.CAPTURED: "dateCaptured",
    DateKind.MODIFIED: "dateModified",
    DateKind.COPYRIGHTED: "copyrightDate",
    DateKind.VALID: "dateValid",
}

# Kinds of resource in the words of MODS, by those of DCMI in lower case; MODS has its own besides.
_RESOURCES: Final = {
    "collection": "mixed material",
    "dataset": "software, multimedia",
    "image": "still image",
    "interactiveresource": "software, multimedia",
    "movingimage": "moving image",
    "physicalobject": "three dimensional object",
    "software": "software, multimedia",
    "sound": "sound recording",
    "stillimage": "still image",
    "text": "text",
    **{
        word: word
        for word in (
            "cartographic",
            "mixed material",
            "moving image",
            "notated music",
            "software, multimedia",
            "sound recording",
            "sound recording-musical",
            "sound recording-nonmusical",
            "still image",
            "three dimensional object",
        )
    },
}

_RELATIONS: Final = {
    "source": "original",
    "isPartOf": "host",
    "hasPart": "constituent",
    "replaces": "preceding",
    "isReplacedBy": "succeeding",
    "hasVersion": "otherVersion",
    "isVersionOf": "otherVersion",
    "hasFormat": "otherFormat",
    "isFormatOf": "otherFormat",
    "isReferencedBy": "isReferencedBy",
    "references": "references",
}

LANDING_PAGE: Final = {"usage": "primary display", "access": "object in context"}

_CODE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")
_MEDIA_TYPE: Final = re.compile(r"(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+")


def write(description: Description, pid: str, landing_page: str = "") -> bytes:
    """The record. The PID is one of its identifiers, so that there always is one."""
    return document(chain([_START], _elements(description, pid, landing_page), ["</mods>"]))


def _elements(description: Description, pid: str, landing_page: str) -> Iterator[str]:
    """The elements in their order."""
    identifiers = description.identifiers
    if all(identifier.text != pid for identifier in identifiers):
        identifiers = (*identifiers, Identifier(pid, "local"))
    groups = Groups(description)
    yield from _titles(description, groups)
    for name in description.names:
        yield from agents.elements(name, groups)
    yield from _types(description)
    yield from _genres(description)
    yield from _origins(description, groups)
    yield from map(_language, description.languages)
    yield from wrapped("physicalDescription", _physical(description))
    yield from (told("abstract", text) for text in description.abstracts)
    yield from (told("tableOfContents", text) for text in description.contents)
    yield from (told("targetAudience", text) for text in description.audiences)
    yield from notes.elements(description)
    yield from _subjects(description, groups)
    for work in description.related:
        yield from _related(work, groups)
    yield from map(_identifier, identifiers)
    yield from _locations(description)
    for page in description.previews:
        yield wrap("location", element("url", page.text, {"access": "preview"}))
    yield _location(landing_page)
    yield from map(_rights, description.rights)


def _subjects(description: Description, groups: Groups) -> Iterator[str]:
    """What the work is about; places and periods that stand in a heading are told by it."""
    yield from (subjects.subject(subject, groups) for subject in description.subjects)
    yield from subjects.cartographics(description)
    said_in_headings = {text for subject in description.subjects for _, text in subject.parts}
    for place in description.places:
        if place.text not in said_in_headings:
            yield subjects.place(place, groups)
    for period in description.periods:
        if period.text not in said_in_headings:
            yield subjects.period(period)


def _titles(description: Description, groups: Groups) -> Iterator[str]:
    """Each title; a subtitle goes with the main title before it. One in another script has no type of its own."""
    titles = description.titles
    main = {title.text for title in titles if title.kind is TitleKind.MAIN}
    of_main = {form.text for text in main for form in groups.others("titles", text)}
    for number, title in enumerate(titles):
        kind = "" if title.text in of_main else _TITLES.get(title.kind, "")
        lang = tag(title.lang) if title.lang else ""
        values = {"type": kind, "xml:lang": lang, "altRepGroup": groups.of("titles", title.text)}
        content = element("title", title.text)
        if title.kind is TitleKind.SUBTITLE:
            if number and titles[number - 1].kind is TitleKind.MAIN:
                continue
            content = element("subTitle", title.text)
        elif title.kind is TitleKind.MAIN and number + 1 < len(titles):
            after = titles[number + 1]
            content += element("subTitle", after.text) if after.kind is TitleKind.SUBTITLE else ""
        yield wrap("titleInfo", content, values)


def _types(description: Description) -> Iterator[str]:
    """Kinds of resource that MODS knows; any other is a genre."""
    for kind in description.types:
        word = kind.text.lower()
        if word in _RESOURCES:
            yield element("typeOfResource", _RESOURCES[word], {"collection": "yes" if word == "collection" else ""})
        else:
            yield told("genre", kind)


def _genres(description: Description) -> Iterator[str]:
    """The genres, each with its vocabulary where it is a term of one."""
    known = {term.text: term for term in description.genre_terms}
    for genre in description.genres:
        term = known.get(genre.text)
        yield told("genre", genre, {"authority": term.scheme, "valueURI": uri(term.uri)} if term else None)


def _origins(description: Description, groups: Groups) -> Iterator[str]:
    """Publication: once, and again in another script as far as the record has it in one."""
    imprint = ("places_published", "publishers", "editions") if description.parallels else ()
    forms = {part: [f for v in getattr(description, part) for f in groups.others(part, v.text)] for part in imprint}
    group = groups.new() if any(forms.values()) else ""
    yield from wrapped("originInfo", _origin(description), f' altRepGroup="{group}"' if group else "")
    if group:
        content = [
            *(wrap("place", told("placeTerm", place, {"type": "text"})) for place in forms["places_published"]),
            *(told("publisher", publisher) for publisher in forms["publishers"]),
            *(told("edition", edition) for edition in forms["editions"]),
        ]
        yield wrap("originInfo", "".join(content), {"altRepGroup": group})


def _origin(description: Description) -> Iterator[str]:
    for place in description.places_published:
        yield wrap("place", told("placeTerm", place, {"type": "text"}))
    yield from (told("publisher", publisher) for publisher in description.publishers)
    for date in description.dates:
        yield from _date(date)
    yield from (told("edition", edition) for edition in description.editions)
    yield from (told("frequency", frequency) for frequency in description.frequencies)


def _date(date: Date) -> Iterator[str]:
    """A date, and what the record writes for people; an encoding is claimed only by what is in it."""
    name = _DATES.get(date.kind, "dateOther")
    kind = "" if name != "dateOther" or date.kind is DateKind.PLAIN else date.event or date.kind.value
    for text, point in ((date.text, "start" if date.end else ""), (date.end, "end")):
        if text and text != OPEN:
            values = {"encoding": _encoding(text), "point": point, "type": kind, "qualifier": date.qualifier}
            yield element(name, text, values)
    if date.words:
        yield element(name, date.words, {"type": kind})


def _encoding(text: str) -> str:
    """W3CDTF for what is a date of the calendar in it, EDTF for a year before our era."""
    if iso_dates.moment(text) == text:
        return "w3cdtf"
    return "edtf" if text.startswith("-") and iso_dates.span(text) == text else ""


def _language(text: Text) -> str:
    code = text.text.replace("_", "-")
    if not _CODE.fullmatch(code):
        return wrap("language", element("languageTerm", text.text, {"type": "text"}))
    authority = list_of(code) if len(code) == 3 else "rfc3066"
    return wrap("language", element("languageTerm", code, {"type": "code", "authority": authority}))


def _physical(description: Description) -> Iterator[str]:
    for form in description.formats:
        yield told("internetMediaType" if _MEDIA_TYPE.fullmatch(form.text) else "form", form)
    yield from (told("extent", extent) for extent in description.extents)


def _related(work: Related, groups: Groups) -> Iterator[str]:
    """Another work, by the type that MODS has for the relation, or else by its name."""
    kind = "series" if work.series else _RELATIONS.get(work.relation, "")
    other = "" if kind or work.relation == "relation" else work.relation
    forms = groups.others("related", work.title)
    group = {"altRepGroup": groups.of("related", work.title)} if forms else {}
    content = [
        wrap("titleInfo", element("title", work.title), group) if work.title else "",
        *(wrap("titleInfo", told("title", form), group) for form in forms),
        *(element("identifier", number.text, {"type": number.type}) for number in work.identifiers),
        wrap("part", element("text", work.part)) if work.part else "",
    ]
    yield wrap("relatedItem", "".join(content), {"type": kind, "otherType": other})


def _locations(description: Description) -> Iterator[str]:
    """Who keeps the thing itself, and where it stands there; whose a shelf mark is of several nothing tells."""
    keepers = [told("physicalLocation", where) for where in description.locations]
    marks = [told("shelfLocator", mark) for mark in description.shelf_marks]
    if len(keepers) == 1:
        yield wrap("location", "".join([*keepers, *marks]))
        return
    yield from (wrap("location", keeper) for keeper in keepers)
    yield from wrapped("location", marks)


def _location(landing_page: str) -> str:
    """Where people find the object (MODS guidelines, location/url); nothing without an address."""
    return wrap("location", element("url", landing_page, LANDING_PAGE)) if landing_page else ""


def _identifier(identifier: Identifier) -> str:
    if identifier.type == "citation":
        return element("note", identifier.text, {"type": "preferred citation"})
    return element("identifier", identifier.text, {"type": identifier.type})


def _rights(rights: Rights) -> str:
    is_access = rights.kind is RightsKind.ACCESS
    values = {
        "type": "restriction on access" if is_access else "use and reproduction",
        "displayLabel": "Rights holder" if rights.kind is RightsKind.HOLDER else "",
        "xlink:href": uri(rights.uri), "xml:lang": tag(rights.lang) if rights.lang else "",
    }  # fmt: skip
    return element("accessCondition", rights.text or rights.uri, values)
