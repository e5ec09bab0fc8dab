"""Headers of texts, codebooks of studies and records of theses as they are written, and what each format must hold.

By the TEI Guidelines (chapter 2), DDI Codebook 2.5 and Lifecycle 3.3, ETD-MS 1.1, VRA Core 4 and DataCite 4.5.
"""

from typing import Final

from mdwatch.model import IntellectualEntity
from tests.exporters.cases import Case, of_marc, of_titled, title, two_tests
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import entity
from tests.exporters.test_archive_cases import tei

_STUDY: Final = (
    '<StudyUnit xmlns="ddi:studyunit:3_3" xmlns:r="ddi:reusable:3_3">{}<r:Citation><r:Title><r:String>T</r:String>'
    "</r:Title></r:Citation></StudyUnit>"
)

_ROR: Final = "https://ror.org/04wxnsj81"
_AFFILIATED: Final = (
    '<resource xmlns="http://datacite.org/schema/kernel-4"><creators><creator><creatorName>Roe, Ann</creatorName>'
    f"<affiliation affiliationIdentifier='{_ROR}' affiliationIdentifierScheme='ROR'>DataCite</affiliation>"
    "<affiliation>Elsewhere</affiliation></creator></creators></resource>"
)
_SOFTWARE: Final = (
    '<resource xmlns="http://datacite.org/schema/kernel-4"><dates><date dateType="Withdrawn" dateInformation="error">'
    '2022</date></dates><descriptions><description descriptionType="Methods">M</description><description '
    'descriptionType="TechnicalInfo">TI</description></descriptions><fundingReferences><fundingReference><funderName>'
    'Fund</funderName><funderIdentifier funderIdentifierType="Crossref Funder ID">10.13039/5011</funderIdentifier>'
    "<awardNumber>7</awardNumber></fundingReference></fundingReferences></resource>"
)
_LETTER: Final = (
    "<TEI><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt><notesStmt><relatedItem><bibl>The answer</bibl>"
    "</relatedItem></notesStmt></fileDesc><profileDesc><correspDesc><correspAction type='sent'>"
    "<date when='1771-05-04'/></correspAction><correspAction type='received'><date when='1771-05-09'/>"
    "</correspAction></correspDesc></profileDesc></teiHeader></TEI>"
)


def codebook(citation: str = "", info: str = "") -> IntellectualEntity:
    """An IE of a codebook with these elements in its citation, and in what it says of the study."""
    inner = f"<citation><titlStmt><titl>T</titl></titlStmt>{citation}</citation><stdyInfo>{info}</stdyInfo>"
    return entity(None, ("ddi", f'<codeBook xmlns="ddi:codebook:2_5"><stdyDscr>{inner}</stdyDscr></codeBook>'))


def thesis(inner: str) -> IntellectualEntity:
    """An IE of a thesis in ETD-MS."""
    namespace = "http://www.ndltd.org/standards/metadata/etdms/1.1/"
    return entity(None, ("etd", f'<thesis xmlns="{namespace}"><title>T</title>{inner}</thesis>'))


def vra(inner: str) -> IntellectualEntity:
    """An IE of a work of art in VRA Core."""
    named = f"<work><titleSet><title>T</title></titleSet>{inner}</work>"
    return entity(None, ("vra", f'<vra xmlns="http://www.vraweb.org/vracore4.htm">{named}</vra>'))


