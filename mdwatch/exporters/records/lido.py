"""Reads LIDO: a museum object (LIDO 1.0 and 1.1).

After the mapping of LIDO to Dublin Core by the CIDOC working group "Data Harvesting and Interchange": classification
and identification of the object, the events it went through, what it shows, and the rights in it. Of values in several
languages each is told with its language.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Name,
    NameKind,
    Place,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
)
from mdwatch.exporters.records.identifier_types import identified, names_itself, rights_kind
from mdwatch.exporters.records.lido_object import attribute_of, first_titles, measurements, repository, titles
from mdwatch.exporters.records.outline import (
    Outline,
    OutlineRow,
    Part,
    Reader,
    at,
    attribute,
    children,
    described,
    first,
    identifier,
    lang,
    local,
    texts,
    value,
)

# Events by the last part of their address in LIDO's terminology, and by their names in English and German.
_CREATION: Final = frozenset((
    "lido00012", "lido00007", "lido00224", "creation", "production", "designing", "herstellung", "entstehung",
    "planung", "geistige schöpfung",
))  # fmt: skip
_PUBLICATION: Final = frozenset({"lido00228", "publication", "publikation", "veröffentlichung"})
_YEAR: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_ACTORS: Final = {"person": NameKind.PERSONAL, "corporation": NameKind.CORPORATE, "family": NameKind.FAMILY,
                  "group": NameKind.CORPORATE}  # fmt: skip
_PREVIEWS: Final = frozenset({"image_thumb", "thumbnail", "image_thumbnail"})


def _uri(concept: etree._Element) -> str:
    """The address of a concept, place or actor."""
    numbers = (value(e) for e in concept if local(e) in {"conceptID", "placeID", "actorID"})
    return next((found for found in numbers if "://" in found), attribute(concept, "about"))


def _terms(concept: etree._Element) -> Iterator[Text]:
    """The preferred terms, one a language; those that only lead to them are left out."""
    for term in children(concept, "term", "prefLabel"):
        label = next((str(v) for k, v in term.attrib.items() if str(k).rpartition("}")[2] == "addedSearchTerm"), "")
        if label != "yes" and (text := value(term)):
            yield Text(text, lang(term))
    for inner in children(concept, "Concept"):
        yield from _terms(inner)


def _work_type(concept: etree._Element) -> Iterator[Part]:
    """What kind of object it is, each word with the address of the concept."""
    uri = _uri(concept)
    for text in _terms(concept):
        yield "genres", text
        if uri:
            yield "genre_terms", Subject(text.text, SubjectKind.GENRE, uri=uri)


def _subject(kind: SubjectKind) -> Reader:
    def read(element: etree._Element) -> Iterator[Part]:
        uri = _uri(element)
        for text, language in _terms(element):
            yield "subjects", Subject(text, kind, uri=uri, lang=language)

    return read


def _place_name(element: etree._Element) -> str:
    return first(element, "displayPlace", "place/namePlaceSet/appellationValue", "namePlaceSet/appellationValue")


def _place(element: etree._Element) -> Iterator[Part]:
    if text := _place_name(element):
        inner = next(children(element, "place"), element)
        yield "places", Place(text, uri=_uri(inner))


def _subject_actor(element: etree._Element) -> Iterator[Part]:
    if text := first(element, "actor/nameActorSet/appellationValue", "displayActor"):
        actor = next(children(element, "actor"), element)
        yield "subjects", Subject(text, SubjectKind.NAME, uri=_uri(actor))


_SHOWN_EVENT: Final = ("displayEvent", "event/eventName/appellationValue", "event/eventType/term")
_SHOWN_OBJECT: Final = ("displayObject", "object/objectNote")


def _named(*paths: str) -> Reader:
    """An event or another object that is shown, by the first name that it has."""

    def read_named(element: etree._Element) -> Iterator[Part]:
        if text := first(element, *paths):
            yield "subjects", Subject(text, lang=lang(element))

    return read_named


def _subject_in_words(element: etree._Element) -> Iterator[Part]:
    """What is shown in words, where nothing tells it one by one."""
    if not any(True for _ in children(element, "subject")) and (text := first(element, "displaySubject")):
        yield "subjects", Subject(text, lang=lang(element))


def _subject_date(element: etree._Element) -> Iterator[Part]:
    begin, end = (first(element, f"date/{limit}") for limit in ("earliestDate", "latestDate"))
    if text := first(element, "displayDate") or "/".join(filter(None, dict.fromkeys((begin, end)))):
        yield "periods", Text(text)


def _event(event: etree._Element) -> Iterator[Part]:
    """What happened to the object: who took part, when and where, in which technique."""
    words = {
        value(e).rpartition("/")[2].lower() for e in (*at(event, "eventType/conceptID"), *at(event, "eventType/term"))
    }
    words |= {text.lower() for found in children(event, "eventType") for text, _ in _terms(found)}
    made, published = bool(words & _CREATION), bool(words & _PUBLICATION)
    for actor in children(event, "eventActor"):
        yield from _actor(actor, made=made, published=published)
    kind = DateKind.CREATED if made else DateKind.ISSUED if published else None
    if kind is not None:
        for found in children(event, "eventDate"):
            yield from _dates(found, kind)
        for found in children(event, "eventPlace"):
            if text := _place_name(found):
                yield "places_published" if published else "places", Text(text) if published else Place(text)
        for found in children(event, "periodName"):
            yield from (("periods", text) for text in _terms(found))
    for found in children(event, "eventMaterialsTech"):
        materials = [text for term in at(found, "materialsTech/termMaterialsTech") for text in _terms(term)]
        displayed = first(found, "displayMaterialsTech")
        yield from (("formats", text) for text in ([Text(displayed)] if displayed else materials))


def _actor(element: etree._Element, *, made: bool, published: bool) -> Iterator[Part]:
    for part in at(element, "actorInRole"):
        for actor in children(part, "actor"):
            if text := first(actor, "nameActorSet/appellationValue"):
                told = dict.fromkeys(t for role in children(part, "roleActor") for t, _ in _terms(role))
                # That it is but attributed to them is no less than what they did.
                roles = (*told, *filter(None, map(value, children(part, "attributionQualifierActor"))))
                kind = _ACTORS.get(attribute_of(actor, "type").rpartition("/")[2].lower(), NameKind.UNKNOWN)
                if published:
                    yield "publishers", Text(text)
                else:
                    life = _life(actor)
                    whole = f"{text}, {life}" if life and life not in text else text
                    yield "names", Name(whole, made, roles, kind, _uri(actor), dates=life)
    if not any(True for _ in at(element, "actorInRole/actor")) and (text := first(element, "displayActorInRole")):
        yield ("publishers", Text(text)) if published else ("names", Name(text, made))


def _life(actor: etree._Element) -> str:
    """The years of someone's life, as `1471-1528`."""
    begin, end = (first(actor, f"vitalDatesActor/{limit}") for limit in ("earliestDate", "latestDate"))
    return f"{begin}-{end}" if _YEAR.fullmatch(begin or end) and _YEAR.fullmatch(end or begin) else ""


