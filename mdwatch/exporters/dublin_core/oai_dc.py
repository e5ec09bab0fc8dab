"""Unqualified Dublin Core as OAI-PMH has it, which every harvester understands (OAI-PMH 2.0, section 5).

The descriptive record is told as it is, refinements folded into the elements they refine; an IE without Dublin Core is
told by its source record. One identifier is always the PID: a record that has been passed on from harvester to
harvester has lost the OAI header, and has nothing else to lead back to the repository with certainty. Where the
settings know the page that people find the IE at, its address is one too.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from mdwatch.exporters.dublin_core import crosswalk
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.records import dcmi, dublin_core
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.dublin_core import DublinCoreField
from mdwatch.exporters.records.languages import is_none
from mdwatch.exporters.terms.language_codes import tag
from mdwatch.exporters.xml_text import XSI, document, text
from mdwatch.model import IntellectualEntity

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

_START: Final = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="{dcmi.ELEMENTS_NAMESPACE}" xmlns:xsi="{XSI}"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)


def fields_of(ie: IntellectualEntity) -> tuple[DublinCoreField, ...]:
    """The fields of the descriptive record; if there are none, those that the source record amounts to.

    Raises `Rejected` if the descriptive record is not well-formed.
    """
    record = ie.descriptive
    found = (dublin_core.fields(record.content) if record else ()) or crosswalk.fields(describe(ie))
    # What says that there is no language, or none known, is none to tell.
    for field in found:
        if field.term[1] == "language" and is_none(field.text):
            return tuple(one for one in found if one.term[1] != "language" or not is_none(one.text))
    return found


def export(ie: IntellectualEntity) -> bytes:
    """The document."""
    found = _elements(ie)
    found.setdefault(("identifier", ie.pid), "")
    if ie.landing_page:
        found.setdefault(("identifier", ie.landing_page), "")
    return document(_written(found))


def _written(found: Mapping[tuple[str, str], str | dict[str, None]]) -> Iterator[str]:
    yield _START
    for (name, value), langs in found.items():
        written = text(value)
        if not langs:
            yield f"<dc:{name}>{written}</dc:{name}>"
            continue
        for lang in (langs,) if isinstance(langs, str) else langs:
            start = f'<dc:{name} xml:lang="{lang}">' if lang else f"<dc:{name}>"
            yield f"{start}{written}</dc:{name}>"
    yield "</oai_dc:dc>"


def _elements(ie: IntellectualEntity) -> dict[tuple[str, str], str | dict[str, None]]:
    """The elements and their texts, each with its language, or languages where there are several; none twice.

    Refinements of one element may well say the same, as `available` and `issued` do, and systems write a title with
    and without its language. The same in two languages is two.
    """
    found: dict[tuple[str, str], str | dict[str, None]] = {}
    for field in fields_of(ie):
        (_, term), words, given, _ = field
        if name := dcmi.simple(term):
            lang = tag(given) if given else ""
            key = (name, words)
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


EXPORTER: Final = Exporter(
    name="oai_dc",
    display_name="Dublin Core",
    media_type=XML,
    version="3",
    export=export,
    harvestable=True,
    namespace=NAMESPACE,
    schema=SCHEMA,
    schema_version="2.0",
    reads_events=False,
)