ROWS: Final[dict[str, Case]] = {
    "numbers of a text within a number": Case(
        tei("", "<publicationStmt><idno><idno type='URLWeb'>http://x.example/t1</idno><idno type='URN'>urn:nbn:de:1-2"
            "</idno></idno></publicationStmt>"),
        {"oai_dc": ("<dc:identifier>http://x.example/t1<", "<dc:identifier>urn:nbn:de:1-2<", "-t1 urn"),
         "datacite": ('alternateIdentifierType="URN">urn:nbn:de:1-2<',)},
    ),
    "a name with what links its parts": Case(
        tei("<author><persName><surname>Goethe</surname><forename>J. W.</forename><nameLink>von</nameLink></persName>"
            "</author>"),
        {"oai_dc": ("<dc:creator>Goethe, J. W. von<",), "datacite": ("<givenName>J. W. von<", "<familyName>Goethe<")},
    ),
    "several names in one editor, several parts of one person": Case(
        tei("<editor><name>Roe, A.</name><name>Poe, B.</name></editor><respStmt><resp>transcriber</resp><resp>"
            "proofreader</resp><name>Doe</name></respStmt>"),
        {"oai_dc": (">Roe, A. (editor)<", ">Poe, B. (editor)<", ">Doe (transcriber, proofreader)<")},
    ),
    "an editor in words": Case(
        tei("<editor>Edited by <name>Roe, A.</name> and <name>Poe, B.</name></editor>"),
        {"oai_dc": (">Roe, A. (editor)<", "-Poe")},
    ),
    "how long a text is, in units of a type": Case(
        tei("", "<extent><measure type='tokens' quantity='320'/><measure type='images'>12 pages</measure></extent>"),
        {"oai_dc": ("<dc:format>320 tokens<", "<dc:format>12 pages<")},
    ),
    "edition and extent of a source": Case(
        tei("", "<sourceDesc><biblFull><titleStmt><title>Songs</title><author><persName><surname>Doe</surname>"
            "<forename>Jane</forename></persName></author></titleStmt><editionStmt><edition>2nd ed.</edition>"
            "</editionStmt><extent>111 p.</extent><publicationStmt><pubPlace>London</pubPlace><publisher>Roe"
            "</publisher><date>1705</date></publicationStmt></biblFull></sourceDesc>"),
        {"oai_dc": ("<dc:source>Doe, Jane. Songs. 2nd ed. London: Roe, 1705. 111 p.<",)},
    ),
    "when a letter was sent, and what it belongs to": Case(
        entity(None, ("tei", _LETTER)),
        {"dcterms": ("<dcterms:created>1771-05-04<", "-1771-05-09", "<dc:relation>The answer<")},
    ),
    "words beside a term of a vocabulary": Case(
        codebook(info="<sumDscr><anlyUnit>Household<concept vocab='x'>Hh</concept></anlyUnit><dataKind><concept>Survey"
                 "</concept></dataKind></sumDscr>"),
        {"oai_dc": ("<dc:description>Household<", "<dc:type>Survey<", "-Hh")},
    ),
    "who gave the grant, in full": Case(
        codebook("<prodStmt><fundAg abbr='NSF'>Science Foundation</fundAg><fundAg>Other</fundAg><grantNo agency='NSF'>"
                 "S-1</grantNo></prodStmt>"),
        {"oai_dc": ("<dc:relation>Science Foundation, S-1<",),
         "datacite": ("<funderName>Science Foundation</funderName><awardNumber>S-1<", "-<funderName>NSF<")},
    ),
    "a number that a study has the world over": Case(
        entity(None, ("ddi", _STUDY.format("<r:UserID typeOfUserID='DOI'>10.5255/X-1</r:UserID><r:UserID typeOfUserID="
                                           "'local'>77</r:UserID>"))),
        {"datacite": ('<identifier identifierType="DOI">10.5255/X-1<', "->77<")},
    ),
    "a bounding box": Case(
        codebook(info="<sumDscr><geoBndBox><westBL>4</westBL><eastBL>31</eastBL><southBL>57</southBL><northBL>71"
                 "</northBL></geoBndBox></sumDscr>"),
        {"dcterms": (' xsi:type="dcterms:Box">westlimit=4; eastlimit=31; southlimit=57; northlimit=71<',)},
    ),
    "what descriptions of a thesis are of": Case(
        thesis("<description role='abstract'>A.</description><description role='note'>N.</description><description "
               "role='Table of Contents'>I. II.</description><description>B.</description>"),
        {"dcterms": ("<dcterms:abstract>A.<", "<dc:description>N.<", "<dcterms:tableOfContents>I. II.<",
                     "<dcterms:abstract>B.<")},
    ),
    "sizes, kind and years of a work of art": Case(
        vra("<measurementsSet><measurements type='height' unit='cm'>48</measurements><measurements type='width' unit="
            "'cm'>63</measurements></measurementsSet><worktypeSet><worktype vocab='AAT' refid='300033618'>painting"
            "</worktype></worktypeSet><dateSet><date type='creation'><earliestDate circa='true'>1870</earliestDate>"
            "</date></dateSet>"),
        {"oai_dc": ("<dc:format>height 48 cm; width 63 cm<",),
         "mods": ('valueURI="http://vocab.getty.edu/aat/300033618">painting<', 'qualifier="approximate">1870<')},
    ),
    "class numbers and classes in words": Case(
        of_titled("<classification authority='ddc'>551.31</classification><classification authority='bbaw'>Fiction"
                  "</classification>"),
        {"datacite": ('classificationCode="551.31">551.31<', '-"Fiction"')},
    ),
    "a vocabulary by its address": Case(
        of_marc(title(), field("650", " 7", "aIce", "2http://voc.example/ice")),
        {"mods": ('<subject authorityURI="http://voc.example/ice"><topic>Ice<',),
         "datacite": ('schemeURI="http://voc.example/ice">Ice<',)},
    ),
    "affiliations in a registry": Case(
        entity(None, ("datacite", _AFFILIATED)),
        {"datacite": (f'affiliationIdentifier="{_ROR}" affiliationIdentifierScheme="ROR"',
                      'schemeURI="https://ror.org/">DataCite<', "<affiliation>Elsewhere<"),
         "schema_org": ('"@id": "https://ror.org/04wxnsj81", "name": "DataCite"',),
         "mods": ('<affiliation valueURI="https://ror.org/04wxnsj81">DataCite<', "<affiliation>Elsewhere<")},
    ),
    "affiliations of MODS in a registry": Case(
        of_titled("<name><namePart>Roe</namePart><affiliation valueURI='https://ror.org/04wxnsj81'>DataCite"
                  "</affiliation></name>"),
        {"datacite": ('affiliationIdentifier="https://ror.org/04wxnsj81"',)},
    ),
    "affiliations of TEI in a registry": Case(
        tei("<author><persName>Roe</persName><affiliation><orgName ref='https://ror.org/04wxnsj81'>DataCite</orgName>"
            "</affiliation></author>"),
        {"datacite": ('affiliationIdentifier="https://ror.org/04wxnsj81"',)},
    ),
    "what DataCite says of dates, notes and funders": Case(
        entity(None, ("datacite", _SOFTWARE)),
        {"datacite": ('dateInformation="Withdrawn: error">2022<', '<description descriptionType="Methods">M<',
                      '"Crossref Funder ID" schemeURI="https://doi.org/10.13039/">https://doi.org/10.13039/5011<',
                      '<description descriptionType="TechnicalInfo">TI<'),
         "mods": ('<note type="methods">M<', '<note type="system details">TI<')},
    ),
    "other titles without the punctuation between their parts": Case(
        of_marc(title(), field("240", "10", "aDas Schloss", "lfrançais"), field("246", "1 ", "aB", "bsub", "n2", "pC"),
                field("240", "10", "aSonaten", "nop. 2"), leader="00000nam a2200000 c 4500"),
        {"oai_dc": (">Das Schloss. français<", ">B : sub. 2. C<", ">Sonaten, op. 2<")},
    ),
    "where in a periodical": Case(
        of_marc(title(), field("773", "0 ", "tEis", "x1234-5679", "gVol. 24, no. 9 (1993), p. 235-48")),
        {"schema_org": ('"isPartOf": {"@type": "PublicationIssue", "issueNumber": "9", "datePublished": "1993", ',
                        '"description": "Vol. 24, no. 9 (1993), p. 235-48", "isPartOf": {"@type": "PublicationVolume"',
                        '"volumeNumber": "24", "isPartOf": {"@type": "Periodical", "name": "Eis"',
                        '"pageStart": "235", "pageEnd": "248"', '-"position"')},
    ),
    "where in a book": Case(
        of_marc(title(), field("773", "0 ", "tEis", "z978-3-16-148410-0", "gVol. 2, p. 5")),
        {"schema_org": ('"position": "Vol. 2, p. 5"', '-"PublicationVolume"', '-"pageStart"')},
    ),
    "a subtitle": Case(
        of_marc(field("245", "00", "aT :", "bsub")),
        {"schema_org": ('"alternativeHeadline": "sub"', '-"alternateName"')},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)