def _dates(element: etree._Element, kind: DateKind) -> Iterator[Part]:
    begin, end = (first(element, f"date/{limit}") for limit in ("earliestDate", "latestDate"))
    displayed = first(element, "displayDate")
    if begin or end:
        span = begin or end, "" if end == begin or not begin else end
        words = displayed if displayed not in (span[0], "-".join(span), "/".join(span)) else ""
        yield "dates", Date(span[0], kind, span[1], words=words)
    elif displayed:
        yield "dates", Date(displayed, kind)


def _related(element: etree._Element) -> Iterator[Part]:
    work = next(children(element, "relatedWork"), element)
    title = first(work, "displayObject", "object/objectNote")
    links = [*at(work, "object/objectWebResource"), *at(work, "object/objectID")]
    identifiers = tuple(identified(text, "uri") for text in map(value, links) if names_itself(text))
    words = " ".join(text.lower() for kind in children(element, "relatedWorkRelType") for text, _ in _terms(kind))
    relation = "isPartOf" if "part of" in words or "teil von" in words else "relation"
    if title or identifiers:
        yield "related", Related(relation, title, identifiers)


def _rights(element: etree._Element) -> Iterator[Part]:
    for kind in children(element, "rightsType"):
        uri = _uri(kind)
        words = list(_terms(kind)) or ([Text("")] if uri else [])
        for text, _ in words[:1]:
            yield "rights", Rights(text, rights_kind(RightsKind.PLAIN, uri), uri)
    for holder in children(element, "rightsHolder"):
        if text := first(holder, "legalBodyName/appellationValue"):
            yield "rights", Rights(text, RightsKind.HOLDER)
    for line in children(element, "creditLine"):
        yield from texts("notes")(line)


