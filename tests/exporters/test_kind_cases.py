"""Records of repositories, museums and geographic systems in their several shapes, in every format: a row a loss.

A row is the record of an IE, and for each format texts that its document holds; one after a `-` it does not hold.
"""

from typing import Final

from tests.exporters.cases import Case, of_dc, of_marc, of_titled, title, two_tests
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import DC, dc, entity, marc

VRA: Final = (
    '<vra xmlns="http://www.vraweb.org/vracore4.htm"><work id="w_1"><agentSet><display>Bernini (Italian)</display>'
    '<agent><name type="personal" vocab="ULAN" refid="500032022">Bernini, Gian Lorenzo</name><dates type="life">'
    "<earliestDate>1598</earliestDate><latestDate>1680</latestDate></dates><role>sculptor</role></agent></agentSet>"
    '<dateSet><display>1622-1625</display><date type="creation"><earliestDate>1622</earliestDate>'
    "<latestDate>1625</latestDate></date></dateSet><descriptionSet><description>Marble group</description>"
    '</descriptionSet><locationSet><location type="repository"><name type="corporate">Galleria Borghese</name>'
    "</location></locationSet><materialSet><material>marble</material></materialSet><measurementsSet>"
    "<display>243 cm</display></measurementsSet><subjectSet><subject><term>Apollo</term></subject></subjectSet>"
    '<titleSet><title pref="true">Apollo and Daphne</title><title pref="false">Daphne</title></titleSet>'
    "<worktypeSet><worktype>sculpture</worktype></worktypeSet></work></vra>"
)
LIDO: Final = (
    "<lido><descriptiveMetadata xml:lang='de'><objectIdentificationWrap><titleWrap><titleSet><appellationValue>Der Turm"
    "</appellationValue></titleSet></titleWrap></objectIdentificationWrap></descriptiveMetadata></lido>"
)
BILINGUAL: Final = "<lido>{}</lido>".format(
    "".join(
        f"<descriptiveMetadata xml:lang='{lang}'><objectClassificationWrap><classificationWrap><classification><term>"
        f"31A</term></classification><classification><term>{word}</term></classification></classificationWrap>"
        "</objectClassificationWrap><objectIdentificationWrap><objectMeasurementsWrap><objectMeasurementsSet>"
        "<displayObjectMeasurements>2 x 3 cm</displayObjectMeasurements></objectMeasurementsSet>"
        "</objectMeasurementsWrap></objectIdentificationWrap></descriptiveMetadata>"
        for lang, word in (("en", "tower"), ("de", "Turm"))
    )
)
RDF: Final = (
    f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="{DC}">'
    '<rdf:Description rdf:about="http://x.org/1"><dc:title>A title</dc:title></rdf:Description></rdf:RDF>'
)
SERIAL: Final = (
    f'<r xmlns:dc="{DC}" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>T</dc:title><dcterms:accrualPeriodicity>'
    "annual</dcterms:accrualPeriodicity><dcterms:spatial>name=Berlin; east=13.4; north=52.5</dcterms:spatial>"
    "<dcterms:temporal>start=1999; end=2000</dcterms:temporal><dcterms:temporal>a=b</dcterms:temporal></r>"
)
MANUSCRIPT: Final = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Oxford, Bodleian, MS 1</title>'
    "</titleStmt><sourceDesc><msDesc><msIdentifier><settlement>Oxford</settlement><repository>Bodleian</repository>"
    "<idno>MS 1</idno></msIdentifier><msContents><summary>Psalter</summary><textLang mainLang='la'>Latin</textLang>"
    "<msItem><author>Anon.</author><title>Psalms</title></msItem></msContents><physDesc><objectDesc form='codex'>"
    "<supportDesc><support>parchment</support><extent>100 ff.</extent></supportDesc></objectDesc></physDesc><history>"
    "<origin><origDate notBefore='1100' notAfter='1150'>12th century, first half</origDate><origPlace>England"
    "</origPlace></origin><provenance>Bought 1610</provenance></history></msDesc></sourceDesc></fileDesc></teiHeader>"
    "</TEI>"
)
EAD: Final = (
    '<ead xmlns="urn:isbn:1-931666-22-9"><archdesc level="collection"><did><unittitle>Papers</unittitle></did>'
    "<bioghist><head>Life</head><p>They lived.</p></bioghist></archdesc></ead>"
)
HEADINGS: Final = (
    "<ead><archdesc><did><unittitle>T</unittitle><origination><corpname>School of Arts.</corpname></origination></did>"
    "<controlaccess><subject>Music -- Ohio.</subject><corpname>Roe, Inc.</corpname><genreform>Slides.</genreform>"
    "</controlaccess></archdesc></ead>"
)
POLYGON: Final = "POLYGON((-84 35, -83 35, -83 36, -84 36, -84 35))"
SOURCE: Final = "<dc:title>T</dc:title><dc:source>Journal of X; Vol. 1 No. 2 (2019): Spring; 11-25</dc:source>"
DATACITE: Final = (
    '<resource xmlns="http://datacite.org/schema/kernel-4"><titles><title>T</title></titles><descriptions>'
    '<description descriptionType="Abstract">One<br/>two</description></descriptions><geoLocations><geoLocation>'
    "<geoLocationPolygon>"
    + "".join(
        f"<polygonPoint><pointLongitude>{x}</pointLongitude><pointLatitude>{y}</pointLatitude></polygonPoint>"
        for x, y in ((1, 2), (3, 2), (3, 4), (1, 2))
    )
    + "</geoLocationPolygon></geoLocation></geoLocations><fundingReferences><fundingReference><funderName>EC"
    '</funderName><awardNumber awardURI="https://x.org/1">282625</awardNumber></fundingReference></fundingReferences>'
    "</resource>"
)
DEGREE: Final = (
    "<extension xmlns:etd='http://www.ndltd.org/standards/metadata/etdms/1.0/'><etd:degree><etd:name>Doctor of "
    "Philosophy</etd:name><etd:discipline>History</etd:discipline></etd:degree></extension>"
)

