"""What DDI Codebook 2.5 allows where, as far as a schema says so (ddi_codebook_2_5.xsd, DDI Alliance): attributes.

A test holds all of it against the schema.
"""

from typing import Final

# Every element has these, but for those that have none of them.
GLOBAL: Final = frozenset((
    "ID", "xml-lang", "xml:lang", "source", "elementVersion", "elementVersionDate", "ddiLifecycleUrn", "ddiCodebookUrn",
))  # fmt: skip
WITHOUT_GLOBAL: Final = frozenset((
    "algorithmSpecification", "algorithmVersion", "attribute", "codeListSchemeURN", "dataFingerprint",
    "digitalFingerprintValue", "selector", "specificElements", "usage",
))  # fmt: skip

# Those of single elements; what must be there is marked.
_OWN: Final = {
    "AuthEnty": "affiliation",
    "ConOps": "agency",
    "CubeCoord": "coordNo coordVal coordValRef",
    "ExtLink": "URI! role title",
    "IDNo": "agency level",
    "Link": "refs! role title",
    "abstract": "date contentType",
    "accsPlac": "URI",
    "anlyUnit": "unit",
    "authorizingAgency": "affiliation abbr",
    "backward": "qstn",
    "biblCit": "format",
    "catLevel": "levelnm geoMap",
    "catStat": "type otherType URI methrefs wgtd wgt-var weight sdatrefs",
    "catgry": "missing missType country sdatrefs excls catgry level",
    "catgryGrp": "missing missType catgry catGrp levelno levelnm compl excls",
    "citation": "MARCURI",
    "cleanOps": "agency",
    "codeBook": "version codeBookAgency",
    "codingInstructions": "type relatedProcesses",
    "cohort": "catRef value",
    "collDate": "date event cycle",
    "collectorTraining": "type",
    "colspec": "colnum colname colwidth colsep rowsep align char charoff",
    "command": "formalLanguage",
    "concept": "vocab vocabURI",
    "confDec": "required formNo URI",
    "contact": "affiliation URI email",
    "custodian": "affiliation abbr",
    "dataAppr": "type",
    "dataCollector": "abbr affiliation role",
    "dataFingerprint": "type!",
    "dataItem": "varRef nCubeRef",
    "dataKind": "type",
    "dataProcessing": "type",
    "depDate": "date",
    "depositr": "abbr affiliation",
    "derivation": "var",
    "developmentActivity": "type",
    "distDate": "date",
    "distrbtr": "abbr affiliation URI",
    "div": "n rend",
    "dmns": "rank varRef",
    "docSrc": "MARCURI",
    "drvcmd": "syntax",
    "embargo": "date event format",
    "emph": "n rend",
    "entry": "colname namest nameend morerows colsep rowsep align char charoff valign",
    "evaluator": "affiliation abbr role",
    "exPostEvaluation": "completionDate type",
    "fileCitation": "MARCURI",
    "fileDscr": "URI sdatrefs methrefs pubrefs access",
    "fileStrc": "type otherType fileStrcRef",
    "fileType": "charset",
    "forward": "qstn",
    "frameUnit": "isPrimary",
    "frequenc": "freq",
    "fundAg": "abbr role",
    "geoMap": "URI mapformat levelno",
    "grantNo": "agency role",
    "head": "n rend type",
    "hi": "n rend",
    "holdings": "location callno URI media",
    "instrumentDevelopment": "type",
    "item": "UNITS VALUE!",
    "itm": "n rend",
    "keyword": "vocab vocabURI",
    "label": "n rend",
    "labl": "level vendor country sdatrefs",
    "list": "n rend type",
    "location": "StartPos EndPos width RecSegNo fileid locMap",
    "measure": "varRef aggrMeth otherAggrMeth measUnit scale origin additivity",
    "mi": "varRef!",
    "nCube": "name sdatrefs methrefs pubrefs access dmnsQnty cellQnty",
    "nCubeGrp": "type otherType nCube nCubeGrp name sdatrefs methrefs pubrefs access",
    "nation": "abbr",
    "notes": "type subject level resp sdatrefs parent sameNote",
    "othId": "type role affiliation",
    "otherMat": "type level! URI",
    "p": "n rend",
    "participant": "affiliation abbr role",
    "physLoc": "type recRef startPos width endPos",
    "prodDate": "date",
    "producer": "abbr affiliation role",
    "purpose": "sdatrefs methrefs pubrefs URI",
    "qstn": "qstn var seqNo sdatrefs responseDomainType otherResponseDomainType",
    "qstnLit": "sdatrefs",
    "range": "UNITS min minExclusive max maxExclusive",
    "recDimnsn": "level",
    "recGrp": "recGrp rectype keyvar rtypeloc rtypewidth rtypevtype recidvar",
    "referencePeriod": "event",
    "relMat": "callno label media type",
    "resInstru": "type",
    "row": "rowsep valign",
    "security": "date",
    "serName": "abbr",
    "serStmt": "URI",
    "setAvail": "media callno label type",
    "software": "date version",
    "sourceCitation": "MARCURI",
    "specPerm": "required formNo URI",
    "specificElements": "refs! authorizedCodeValue",
    "standardName": "date version URI",
    "stdCatgry": "date URI",
    "stdyClas": "type",
    "stdyDscr": "access",
    "studyAuthorization": "date",
    "sumStat": "wgtd wgt-var weight type! otherType",
    "table": "frame colsep rowsep pgwide",
    "tbody": "valign",
    "tgroup": "cols! colsep rowsep align",
    "thead": "valign",
    "timeMeth": "method",
    "timePrd": "date event cycle",
    "topcClas": "vocab vocabURI",
    "txt": "level sdatrefs",
    "unitType": "numberOfUnits",
    "universe": "level clusion",
    "validPeriod": "event",
    "var": (
        "name! wgt wgt-var weight qstn files vendor dcml intrvl rectype sdatrefs methrefs pubrefs access aggrMeth "
        "otherAggrMeth measUnit scale origin nature additivity otherAdditivity temporal geog geoVocab catQnty "
        "representationType otherRepresentationType"
    ),
    "varFormat": "type formatname schema otherSchema category otherCategory URI",
    "varGrp": "type otherType var varGrp name sdatrefs methrefs pubrefs access nCube",
    "verResp": "affiliation",
    "version": "date type",
}