def _resource(element: etree._Element) -> Iterator[Part]:
    """Pictures of the object: small ones for a list are previews, the others lead to it."""
    for representation in children(element, "resourceRepresentation"):
        kind = attribute_of(representation, "type")
        for link in children(representation, "linkResource"):
            if (text := value(link)) and names_itself(text):
                is_preview = kind.rpartition("/")[2].lower() in _PREVIEWS or kind.endswith("lido00451")
                yield ("previews", Text(text)) if is_preview else ("identifiers", identified(text, "uri"))
    for statement in children(element, "rightsResource"):
        yield from _rights(statement)


def _note(part: str) -> Reader:
    def read(element: etree._Element) -> Iterator[Part]:
        for note in children(element, "descriptiveNoteValue", "inscriptionTranscription"):
            yield from texts(part)(note)
        for inner in children(element, "inscriptionDescription"):
            yield from read(inner)

    return read


_D: Final = "descriptiveMetadata"
_A: Final = "administrativeMetadata"
_CLASSES: Final = f"{_D}/objectClassificationWrap"
_IDENTITY: Final = f"{_D}/objectIdentificationWrap"
_SUBJECT: Final = f"{_D}/objectRelationWrap/subjectWrap/subjectSet"
ROWS: Final = (
    OutlineRow("objectPublishedID", "identifier", identifier()),
    OutlineRow(f"{_CLASSES}/objectWorkTypeWrap/objectWorkType", "type", _work_type),
    OutlineRow(f"{_CLASSES}/classificationWrap/classification", "subject", _subject(SubjectKind.CLASSIFICATION)),
    OutlineRow(f"{_IDENTITY}/titleWrap/titleSet", "title", titles),
    OutlineRow(f"{_IDENTITY}/inscriptionsWrap/inscriptions", "description", _note("notes")),
    OutlineRow(f"{_IDENTITY}/repositoryWrap/repositorySet", "identifier", repository),
    OutlineRow(f"{_IDENTITY}/displayStateEditionWrap/displayEdition", "(none)", texts("editions")),
    OutlineRow(f"{_IDENTITY}/objectDescriptionWrap/objectDescriptionSet", "description", _note("abstracts")),
    OutlineRow(f"{_IDENTITY}/objectMeasurementsWrap/objectMeasurementsSet", "extent", measurements),
    OutlineRow(f"{_D}/eventWrap/eventSet/event", "creator, contributor, date, medium", _event),
    OutlineRow(f"{_SUBJECT}/subject/subjectConcept", "subject", _subject(SubjectKind.TOPIC)),
    OutlineRow(f"{_SUBJECT}/subject/subjectActor", "subject", _subject_actor),
    OutlineRow(f"{_SUBJECT}/subject/subjectPlace", "spatial", _place),
    OutlineRow(f"{_SUBJECT}/subject/subjectDate", "temporal", _subject_date),
    OutlineRow(f"{_SUBJECT}/subject/subjectEvent", "subject", _named(*_SHOWN_EVENT)),
    OutlineRow(f"{_SUBJECT}/subject/subjectObject", "subject", _named(*_SHOWN_OBJECT)),
    OutlineRow(_SUBJECT, "subject", _subject_in_words),
    OutlineRow(f"{_D}/objectRelationWrap/relatedWorksWrap/relatedWorkSet", "relation", _related),
    OutlineRow(f"{_A}/rightsWorkWrap/rightsWorkSet", "rights, rightsHolder", _rights),
    OutlineRow(f"{_A}/recordWrap/recordInfoSet/recordInfoLink", "identifier", identifier(kind="uri")),
    OutlineRow(f"{_A}/resourceWrap/resourceSet", "identifier", _resource),
)  # fmt: skip
_OUTLINE: Final = Outline(ROWS)


def read(root: etree._Element) -> Description:
    """What the record says of the object; of several in one record, the first."""
    record = root if local(root) == "lido" else next(children(root, "lido"), None)
    parts = [] if record is None else list(first_titles(list(_OUTLINE.parts(record))))
    return described([*_once(parts), ("types", Text("PhysicalObject"))] if parts else parts)


def _once(parts: list[Part]) -> Iterator[Part]:
    """The parts, those that are the same in several languages once, and of none: numbers, sizes, names."""
    languages: dict[Part, set[str]] = {}
    for part, said in parts:
        if isinstance(said, (Text, Subject)):
            languages.setdefault((part, said._replace(lang="")), set()).add(said.lang)
    for part, said in parts:
        plain = said._replace(lang="") if isinstance(said, (Text, Subject)) else said
        yield part, plain if len(languages.get((part, plain), ())) > 1 else said
