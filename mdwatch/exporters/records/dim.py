"""Reads DIM, DSpace's own form of qualified Dublin Core: `field` elements by schema, element and qualifier.

After DSpace's crosswalk to qualified Dublin Core (QDC.properties). Only the schemas `dc` and `dcterms` are read: others
are local. What speaks of the record and not of the work (accession, provenance) is left out.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import dcmi, dublin_core
from mdwatch.exporters.records.description import Description
from mdwatch.exporters.records.dublin_core_fields import DublinCoreField
from mdwatch.exporters.records.outline import attribute, local, value

# `element.qualifier` of DSpace that DCMI has another term for; an empty one is left out.
_TERMS: Final = {
    "contributor.author": "creator",
    "date.accessioned": "",
    "date.updated": "",
    "date.copyright": "dateCopyrighted",
    "description.provenance": "",
    "identifier.citation": "bibliographicCitation",
    "relation.ispartof": "isPartOf",
    "relation.ispartofseries": "isPartOf",
    "relation.haspart": "hasPart",
    "relation.isversionof": "isVersionOf",
    "relation.hasversion": "hasVersion",
    "relation.isreferencedby": "isReferencedBy",
    "description.tableofcontents": "tableOfContents",
    "rights.license": "license",
    "rights.holder": "rightsHolder",
    "rights.access": "accessRights",
}


def read(root: etree._Element) -> Description:
    """What the record says."""
    return dublin_core.from_dc(tuple(_fields(root)))


def _fields(root: etree._Element) -> Iterator[DublinCoreField]:
    for element in root.iter("*"):
        text = value(element) if local(element) == "field" else ""
        if text and attribute(element, "mdschema").lower() in {"dc", "dcterms"}:
            term = _term(attribute(element, "element"), attribute(element, "qualifier"))
            if term:
                family = "dc" if term in dcmi.ELEMENTS else "dcterms"
                yield DublinCoreField(
                    (family, term), text, attribute(element, "lang") or attribute(element, "language")
                )


def _term(element: str, qualifier: str) -> str:
    """The DCMI term of a field: by the table, by its qualifier, or by its element."""
    path = f"{element}.{qualifier}".lower()
    if path in _TERMS:
        return _TERMS[path]
    return next((name for name in (qualifier, element) if name in dcmi.TERMS), "")
