"""What MODS 3.8 allows where, as far as a schema says so (mods-3-8.xsd, Library of Congress).

Read `subject/name` as a name within a subject; without such a row an element is the same everywhere. A test holds all
of it against the schema.
"""

from typing import Final

_TOP: Final = (
    "abstract accessCondition classification extension genre identifier language location name note originInfo part "
    "physicalDescription recordInfo relatedItem subject tableOfContents targetAudience titleInfo typeOfResource"
)
_NAME: Final = "namePart displayForm affiliation role description nameIdentifier"
_TITLE: Final = "title subTitle partNumber partName nonSort"
_LANGUAGE: Final = "languageTerm+ scriptTerm*"

# Children in any order and number. Names may stand for others (etal), see `mods_fitting`.
CHOICES: Final = {
    "mods": _TOP,
    "relatedItem": _TOP,
    "name": f"{_NAME} alternativeName etal",
    "agent": f"{_NAME} alternativeName etal",
    "alternativeName": _NAME,
    "subject/name": _NAME,
    "titleInfo": _TITLE,
    "subject/titleInfo": _TITLE,
    "originInfo": (
        "place publisher dateIssued dateCreated dateCaptured dateValid dateModified copyrightDate dateOther "
        "displayDate edition issuance frequency agent"
    ),
    "place": "placeTerm placeIdentifier cartographics",
    "part": "detail extent date text",
    "detail": "number caption title",
    "physicalDescription": "form reformattingQuality internetMediaType extent digitalOrigin note",
    "recordInfo": (
        "recordContentSource recordCreationDate recordChangeDate recordIdentifier languageOfCataloging recordOrigin "
        "descriptionStandard recordInfoNote"
    ),
    "subject": (
        "topic geographic temporal titleInfo name geographicCode hierarchicalGeographic cartographics occupation genre"
    ),
    "hierarchicalGeographic": (
        "extraTerrestrialArea continent country province region state territory county city citySection island area"
    ),
    "role": "roleTerm",
    "holdingSimple": "copyInformation",
}

# Children in this order: one (?), any number (*), at least one (+).
SEQUENCES: Final = {
    "language": _LANGUAGE,
    "languageOfCataloging": _LANGUAGE,
    "location": "physicalLocation* shelfLocator* url* holdingSimple? holdingExternal?",
    "copyInformation": (
        "form? subLocation* shelfLocator* electronicLocator* note* enumerationAndChronology* itemIdentifier*"
    ),
    "part/extent": "start? end? total? list?",
    "cartographics": "scale? projection? coordinates* cartographicExtension*",
}

# Those that must have a child.
FILLED: Final = frozenset({
    "mods", "originInfo", "place", "detail", "physicalDescription", "recordInfo", "hierarchicalGeographic", "role",
    "holdingSimple", "language", "languageOfCataloging",
})  # fmt: skip

# Text with elements of any schema in between.
OPEN: Final = frozenset({"accessCondition", "extension", "holdingExternal", "cartographicExtension"})

# Groups of attributes, by a letter each.
_GROUPS: Final = {
    "A": "authority authorityURI valueURI",
    "D": "encoding qualifier point keyDate calendar",
    "F": "altFormat contentType",
    "I": "ID IDREF",
    "L": "lang xml:lang script transliteration",
    "P": "level period",
    "X": "xlink:type xlink:href xlink:role xlink:arcrole xlink:title xlink:show xlink:actuate",
}

