"""Finding aids, encoded texts, studies and MODS as archives write them, and what each format must hold of them.

By the EAD Tag Library, the TEI Guidelines, DDI Lifecycle 3.2, and the MODS User Guidelines with copyrightMD.
"""

from typing import Final

from mdwatch.model import IntellectualEntity
from tests.exporters.cases import Case, of_titled, two_tests
from tests.exporters.samples import entity

_EAD: Final = """<ead xmlns="urn:isbn:1-931666-22-9"><archdesc level="fonds"><did><unittitle>T</unittitle>{}</did>{}
</archdesc></ead>"""
_TEI: Final = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>T</title>{}</titleStmt>{}
</fileDesc></teiHeader></TEI>"""
_HOLDER: Final = (
    '<accessCondition type="use and reproduction"><c:copyright '
    'xmlns:c="http://www.cdlib.org/inside/diglib/copyrightMD" '
    'copyright.status="copyrighted"><c:rights.holder><c:name>Doe, Jane</c:name><c:contact>by post</c:contact>'
    "</c:rights.holder><c:general.note>Ask first.</c:general.note></c:copyright></accessCondition>"
)
_STUDY: Final = """<i:DDIInstance xmlns:i="ddi:instance:3_2" xmlns:r="ddi:reusable:3_2" xmlns:s="ddi:studyunit:3_2"
xmlns:a="ddi:archive:3_2"><s:StudyUnit><r:Citation><r:Title><r:String>T</r:String></r:Title>{}</r:Citation><a:Archive>
<a:OrganizationScheme><a:Organization><r:ID>o1</r:ID><a:OrganizationIdentification><a:OrganizationName>
<r:String xml:lang="en">Data Service</r:String></a:OrganizationName></a:OrganizationIdentification></a:Organization>
<a:Individual><r:ID>i1</r:ID><a:IndividualIdentification><a:IndividualName><a:FirstGiven>Leif</a:FirstGiven>
<a:LastFamily>Anderson</a:LastFamily></a:IndividualName></a:IndividualIdentification></a:Individual>
<a:Individual><r:ID>i2</r:ID><a:IndividualIdentification><a:IndividualName><a:FullName><r:String>Roe, A.</r:String>
</a:FullName></a:IndividualName></a:IndividualIdentification></a:Individual></a:OrganizationScheme></a:Archive>
</s:StudyUnit></i:DDIInstance>"""


def study(*references: str) -> IntellectualEntity:
    """An IE of a study that refers to people and bodies, each by what it is and its number."""
    told = "".join(
        f"<r:{what}><r:{what}Reference><r:Agency>x</r:Agency><r:ID>{number}</r:ID></r:{what}Reference></r:{what}>"
        for what, number in map(str.split, references)
    )
    return entity(None, ("ddi", _STUDY.format(told)))


def ead(did: str, more: str = "") -> IntellectualEntity:
    """An IE of a finding aid with these elements."""
    return entity(None, ("ead", _EAD.format(did, more)))


def tei(statement: str, more: str = "") -> IntellectualEntity:
    """An IE of a TEI header with these elements in its title statement, and behind it."""
    return entity(None, ("tei", _TEI.format(statement, more)))


def manuscript(more: str, numbers: str = "<idno>MS 1</idno>") -> IntellectualEntity:
    """An IE of the description of a manuscript that is known by these numbers, and of which this is said."""
    return tei("", f"<sourceDesc><msDesc><msIdentifier>{numbers}</msIdentifier>{more}</msDesc></sourceDesc>")


ROWS: Final[dict[str, Case]] = {
    "how large a manuscript is": Case(
        manuscript("<physDesc><objectDesc><supportDesc><extent>40 leaves <dimensions type='leaf' unit='mm'><height>210"
                   "</height><width>150</width></dimensions><dimensions type='written' unit='mm'><height>160</height>"
                   "<width>95</width></dimensions></extent></supportDesc></objectDesc></physDesc>"),
        {"oai_dc": (">40 leaves<", ">210 × 150 mm (leaf)<", ">160 × 95 mm (written)<", "-210 150")},
    ),
    "the numbers of a manuscript": Case(
        manuscript("", "<idno type='itemArk'>ark:/12345/x1</idno><idno type='shelfmark'>MS 9</idno><altIdentifier "
                   "type='former'><idno>Old 5</idno></altIdentifier><altIdentifier type='internal'><idno>777</idno>"
                   "</altIdentifier>"),
        {"oai_dc": ("<dc:source>MS 9<", "<dc:identifier>ark:/12345/x1<", "<dc:identifier>Old 5<", "-777"),
         "mods": ("<shelfLocator>MS 9<", "-<shelfLocator>ark", '<identifier type="ark">ark:/12345/x1<')},
    ),
    "the parts of a composite manuscript": Case(
        manuscript("<physDesc><p>Two parts bound as one</p></physDesc><msPart><msIdentifier><idno>MS 1, part A</idno>"
                   "</msIdentifier><msContents><textLang mainLang='la'/><msItem><title>Psalms</title></msItem>"
                   "</msContents><physDesc><objectDesc><supportDesc><support>paper</support></supportDesc></objectDesc>"
                   "</physDesc><history><origin><origDate when='1450'/><origPlace>Padua</origPlace></origin></history>"
                   "</msPart>"),
        {"oai_dc": (">1450<", ">paper<", ">la<", ">Padua<", "<dc:relation>Psalms<", ">Two parts bound as one<",
                    "-<dc:source>MS 1, part A")},
    ),
    "a work in a manuscript without a title": Case(
        manuscript("<msContents><msItem><note>Statutes of the realm</note></msItem></msContents>"),
        {"oai_dc": ("<dc:description>Statutes of the realm<",)},
    ),
    "a publisher with its address": Case(
        tei("", "<publicationStmt><publisher><orgName>Manuscripts</orgName><orgName>City Library</orgName><email>"
            "a@x.org</email></publisher><distributor>Text Archive<address><addrLine>Main St</addrLine></address>"
            "</distributor><date>2000.</date></publicationStmt>"),
        {"oai_dc": ("<dc:publisher>Manuscripts, City Library<", "<dc:contributor>Text Archive", ">2000<",
                    "-a@x.org", "-Main St")},
    ),
    "a source with the punctuation of a catalogue": Case(
        tei("", "<sourceDesc><biblFull><titleStmt><title>Songs.</title><author>Doe, Jane.</author></titleStmt>"
            "<publicationStmt><pubPlace>London:</pubPlace><publisher>Roe,</publisher><date>1705.</date>"
            "</publicationStmt></biblFull></sourceDesc>"),
        {"oai_dc": ("<dc:source>Doe, Jane. Songs. London: Roe, 1705<",)},
    ),
    "how large an archive is": Case(
        ead("<physdesc><extent>2 boxes</extent><dimensions>20 x 20 cm</dimensions></physdesc>"),
        {"oai_dc": (">2 boxes<", ">20 x 20 cm<")},
    ),
    "a link within a note of related materials": Case(
        ead("", '<relatedmaterial><p>Her letters are in <extref href="https://x.org/9">another archive</extref>, too.'
            "</p></relatedmaterial>"),
        {"oai_dc": ("<dc:relation>Her letters are in another archive, too.",),
         "mods": (">Her letters are in another archive, too.<", "https://x.org/9")},
    ),
    "a department beside the name of its archive": Case(
        ead("<repository><corpname>City Library</corpname><subarea>Manuscripts</subarea></repository>"),
        {"oai_dc": ("<dc:publisher>City Library, Manuscripts<",)},
    ),
    "the words of a date": Case(
        ead('<unitdate normal="1914/1918" certainty="circa">the war years</unitdate>'),
        {"oai_dc": ("<dc:date>1914/1918<", "<dc:date>the war years<"),
         "datacite": ('dateInformation="approximate: the war years">1914/1918<',),
         "mods": ('qualifier="approximate">1914<', "<dateCreated>the war years<")},
    ),
    "words that say how sure they are": Case(
        ead('<unitdate normal="1914/1918">circa 1914-1918</unitdate>'),
        {"datacite": ('dateInformation="approximate: circa 1914-1918"',)},
    ),
    "words that say no more": Case(
        ead('<unitdate normal="1914/1918">1914 - 1918</unitdate><unitdate normal="1893/1893">1893</unitdate>'),
        {"oai_dc": ("<dc:date>1914/1918<", "<dc:date>1893<", "-1914 - 1918")},
    ),
    "what most of it is of": Case(
        ead('<unitdate normal="1816/1931">1816-1931</unitdate>'
            '<unitdate type="bulk" normal="1816/1871">1816-1871</unitdate>'),
        {"oai_dc": ("<dc:date>1816/1931<", "<dc:date>bulk 1816-1871<"),
         "datacite": ('dateInformation="bulk 1816-1871">1816/1871<',)},
    ),
    "a keeper with address and divisions": Case(
        ead("<repository><corpname>Library of X <subarea>Manuscripts</subarea></corpname></repository>"),
        {"datacite": ("<publisher>Library of X, Manuscripts<",)},
    ),
    "a keeper in words": Case(
        ead("<repository>Library X<address><addressline>12 Main St</addressline></address></repository>"),
        {"datacite": ("<publisher>Library X<", "-Main St")},
    ),
    "a label that is a role": Case(
        ead('<origination label="Collector"><persname>Doe, Jane</persname></origination>'),
        {"mods": ("<roleTerm type=\"text\">Collector<",)},
    ),
    "a label that is none": Case(
        ead('<origination label="Provenance"><persname>Doe, Jane</persname></origination>'), {"mods": ("-Provenance",)},
    ),
    "the unit of an extent": Case(
        ead('<physdesc><extent unit="linear feet">1.00</extent></physdesc>'), {"oai_dc": (">1.00 linear feet<",)},
    ),
    "notes and pictures": Case(
        ead('<daogrp><daoloc href="https://x.org/1.jpg"/></daogrp>',
            "<odd><head>Other</head><p>Found in a cellar.</p></odd><phystech><p>Needs a projector.</p></phystech>"),
        {"oai_dc": (">Found in a cellar.<", ">Needs a projector.<", ">https://x.org/1.jpg<", "-Other")},
    ),
    "an author with numbers and affiliations": Case(
        tei("<author><persName><forename>Jane</forename><surname>Doe</surname></persName>"
            '<idno type="halauthorid">12</idno>'
            '<idno type="ORCID">0000-0001-5000-0007</idno><affiliation>Uni A</affiliation><affiliation>Lab B'
            "</affiliation></author>"),
        {"datacite": (">https://orcid.org/0000-0001-5000-0007<",
                      "<affiliation>Uni A</affiliation><affiliation>Lab B<")},
    ),
    "a date between two": Case(
        tei("", '<publicationStmt><date notBefore="1350" notAfter="1375">um 1360</date></publicationStmt>'),
        {"datacite": ('dateInformation="questionable: um 1360">1350/1375<',), "oai_dc": ("<dc:date>um 1360<",)},
    ),
    "a structured source": Case(
        tei("", "<sourceDesc><biblFull><titleStmt><title>Faust</title><author>Goethe</author></titleStmt>"
                "<publicationStmt><publisher>Cotta</publisher><pubPlace>Tübingen</pubPlace><date>1808</date>"
                "</publicationStmt></biblFull></sourceDesc>"),
        {"oai_dc": ("<dc:source>Goethe. Faust. Tübingen: Cotta, 1808<",)},
    ),
    "people and bodies by reference": Case(
        study("Creator i1", "Contributor i2", "Creator gone", "Publisher o1"),
        {"oai_dc": ("<dc:creator>Anderson, Leif<", "<dc:contributor>Roe, A.<", "<dc:publisher>Data Service<", "-gone",
                    "-i1<"),
         "datacite": ("<givenName>Leif</givenName><familyName>Anderson<", "<publisher>Data Service<")},
    ),
    "nobody by reference": Case(
        study("Creator gone", "Publisher gone"), {"datacite": (":unav<", "<publisher>INS01<", "-gone")},
    ),
    "how a work is to be cited": Case(
        of_titled('<note type="preferred citation">Doe, J.: T.</note>'),
        {"dcterms": ("<dcterms:bibliographicCitation>Doe, J.: T.<",), "ddi": ("<biblCit>Doe, J.: T.<",)},
    ),
    "where it stands in its host": Case(
        of_titled('<relatedItem type="host"><titleInfo><title>Zeitung</title></titleInfo></relatedItem>'
                  '<part><detail type="volume"><caption>Bd.</caption><number>3</number></detail></part>'),
        {"oai_dc": (">Zeitung, Bd. 3<",), "datacite": ("<volume>3<",)},
    ),
    "a part without a host": Case(
        of_titled('<part><detail type="volume"><caption>Bd.</caption><number>3</number></detail></part>'),
        {"oai_dc": ("<dc:description>Bd. 3<",)},
    ),
    "who holds the copyright": Case(
        of_titled(_HOLDER),
        {"dcterms": ("<dcterms:rightsHolder>Doe, Jane<", ">Copyright status: copyrighted; Ask first.<", "-by post"),
         "datacite": ('contributorType="RightsHolder"',)},
    ),
    "a manuscript": Case(
        of_titled('<typeOfResource manuscript="yes">text</typeOfResource>'),
        {"oai_dc": ("<dc:type>manuscript<", "<dc:type>Text<"), "schema_org": ('"@type": "Manuscript"',)},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)
