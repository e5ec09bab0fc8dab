"""Unqualified Dublin Core as OAI-PMH has it, which every harvester understands (OAI-PMH 2.0, section 5).

The descriptive record is told as it is, refinements folded into the elements they refine; an IE without Dublin Core is
told by its source record. One identifier is always the PID: a record that has been passed on from harvester to
harvester has lost the OAI header, and has nothing else to lead back to the repository with certainty. Where the
settings know the page that people find the IE at, its address is one too.
"""

from typing import Final

from mdwatch.exporters.dublin_core import crosswalk
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.records import dcmi, dublin_core
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.dublin_core import DublinCoreField
from mdwatch.exporters.records.languages import is_none
from mdwatch.exporters.terms.language_codes import tag
from mdwatch.exporters.xml_text import XSI, text
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
    if any(field.term[1] == "language" and is_none(field.text) for field in found):
        return tuple(field for field in found if field.term[1] != "language" or not is_none(field.text))
    return found


def export(ie: IntellectualEntity) -> bytes:
    """The document."""
    found = _elements(ie)
    found.setdefault(("identifier", ie.pid), {"": None})
    if ie.landing_page:
        found.setdefault(("identifier", ie.landing_page), {"": None})
    out = [_START]
    for (name, value), langs in found.items():
        written = text(value)
        for lang in langs:
            out.append(f'<dc:{name} xml:lang="{lang}">' if lang else f"<dc:{name}>")
            out.append(f"{written}</dc:{name}>")
    out.append("</oai_dc:dc>")
    return "".join(out).encode()


def _elements(ie: IntellectualEntity) -> dict[tuple[str, str], dict[str, None]]:
    """The elements and their texts, each with its languages; none twice.

    Refinements of one element may well say the same, as `available` and `issued` do, and systems write a title with
    and without its language. The same in two languages is two.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for field in fields_of(ie):
        if name := dcmi.simple(field.term[1]):
            lang = tag(field.lang) if field.lang else ""
            langs = found.get((name, field.text))
            if langs is None:
                found[name, field.text] = {lang: None}
                continue
            if lang and "" in langs:
                del langs[""]
            if lang or not langs:
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
