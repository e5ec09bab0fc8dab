"""MODS 3.8: the IE's own MODS record as its cataloguers wrote it, or one made of what its other records say.

The record is passed on with all it has. Where it does not fit MODS 3.8 it is made to (`mods_fitting`), since harvesters
turn away a page for one invalid record in it; no words are lost. The descriptive record adds nothing to it: whoever
asks for MODS asks for the catalogue's record. Where people find the object is added, for the record cannot know it.
"""

from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.mods import conform, writer
from mdwatch.exporters.records import recognition
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.mods import reader
from mdwatch.exporters.records.mods.parts import NAMESPACE
from mdwatch.exporters.records.plain_text import without_controls
from mdwatch.formats import xml
from mdwatch.model import IntellectualEntity


def export(ie: IntellectualEntity) -> bytes:
    """The document. Raises `Rejected` if it must be made of a descriptive record that is not well-formed."""
    for record in ie.sources:
        if recognition.kind(record.content) == "mods" and (own := _fitted(record.content, ie.landing_page)):
            return own.encode()
    return writer.write(describe(ie), ie.pid, ie.landing_page)


def _fitted(content: str, landing_page: str) -> str:
    """The MODS record made to fit, with the page of the object; empty if it is none, or says nothing."""
    try:
        record = reader.record_in(content)
    except Rejected:
        return ""
    if not conform.fit(record):
        return ""
    if landing_page and all((url.text or "").strip() != landing_page for url in record.iter(f"{{{NAMESPACE}}}url")):
        location = etree.SubElement(record, f"{{{NAMESPACE}}}location")
        etree.SubElement(location, f"{{{NAMESPACE}}}url", writer.LANDING_PAGE).text = landing_page
    return without_controls(xml.serialise(record))


EXPORTER: Final = Exporter(
    name="mods",
    display_name="MODS",
    media_type=XML,
    version="7",
    export=export,
    harvestable=True,
    namespace=NAMESPACE,
    schema=conform.SCHEMA,
    schema_version="3.8",
    reads_events=False,
)
