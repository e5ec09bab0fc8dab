"""Unqualified Dublin Core as OAI-PMH has it, which every harvester understands (OAI-PMH 2.0, section 5).

The descriptive record is told as it is, refinements folded into the elements they refine; an IE without Dublin Core is
told by its source record. One identifier is always the PID: a record that has been passed on from harvester to
harvester has lost the OAI header, and has nothing else to lead back to the repository with certainty. Where the
settings know the page that people find the IE at, its address is one too.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final, NamedTuple

from mdwatch.exporters.dublin_core import crosswalk
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.records import dcmi, dublin_core
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.dublin_core_fields import UNMADE, DublinCoreField
from mdwatch.exporters.records.languages import is_none
from mdwatch.exporters.remembered import MANY
from mdwatch.exporters.terms.language_codes import tag
from mdwatch.exporters.xml_text import XSI, document, element, text
from mdwatch.model import IntellectualEntity

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

_START: Final = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="{dcmi.ELEMENTS_NAMESPACE}" xmlns:xsi="{XSI}"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)


# The language of an element, or nothing; languages where there are several.
_Langs = str | dict[str, None]


class _Element(NamedTuple):
    """A field as an element: its name and text, its language or nothing, and all of it as it is written."""

    key: tuple[str, str]
    lang: str
    written: str


def fields_of(ie: IntellectualEntity) -> tuple[DublinCoreField, ...]:
    """The fields of the descriptive record; if there are none, those that the source record amounts to.

    Raises `Rejected` if the descriptive record is not well-formed.
    """
    found = _given(ie)
    for field in found:
        if _is_no_language(field):
            return tuple(one for one in found if not _is_no_language(one))
    return found


def _given(ie: IntellectualEntity) -> tuple[DublinCoreField, ...]:
    record = ie.descriptive
    return (dublin_core.fields(record.content) if record else ()) or crosswalk.fields(describe(ie))


def _is_no_language(field: DublinCoreField) -> bool:
    """Whether it says that there is no language, or none known: nothing to tell."""
    return field.term[1] == "language" and is_none(field.text)


def export(ie: IntellectualEntity) -> bytes:
    """The document."""
    given = _given(ie)
    # Of many fields none is worth keeping, nor holding beside the document.
    elements = list(_kept(given)) if len(given) <= MANY else []
    langs: Mapping[tuple[str, str], _Langs] = {key: lang for key, lang, _ in elements}
    pieces: Iterable[str] = (written for _, _, written in elements)
    if len(langs) < len(elements) or len(given) > MANY:
        langs = _united(elements or filter(None, map(_element, given)))
        pieces = _written(langs)
    named = [("identifier", text) for text in dict.fromkeys((ie.pid, ie.landing_page)) if text]
    added = [element("dc:identifier", text) for name, text in named if (name, text) not in langs]
    return document(chain((_START,), pieces, added, ("</oai_dc:dc>",)))


def _element(field: DublinCoreField) -> _Element | None:
    """The element of a field; None where unqualified Dublin Core has none for it."""
    (_, term), words, given, _ = field
    name = dcmi.simple(term)
    if not name or (name == "language" and _is_no_language(field)):
        return None
    lang = tag(given) if given else ""
    return _Element((name, words), lang, _tagged(name, text(words), lang))


def _kept(given: Iterable[DublinCoreField]) -> Iterator[_Element]:
    """The elements of fields, each kept with its field."""
    for field in given:
        found = field.element
        if found is UNMADE:
            found = field.element = _element(field)
        if found is not None:
            yield found


def _united(elements: Iterable[_Element]) -> dict[tuple[str, str], _Langs]:
    """The names and texts of elements, each with its language, or languages where there are several; none twice.

    Refinements of one element may well say the same, as `available` and `issued` do, and systems write a title with
    and without its language. The same in two languages is two.
    """
    found: dict[tuple[str, str], _Langs] = {}
    for key, lang, _ in elements:
        langs = found.setdefault(key, lang)
        # A text without a language is none of its own beside one with.
        if not lang or langs == lang:
            continue
        if not langs:
            found[key] = lang
        elif isinstance(langs, str):
            found[key] = {langs: None, lang: None}
        else:
            langs[lang] = None
    return found


def _written(found: Mapping[tuple[str, str], _Langs]) -> Iterator[str]:
    for (name, value), langs in found.items():
        written = text(value)
        for lang in (langs,) if isinstance(langs, str) else langs:
            yield _tagged(name, written, lang)


def _tagged(name: str, written: str, lang: str) -> str:
    start = f'<dc:{name} xml:lang="{lang}">' if lang else f"<dc:{name}>"
    return f"{start}{written}</dc:{name}>"


EXPORTER: Final = Exporter(
    name="oai_dc",
    display_name="Dublin Core",
    media_type=XML,
    version="7",
    export=export,
    harvestable=True,
    namespace=NAMESPACE,
    schema=SCHEMA,
    schema_version="2.0",
    reads_events=False,
)
