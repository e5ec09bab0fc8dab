"""MODS 3.8: the IE's own MODS record as its cataloguers wrote it, or one made of what its other records say.

The record is passed on with all it has. Where it does not fit MODS 3.8 it is made to (`mods_fitting`), since harvesters
turn away a page for one invalid record in it; no words are lost. The descriptive record adds nothing to it: whoever
asks for MODS asks for the catalogue's record.
"""

from typing import Final

from mdwatch.errors import Rejected
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.mods import conform, writer
from mdwatch.exporters.records.describe import describe, is_a
from mdwatch.exporters.records.mods import reader
from mdwatch.exporters.records.mods.parts import NAMESPACE
from mdwatch.exporters.records.plain_text import without_controls
from mdwatch.formats import xml
from mdwatch.model import IntellectualEntity


def export(ie: IntellectualEntity) -> bytes:
    """The document. Raises `Rejected` if it must be made of a descriptive record that is not well-formed."""
    for record in ie.sources:
        if is_a(record, "mods") and (own := _fitted(record.content)):
            return own.encode()
    return writer.write(describe(ie), ie.pid).encode()


def _fitted(content: str) -> str:
    """The MODS record made to fit; empty if it is none, or says nothing."""
    try:
        record = reader.record_in(content)
    except Rejected:
        return ""
    return without_controls(xml.serialise(record)) if conform.fit(record) else ""


EXPORTER: Final = Exporter(
    name="mods",
    display_name="MODS",
    media_type=XML,
    version="2",
    export=export,
    harvestable=True,
    namespace=NAMESPACE,
    schema=conform.SCHEMA,
    schema_version="3.8",
)
