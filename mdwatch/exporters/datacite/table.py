"""What becomes of a description in DataCite 4.5: the crosswalk, but for names and kinds of work.

| description | DataCite |
|---|---|
| identifiers | identifier: the first DOI, else handle, else ARK, else the PID; all others alternateIdentifier |
| names that created | creator; without any, one named `:unav` (DataCite 4.5, appendix 3) |
| other names | contributor, contributorType by `contributing` |
| titles | title; without any, one `:unav` |
| publishers | publisher is the first, else the IE's institution; the others are contributors of type Distributor |
| dates | publicationYear by `YEAR_OF`, else 0000; date, dateType by `DATES`; description Other for one without a year |
| types, genres | resourceType by `kinds`, its text the genres and types |
| subjects | subject |
| languages | language: the first that has a tag |
| related | relatedIdentifier and relatedItem by `RELATIONS`; other relations description Other |
| extents, formats, editions | size, format, version |
| rights | rights, by SPDX for a licence that it has, by COAR for access; who holds them is a contributor RightsHolder |
| grants; names that gave money | fundingReference |
| locations | contributor of type HostingInstitution |
| previews, shelf_marks | (none) |
| abstracts, contents | description Abstract, TableOfContents |
| the parts in `OTHER` | description Other, notes by `NOTES` |
| places | geoLocation; subject too for one that has an address |
| periods | date of type Other, information `Coverage`, where it is a date; else subject |
| places_published | (none) |

Source: DataCite Metadata Schema Documentation 4.5, appendix 1 (controlled lists) and its mapping to Dublin Core.
"""

from typing import Final

from mdwatch.exporters.records import datacite_terms
from mdwatch.exporters.records.description import DateKind, TitleKind

# DataCite's value for "unavailable, possibly unknown"; a year must be four digits, and 0000 was none.
UNAVAILABLE: Final = ":unav"
NO_YEAR: Final = "0000"

TITLES: Final = {
    TitleKind.MAIN: "",
    TitleKind.SUBTITLE: "Subtitle",
    TitleKind.ALTERNATIVE: "AlternativeTitle",
    TitleKind.TRANSLATED: "TranslatedTitle",
    TitleKind.UNIFORM: "AlternativeTitle",
    TitleKind.ABBREVIATED: "AlternativeTitle",
}

# Parts of a description that are told in sentences of no kind, in their order.
OTHER: Final = (
    "responsibilities",
    "notes",
    "scales",
    "projections",
    "audiences",
    "provenances",
    "frequencies",
)

# descriptionType of a note by its type; others are Other.
NOTES: Final = {note: kind for kind, note in datacite_terms.NOTES.items()}

# dateType, and dateInformation where the type alone would not tell.
DATES: Final = {
    DateKind.PLAIN: ("Other", ""),
    DateKind.CREATED: ("Created", ""),
    DateKind.ISSUED: ("Issued", ""),
    DateKind.CAPTURED: ("Other", "Captured"),
    DateKind.MODIFIED: ("Updated", ""),
    DateKind.COPYRIGHTED: ("Copyrighted", ""),
    DateKind.SUBMITTED: ("Submitted", ""),
    DateKind.ACCEPTED: ("Accepted", ""),
    DateKind.AVAILABLE: ("Available", ""),
    DateKind.VALID: ("Valid", ""),
    DateKind.COLLECTED: ("Collected", ""),
    DateKind.EMBARGO_END: ("Available", "Embargo ends"),
    DateKind.OTHER: ("Other", ""),
}
# Which date tells the year of publication, the best first; the end of an embargo never does.
YEAR_OF: Final = (
    DateKind.ISSUED,
    DateKind.AVAILABLE,
    DateKind.COPYRIGHTED,
    DateKind.PLAIN,
    DateKind.CREATED,
    DateKind.ACCEPTED,
    DateKind.SUBMITTED,
    DateKind.CAPTURED,
    DateKind.COLLECTED,
    DateKind.MODIFIED,
    DateKind.VALID,
    DateKind.OTHER,
    DateKind.EMBARGO_END,
)

# Relations by their DCMI term; `relation` and `conformsTo` say less, or other, than any relationType of DataCite.
RELATIONS: Final = {
    "isPartOf": "IsPartOf",
    "hasPart": "HasPart",
    "isVersionOf": "IsVersionOf",
    "hasVersion": "HasVersion",
    "isFormatOf": "IsVariantFormOf",
    "hasFormat": "IsOriginalFormOf",
    "isReferencedBy": "IsReferencedBy",
    "references": "References",
    "isReplacedBy": "IsObsoletedBy",
    "replaces": "Obsoletes",
    "isRequiredBy": "IsRequiredBy",
    "requires": "Requires",
    "source": "IsDerivedFrom",
}