# Attributes of each element: letters of groups, then others.
_ATTRIBUTES: Final = {
    "mods": "I version",
    "abstract": "LXFI displayLabel type shareable altRepGroup",
    "accessCondition": "ILXFA displayLabel type altRepGroup",
    "affiliation": "LA",
    "agent": "IAXL displayLabel altRepGroup nameTitleGroup usage type supplied",
    "alternativeName": "XL displayLabel altType",
    "area": "LPA areaType",
    "caption": "L",
    "cartographicExtension": "I displayLabel type",
    "cartographics": "A",
    "city": "LPA",
    "citySection": "LPA citySectionType",
    "classification": "LAI edition displayLabel altRepGroup usage generator",
    "continent": "LPA",
    "coordinates": "L",
    "copyInformation": "",
    "copyInformation/note": "LXI displayLabel type",
    "copyrightDate": "LD",
    "country": "LPA",
    "county": "LPA",
    "date": "LD",
    "dateCaptured": "LD",
    "dateCreated": "LD",
    "dateIssued": "LD",
    "dateModified": "LD",
    "dateOther": "LD type",
    "dateValid": "LD",
    "description": "L",
    "descriptionStandard": "LA",
    "detail": " type level",
    "digitalOrigin": "",
    "displayDate": "",
    "displayForm": "L",
    "edition": "L supplied",
    "electronicLocator": "L",
    "end": "L",
    "enumerationAndChronology": "L unitType",
    "etal": "L",
    "extension": "I displayLabel type",
    "extent": "L supplied unit",
    "extraTerrestrialArea": "LPA",
    "form": "LA type",
    "frequency": "LA",
    "genre": "LAI type displayLabel altRepGroup usage",
    "geographic": "LA",
    "geographicCode": "LA",
    "hierarchicalGeographic": "A",
    "holdingExternal": "I displayLabel type",
    "holdingSimple": "",
    "identifier": "LI displayLabel type typeURI invalid altRepGroup",
    "internetMediaType": "L",
    "island": "LPA",
    "issuance": "",
    "itemIdentifier": "L type",
    "language": "LI objectPart displayLabel altRepGroup usage",
    "languageOfCataloging": "LI objectPart displayLabel altRepGroup usage",
    "languageTerm": "LA type",
    "list": "L",
    "location": "LI displayLabel altRepGroup",
    "name": "IAXL displayLabel altRepGroup nameTitleGroup usage type supplied",
    "nameIdentifier": "LI displayLabel type typeURI invalid altRepGroup",
    "namePart": "L type",
    "nonSort": "L xml:space",
    "note": "LXI displayLabel type typeURI altRepGroup",
    "number": "L",
    "occupation": "LA",
    "originInfo": "LI displayLabel altRepGroup eventType eventTypeURI",
    "part": "LI type order displayLabel altRepGroup",
    "part/extent": " unit",
    "partName": "L",
    "partNumber": "L",
    "physicalDescription": "LI displayLabel altRepGroup",
    "physicalDescription/note": "LXI displayLabel type typeURI",
    "physicalLocation": "LAX displayLabel type",
    "place": " supplied",
    "placeIdentifier": "",
    "placeTerm": "LA type",
    "projection": "L",
    "province": "L",
    "publisher": "LA supplied",
    "recordChangeDate": "LD",
    "recordContentSource": "LA",
    "recordCreationDate": "LD",
    "recordIdentifier": "L source",
    "recordInfo": "LI displayLabel altRepGroup usage",
    "recordInfoNote": "LXI displayLabel type typeURI altRepGroup",
    "recordOrigin": "L",
    "reformattingQuality": "",
    "region": "LPA regionType",
    "relatedItem": "XI type otherType otherTypeAuth otherTypeAuthURI otherTypeURI displayLabel",
    "role": "",
    "roleTerm": "LA type",
    "scale": "L",
    "scriptTerm": "LA type",
    "shelfLocator": "L",
    "start": "L",
    "state": "LPA stateType",
    "subLocation": "L",
    "subTitle": "L",
    "subject": "ALXI displayLabel altRepGroup usage",
    "subject/name": "IAXL displayLabel type",
    "subject/titleInfo": "IAXL displayLabel type otherType otherTypeAuth otherTypeAuthURI otherTypeURI",
    "tableOfContents": "LXFI displayLabel type shareable altRepGroup",
    "targetAudience": "LAI displayLabel altRepGroup",
    "temporal": "LDA",
    "territory": "LPA",
    "text": "LX displayLabel type",
    "title": "L",
    "titleInfo": (
        "FAXLI type otherType otherTypeAuth otherTypeAuthURI otherTypeURI supplied altRepGroup nameTitleGroup usage "
        "displayLabel"
    ),
    "topic": "LA",
    "total": "",
    "typeOfResource": "LAI collection manuscript usage displayLabel altRepGroup",
    "url": " dateLastAccessed displayLabel note access usage",
}

