"""A description as a MODS record, for IEs that have none of their own.

After "Dublin Core to MODS Crosswalk" (Library of Congress, version 3), and "MARC 21 to MODS Mapping" for what only MARC
tells.
"""

import re
from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.mods.conform import SCHEMA
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Grant,
    Identifier,
    Name,
    Place,
    PlaceKind,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    TitleKind,
)
from mdwatch.exporters.records.mods.parts import NAMESPACE
from mdwatch.exporters.xml_text import XSI, element, language, uri, wrap

_START: Final = (
    f'<mods xmlns="{NAMESPACE}" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="{XSI}"'
    f' version="3.8" xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)

_TITLES: Final = {TitleKind.ALTERNATIVE: "alternative", TitleKind.TRANSLATED: "translated"}

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

_SUBJECTS: Final = {
    SubjectKind.TOPIC: "topic",
    SubjectKind.OCCUPATION: "occupation",
    SubjectKind.GENRE: "genre",
}

LANDING_PAGE: Final = {"usage": "primary display", "access": "object in context"}

_CODE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")
_MEDIA_TYPE: Final = re.compile(r"(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+")
_W3CDTF: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?")


def write(description: Description, pid: str, landing_page: str = "") -> str:
    """The record. The PID is one of its identifiers, so that there always is one."""
    identifiers = description.identifiers
    if all(identifier.text != pid for identifier in identifiers):
        identifiers = (*identifiers, Identifier(pid, "local"))
    return "".join([
        _START,
        *_titles(description),
        *map(_name, description.names),
        *_types(description),
        *(_told("genre", genre) for genre in description.genres),
        wrap("originInfo", "".join(_origin(description))),
        *map(_language, description.languages),
        wrap("physicalDescription", "".join(_physical(description))),
        *(_told("abstract", text) for text in description.abstracts),
        *(_told("tableOfContents", text) for text in description.contents),
        *(_told("targetAudience", text) for text in description.audiences),
        *(_told("note", text) for text in description.notes),
        *(_told("note", text, {"type": "ownership"}) for text in description.provenances),
        *map(_grant, description.grants),
        *map(_subject, description.subjects),
        *map(_place, description.places),
        *(wrap("subject", _told("temporal", period)) for period in description.periods),
        *map(_related, description.related),
        *map(_identifier, identifiers),
        *(wrap("location", _told("physicalLocation", where)) for where in description.locations),
        *(wrap("location", element("url", page.text, {"access": "preview"})) for page in description.previews),
        _location(landing_page),
        *map(_rights, description.rights),
        "</mods>",
    ])  # fmt: skip


def _told(name: str, text: Text, values: dict[str, str] | None = None) -> str:
    """An element for a text, with its language."""
    return element(name, text.text, {**(values or {}), "xml:lang": language(text.lang)})


def _titles(description: Description) -> Iterator[str]:
    """Each title; a subtitle goes with the main title before it."""
    titles = description.titles
    for number, title in enumerate(titles):
        values = {"type": _TITLES.get(title.kind, ""), "xml:lang": language(title.lang)}
        content = element("title", title.text)
        if title.kind is TitleKind.SUBTITLE:
            if number and titles[number - 1].kind is TitleKind.MAIN:
                continue
            content = element("subTitle", title.text)
        elif title.kind is TitleKind.MAIN and number + 1 < len(titles):
            after = titles[number + 1]
            content += element("subTitle", after.text) if after.kind is TitleKind.SUBTITLE else ""
        yield wrap("titleInfo", content, values)


def _name(name: Name) -> str:
    """A name; one that created the work says so, whatever its other roles."""
    roles = name.roles or (("creator",) if name.creator else ())
    terms = (
        element("roleTerm", role, {"type": "code" if len(role) == 3 and role.islower() else "text"}) for role in roles
    )
    is_orcid = name.uri.startswith("https://orcid.org/")
    content = [
        element("namePart", name.text),
        *(wrap("role", term) for term in terms),
        *(element("affiliation", text) for text in name.affiliations),
        element("nameIdentifier", name.uri, {"type": "orcid"}) if is_orcid else "",
    ]
    return wrap("name", "".join(content), {"type": name.kind.value, "valueURI": "" if is_orcid else uri(name.uri)})


def _types(description: Description) -> Iterator[str]:
    """Kinds of resource that MODS knows; any other is a genre."""
    for kind in description.types:
        word = kind.text.lower()
        if word in _RESOURCES:
            yield element("typeOfResource", _RESOURCES[word], {"collection": "yes" if word == "collection" else ""})
        else:
            yield _told("genre", kind)


def _origin(description: Description) -> Iterator[str]:
    for place in description.places_published:
        yield wrap("place", _told("placeTerm", place, {"type": "text"}))
    yield from (_told("publisher", publisher) for publisher in description.publishers)
    for date in description.dates:
        yield from _date(date)
    yield from (_told("edition", edition) for edition in description.editions)


def _date(date: Date) -> Iterator[str]:
    name = _DATES.get(date.kind, "dateOther")
    kind = date.kind.value if name == "dateOther" and date.kind is not DateKind.PLAIN else ""
    for text, point in ((date.text, "start" if date.end else ""), (date.end, "end")):
        if text:
            encoding = "w3cdtf" if _W3CDTF.fullmatch(text) else ""
            yield element(name, text, {"encoding": encoding, "point": point, "type": kind})


def _language(text: Text) -> str:
    tag = text.text.replace("_", "-")
    if not _CODE.fullmatch(tag):
        return wrap("language", element("languageTerm", text.text, {"type": "text"}))
    authority = "iso639-2b" if len(tag) == 3 else "rfc3066"
    return wrap("language", element("languageTerm", tag, {"type": "code", "authority": authority}))


def _physical(description: Description) -> Iterator[str]:
    for form in description.formats:
        yield _told("internetMediaType" if _MEDIA_TYPE.fullmatch(form.text) else "form", form)
    yield from (_told("extent", extent) for extent in description.extents)


def _subject(subject: Subject) -> str:
    authority = {"authority": subject.scheme, "valueURI": uri(subject.uri)}
    match subject.kind:
        case SubjectKind.CLASSIFICATION:
            return element("classification", subject.text, authority)
        case SubjectKind.NAME:
            content = wrap("name", element("namePart", subject.text))
        case SubjectKind.TITLE:
            content = wrap("titleInfo", element("title", subject.text))
        case kind:
            content = element(_SUBJECTS[kind], subject.text)
    return wrap("subject", content, {**authority, "xml:lang": language(subject.lang)})


def _place(place: Place) -> str:
    match place.kind:
        case PlaceKind.BOX | PlaceKind.POINT:
            content = wrap("cartographics", element("coordinates", place.text))
        case PlaceKind.COUNTRY:
            content = wrap("hierarchicalGeographic", element("country", place.text))
        case PlaceKind.NAME:
            content = element("geographic", place.text)
    return wrap("subject", content, {"authority": place.scheme, "valueURI": uri(place.uri)})


def _related(work: Related) -> str:
    """Another work, by the type that MODS has for the relation, or else by its name."""
    kind = "series" if work.series else _RELATIONS.get(work.relation, "")
    other = "" if kind or work.relation == "relation" else work.relation
    content = [
        wrap("titleInfo", element("title", work.title)) if work.title else "",
        *(element("identifier", number.text, {"type": number.type}) for number in work.identifiers),
        wrap("part", element("text", work.part)) if work.part else "",
    ]
    return wrap("relatedItem", "".join(content), {"type": kind, "otherType": other})


def _location(landing_page: str) -> str:
    """Where people find the object (MODS guidelines, location/url); nothing without an address."""
    return wrap("location", element("url", landing_page, LANDING_PAGE)) if landing_page else ""


def _grant(grant: Grant) -> str:
    """A grant as a note, as MARC 536 is one."""
    words = ", ".join(filter(None, (grant.funder, grant.number, grant.title)))
    return element("note", words or grant.uri, {"type": "funding", "xlink:href": uri(grant.uri)})


def _identifier(identifier: Identifier) -> str:
    if identifier.type == "citation":
        return element("note", identifier.text, {"type": "preferred citation"})
    return element("identifier", identifier.text, {"type": identifier.type})


def _rights(rights: Rights) -> str:
    is_access = rights.kind is RightsKind.ACCESS
    values = {
        "type": "restriction on access" if is_access else "use and reproduction",
        "displayLabel": "Rights holder" if rights.kind is RightsKind.HOLDER else "",
        "xlink:href": uri(rights.uri),
    }
    return element("accessCondition", rights.text or rights.uri, values)
