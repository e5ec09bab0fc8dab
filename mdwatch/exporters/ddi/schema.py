"""What DDI Codebook 2.5 allows where, as far as a schema says so (ddi_codebook_2_5.xsd, DDI Alliance): content.

A test holds all of it against the schema. Attributes are in `attributes`.
"""

from typing import Final

# Words, with links and simple structure among them; XHTML besides. Those of 120 elements and more.
_LINKS: Final = "ExtLink Link"
_FORMS: Final = f"{_LINKS} div emph head hi list p"
_TEXTS: Final = (
    "AuthEnty ConOps EstSmpErr IDNo ProcStat TotlResp abstract accsPlac actMin altTitl authorizationStatement "
    "avlStatus backward biblCit caseQnty catStat catValu citReq cleanOps codInstr collDate collSitu collSize "
    "collectorTraining complete complianceDescription concept conditions confDec contact copyright dataAppr "
    "dataChck dataCollector dataMsng dataProcessing dataSrc defntn depDate deposReq depositr description "
    "deviat disclaimer distDate distrbtr docStatus drvcmd drvdesc embargo evaluationProcess fileCont fileName "
    "filePlac fileQnty fileType format forward frequenc fundAg grantNo guide holdings imputation "
    "instrumentDevelopment ivuInstr keyword labl logRecL origArch othId otherQualityStatement outcome "
    "outcomes parTitl postQTxt preQTxt prodDate prodPlac producer purpose qstnLit recNumTot recPrCas respRate "
    "respUnit restrctn security serInfo serName software specPerm srcChar srcDocu stdCatgry stdyClas "
    "studyBudget subTitl sumStat timePrd titl topcClas undocCod updateProcedure varFormat varQnty verResp "
    "version weight"
)
# Words that may define their concept.
_CONCEPTUAL: Final = (
    "anlyUnit anlysUnit collMode dataKind geogCover geogUnit nation resInstru sampProc srcOrig timeMeth universe"
)

# Elements with words in them: the elements that may stand among these.
MIXED: Final = {
    **dict.fromkeys(_TEXTS.split(), _FORMS),
    **dict.fromkeys(_CONCEPTUAL.split(), f"{_FORMS} concept txt"),
    "ExtLink": "",
    "Link": "",
    "eastBL": _LINKS,
    "gringLat": _LINKS,
    "gringLon": _LINKS,
    "mi": _LINKS,
    "northBL": _LINKS,
    "southBL": _LINKS,
    "westBL": _LINKS,
    "emph": "hi list",
    "head": f"{_LINKS} emph hi list",
    "p": f"{_LINKS} emph hi list",
    "hi": "emph list",
    "itm": f"{_LINKS} emph hi list p label",
    "key": f"{_FORMS} table",
    "notes": f"{_FORMS} table",
    "txt": f"{_FORMS} table",
    "label": f"{_LINKS} emph hi",
    "othRefs": f"{_FORMS} citation",
    "relMat": f"{_FORMS} citation",
    "relPubl": f"{_FORMS} citation",
    "relStdy": f"{_FORMS} citation",
    "qstn": f"{_FORMS} preQTxt qstnLit postQTxt forward backward ivuInstr",
}
# XHTML may stand among the words of all but these.
WITHOUT_XHTML: Final = frozenset((
    "ExtLink", "Link", "eastBL", "gringLat", "gringLon", "mi", "northBL", "southBL", "westBL", "label", "head", "p",
    "itm", "hi", "emph",
))  # fmt: skip

# Elements with text of a type and nothing else; free text where the type is empty.
TYPED: Final = {
    "attribute": "attribute path",
    "referencePeriod": "date",
    "validPeriod": "date",
    "selector": "element path",
    "sampleSize": "integer",
    **dict.fromkeys(
        (
            "algorithmSpecification", "algorithmVersion", "authorizingAgency", "codeListAgencyName",
            "codeListID", "codeListName", "codeListSchemeURN", "codeListURN", "codeListVersionID", "command",
            "custodian", "digitalFingerprintValue", "entry", "evaluator", "participant", "sampleFrameName",
            "sampleSizeFormula", "standardName", "unitType",
        ),
        "",
    ),
}  # fmt: skip

