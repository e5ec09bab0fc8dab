"""The export format `ddi`: DDI Codebook 2.5, as an IE's own codebook or by the crosswalk of `table`.

An IE that has a DDI Codebook among its source records exports that record: it says more of the study than any crosswalk
from Dublin Core, MODS or MARC. Whatever its version is, it is made to fit 2.5 (`conform`), which took over the elements
of those before it.
"""

import re
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.ddi import conform
from mdwatch.exporters.ddi.selectors import Work
from mdwatch.exporters.ddi.table import branches
from mdwatch.exporters.ddi.writer import NAMESPACE, SCHEMA, document
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.records import recognition
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.stored import root_of
from mdwatch.formats.xml import serialise
from mdwatch.model import IntellectualEntity

_NS: Final = f"{{{NAMESPACE}}}"
_CODEBOOK: Final = f"{_NS}codeBook"
# What stands before the holdings of a citation, and those themselves.
_BEFORE_HOLDINGS: Final = frozenset(
    f"{_NS}{tag}"
    for tag in ["titlStmt", "rspStmt", "prodStmt", "distStmt", "serStmt", "verStmt", "biblCit", "holdings"]
)
_TAG: Final = re.compile(r"<[^<>]+>")
_START: Final = re.compile(r"<[^\s/>]+")
_QUOTE: Final = {'"': "&quot;"}


def export(ie: IntellectualEntity) -> bytes:
    """The codebook: one element that declares its own namespaces, in UTF-8, without an XML declaration.

    It is valid against the schema, whatever the IE holds.
    """
    own = codebook(ie)
    if own is not None:
        return own
    return document(branches(Work(ie.pid, ie.institution, describe(ie), ie.institution_name, ie.landing_page)))


def codebook(ie: IntellectualEntity) -> bytes | None:
    """The first of the source records that is a codebook and describes a study, made to fit; with the page of the IE.

    The root tells, not the subtype, which institutions choose freely.
    """
    for record in ie.sources:
        if recognition.kind(record.content) == "ddi_codebook" and (root := _fitted(record.content)) is not None:
            if ie.landing_page:
                _tell_page(root, ie.landing_page)
            return serialise(root).encode()
    return None


def _fitted(content: str) -> etree._Element | None:
    """The codebook in the namespace of 2.5, made to fit; None if it cannot be, or is none."""
    try:
        root = root_of(content)
        if root.tag != _CODEBOOK:
            root = root_of(_renamed(root))
    except Rejected:
        return None
    return root if root.tag == _CODEBOOK and conform.fit(root) else None


def _renamed(root: etree._Element) -> str:
    """The codebook with its namespace, or none, replaced by that of 2.5.

    In serialised XML `<` and `>` are escaped wherever they are not markup, so that only declarations match.
    """
    name = etree.QName(root)
    text = serialise(root)
    if not name.namespace:
        return _START.sub(lambda match: f'{match[0]} xmlns="{NAMESPACE}"', text, count=1)
    declaration = re.compile(rf'( xmlns(?::[^\s="]+)?=)"{re.escape(escape(name.namespace, _QUOTE))}"')
    return _TAG.sub(lambda tag: declaration.sub(rf'\1"{NAMESPACE}"', tag[0]), text)


def _tell_page(root: etree._Element, page: str) -> None:
    """The page where people find the IE, as one of the holdings of the study."""
    citation = root.find(f"{_NS}stdyDscr/{_NS}citation")
    if citation is None or any(holding.get("URI") == page for holding in citation.iterchildren(f"{_NS}holdings")):
        return
    after = [child for child in citation if child.tag in _BEFORE_HOLDINGS]
    citation.insert(citation.index(after[-1]) + 1 if after else 0, etree.Element(f"{_NS}holdings", URI=page))


EXPORTER: Final = Exporter(
    name="ddi",
    display_name="DDI Codebook 2.5",
    media_type=XML,
    harvestable=True,
    namespace=NAMESPACE,
    schema=SCHEMA,
    schema_version="2.5",
    version="8",
    export=export,
    reads_events=False,
)
