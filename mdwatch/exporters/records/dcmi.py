"""The DCMI metadata terms, and the fifteen elements that they refine ("DCMI Metadata Terms", dublincore.org)."""

from typing import Final

ELEMENTS_NAMESPACE: Final = "http://purl.org/dc/elements/1.1/"
TERMS_NAMESPACE: Final = "http://purl.org/dc/terms/"

ELEMENTS: Final = (
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
)  # fmt: skip

# Each refinement and the element that it says something narrower of.
REFINES: Final = {
    "alternative": "title",
    "abstract": "description",
    "tableOfContents": "description",
    "available": "date",
    "created": "date",
    "dateAccepted": "date",
    "dateCopyrighted": "date",
    "dateSubmitted": "date",
    "issued": "date",
    "modified": "date",
    "valid": "date",
    "extent": "format",
    "medium": "format",
    "bibliographicCitation": "identifier",
    "conformsTo": "relation",
    "hasFormat": "relation",
    "hasPart": "relation",
    "hasVersion": "relation",
    "isFormatOf": "relation",
    "isPartOf": "relation",
    "isReferencedBy": "relation",
    "isReplacedBy": "relation",
    "isRequiredBy": "relation",
    "isVersionOf": "relation",
    "references": "relation",
    "replaces": "relation",
    "requires": "relation",
    "spatial": "coverage",
    "temporal": "coverage",
    "accessRights": "rights",
    "license": "rights",
    # No refinement to DCMI, but a harvester that asks who holds the rights looks nowhere else.
    "rightsHolder": "rights",
}

# Properties of their own, which no element can stand for without saying what is not so. "Dumbing down" drops them.
UNREFINING: Final = (
    "accrualMethod",
    "accrualPeriodicity",
    "accrualPolicy",
    "audience",
    "educationLevel",
    "instructionalMethod",
    "mediator",
    "provenance",
)

# All properties of the terms namespace: it has the fifteen too.
TERMS: Final = frozenset((*ELEMENTS, *REFINES, *UNREFINING))

# The vocabularies and syntaxes that xsi:type may name.
SCHEMES: Final = frozenset({
    "LCSH", "MESH", "DDC", "LCC", "UDC", "Period", "W3CDTF", "DCMIType", "IMT", "URI", "ISO639-2", "RFC1766", "RFC3066",
    "Point", "ISO3166", "Box", "TGN",
})  # fmt: skip

# The DCMI Type Vocabulary.
TYPES: Final = frozenset({
    "Collection", "Dataset", "Event", "Image", "InteractiveResource", "MovingImage", "PhysicalObject", "Service",
    "Software", "Sound", "StillImage", "Text",
})  # fmt: skip


_SIMPLE: Final = REFINES | {name: name for name in ELEMENTS}


def simple(name: str) -> str:
    """The element that stands for a term in unqualified Dublin Core, or empty if none does."""
    return _SIMPLE.get(name, "")