# Elements of elements, in this order: one (1), at most one (?), any number (*), at least one (+); `|`: one of several.
SEQUENCES: Final = {
    "CubeCoord": "",
    "anlyInfo": "respRate* EstSmpErr* dataAppr*",
    "boundPoly": "polygon+",
    "catLevel": "",
    "catgry": "catValu? labl* txt* catStat* mrow?",
    "catgryGrp": "labl* catStat* txt*",
    "citation": "titlStmt1 rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes* dc*",
    "codeBook": "docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*",
    "codingInstructions": "txt* command*",
    "cohort": "range*",
    "colspec": "",
    "controlledVocabUsed": (
        "codeListID? codeListName? codeListAgencyName? codeListVersionID? codeListURN? codeListSchemeURN? usage+"
    ),
    "dataAccs": "setAvail* useStmt* notes*",
    "dataColl": (
        "timeMeth* dataCollector* collectorTraining* frequenc* sampProc* sampleFrame* targetSampleSize* deviat* "
        "collMode* resInstru* instrumentDevelopment* sources? collSitu* actMin* ConOps* weight* cleanOps*"
    ),
    "dataDscr": "varGrp* nCubeGrp* var* nCube* notes*",
    "dataFingerprint": "digitalFingerprintValue1 algorithmSpecification? algorithmVersion?",
    "dataItem": "CubeCoord* physLoc*",
    "derivation": "drvdesc* drvcmd*",
    "developmentActivity": "description* participant* resource* outcome*",
    "dimensns": "caseQnty* varQnty* logRecL* recPrCas* recNumTot*",
    "distStmt": "distrbtr* contact* depositr* depDate* distDate*",
    "dmns": "cohort*",
    "docDscr": "citation? guide* docStatus* docSrc* controlledVocabUsed* notes*",
    "docSrc": "titlStmt1 rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes*",
    "exPostEvaluation": "evaluator* evaluationProcess* outcomes*",
    "fileCitation": "titlStmt1 rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes* dc*",
    "fileDscr": "fileTxt* locMap? notes*",
    "fileStrc": "recGrp* notes*",
    "fileTxt": (
        "fileName* fileCitation? dataFingerprint* fileCont? fileStrc? dimensns? fileType* format* filePlac* "
        "dataChck* ProcStat* dataMsng* software* verStmt*"
    ),
    "frameUnit": "unitType1 txt*",
    "geoBndBox": "westBL1 eastBL1 southBL1 northBL1",
    "geoMap": "",
    "invalrng": "item|range+ key* notes*",
    "item": "",
    "locMap": "dataItem*",
    "location": "",
    "measure": "",
    "method": "dataColl* notes* anlyInfo? stdyClas* dataProcessing* codingInstructions*",
    "mrow": "mi*",
    "nCube": (
        "location* labl* txt* universe* imputation* security* embargo* respUnit* anlysUnit* verStmt* purpose* "
        "dmns* measure* notes*"
    ),
    "nCubeGrp": "labl* txt* concept* defntn* universe* notes*",
    "otherMat": "labl* txt* notes* table* citation? otherMat*",
    "othrStdyMat": "relMat* relStdy* relPubl* othRefs*",
    "physLoc": "",
    "point": "gringLat1 gringLon1",
    "polygon": "point+",
    "prodStmt": "producer* copyright* prodDate* prodPlac* software* fundAg* grantNo*",
    "qualityStatement": "standardsCompliance* otherQualityStatement*",
    "range": "",
    "recDimnsn": "varQnty? caseQnty? logRecL?",
    "recGrp": "labl* recDimnsn?",
    "resource": "dataSrc* srcOrig* srcChar* srcDocu*",
    "row": "entry+",
    "rspStmt": "AuthEnty* othId*",
    "sampleFrame": (
        "sampleFrameName* labl* txt* validPeriod* custodian* useStmt* universe* frameUnit* referencePeriod* "
        "updateProcedure*"
    ),
    "serStmt": "serName* serInfo*",
    "setAvail": "accsPlac* origArch* avlStatus* collSize* complete* fileQnty* notes*",
    "sourceCitation": "titlStmt1 rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes* dc*",
    "sources": "dataSrc* sourceCitation* srcOrig* srcChar* srcDocu* sources*",
    "specificElements": "",
    "standard": "standardName* producer*",
    "standardsCompliance": "standard1 complianceDescription*",
    "stdyDscr": "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes*",
    "stdyInfo": "studyBudget* subject* abstract* sumDscr* qualityStatement? notes* exPostEvaluation*",
    "studyAuthorization": "authorizingAgency* authorizationStatement*",
    "studyDevelopment": "developmentActivity*",
    "subject": "keyword* topcClas*",
    "sumDscr": "timePrd* collDate* nation* geogCover* geogUnit* geoBndBox? boundPoly* anlyUnit* universe* dataKind*",
    "table": "titl* tgroup+",
    "targetSampleSize": "sampleSize? sampleSizeFormula*",
    "tbody": "row+",
    "tgroup": "colspec* thead? tbody1",
    "thead": "row+",
    "titlStmt": "titl1 subTitl* altTitl* parTitl* IDNo*",
    "usage": "selector|specificElements1 attribute?",
    "useStmt": "confDec* specPerm* restrctn* contact* citReq* deposReq* conditions* disclaimer*",
    "valrng": "item|range+ key* notes*",
    "var": (
        "location* labl* imputation* security* embargo* respUnit* anlysUnit* qstn* valrng* invalrng* undocCod* "
        "universe* TotlResp* sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept* derivation? "
        "varFormat? geoMap* catLevel* notes*"
    ),
    "varGrp": "labl* txt* concept* defntn* universe* notes*",
    "verStmt": "version* verResp* notes*",
}
# Elements of elements in any order.
CHOICES: Final = {"div": "div emph head hi list p", "list": "itm label"}

# What Dublin Core the schema knows at the end of a citation; the dcterms of 2003.
REFINEMENTS: Final = frozenset((
    "alternative", "tableOfContents", "abstract", "created", "valid", "available", "issued", "modified",
    "dateAccepted", "dateCopyrighted", "dateSubmitted", "extent", "medium", "isVersionOf", "hasVersion",
    "isReplacedBy", "replaces", "isRequiredBy", "requires", "isPartOf", "hasPart", "isReferencedBy", "references",
    "isFormatOf", "hasFormat", "conformsTo", "spatial", "temporal", "audience", "mediator", "educationLevel",
    "accessRights", "bibliographicCitation",
))  # fmt: skip