_KINDS_OF_NAME: Final = "personal|corporate|conference|family"
_KINDS_OF_TITLE: Final = "abbreviated|translated|alternative|uniform"
_CODE_OR_TEXT: Final = "code|text"

# What the values must be: these words, or of a type that `mods_fitting` knows. Elements by name, attributes after an @,
# one of a certain element after its name; all others are any text.
VALUES: Final = {
    "digitalOrigin": "born digital|reformatted digital|digitized microfilm|digitized other analog",
    "issuance": "continuing|monographic|single unit|multipart monograph|serial|integrating resource",
    "placeIdentifier": "URI",
    "reformattingQuality": "access|preservation|replacement",
    "total": "positive integer",
    "url": "URI",
    "@ID": "ID",
    "@IDREF": "IDREF",
    "@altFormat": "URI",
    "@authorityURI": "URI",
    "@collection": "yes",
    "@encoding": "w3cdtf|iso8601|marc|temper|edtf",
    "@eventTypeURI": "URI",
    "@invalid": "yes",
    "@keyDate": "yes",
    "@manuscript": "yes",
    "@otherTypeAuthURI": "URI",
    "@otherTypeURI": "URI",
    "@point": "start|end",
    "@qualifier": "approximate|inferred|questionable",
    "@shareable": "no",
    "@supplied": "yes",
    "@typeURI": "URI",
    "@unitType": "1|2|3",
    "@usage": "primary",
    "@valueURI": "URI",
    "@version": "3.8|3.7|3.6|3.5|3.4|3.3|3.2|3.1|3.0",
    "@xlink:actuate": "onLoad|onRequest|other|none",
    "@xlink:href": "URI",
    "@xlink:show": "new|replace|embed|other|none",
    "@xlink:type": "simple",
    "@xml:lang": "language",
    "@xml:space": "default|preserve",
    "agent@type": _KINDS_OF_NAME,
    "detail@level": "positive integer",
    "languageTerm@type": _CODE_OR_TEXT,
    "name@type": _KINDS_OF_NAME,
    "namePart@type": "date|family|given|termsOfAddress",
    "part@order": "integer",
    "placeTerm@type": _CODE_OR_TEXT,
    "relatedItem@type": (
        "preceding|succeeding|original|host|constituent|series|otherVersion|otherFormat|isReferencedBy|references|"
        "reviewOf"
    ),
    "roleTerm@type": _CODE_OR_TEXT,
    "scriptTerm@type": _CODE_OR_TEXT,
    "subject/name@type": _KINDS_OF_NAME,
    "subject/titleInfo@type": _KINDS_OF_TITLE,
    "titleInfo@type": _KINDS_OF_TITLE,
    "url@access": "preview|raw object|object in context",
    "url@usage": "primary display|primary",
}


def _expanded(row: str) -> frozenset[str]:
    letters, _, others = row.partition(" ")
    return frozenset(name for group in (*(_GROUPS[letter] for letter in letters), others) for name in group.split())


ATTRIBUTES: Final = {element: _expanded(row) for element, row in _ATTRIBUTES.items()}


def row(name: str, parent: str) -> str:
    """The row that an element of this name has below that parent, or empty if MODS has no such element."""
    local = f"{parent}/{name}"
    return local if local in ATTRIBUTES else name if name in ATTRIBUTES else ""


def values(row: str, attribute: str = "") -> str:
    """What the text of an element, or one of its attributes, must be; empty if it may be anything."""
    if not attribute:
        return VALUES.get(row, "")
    return VALUES.get(f"{row}@{attribute}") or VALUES.get(f"@{attribute}", "")
