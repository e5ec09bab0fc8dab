"""The export format `ddi`: DDI Codebook 2.5, study level, as an IE's own codebook or by the crosswalk of `ddi_table`.

An IE that has a DDI Codebook 2.5 among its source records exports that record: it says more of the study than any
crosswalk from Dublin Core, MODS or MARC. Codebooks of earlier versions stand in other namespaces and are not turned
into 2.5: their IEs are exported from their other records.
"""

from typing import Final

from mdwatch.errors import Rejected
from mdwatch.exporters.ddi.selectors import Work
from mdwatch.exporters.ddi.table import branches
from mdwatch.exporters.ddi.writer import NAMESPACE, SCHEMA, document
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.stored import root_of
from mdwatch.formats.xml import serialise
from mdwatch.model import IntellectualEntity

_CODEBOOK: Final = f"{{{NAMESPACE}}}codeBook"
_STUDY_TITLE: Final = "/".join(f"{{{NAMESPACE}}}{tag}" for tag in ("stdyDscr", "citation", "titlStmt", "titl"))


def export(ie: IntellectualEntity) -> bytes:
    """The codebook: one element that declares its own namespaces, in UTF-8, without an XML declaration.

    What a crosswalk makes is valid against the schema, whatever the IE holds.
    """
    own = codebook(ie)
    if own is not None:
        return own
    return document(branches(Work(ie.pid, ie.institution, describe(ie))))


def codebook(ie: IntellectualEntity) -> bytes | None:
    """The first of the source records that is a codebook of version 2.5 and describes a study, as it is.

    The root tells, not the subtype, which institutions choose freely. The schema cannot be asked here: it is accepted
    with the parts that it cannot do without, a study and its title.
    """
    for record in ie.sources:
        # Only what has the namespace is worth parsing.
        if NAMESPACE not in record.content:
            continue
        try:
            root = root_of(record.content)
        except Rejected:
            continue
        if root.tag == _CODEBOOK and root.find(_STUDY_TITLE) is not None:
            return serialise(root).encode()
    return None


EXPORTER: Final = Exporter(
    name="ddi",
    display_name="DDI Codebook 2.5",
    media_type=XML,
    harvestable=True,
    namespace=NAMESPACE,
    schema=SCHEMA,
    schema_version="2.5",
    version="2",
    export=export,
)