_GROUPS: Final = (
    "section|multipleResp|grid|display|repetition|subject|version|iteration|analysis|pragmatic|record|file|randomized|"
    "other"
)

# What values must be: these words, or of a type that `conform` knows; those of single elements after an @. Any other
# value is any text.
VALUES: Final = {
    "ID": "ID",
    "xml-lang": "token",
    "xml:lang": "language",
    "source": "archive|producer",
    "elementVersionDate": "date",
    "ddiLifecycleUrn": "URI",
    "ddiCodebookUrn": "URI",
    "UNITS": "INT|REAL",
    "standardName@URI": "URI",
    "access": "IDREFS",
    "measure@additivity": "stock|flow|non-additive",
    "var@additivity": "stock|flow|non-additive|other",
    "aggrMeth": "sum|average|count|mode|median|maximum|minimum|percent|other",
    "align": "left|right|center|justify|char",
    "authorizedCodeValue": "token",
    "catGrp": "IDREFS",
    "catRef": "IDREF",
    "category": "date|time|currency|other",
    "catgry": "IDREFS",
    "charoff": "token",
    "clusion": "I|E",
    "codeBookAgency": "name",
    "colname": "token",
    "compl": "true|false",
    "completionDate": "date",
    "contentType": "abstract|purpose|mixed",
    "coordValRef": "IDREF",
    "studyAuthorization@date": "date",
    "standardName@date": "date",
    "collDate@event": "start|end|single",
    "validPeriod@event": "start|end|single",
    "referencePeriod@event": "start|end|single",
    "timePrd@event": "start|end|single",
    "embargo@event": "notBefore|notAfter",
    "excls": "true|false",
    "fileStrcRef": "IDREF",
    "fileid": "IDREF",
    "files": "IDREFS",
    "frame": "top|bottom|topbot|all|sides|none",
    "geoMap": "IDREFS",
    "geog": "Y|N",
    "intrvl": "contin|discrete",
    "isPrimary": "true|false|0|1",
    "keyvar": "IDREFS",
    "catgry@level": "IDREF",
    "IDNo@level": "study|file|project",
    "otherMat@level": "token",
    "locMap": "IDREF",
    "methrefs": "IDREFS",
    "missing": "Y|N",
    "nCubeGrp@nCube": "IDREFS",
    "nCubeGrp": "IDREFS",
    "nCubeRef": "IDREF",
    "nameend": "token",
    "namest": "token",
    "nature": "nominal|ordinal|interval|ratio|percent|other",
    "numberOfUnits": "integer",
    "otherAdditivity": "token",
    "otherAggrMeth": "token",
    "otherCategory": "token",
    "otherRepresentationType": "token",
    "otherResponseDomainType": "token",
    "otherSchema": "token",
    "otherType": "token",
    "parent": "IDREFS",
    "pubrefs": "IDREFS",
    "backward@qstn": "IDREFS",
    "forward@qstn": "IDREFS",
    "var@qstn": "IDREFS",
    "qstn@qstn": "IDREF",
    "recGrp": "IDREFS",
    "recRef": "IDREF",
    "refs": "IDREFS",
    "relatedProcesses": "IDREFS",
    "representationType": "text|numeric|code|datetime|other",
    "required": "yes|no",
    "responseDomainType": "text|numeric|code|category|datetime|geographic|multiple|other",
    "rtypevtype": "numeric|character",
    "sameNote": "IDREF",
    "schema": "SAS|SPSS|IBM|ANSI|ISO|XML-Data|other",
    "sdatrefs": "IDREFS",
    "temporal": "Y|N",
    "list@type": "ordered|bulleted|simple|gloss",
    "catStat@type": "freq|percent|crosstab|other",
    "dataFingerprint@type": "data|dataFile",
    "fileStrc@type": "rectangular|hierarchical|relational|nested|other",
    "nCubeGrp@type": _GROUPS,
    "varGrp@type": _GROUPS,
    "sumStat@type": "mean|medn|mode|vald|invd|min|max|stdev|other",
    "varFormat@type": "character|numeric",
    "valign": "top|middle|bottom",
    "var": "IDREFS",
    "varGrp": "IDREFS",
    "varRef": "IDREF",
    "codeBook@version": "2.5",
    "weight": "IDREFS",
    "wgt": "wgt|not-wgt",
    "wgt-var": "IDREFS",
    "wgtd": "wgtd|not-wgtd",
}


def _allowed(element: str) -> frozenset[str]:
    own = frozenset(name.rstrip("!") for name in _OWN.get(element, "").split())
    return own if element in WITHOUT_GLOBAL else own | GLOBAL


_ALLOWED: Final = {element: _allowed(element) for element in (*_OWN, *WITHOUT_GLOBAL)}
_REQUIRED: Final = {
    element: frozenset(name[:-1] for name in row.split() if name.endswith("!")) for element, row in _OWN.items()
}
_NONE: Final[frozenset[str]] = frozenset()


def allowed(element: str) -> frozenset[str]:
    """The attributes that an element may have."""
    return _ALLOWED.get(element, GLOBAL)


def required(element: str) -> frozenset[str]:
    """The attributes that it cannot do without."""
    return _REQUIRED.get(element, _NONE)


def values(element: str, attribute: str) -> str:
    """What an attribute of an element must be; empty if it may be anything."""
    return VALUES.get(f"{element}@{attribute}") or VALUES.get(attribute, "")
