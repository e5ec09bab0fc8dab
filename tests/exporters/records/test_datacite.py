"""Reading DataCite, and OpenAIRE that is made of its elements."""

from typing import Final

import pytest

from mdwatch.exporters.datacite import exporter as writer
from mdwatch.exporters.records.datacite_terms import DCMI_TYPES, in_words
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.terms import kinds
from tests.exporters.cases import Case, two_tests
from tests.exporters.samples import dc, entity

KERNEL: Final = "http://datacite.org/schema/kernel-4"
RESOURCE: Final = f"""<resource xmlns="{KERNEL}"><identifier identifierType="DOI">10.5072/ice</identifier><creators>
<creator><creatorName nameType="Personal">Doe, Jane</creatorName><givenName>Jane</givenName><familyName>Doe</familyName>
<nameIdentifier nameIdentifierScheme="ISNI">0000000121385892</nameIdentifier>
<nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org">0000-0001-5000-0007</nameIdentifier>
<affiliation>Uni A</affiliation><affiliation>Uni B</affiliation></creator>
<creator><creatorName nameType="Organizational">Ice Lab</creatorName></creator></creators>
<titles><title xml:lang="en">Ice cores</title><title titleType="Subtitle">from Greenland</title>
<title titleType="TranslatedTitle" xml:lang="de">Eiskerne</title></titles>
<publisher>Data Archive</publisher><publicationYear>2020</publicationYear>
<resourceType resourceTypeGeneral="Dataset">measurements</resourceType>
<subjects><subject subjectScheme="Dewey Decimal Classification" valueURI="http://dewey.info/class/551/">551</subject>
<subject subjectScheme="GCMD">ice</subject></subjects>
<contributors><contributor contributorType="DataCollector"><contributorName>Roe, A.</contributorName></contributor>
<contributor contributorType="RightsHolder"><contributorName>Uni A</contributorName></contributor></contributors>
<dates><date dateType="Collected">2010/2012</date><date dateType="Issued">2020-05-01</date>
<date dateType="Other" dateInformation="Correction">2021</date><date dateType="Coverage">1900/1950</date></dates>
<language>en</language>
<alternateIdentifiers><alternateIdentifier alternateIdentifierType="URL">https://x.org/1</alternateIdentifier>
</alternateIdentifiers>
<relatedIdentifiers>
<relatedIdentifier relatedIdentifierType="DOI" relationType="IsSupplementTo">10.5072/paper</relatedIdentifier>
<relatedIdentifier relatedIdentifierType="DOI" relationType="IsPartOf">10.5072/all</relatedIdentifier>
</relatedIdentifiers>
<sizes><size>4 kB</size></sizes><formats><format>text/csv</format></formats><version>2.1</version>
<rightsList><rights rightsURI="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</rights>
<rights rightsURI="info:eu-repo/semantics/openAccess"/></rightsList>
<descriptions><description descriptionType="Abstract">About ice.</description>
<description descriptionType="Methods">Drilled.</description></descriptions>
<geoLocations><geoLocation><geoLocationPlace>Summit</geoLocationPlace><geoLocationPoint><pointLongitude>-38.5
</pointLongitude><pointLatitude>72.6</pointLatitude></geoLocationPoint></geoLocation>
<geoLocation><geoLocationBox><westBoundLongitude>-40</westBoundLongitude><eastBoundLongitude>-30</eastBoundLongitude>
<southBoundLatitude>70</southBoundLatitude><northBoundLatitude>75</northBoundLatitude></geoLocationBox></geoLocation>
</geoLocations>
<fundingReferences><fundingReference><funderName>Ice Fund</funderName>
<funderIdentifier funderIdentifierType="ROR">https://ror.org/04wxnsj81</funderIdentifier>
<awardNumber awardURI="https://x.org/g/7">G-7</awardNumber><awardTitle>Deep ice</awardTitle></fundingReference>
<fundingReference><funderName>Snow Fund</funderName>
<funderIdentifier funderIdentifierType="Crossref Funder ID">https://doi.org/10.13039/1</funderIdentifier>
</fundingReference></fundingReferences>
<relatedItems><relatedItem relatedItemType="Journal" relationType="IsPublishedIn"><titles><title>Ice Letters</title>
</titles><publicationYear>2021</publicationYear><volume>7</volume><issue>2</issue><firstPage>5</firstPage>
<lastPage>9</lastPage></relatedItem></relatedItems></resource>"""
OPENAIRE: Final = """<oaire:resource xmlns:oaire="http://namespace.openaire.eu/schema/oaire/"
xmlns:datacite="http://datacite.org/schema/kernel-4" xmlns:dc="http://purl.org/dc/elements/1.1/"><datacite:titles>
<datacite:title>On snow</datacite:title></datacite:titles><datacite:creators><datacite:creator>
<datacite:creatorName nameType="Personal">Doe, Jane</datacite:creatorName></datacite:creator></datacite:creators>
<oaire:fundingReferences><oaire:fundingReference><oaire:funderName>Ice Fund</oaire:funderName>
<oaire:awardNumber>G-7</oaire:awardNumber></oaire:fundingReference></oaire:fundingReferences>
<datacite:dates><datacite:date dateType="Issued">2019</datacite:date></datacite:dates><dc:language>eng</dc:language>
<dc:publisher>Uni Press</dc:publisher><oaire:resourceType resourceTypeGeneral="literature"
uri="http://purl.org/coar/resource_type/c_6501">journal article</oaire:resourceType><dc:description>All of it.
</dc:description><datacite:identifier identifierType="Handle">http://hdl.handle.net/123/4</datacite:identifier>
<datacite:rights rightsURI="http://purl.org/coar/access_right/c_abf2">open access</datacite:rights>
<oaire:licenseCondition uri="https://creativecommons.org/licenses/by/4.0/">CC BY</oaire:licenseCondition>
<oaire:citationTitle>Snow Letters</oaire:citationTitle><oaire:citationVolume>3</oaire:citationVolume>
<oaire:citationStartPage>10</oaire:citationStartPage></oaire:resource>"""
OLD: Final = """<resource xmlns="http://datacite.org/schema/kernel-3">
<identifier identifierType="DOI">10.5072/o</identifier>
<creators><creator><creatorName>:unav</creatorName></creator></creators><titles><title>Old</title></titles>
<publisher>P</publisher><publicationYear>0000</publicationYear><geoLocations><geoLocation>
<geoLocationPoint>31.2 -67.3</geoLocationPoint></geoLocation><geoLocation><geoLocationBox>41.0 -71.0 41.8 -68.2
</geoLocationBox></geoLocation></geoLocations></resource>"""
WRAPPED: Final = f"""<record xmlns="http://www.openarchives.org/OAI/2.0/"><metadata><oai_datacite
xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload>{RESOURCE}</payload></oai_datacite></metadata></record>"""
ROWS: Final[dict[str, Case]] = {
    "all of it": Case(entity(None, ("other:datacite", RESOURCE)), {
        "oai_dc": (
            "<dc:title xml:lang=\"en\">Ice cores: from Greenland<", ">Eiskerne<", "<dc:creator>Doe, Jane<",
            "<dc:creator>Ice Lab<", "<dc:contributor>Roe, A. (data collector)<", "<dc:publisher>Data Archive<",
            ">2020-05-01<", ">2010/2012<", "-<dc:date>2020<", "<dc:type>Dataset<", "<dc:type>measurements<",
            "<dc:subject>551<", "<dc:subject>ice<", ">1900/1950<", "<dc:language>en<", ">10.5072/ice<",
            "<dc:relation>10.5072/paper<", ">4 kB<", ">text/csv<", ">About ice.<", ">Drilled.<",
            "Ice Letters, vol. 7, no. 2, 2021, p. 5-9",
        ),
        "datacite": (
            '<identifier identifierType="DOI">10.5072/ice<', ">https://orcid.org/0000-0001-5000-0007<",
            "<affiliation>Uni A</affiliation><affiliation>Uni B<", 'resourceTypeGeneral="Dataset"',
            'contributorType="DataCollector"', 'contributorType="RightsHolder"', "<publicationYear>2020<",
            '<date dateType="Collected">2010/2012<', 'dateInformation="Correction">2021<',
            'dateInformation="Coverage">1900/1950<',
            'relatedIdentifierType="DOI" relationType="IsSupplementTo">10.5072/paper<', 'relationType="IsPublishedIn"',
            "<volume>7</volume><issue>2</issue><firstPage>5<", "<version>2.1<", 'rightsIdentifier="CC-BY-4.0"',
            "c_abf2", "<geoLocationPlace>Summit</geoLocationPlace><geoLocationPoint><pointLongitude>-38.5<",
            "<westBoundLongitude>-40<", '"ROR" schemeURI="https://ror.org/">https://ror.org/04wxnsj81<',
            '<awardNumber awardURI="https://x.org/g/7">G-7</awardNumber><awardTitle>Deep ice<',
            '"Crossref Funder ID" schemeURI="https://doi.org/10.13039/">https://doi.org/10.13039/1<',
        ),
        "schema_org": ('"@type": "Dataset"', '"@id": "https://ror.org/04wxnsj81"', '"temporalCoverage": "1900/1950"'),
        "mods": ('<classification authority="ddc" valueURI="http://dewey.info/class/551/">551<',),
        "ddi": (">Roe, A.</dataCollector>", "Data Archive"),
    }),
    "OpenAIRE": Case(entity(None, ("oaire", OPENAIRE)), {
        "oai_dc": (">On snow<", "<dc:creator>Doe, Jane<", ">2019<", ">eng<", ">Uni Press<", ">All of it.<",
                   "Snow Letters, vol. 3, p. 10", "http://hdl.handle.net/123/4"),
        "datacite": ('resourceTypeGeneral="JournalArticle"', "c_abf2", 'rightsIdentifier="CC-BY-4.0"',
                     ">G-7<", '<identifier identifierType="Handle">123/4<'),
    }),
    "in an answer of OAI-PMH": Case(
        entity(None, ("x", WRAPPED)),
        {"oai_dc": (">Eiskerne<",)},
    ),
    "kernel 3": Case(entity(None, ("x", OLD)), {
        "datacite": ("<pointLongitude>-67.3</pointLongitude><pointLatitude>31.2<", "<westBoundLongitude>-71.0<",
                     "<northBoundLatitude>41.8<"),
        "oai_dc": (">Old<", "-:unav", "-0000"),
    }),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)


