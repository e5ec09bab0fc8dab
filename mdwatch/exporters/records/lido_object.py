"""What a LIDO record says of the object itself: its titles, its keepers, its measurements."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records.description import Text, Title, TitleKind
from mdwatch.exporters.records.outline import Part, at, children, first, identifier, lang, value

_TITLES: Final = {"alternate": TitleKind.ALTERNATIVE, "alternative": TitleKind.ALTERNATIVE}


def attribute_of(element: etree._Element, name: str) -> str:
    """An attribute of LIDO, which has its namespace or none."""
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), "")


def _pref(element: etree._Element) -> str:
    """Whether a value is preferred; LIDO 1.1 names that by an address."""
    return attribute_of(element, "pref").rpartition("/")[2].lower()


def titles(element: etree._Element) -> Iterator[Part]:
    """The titles of a set."""
    for found in at(element, "appellationValue"):
        if text := value(found):
            yield "titles", Title(text, _TITLES.get(_pref(found), TitleKind.MAIN), lang(found))


def repository(element: etree._Element) -> Iterator[Part]:
    """Who keeps the object, or kept it, and its number there."""
    if text := first(
        element, "repositoryName/legalBodyName/appellationValue", "repositoryLocation/namePlaceSet/appellationValue"
    ):
        yield "provenances" if attribute_of(element, "type").lower() == "former" else "locations", Text(text)
    for number in children(element, "workID"):
        yield from identifier()(number)


def first_titles(parts: list[Part]) -> Iterator[Part]:
    """The parts with but one title proper a language: the object was called otherwise besides, or before."""
    languages: set[str] = set()
    for part, said in parts:
        if not isinstance(said, Title) or said.kind is not TitleKind.MAIN:
            yield part, said
            continue
        yield part, said._replace(kind=TitleKind.ALTERNATIVE) if said.lang in languages else said
        languages.add(said.lang)


def measurements(element: etree._Element) -> Iterator[Part]:
    """Sizes in words, else made of type, value and unit: `Höhe 94,8 cm; Breite 74,8 cm (Bildmaß)`."""
    displayed = [Text(text, lang(e)) for e in children(element, "displayObjectMeasurements") if (text := value(e))]
    yield from (("extents", text) for text in displayed)
    for found in () if displayed else children(element, "objectMeasurements"):
        sizes = filter(None, map(_size, children(found, "measurementSet")))
        if text := "; ".join(sizes):
            of = ", ".join(filter(None, map(value, children(found, "extentMeasurements"))))
            yield "extents", Text(f"{text} ({of})" if of else text)


def _size(element: etree._Element) -> str:
    number = first(element, "measurementValue")
    parts = (_term(element, "measurementType"), number, _term(element, "measurementUnit"))
    return " ".join(filter(None, parts)) if number else ""


def _term(element: etree._Element, name: str) -> str:
    """What kind of measurement it is, or its unit: a text, or a concept with its term, in the first language."""
    return first(element, f"{name}/term", f"{name}/Concept/prefLabel") or next(
        (value(e) for e in children(element, name) if not len(e)), "")  # fmt: skip
