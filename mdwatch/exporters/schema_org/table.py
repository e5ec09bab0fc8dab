"""What becomes of a description in schema.org: the crosswalk, but for names and kinds of work.

| description | schema.org |
|---|---|
| types, genres | @type by `kinds`; genre |
| identifiers | identifier (PropertyValue); @id, sameAs and url where they resolve |
| titles | name, alternateName; alternativeHeadline for a subtitle |
| abstracts | description; where there are none, contents, notes, scales, projections |
| names | creator, else the property that `contributing` gives, with its roles where that is contributor |
| publishers, places_published | publisher, publication (PublicationEvent), or locationCreated if unpublished |
| dates | by `DATES` |
| languages | inLanguage |
| subjects | keywords, as DefinedTerm where the vocabulary or the address of the term is known |
| places, periods | spatialCoverage, temporalCoverage |
| rights | license or usageInfo by address; in words by `RIGHTS`; copyrightHolder |
| related | by `RELATIONS`; of a periodical PublicationIssue and PublicationVolume, pageStart, pageEnd |
| formats | encodingFormat if it is a media type, else material |
| extents, editions, audiences | materialExtent, version, audience |
| grants | funding (Grant) |
| locations | provider |
| previews | thumbnailUrl |
| responsibilities | creditText |
| provenances, frequencies, shelf_marks | (none) |

Sources: schema.org's definitions of CreativeWork and Role; Google's guide to Dataset markup, which reads creators that
are a Person or an Organization without a Role around them.
"""

from typing import Final

from mdwatch.exporters.records.description import DateKind, RightsKind, TitleKind

NAMES: Final = (TitleKind.MAIN,)
ALTERNATIVES: Final = (
    TitleKind.ALTERNATIVE,
    TitleKind.TRANSLATED,
    TitleKind.UNIFORM,
    TitleKind.ABBREVIATED,
)

# The property that a date goes to; of several dates for one property the first kind here, and of that the first date.
DATES: Final = (
    (DateKind.CREATED, "dateCreated"),
    (DateKind.ISSUED, "datePublished"),
    (DateKind.AVAILABLE, "datePublished"),
    (DateKind.PLAIN, "datePublished"),
    (DateKind.MODIFIED, "dateModified"),
    (DateKind.COPYRIGHTED, "copyrightYear"),
)

# A statement in words.
RIGHTS: Final = {
    RightsKind.PLAIN: "copyrightNotice",
    RightsKind.LICENSE: "license",
    RightsKind.ACCESS: "conditionsOfAccess",
    RightsKind.HOLDER: "copyrightHolder",
}
# Addresses of statements that are no licences.
RIGHTS_STATEMENTS: Final = "://rightsstatements.org/"

# Relations by their DCMI term.
RELATIONS: Final = {
    "isPartOf": "isPartOf",
    "hasPart": "hasPart",
    "source": "isBasedOn",
    "isVersionOf": "isBasedOn",
    "isFormatOf": "isBasedOn",
    "replaces": "isBasedOn",
    "hasVersion": "workExample",
    "hasFormat": "workExample",
    "isReplacedBy": "workExample",
    "references": "citation",
    "isReferencedBy": "subjectOf",
    "isRequiredBy": "mentions",
    "requires": "mentions",
    "conformsTo": "mentions",
    "relation": "mentions",
}
# For relations that no table knows.
RELATED: Final = "mentions"