def test_an_export_reads_back_to_itself() -> None:
    once = writer.export(entity(None, ("x", RESOURCE))).decode()
    again = writer.export(entity(None, ("x", once))).decode()
    # The PID that the first export told is a number that the record tells.
    assert again.replace('<alternateIdentifier alternateIdentifierType="pid">IE1</alternateIdentifier>', "") == once


def test_an_export_of_dublin_core_reads_back() -> None:
    fields = "<dc:title>T</dc:title><dc:creator>Doe, Jane</dc:creator><dcterms:issued>2020</dcterms:issued>"
    document = writer.export(entity(dc(fields))).decode()
    said = describe(entity(None, ("x", document)))
    assert ([t.text for t in said.titles], [n.text for n in said.names]) == (["T"], ["Doe, Jane"])
    assert [(date.text, date.kind.value) for date in said.dates] == [("2020", "issued")]


@pytest.mark.parametrize("general", [
    "Audiovisual", "BookChapter", "ConferencePaper", "ConferenceProceeding", "Dissertation", "JournalArticle",
    "OutputManagementPlan", "PhysicalObject", "Software", "StudyRegistration", "Text", "Workflow",
])  # fmt: skip
def test_the_general_kind_of_a_work_stays(general: str) -> None:
    assert kinds.kind([DCMI_TYPES.get(general.lower()) or in_words(general)]).general == general
