"""The controlled lists of DataCite in the terms of a description (Metadata Schema Documentation 4.6, appendix 1)."""

import re
from typing import Final

from mdwatch.exporters.records import dcmi
from mdwatch.exporters.records.description import DateKind, TitleKind

TITLES: Final = {
    "": TitleKind.MAIN,
    "Subtitle": TitleKind.SUBTITLE,
    "AlternativeTitle": TitleKind.ALTERNATIVE,
    "TranslatedTitle": TitleKind.TRANSLATED,
}
DATES: Final = {
    "Accepted": DateKind.ACCEPTED,
    "Available": DateKind.AVAILABLE,
    "Collected": DateKind.COLLECTED,
    "Copyrighted": DateKind.COPYRIGHTED,
    "Created": DateKind.CREATED,
    "Issued": DateKind.ISSUED,
    "Submitted": DateKind.SUBMITTED,
    "Updated": DateKind.MODIFIED,
    "Valid": DateKind.VALID,
}
# descriptionType as MODS's type of a note, or in words where that list has none.
NOTES: Final = {
    "Methods": "methods",
    "SeriesInformation": "series information",
    "TechnicalInfo": "system details",
}
# relationType as the DCMI term that says no more than it; those that are not here are a `relation`.
RELATIONS: Final = {
    "Cites": "references",
    "Collects": "hasPart",
    "Continues": "replaces",
    "HasPart": "hasPart",
    "HasTranslation": "hasVersion",
    "HasVersion": "hasVersion",
    "IsCitedBy": "isReferencedBy",
    "IsCollectedBy": "isPartOf",
    "IsContinuedBy": "isReplacedBy",
    "IsDerivedFrom": "source",
    "IsDocumentedBy": "isReferencedBy",
    "IsNewVersionOf": "isVersionOf",
    "IsObsoletedBy": "isReplacedBy",
    "IsOriginalFormOf": "hasFormat",
    "IsPartOf": "isPartOf",
    "IsPreviousVersionOf": "hasVersion",
    "IsPublishedIn": "isPartOf",
    "IsReferencedBy": "isReferencedBy",
    "IsRequiredBy": "isRequiredBy",
    "IsReviewedBy": "isReferencedBy",
    "IsTranslationOf": "isVersionOf",
    "IsVariantFormOf": "isFormatOf",
    "IsVersionOf": "isVersionOf",
    "Obsoletes": "replaces",
    "References": "references",
    "Requires": "requires",
    "Reviews": "references",
}
# All relations that DataCite 4.5 has.
STATED: Final = frozenset((
    *RELATIONS, "Compiles", "Describes", "Documents", "HasMetadata", "IsCompiledBy", "IsDescribedBy", "IsIdenticalTo",
    "IsMetadataFor", "IsSourceOf", "IsSupplementTo", "IsSupplementedBy",
)) - {"HasTranslation", "IsTranslationOf"}  # fmt: skip
# resourceTypeGeneral in lower case as a term of DCMI, whose list has most of them.
DCMI_TYPES: Final = {name.lower(): name for name in dcmi.TYPES} | {"audiovisual": "MovingImage"}
# Names of vocabularies, in lower case, that have a code.
SCHEMES: Final = {
    "ddc": "ddc",
    "dewey": "ddc",
    "dewey decimal classification": "ddc",
    "gnd": "gnd",
    "lcc": "lcc",
    "lcsh": "lcsh",
    "library of congress subject headings": "lcsh",
    "library of congress subject headings (lcsh)": "lcsh",
    "medical subject headings": "mesh",
    "mesh": "mesh",
    "udc": "udc",
}
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def in_words(term: str) -> str:
    """`ProjectLeader` as `project leader`."""
    return _HUMP.sub(" ", term).lower()
