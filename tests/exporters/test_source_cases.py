"""Small records of each kind, and what every format must say of them: one row a loss that real records suffered.

A row names the source record (or the descriptive one, `dc`) and for each format texts that its document holds; a text
after `ONCE:` exactly once, one after `NO:` not at all. Every XML document is held against its schema besides.
"""

import json
from dataclasses import replace
from importlib import import_module
from typing import Final

import pytest
from lxml import etree

from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.interface import Exporter
from mdwatch.model import IntellectualEntity
from tests.exporters import samples
from tests.exporters.samples import SHARED, dc, entity, marc, mods

SCHEMAS: Final = {
    "oai_dc": "oai-pmh/oai_dc.xsd",
    "mods": "mods-3.8/mods-3-8.xsd",
    "datacite": "datacite-4.5/metadata.xsd",
    "ddi": "ddi-codebook-2.5/ddi_codebook_2_5.xsd",
}
EAD: Final = """<ead xmlns="urn:isbn:1-931666-22-9"><eadheader><eadid url="https://x.org/ead/1">f1</eadid></eadheader>
<archdesc level="collection"><did><unittitle>Papers of Jane Doe</unittitle><origination><persname>Doe, Jane</persname>
</origination><unitdate normal="1914/1918">the war years</unitdate><unitid>MS 12</unitid><repository>
<corpname>Library X
</corpname></repository><physdesc><extent>3 boxes</extent></physdesc><langmaterial><language langcode="ger">German
</language></langmaterial></did><scopecontent><head>Scope</head><p>Letters home.</p></scopecontent><accessrestrict>
<p>Closed until 2050.</p></accessrestrict><custodhist><p>Bought 1950.</p></custodhist><controlaccess><subject
source="lcsh">World War</subject><geogname>Berlin</geogname><genreform>Letters</genreform></controlaccess>
</archdesc></ead>"""
EAD3: Final = """<ead xmlns="http://ead3.archivists.org/schema/"><control><recordid>x</recordid></control><archdesc
level="fonds"><did><unittitle>Fonds</unittitle><origination><name><part>Doe</part><part>Jane</part></name>
</origination>
<unitdatestructured><daterange><fromdate standarddate="1914">1914</fromdate><todate standarddate="1918">1918</todate>
</daterange></unitdatestructured></did><controlaccess><subject><part>War</part><part>1914</part></subject>
</controlaccess></archdesc></ead>"""
LIDO: Final = """<l:lidoWrap xmlns:l="http://www.lido-schema.org"><l:lido><l:descriptiveMetadata xml:lang="en">
<l:objectClassificationWrap><l:objectWorkTypeWrap><l:objectWorkType><l:term>painting</l:term></l:objectWorkType>
</l:objectWorkTypeWrap></l:objectClassificationWrap><l:objectIdentificationWrap><l:titleWrap><l:titleSet>
<l:appellationValue l:pref="preferred">Night</l:appellationValue></l:titleSet></l:titleWrap><l:repositoryWrap>
<l:repositorySet><l:repositoryName><l:legalBodyName><l:appellationValue>Museum M</l:appellationValue>
</l:legalBodyName>
</l:repositoryName><l:workID>inv 5</l:workID></l:repositorySet></l:repositoryWrap><l:objectMeasurementsWrap>
<l:objectMeasurementsSet><l:displayObjectMeasurements>10 x 12 cm</l:displayObjectMeasurements>
</l:objectMeasurementsSet>
</l:objectMeasurementsWrap></l:objectIdentificationWrap><l:eventWrap><l:eventSet><l:event><l:eventType>
<l:conceptID>http://terminology.lido-schema.org/lido00007</l:conceptID></l:eventType><l:eventActor><l:actorInRole>
<l:actor l:type="person"><l:nameActorSet><l:appellationValue>Painter, Paula</l:appellationValue></l:nameActorSet>
</l:actor>
</l:actorInRole></l:eventActor><l:eventDate><l:date><l:earliestDate>1642</l:earliestDate><l:latestDate>1643
</l:latestDate>
</l:date></l:eventDate><l:eventMaterialsTech><l:displayMaterialsTech>oil on canvas</l:displayMaterialsTech>
</l:eventMaterialsTech></l:event></l:eventSet></l:eventWrap><l:objectRelationWrap><l:subjectWrap><l:subjectSet>
<l:subject>
<l:subjectConcept><l:term>night</l:term></l:subjectConcept></l:subject></l:subjectSet></l:subjectWrap>
</l:objectRelationWrap></l:descriptiveMetadata><l:administrativeMetadata><l:rightsWorkWrap><l:rightsWorkSet>
<l:rightsType><l:term>CC0 1.0</l:term></l:rightsType></l:rightsWorkSet></l:rightsWorkWrap><l:resourceWrap>
<l:resourceSet>
<l:resourceRepresentation l:type="image_thumb"><l:linkResource>https://x.org/tn.jpg</l:linkResource>
</l:resourceRepresentation></l:resourceSet></l:resourceWrap></l:administrativeMetadata></l:lido></l:lidoWrap>"""
TEI: Final = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Faust</title>
<author><persName><forename>Johann</forename> <surname>Goethe</surname></persName></author><respStmt><resp>encoder
</resp>
<name>Doe, Jane</name></respStmt></titleStmt><publicationStmt><publisher>Uni</publisher><date when="2010">X</date>
<idno type="DOI">10.5072/faust</idno><availability><licence target="https://creativecommons.org/licenses/by/4.0/">free
</licence></availability></publicationStmt><sourceDesc><bibl>Faust, 1808</bibl></sourceDesc></fileDesc><profileDesc>
<langUsage><language ident="de">German</language></langUsage><textClass><keywords><term>drama</term></keywords>
</textClass>
</profileDesc></teiHeader><text><body><p>Habe nun</p></body></text></TEI>"""
ETD: Final = """<thesis xmlns="http://www.ndltd.org/standards/metadata/etdms/1.1/"><title>On ice</title>
<creator>Doe, Jane</creator><subject>ice</subject><description>All of it</description><date>2020-05</date>
<identifier>https://x.org/1</identifier><contributor role="advisor">Roe, Ann</contributor><rights>CC BY-NC 4.0
</rights>
<degree><name>PhD</name><level>doctoral</level><discipline>Physics</discipline><grantor>Uni A</grantor></degree>
</thesis>"""
LIFECYCLE: Final = """
<i:DDIInstance xmlns:i="ddi:instance:3_2" xmlns:r="ddi:reusable:3_2" xmlns:s="ddi:studyunit:3_2">
<s:StudyUnit><r:Citation><r:Title><r:String xml:lang="en">Survey</r:String></r:Title><r:Creator><r:CreatorName
affiliation="Uni"><r:String>Doe, Jane</r:String></r:CreatorName></r:Creator><r:Publisher><r:PublisherName>
<r:String>Arch
</r:String></r:PublisherName></r:Publisher><r:PublicationDate><r:SimpleDate>2020</r:SimpleDate></r:PublicationDate>
<r:InternationalIdentifier><r:IdentifierContent>10.5072/s</r:IdentifierContent><r:ManagingAgency>DOI
</r:ManagingAgency>
</r:InternationalIdentifier></r:Citation><r:Abstract><r:Content>About</r:Content></r:Abstract><r:Coverage>
<r:TopicalCoverage><r:Keyword><r:String>ice</r:String></r:Keyword></r:TopicalCoverage><r:TemporalCoverage>
<r:ReferenceDate><r:StartDate>2001</r:StartDate><r:EndDate>2003</r:EndDate></r:ReferenceDate></r:TemporalCoverage>
</r:Coverage></s:StudyUnit></i:DDIInstance>"""
LIFECYCLE_31: Final = """<DDIInstance xmlns="ddi:instance:3_1" xmlns:r="ddi:reusable:3_1" xmlns:s="ddi:studyunit:3_1">
<s:StudyUnit><r:Citation><r:Title>Survey</r:Title><r:Creator affiliation="Uni">Doe, Jane</r:Creator></r:Citation>
<s:Abstract><r:Content>About</r:Content></s:Abstract></s:StudyUnit></DDIInstance>"""
CODEBOOK: Final = """<codeBook{}><stdyDscr><citation><titlStmt><titl>Ice</titl><IDNo agency="DOI">doi:10.5072/ice
</IDNo>
</titlStmt><rspStmt><AuthEnty affiliation="Uni A">Doe, Jane</AuthEnty></rspStmt><prodStmt><fundAg>Fund F</fundAg>
<grantNo>G 1</grantNo></prodStmt><distStmt><distrbtr>Archive</distrbtr><distDate date="2020-05-01">May</distDate>
</distStmt>
</citation><stdyInfo><subject><keyword>ice</keyword></subject><abstract>Yearly.</abstract><sumDscr>
<timePrd event="start"
date="2001">a</timePrd><timePrd event="end" date="2003">b</timePrd><collDate date="2004">c</collDate><nation>Norway
</nation><geoBndBox><westBL>1</westBL><eastBL>2</eastBL><southBL>3</southBL><northBL>4</northBL></geoBndBox></sumDscr>
</stdyInfo><dataAccs><useStmt><restrctn>Ask</restrctn></useStmt></dataAccs></stdyDscr></codeBook>"""
SAID: Final = {
    "oai_dc": [">Ice<", "Doe, Jane", ">ice<", "Yearly.", "Archive", "2001/2003", ">Norway<", "10.5072/ice", ">Ask<"],
    "datacite": [">Ice</title>", "10.5072/ice", "Dataset", "<awardNumber>G 1</awardNumber>", "westBoundLongitude",
                 "<publisher>Archive<", 'dateType="Collected"'],
    "schema_org": ['"@type": "Dataset"', '"Ice"', '"funding"', '"temporalCoverage": "2001/2003"', "10.5072/ice"],
    "mods": [">Ice<", "Doe, Jane"],
}  # fmt: skip
DIM: Final = """<dim:dim xmlns:dim="http://www.dspace.org/xmlns/dspace/dim"><dim:field mdschema="dc" element="title">T
</dim:field><dim:field mdschema="dc" element="contributor" qualifier="author">Doe, J</dim:field><dim:field mdschema="dc"
element="date" qualifier="accessioned">2011-01-01T00:00:00Z</dim:field></dim:dim>"""
GRANT: Final = "info:eu-repo/grantAgreement/EC/FP7/282896"
METS: Final = """<m:mets xmlns:m="http://www.loc.gov/METS/"><m:dmdSec ID="a"><m:mdWrap MDTYPE="MODS"><m:xmlData>{}
</m:xmlData></m:mdWrap></m:dmdSec></m:mets>"""
OAI: Final = '<record xmlns="http://www.openarchives.org/OAI/2.0/"><header/><metadata>{}</metadata></record>'
HOST: Final = """<relatedItem type="host"><titleInfo><title>Annales</title></titleInfo><part><detail type="volume">
<number>12</number></detail><detail type="issue"><number>3</number></detail>{}<extent unit="pages"><start>10</start>
<end>20</end></extent><date>May 1901</date></part></relatedItem>"""
IN_HOST: Final = (
    "<publicationYear>1901</publicationYear><volume>12</volume><issue>3</issue><firstPage>10</firstPage>"
    "<lastPage>20</lastPage>"
)
PAGE: Final = "https://example.org/object/IE1"
NAMED: Final = mods("<titleInfo><title>Inside</title></titleInfo>")

# Name: (the source record, or a descriptive one; what each format says).
CASES: Final[dict[str, tuple[str, dict[str, list[str]]]]] = {
    "ead": (EAD, {
        "oai_dc": ["Papers of Jane Doe", "Doe, Jane", "1914/1918", ">MS 12<", "Library X", "3 boxes", "Letters home.",
                   "World War", "Berlin", "Closed until 2050.", "<dc:type>Collection<", "https://x.org/ead/1",
                   "NO:Scope"],
        "datacite": ['resourceTypeGeneral="Collection"', "HostingInstitution", "Bought 1950."],
    }),
    "ead3": (EAD3, {"oai_dc": [">Fonds<", ">Doe, Jane<", "1914/1918", ">War, 1914<"]}),
    "lido": (LIDO, {
        "oai_dc": [">Night<", "Painter, Paula", "1642/1643", "inv 5", "oil on canvas", "10 x 12 cm", ">night<",
                   "creativecommons.org/publicdomain/zero/1.0"],
        "schema_org": ['"@type": "Painting"', '"thumbnailUrl": "https://x.org/tn.jpg"', '"material": "oil on canvas"'],
        "datacite": ["CC0-1.0", ">Museum M<", "HostingInstitution"],
    }),
    "tei": (TEI, {
        "oai_dc": [">Faust<", ">Goethe, Johann<", "Doe, Jane", ">Uni<", ">2010<", "10.5072/faust", "Faust, 1808",
                   ">drama<", "<dc:type>Text<", "NO:Habe nun"],
        "datacite": ["CC-BY-4.0", "<familyName>Goethe"],
    }),
    "a header by itself": (f'<teiHeader>{TEI.split("<teiHeader>")[1].split("</teiHeader>")[0]}</teiHeader>', {
        "oai_dc": [">Faust<", ">Goethe, Johann<"],
    }),
    "etd-ms": (ETD, {
        "oai_dc": [">On ice<", "Doe, Jane", "Uni A", "PhD, doctoral, Physics", ">2020-05<", "https://x.org/1"],
        "schema_org": ['"@type": "Thesis"', "creativecommons.org/licenses/by-nc/4.0"],
        "datacite": ["Dissertation", "CC-BY-NC-4.0", 'contributorType="Supervisor"'],
    }),
    "ddi lifecycle": (LIFECYCLE, {
        "oai_dc": [">Survey<", "Doe, Jane", ">Arch<", ">2020<", "10.5072/s", ">About<", ">ice<", "2001/2003"],
        "schema_org": ['"@type": "Dataset"'],
        "ddi": [">Survey<", "2001"],
    }),
    "ddi 3.1": (LIFECYCLE_31, {"oai_dc": [">Survey<", "Doe, Jane", ">About<"], "datacite": ["<affiliation>Uni<"]}),
    **{f"ddi of {namespace or 'no namespace'}": (CODEBOOK.format(f' xmlns="{namespace}"' if namespace else ""), SAID)
       for namespace in ("ddi:codebook:2_5", "ddi:codebook:2_1", "http://www.icpsr.umich.edu/DDI",
                         "http://www.icpsr.umich.edu/DDI/Version2-1", "")},
    "dim": (DIM, {"oai_dc": [">T<", "<dc:creator>Doe, J<", "NO:2011"]}),
    "mods in mets": (METS.format(NAMED), {"oai_dc": [">Inside<"]}),
    "mods in oai-pmh": (OAI.format(NAMED), {"oai_dc": [">Inside<"]}),
    "a link": (mods("<titleInfo><title>T</title></titleInfo>"), {name: [PAGE] for name in BUILT_IN}),
    "still image": (mods("<typeOfResource>still image</typeOfResource>"), {
        "oai_dc": ["ONCE:<dc:type>StillImage</dc:type>", "NO:still image"], "datacite": ['resourceTypeGeneral="Image"'],
    }),
    "software": (mods("<typeOfResource>software, multimedia</typeOfResource>"), {
        "oai_dc": ["<dc:type>InteractiveResource<"], "datacite": ["InteractiveResource"],
    }),
    "cartographic": (mods("<typeOfResource>cartographic</typeOfResource>"), {
        "oai_dc": ["<dc:type>Image<", "<dc:type>cartographic<"], "schema_org": ['"@type": "Map"'],
    }),
    "a collection of photographs": (
        mods('<typeOfResource collection="yes">still image</typeOfResource><genre>photographs</genre>'),
        {"datacite": ['resourceTypeGeneral="Collection"']},
    ),
    "a type of COAR": (dc("<dc:type>http://purl.org/coar/resource_type/c_db06</dc:type>"), {
        "datacite": ["Dissertation"], "schema_org": ['"@type": "Thesis"'],
    }),
    "a type of info:eu-repo": (dc("<dc:type>info:eu-repo/semantics/conferenceObject</dc:type>"), {
        "datacite": ["ConferencePaper"],
    }),
    "a term of AAT": (mods('<genre authority="aat">http://vocab.getty.edu/aat/300046300</genre>'), {
        "schema_org": ['"@type": "Photograph"'],
    }),
    "a form": (mods("<physicalDescription><form>parchment</form></physicalDescription>"), {
        "schema_org": ['"material": "parchment"', "NO:encodingFormat"], "dcterms": ["<dcterms:medium>parchment"],
    }),
    "a media type": (dc("<dc:format>image/tiff</dc:format>"), {
        "schema_org": ['"encodingFormat": "image/tiff"'], "dcterms": ["<dc:format>image/tiff"],
    }),
    "nobody published it": (dc("<dc:title>T</dc:title>"), {"datacite": ["<publisher>INS01"]}),
    "a licence by name": (dc("<dc:rights>CC BY 4.0</dc:rights>"), {
        "schema_org": ["creativecommons.org/licenses/by/4.0"], "datacite": ['rightsIdentifier="CC-BY-4.0"'],
    }),
    "a licence in words": (dc("<dc:rights>Creative Commons Attribution-NonCommercial 3.0 Unported</dc:rights>"), {
        "datacite": ['rightsIdentifier="CC-BY-NC-3.0"'],
    }),
    "a licence of software": (dc("<dcterms:license>MIT License</dcterms:license>"), {
        "datacite": ['rightsIdentifier="MIT"'], "schema_org": ["https://opensource.org/licenses/MIT"],
    }),
    "no licence": (dc("<dc:rights>CC BY 4.0 for the text, ask for the rest</dc:rights>"), {"datacite": ["NO:SPDX"]}),
    "open access": (dc("<dc:rights>info:eu-repo/semantics/openAccess</dc:rights>"), {
        "schema_org": ["openAccess", '"isAccessibleForFree": true'],
        "datacite": ['rightsURI="info:eu-repo/semantics/openAccess"', "c_abf2"],
    }),
    "embargo of COAR": (dc("<dcterms:accessRights>http://purl.org/coar/access_right/c_f1cf</dcterms:accessRights>"), {
        "schema_org": ['"isAccessibleForFree": false'], "datacite": ["info:eu-repo/semantics/embargoedAccess"],
    }),
    "a grant": (dc(f"<dc:relation>{GRANT}</dc:relation>"), {
        "datacite": ["<funderName>European Commission<", f'awardURI="{GRANT}"', ">282896</awardNumber>",
                     "NO:relatedItem"],
        "schema_org": ['"@type": "Grant"', "NO:mentions"],
        "oai_dc": [GRANT],
        "ddi": [">282896</grantNo>", ">European Commission</fundAg>"],
        "mods": ["282896"],
    }),
    "a funding note": (
        marc('<datafield tag="536"><subfield code="a">Sponsored by the Research Agency</subfield>'
             '<subfield code="c">RA 17</subfield></datafield>'),
        {"datacite": ["<funderName>Research Agency<", "<awardNumber>RA 17<"], "schema_org": ['"@type": "Grant"']},
    ),
    "a funder": (mods("<name><namePart>Fund F</namePart><role><roleTerm>funder</roleTerm></role></name>"), {
        "datacite": ["<funderName>Fund F<"], "schema_org": ['"funder"'],
    }),
    "a preview": (mods('<location><url access="preview">https://example.org/tn.jpg</url></location>'), {
        "schema_org": ['"thumbnailUrl": "https://example.org/tn.jpg"'], "oai_dc": ["NO:tn.jpg"],
    }),
    "who keeps it": (mods("<location><physicalLocation>Pi Archives</physicalLocation></location>"), {
        "datacite": ['contributorType="HostingInstitution"', ">Pi Archives<"], "ddi": [">Pi Archives</accsPlac>"],
        "schema_org": ["Pi Archives"],
    }),
    "where it stands": (
        mods("<location><physicalLocation>Pi Archives</physicalLocation><shelfLocator>G 12</shelfLocator></location>"),
        {"ddi": ['<holdings callno="G 12"/>']},
    ),
    "a call number": (
        marc('<datafield tag="852"><subfield code="a">BnF</subfield><subfield code="h">Ge</subfield>'
             '<subfield code="i">C 12</subfield></datafield>'),
        {"mods": ["<location><physicalLocation>BnF</physicalLocation><shelfLocator>Ge C 12</shelfLocator></location>"],
         "ddi": ['<holdings callno="Ge C 12"/>']},
    ),
    "a shelf in a finding aid": (
        EAD.replace("</did>", "<physloc>Stack 3</physloc></did>"),
        {"ddi": ['<holdings callno="Stack 3"/>'], "mods": ["<shelfLocator>Stack 3<"], "datacite": ["NO:Stack 3"],
         "schema_org": ["NO:Stack 3"]},
    ),
    "works by their titles": (
        marc('<datafield tag="730" ind2=" "><subfield code="a">Koran.</subfield><subfield code="l">French</subfield>'
             '</datafield><datafield tag="730" ind2="2"><subfield code="a">Bible.</subfield></datafield>'
             '<datafield tag="740" ind2="2"><subfield code="a">An essay</subfield></datafield>'
             '<datafield tag="740" ind2=" "><subfield code="a">My book</subfield></datafield>'),
        {"dcterms": ["<dc:relation>Koran. French<", "<dcterms:hasPart>Bible<", "<dcterms:hasPart>An essay<",
                     "<dcterms:alternative>My book<"]},
    ),
    "a material": (
        marc('<datafield tag="245"><subfield code="a">Ice</subfield><subfield code="h">[sound recording] :</subfield>'
             '<subfield code="b">songs</subfield></datafield>'),
        {"mods": ["<form>sound recording</form>"], "dcterms": ["<dcterms:medium>sound recording<"],
         "oai_dc": [">Ice: songs<"]},
    ),
    **{f"a coded period {code}": (
        marc(f'<datafield tag="045" ind1="{first}">{subfields}</datafield>'), {
            "dcterms": [f"<dcterms:temporal>{period}<"], "schema_org": [f'"temporalCoverage": "{period}"'],
        })
       for code, first, subfields, period in (
           ("of a year", "0", '<subfield code="b">d1868</subfield>', "1868"),
           ("of a day", "0", '<subfield code="b">d18680512</subfield>', "1868-05-12"),
           ("of a span", "2", '<subfield code="b">c0044</subfield><subfield code="b">d0014</subfield>', "-0043/0014"),
           ("of decades", " ", '<subfield code="a">w5x-</subfield>', "1850/1999"),
       )},
    "the parts of a header": (
        TEI.replace("<respStmt>", '<editor role="translator">Roe, Ann</editor><funder>DFG <idno type="grant">12</idno>'
                    "</funder><respStmt>").replace("</titleStmt>", "</titleStmt><extent><measure unit='pages'>12"
                    "</measure></extent><seriesStmt><title>Reihe</title><biblScope>4</biblScope></seriesStmt>"),
        {"oai_dc": [">Roe, Ann (translator)<", ">Reihe, 4<", ">12 pages<", ">DFG, 12<"],
         "datacite": ["<funderName>DFG<", "<awardNumber>12<"]},
    ),
    "who encoded it": (
        TEI.replace("<name>Doe, Jane</name>", '<persName ref="https://orcid.org/0000-0002-1825-0097"><forename>Jane'
                    "</forename> <surname>Doe</surname></persName>"),
        {"oai_dc": [">Doe, Jane (encoder)<"], "datacite": ["https://orcid.org/0000-0002-1825-0097"]},
    ),
    "the words of a museum": (
        LIDO.replace("<l:term>painting", "<l:conceptID>http://vocab.getty.edu/aat/300033618</l:conceptID><l:term>painting")
        .replace("</l:nameActorSet>", "</l:nameActorSet><l:vitalDatesActor><l:earliestDate>1600</l:earliestDate>"
                 "<l:latestDate>1650</l:latestDate></l:vitalDatesActor>")
        .replace("<l:eventDate>", "<l:eventDate><l:displayDate>around 1642</l:displayDate>"),
        {"oai_dc": [">Painter, Paula, 1600-1650<", "1642/1643", ">around 1642<"],
         "mods": ['<namePart type="date">1600-1650<', 'valueURI="http://vocab.getty.edu/aat/300033618"'],
         "datacite": [">Painter, Paula</creatorName>", 'dateInformation="around 1642"']},
    ),
    "a place in a journal": (
        mods(HOST.format("")),
        {"datacite": [IN_HOST, "NO:numberType"], "oai_dc": [">Annales, vol. 12, no. 3, p. 10-20, May 1901<"]},
    ),
    "a deeper place in a journal": (
        mods(HOST.format("<detail type='part'><number>B</number></detail>")),
        {"datacite": ['<number numberType="Other">vol. 12, no. 3, B, p. 10-20, May 1901</number>', "NO:<volume>"]},
    ),
    "a coded place in a journal": (
        marc('<datafield tag="773"><subfield code="t">Annales</subfield><subfield code="g">Vol. 12, no. 3 (May 1901), '
             'p. 10-20</subfield><subfield code="q">12:3&lt;10</subfield></datafield>'),
        {"datacite": [IN_HOST], "oai_dc": [">Annales, Vol. 12, no. 3 (May 1901), p. 10-20<"]},
    ),
    "a place in a book": (
        marc('<datafield tag="773"><subfield code="t">Essays</subfield><subfield code="g">p. 5</subfield></datafield>'),
        {"datacite": ['<number numberType="Other">p. 5</number>']},
    ),
    **{f"languages as {written}": (
        dc(f"<dc:title>T</dc:title><dc:language>{written}</dc:language>"),
        {"schema_org": [f'"inLanguage": {tags}'], "datacite": [f"<language>{json.loads(tags)[0]}<"]})
       for written, tags in (("ger ; fre", '["de", "fr"]'), ("German; French", '["de", "fr"]'),
                             ("eng,ger", '["en", "de"]'), ("en_US; nb", '["en-US", "nb"]'))},
    "a language with a comma": (
        dc("<dc:title>T</dc:title><dc:language>English, Middle (1100-1500)</dc:language>"),
        {"schema_org": ['"inLanguage": "English, Middle (1100-1500)"']},
    ),
    "two numbers": (dc("<dc:title>T</dc:title><dc:coverage>52.5 13.4</dc:coverage>"), {
        "schema_org": ['"latitude": 52.5', "NO:temporalCoverage"],
    }),
    "a language in a script": (
        mods('<language><languageTerm type="code" authority="iso639-2b">srp</languageTerm>'
             '<scriptTerm type="code">Latn</scriptTerm></language>'),
        {"oai_dc": ["<dc:language>sr-Latn<"], "ddi": ["<dc:language>sr-Latn<"], "schema_org": ['"sr-Latn"']},
    ),
    "the language around": (
        LIDO.replace("</l:objectIdentificationWrap>", "<l:objectDescriptionWrap><l:objectDescriptionSet>"
                     "<l:descriptiveNoteValue>A dark one</l:descriptiveNoteValue><l:descriptiveNoteValue xml:lang='de'>"
                     "Dunkel</l:descriptiveNoteValue></l:objectDescriptionSet></l:objectDescriptionWrap>"
                     "</l:objectIdentificationWrap>"),
        {"oai_dc": ['<dc:title xml:lang="en">Night<', 'xml:lang="en">A dark one<', 'xml:lang="de">Dunkel<',
                    "<dc:creator>Painter"],
         "datacite": ['<title xml:lang="en">Night<'], "mods": ['<titleInfo xml:lang="en">']},
    ),
    "the scale of a map": (
        marc('<datafield tag="255"><subfield code="a">Scale 1:200,000 ;</subfield><subfield code="b">Mercator proj.'
             '</subfield></datafield>'),
        {"mods": ["<cartographics><scale>Scale 1:200,000</scale></cartographics>", "<projection>Mercator proj.<",
                  "NO:<note>"], "oai_dc": ["<dc:description>Scale 1:200,000<"], "datacite": [">Mercator proj.<"],
         "schema_org": ['"description": ["Scale 1:200,000", "Mercator proj."]']},
    ),
    **{f"a time without a zone, {written}": (dc(f"<dc:title>T</dc:title><dcterms:issued>{written}</dcterms:issued>"), {
        "datacite": [">2003-02-15</date>", written], "schema_org": ['"datePublished": "2003-02-15"'],
    }) for written in ("2003-02-15T10:00:01", "2003-02-15 10:00", "20030215T100001")},
    "a moment of upload with a blank": (
        dc("<dc:title>T</dc:title><dc:date>2012-06-07 17:24:40</dc:date><dc:date>1982</dc:date>"),
        {"datacite": ["<publicationYear>1982<"], "schema_org": ['"datePublished": "1982"']},
    ),
    **{f"a year that is corrected, {words}": (
        marc(f'<datafield tag="260"><subfield code="c">1923 [{words} 1922]</subfield></datafield>'),
        {"datacite": ["<publicationYear>1922<"], "schema_org": ['"datePublished": "1922"']},
    ) for words in ("erschienen", "recte", "d. i.", "c.-à-d.", "=")},
    "a year of another thing": (
        marc('<datafield tag="260"><subfield code="c">1923 [repr. 1960]</subfield></datafield>'),
        {"datacite": ["<publicationYear>1923<"]},
    ),
    "rights in two languages": (
        dc('<dc:title>T</dc:title><dc:rights xml:lang="de">Rechte</dc:rights><dcterms:license xml:lang="en">Free '
           "https://creativecommons.org/licenses/by/4.0/</dcterms:license>"),
        {"datacite": ['<rights xml:lang="de">Rechte<', 'xml:lang="en">Free'],
         "ddi": ['<copyright xml:lang="de">Rechte<', '<conditions xml:lang="en">Free'],
         "mods": ['xml:lang="de">Rechte<', 'xml:lang="en">Free']},
    ),
    "conditions in a language": (
        mods('<accessCondition type="restriction on access" xml:lang="fr">Sur demande</accessCondition>'),
        {"datacite": ['<rights xml:lang="fr">Sur demande<'], "dcterms": ['xml:lang="fr">Sur demande<']},
    ),
    "who has the rights": (
        mods('<name><namePart>Gerald</namePart><role><roleTerm type="text">Copyright holder</roleTerm></role></name>'),
        {"dcterms": ["<dcterms:rightsHolder>Gerald", "NO:contributor"], "datacite": ["RightsHolder"]},
    ),
    "OCLC twice": (
        marc('<datafield tag="035"><subfield code="a">(OCoLC)ocm00012345</subfield></datafield>'
             '<datafield tag="035"><subfield code="a">(OCoLC)12345</subfield></datafield>'),
        {"oai_dc": ["ONCE:12345</dc:identifier>"]},
    ),
    "a DOI four times": (
        mods("<identifier type='doi'>10.5072/ABC</identifier><identifier>https://doi.org/10.5072%2Fabc</identifier>"
             "<identifier>doi:10.5072/abc</identifier><identifier type='uri'>http://dx.doi.org/10.5072/abc</identifier>"),
        {"oai_dc": ["ONCE:5072", "10.5072/ABC"], "datacite": ['identifierType="DOI"', "ONCE:5072"]},
    ),
    "an encoded DOI": (dc("<dc:identifier>https://doi.org/10.5072%2Fabc</dc:identifier>"), {
        "datacite": ['<identifier identifierType="DOI">10.5072/abc<'],
        "ddi": ['<IDNo agency="DOI">doi:10.5072/abc</IDNo>', 'URI="https://doi.org/10.5072/abc"', "NO:%2F"],
    }),
    "a DOI behind other words": (dc("<dc:identifier>https://doi.org/doi:10.5072/abc</dc:identifier>"), {
        "ddi": ['<IDNo agency="DOI">doi:10.5072/abc</IDNo>', 'URI="https://doi.org/10.5072/abc"'],
    }),
    "a DOI that is cut by a blank": (dc("<dc:identifier>https://doi.org/10.5072/a b</dc:identifier>"), {
        "ddi": ['https://doi.org/10.5072/a b</IDNo>', "NO:doi:10.5072/a<"],
    }),
    "an ISBN with dashes and without": (
        mods("<identifier type='isbn'>0-306-40615-2</identifier><identifier>ISBN 0306406152</identifier>"),
        {"oai_dc": ["ONCE:0-306-40615-2", "NO:0306406152"]},
    ),
}  # fmt: skip


def exporter(name: str) -> Exporter:
    found = import_module(f"mdwatch.exporters.{BUILT_IN[name]}").EXPORTER
    assert isinstance(found, Exporter)
    return found


def ie_of(record: str) -> IntellectualEntity:
    ie = entity(record) if record.startswith("<dc:record") else entity(None, ("other:any", record))
    return replace(ie, landing_page=PAGE)


@pytest.mark.parametrize("case", CASES)
def test_exports_say_what_the_source_says(case: str) -> None:
    record, wanted = CASES[case]
    for name, texts in wanted.items():
        document = exporter(name).export(ie_of(record)).decode()
        for text in texts:
            kind, _, rest = text.partition(":")
            match kind:
                case "ONCE":
                    assert document.count(rest) == 1, f"{name}: {rest} in {document}"
                case "NO":
                    assert rest not in document, f"{name}: {rest} in {document}"
                case _:
                    assert text in document, f"{name}: {text} in {document}"


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    return {name: etree.XMLSchema(etree.parse(SHARED / "schemas" / path)) for name, path in SCHEMAS.items()}


@samples.needs_shared
@pytest.mark.parametrize("case", CASES)
def test_their_documents_are_valid(case: str, schemas: dict[str, etree.XMLSchema]) -> None:
    for name, schema in schemas.items():
        schema.assertValid(etree.fromstring(exporter(name).export(ie_of(CASES[case][0]))))