ROWS: Final[dict[str, Case]] = {
    "the same in two languages": Case(
        entity(None, ("lido", BILINGUAL)),
        {"oai_dc": ("<dc:subject>31A<", "<dc:format>2 x 3 cm<", '<dc:subject xml:lang="en">tower<',
                    '<dc:subject xml:lang="de">Turm<', '-">31A<', '-">2 x 3 cm<')},
    ),
    "lists of CONTENTdm, each value before a semicolon": Case(
        entity(dc("<dc:title>Bread; cheese;</dc:title><dc:creator>Roe, Ann; Poe, B.;</dc:creator><dc:type>Image;"
                  "</dc:type><dc:language>English;</dc:language><dc:subject>Bread--Ohio; Cheese;</dc:subject>"
                  "<dc:coverage>name=x; start=1914;</dc:coverage><dc:description>Old; fine;</dc:description>")),
        {"oai_dc": ("<dc:title>Bread; cheese;<", "<dc:creator>Roe, Ann<", "<dc:creator>Poe, B.<", "<dc:type>Image<",
                    "<dc:language>English<", "<dc:subject>Bread--Ohio<", "<dc:subject>Cheese<",
                    ">name=x; start=1914;<", "<dc:description>Old; fine;<"),
         "mods": ("<topic>Cheese<", ">English<", "-Image;")},
    ),
    "semicolons that end no list": Case(
        of_dc("<dc:title>T</dc:title><dc:subject>Bread; cheese</dc:subject><dc:subject>Roe &amp;amp;</dc:subject>"),
        {"oai_dc": ("<dc:subject>Bread; cheese<", "<dc:subject>Roe &amp;amp;<")},
    ),
    "headings of a finding aid": Case(
        entity(None, ("ead", HEADINGS)),
        {"oai_dc": ("<dc:creator>School of Arts<", "<dc:subject>Music -- Ohio<", "<dc:subject>Roe, Inc.<",
                    "<dc:type>Slides<")},
    ),
    "amounts among formats": Case(
        of_dc("<dc:title>T</dc:title><dc:format>123 pages</dc:format><dc:format>1 x 2 cm, framed</dc:format><dc:format>"
              "2.5 MB</dc:format><dc:format>35 mm</dc:format><dc:format>image/tiff</dc:format><dc:format>3 pagesize"
              "</dc:format><dc:format>1080p</dc:format>"),
        {"datacite": ("<size>123 pages<", "<size>1 x 2 cm, framed<", "<size>2.5 MB<", "<format>35 mm<",
                      "<format>image/tiff<", "<format>3 pagesize<", "<format>1080p<"),
         "oai_dc": ("<dc:format>123 pages<",)},
    ),
    "how often a serial comes out, a point and a period": Case(
        entity(None, ("dc", SERIAL)),
        {"dcterms": ("<dcterms:accrualPeriodicity>annual<", 'xsi:type="dcterms:Point">name=Berlin',
                     'xsi:type="dcterms:Period">start=1999', "<dcterms:temporal>a=b<"),
         "mods": ("<frequency>annual<",), "oai_dc": ("-annual",)},
    ),
    "LIDO without its namespace": Case(entity(None, ("lido", LIDO)), {"oai_dc": ('xml:lang="de">Der Turm<',)}),
    "MODS without its namespace": Case(
        entity(None, ("mods", "<mods><titleInfo><title>Towers</title></titleInfo></mods>")),
        {"oai_dc": (">Towers<",), "mods": ('xmlns="http://www.loc.gov/mods/v3"', "<title>Towers<")},
    ),
    "Dublin Core in RDF": Case(
        entity(None, ("rdf", RDF)), {"oai_dc": (">A title<", "<dc:identifier>http://x.org/1<")},
    ),
    "VRA Core": Case(
        entity(None, ("vra", VRA)),
        {"oai_dc": ("<dc:title>Apollo and Daphne<", "<dc:creator>Bernini, Gian Lorenzo, 1598-1680<", ">1622/1625<",
                    ">marble<", ">243 cm<", "<dc:type>sculpture<", "<dc:subject>Apollo<", ">Marble group<"),
         "datacite": (">http://vocab.getty.edu/ulan/500032022<", '"AlternativeTitle">Daphne<', "Galleria Borghese"),
         "schema_org": ('"@type": "Sculpture"',)},
    ),
    "a manuscript in TEI": Case(
        entity(None, ("tei", MANUSCRIPT)),
        {"oai_dc": (">Psalter<", "<dc:language>la<", ">parchment<", ">100 ff.<", ">1100/1150<", ">England<",
                    ">12th century, first half<", "<dc:relation>Anon. Psalms<", "<dc:source>Oxford, Bodleian, MS 1<"),
         "datacite": ('"Created" dateInformation="12th century, first half">1100/1150<', ">Bodleian, Oxford<"),
         "mods": ("<shelfLocator>MS 1<", '<note type="ownership">Bought 1610<')},
    ),
    "what a note of an archive is of": Case(
        entity(None, ("ead", EAD)),
        {"mods": ('<note type="biographical/historical">They lived.<',),
         "ddi": ('<notes type="biographical/historical">They lived.<',)},
    ),
    "someone known to several files": Case(
        of_titled("<name type='personal' usage='primary' valueURI='http://id.loc.gov/authorities/names/n1'><namePart>"
                  "Doe, Jane</namePart><nameIdentifier type='orcid'>0000-0002-1825-0097</nameIdentifier>"
                  "<nameIdentifier type='isni'>0000000121032683</nameIdentifier></name>"),
        {"datacite": ('nameIdentifierScheme="ORCID"', 'nameIdentifierScheme="LCNAF"', 'nameIdentifierScheme="ISNI"'),
         "schema_org": ('"@id": "https://orcid.org/0000-0002-1825-0097"',
                        '"sameAs": ["http://id.loc.gov/authorities/names/n1", "https://isni.org/isni/')},
    ),
    "someone known to several files, by two records": Case(
        entity(dc("<dc:title>T</dc:title><dc:creator>Doe, Jane (https://orcid.org/0000-0002-1825-0097)</dc:creator>"),
               ("marc", marc(field("100", "1 ", "aDoe, Jane", "0(DE-588)118623222", "1http://viaf.org/viaf/12345")))),
        {"datacite": ("0000-0002-1825-0097</nameIdentifier>", ">http://viaf.org/viaf/12345<",
                      ">https://d-nb.info/gnd/118623222<"),
         "mods": ('valueURI="http://viaf.org/viaf/12345"', '<nameIdentifier type="gnd">', ' type="orcid">')},
    ),
    "a licence of MARC by its name and by the term of a list": Case(
        of_marc(title(), field("540", "  ", "aAttribution 4.0 International", "fCC BY 4.0", "2cc",
                               "uhttps://creativecommons.org/licenses/by/4.0/")),
        {"oai_dc": (">Attribution 4.0 International<",), "datacite": (">Attribution 4.0 International<",)},
    ),
    "two titles in two languages": Case(
        of_dc('<dc:title xml:lang="mi">Ngā mōteatea</dc:title><dc:title xml:lang="en">The songs</dc:title>'),
        {"datacite": ('<title xml:lang="mi">Ngā mōteatea<', '"TranslatedTitle" xml:lang="en">The songs<'),
         "ddi": ('<parTitl xml:lang="en">The songs<',), "schema_org": ('"alternateName": "The songs"',),
         "oai_dc": ('<dc:title xml:lang="en">The songs<',)},
    ),
    "two titles of which no language is told": Case(
        of_dc('<dc:title xml:lang="*">A</dc:title><dc:title xml:lang="en">B</dc:title><dc:title>C</dc:title>'),
        {"datacite": ("-TranslatedTitle",)},
    ),
    "a name that begins with the forename": Case(
        of_marc(title(), field("100", "0 ", "aJohn Paul", "bII,", "cPope,", "d1920-2005.")),
        {"datacite": ("<givenName>John Paul II</givenName>", "-<familyName>"),
         "schema_org": ('"givenName": "John Paul II"', "-familyName")},
    ),
    "a small picture of a record of MARC": Case(
        of_marc(title(), field("856", "41", "3Thumbnail", "uhttp://x.org/t.jpg")),
        {"schema_org": ('"thumbnailUrl": "http://x.org/t.jpg"',), "oai_dc": ("-t.jpg",)},
    ),
    "a subject by its word and by its term": Case(
        of_titled("<subject><topic>Cats</topic></subject><subject authority='lcsh'><topic>Cats</topic></subject>"
                  "<subject><topic>Dogs</topic></subject>"),
        {"datacite": ("-<subject>Cats<", ">Cats<", "<subject>Dogs<"), "schema_org": ('-, "Cats"', '"Dogs"')},
    ),
    "coded centuries of MODS": Case(
        of_titled("<subject><temporal encoding='marc'>w5x-</temporal></subject>"),
        {"oai_dc": ("<dc:coverage>1850/1999<",), "datacite": ('dateInformation="Coverage">1850/1999<',)},
    ),
    "most of an archive": Case(
        of_titled("<originInfo><dateCreated>1850-1920 (bulk 1880-1900)</dateCreated></originInfo>"),
        {"datacite": ('dateInformation="1850-1920 (bulk 1880-1900)">1850/1920<',)},
    ),
    "a polygon": Case(
        of_dc(f"<dc:title>T</dc:title><dcterms:spatial>{POLYGON}</dcterms:spatial>"),
        {"datacite": ("<geoLocationPolygon><polygonPoint><pointLongitude>-84<", "-<geoLocationPlace>"),
         "schema_org": ('"polygon": "35 -84 35 -83 36 -83 36 -84 35 -84"',), "ddi": ("<westBL>-84<", "<northBL>36<")},
    ),
    "an envelope": Case(
        of_dc("<dc:title>T</dc:title><dcterms:spatial>ENVELOPE(-84, -83, 36, 35)</dcterms:spatial>"),
        {"datacite": ("<geoLocationBox><westBoundLongitude>-84<", "<northBoundLatitude>36<"),
         "schema_org": ('"box": "35 -84 36 -83"',)},
    ),
    "a polygon that is none": Case(
        of_dc("<dc:title>T</dc:title><dcterms:spatial>POLYGON((1 2, 3 4))</dcterms:spatial>"),
        {"datacite": ("<geoLocationPlace>POLYGON((1 2, 3 4))<",)},
    ),
    "what DataCite has in shapes and with breaks": Case(
        entity(None, ("datacite", DATACITE)),
        {"oai_dc": (">One two<", ">northlimit=4; eastlimit=3; southlimit=2; westlimit=1<", ">EC, 282625<"),
         "datacite": ("<geoLocationPolygon>",)},
    ),
    "a journal as Open Journal Systems writes it": Case(
        of_dc(SOURCE),
        {"datacite": ('relationType="IsPartOf"><titles><title>Journal of X<', "<volume>1</volume><issue>2</issue>",
                      "<firstPage>11</firstPage><lastPage>25</lastPage>"),
         "oai_dc": ("<dc:source>Journal of X; Vol. 1 No. 2 (2019): Spring; 11-25<",),
         "schema_org": ('"isPartOf": {"@type": "CreativeWork", "name": "Journal of X"',)},
    ),
    "another source with a semicolon": Case(
        of_dc("<dc:title>T</dc:title><dc:source>Papers of X; box 12</dc:source>"),
        {"datacite": ('"IsDerivedFrom"><titles><title>Papers of X; box 12<',)},
    ),
    "a person and where they work": Case(
        of_dc("<dc:title>T</dc:title><dc:creator>Doe, Jane; University of X, Spain</dc:creator>"),
        {"datacite": (">Doe, Jane</creatorName><affiliation>University of X, Spain<",),
         "schema_org": ('"@type": "Person", "name": "Doe, Jane"',)},
    ),
    "a role behind a name": Case(
        of_dc("<dc:title>T</dc:title><dc:contributor>Smith, Ann (advisor)</dc:contributor>"
              "<dc:contributor>Bell, Tom (Leeds)</dc:contributor>"),
        {"datacite": ('"Supervisor"><contributorName>Smith, Ann<', ">Bell, Tom (Leeds)<")},
    ),
    "markup in title and abstract": Case(
        of_dc("<dc:title>On &lt;i&gt;Homo&lt;/i&gt; x &lt; y</dc:title><dc:description>&lt;p&gt;One &amp;amp;&lt;/p&gt;"
              "&lt;p&gt;two &lt;em&gt;t&lt;/em&gt;&lt;/p&gt;</dc:description>"),
        {"datacite": ("<title>On Homo x &lt; y<", ">One &amp; two t<"), "oai_dc": ("&lt;p&gt;One",)},
    ),
    "a citation among the identifiers": Case(
        of_dc("<dc:title>T</dc:title><dc:identifier>Doe, J. (2010) T. Journal of X, 1 (2). pp. 1-5.</dc:identifier>"),
        {"mods": ('<note type="preferred citation">Doe, J. (2010)',), "ddi": ("<biblCit>Doe, J. (2010)",)},
    ),
    "a licence as EPrints names it": Case(
        of_dc("<dc:title>T</dc:title><dc:rights>cc_by_nc_4</dc:rights>"),
        {"datacite": ('rightsIdentifier="CC-BY-NC-4.0"',)},
    ),
    "the degree of a thesis in MODS": Case(
        of_titled(DEGREE), {"oai_dc": (">Thesis (Doctor of Philosophy, History)<",)},
    ),
    "other dates of MODS by their types": Case(
        of_titled("<originInfo><dateIssued>2012</dateIssued><dateOther type='embargo'>2014-05-01</dateOther>"
                  "<dateOther type='dateSubmitted'>2011</dateOther></originInfo>"),
        {"datacite": ('dateType="Available" dateInformation="Embargo ends">2014-05-01<', '"Submitted">2011<'),
         "dcterms": ("<dcterms:dateSubmitted>2011<",), "ddi": ("<depDate",)},
    ),
    "other relations of MODS by their types": Case(
        of_titled("<relatedItem otherType='isReferencedBy'><titleInfo><title>U</title></titleInfo></relatedItem>"),
        {"datacite": ('relationType="IsReferencedBy"><titles><title>U<',)},
    ),
    "words behind an ISBN of MODS": Case(
        of_titled("<identifier type='isbn'>978-3-16-148410-0 (pbk) : $9.95</identifier>"),
        {"oai_dc": (">978-3-16-148410-0<",), "datacite": ('"ISBN">978-3-16-148410-0<',)},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)
