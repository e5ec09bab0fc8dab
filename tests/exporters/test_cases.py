"""What each format must hold of a record, and what it must not: a case for each thing that was once lost or changed.

By the published mappings: MARC 21 to MODS 3.7, MODS to Dublin Core and MARC to Dublin Core (Library of Congress), the
DDI Alliance's table of Dublin Core elements, DataCite 4.5, schema.org as Google reads it for data sets. Every document
is held against its schema too.
"""

from typing import Final

import pytest
from lxml import etree

from tests.exporters.cases import (
    EXPORTERS,
    Case,
    of_dc,
    of_marc,
    of_mods,
    of_titled,
    positions,
    published,
    schema,
    title,
    two_tests,
)
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import dc, entity, marc, mods

DATED: Final = "sets its own date"

SCRIPT: Final = of_marc(
    positions("s2011", language="rus"),
    field("110", "2 ", "6880-01", "aAkademiia nauk.", "bInstitut."),
    field("245", "10", "6880-02", "aIstoriia :", "bocherki /", "cred. Ivanov."),
    field("246", "3 ", "6880-03", "aOcherki istorii"),
    field("250", "  ", "6880-04", "aIzd. 2-e."),
    field("260", "  ", "6880-05", "aMoskva :", "bNauka,", "c2011."),
    field("490", "0 ", "6880-06", "aSeriia ;", "v5"),
    field("650", " 0", "6880-07", "aIstoriia"),
    field("651", " 0", "6880-08", "aRossiia"),
    field("700", "1 ", "6880-09", "aIvanov, Ivan,", "eeditor."),
    field("880", "2 ", "6110-01/(N", "aАкадемия наук.", "bИнститут."),
    field("880", "10", "6245-02/(N", "aИстория :", "bочерки /", "cред. Иванов."),
    field("880", "3 ", "6246-03/(N", "aОчерки истории"),
    field("880", "  ", "6250-04/(N", "aИзд. 2-е."),
    field("880", "  ", "6260-05/(N", "aМосква :", "bНаука,", "c2011."),
    field("880", "0 ", "6490-06/(N", "aСерия ;", "v5"),
    field("880", " 0", "6650-07/(N", "aИстория"),
    field("880", " 0", "6651-08/(N", "aРоссия"),
    field("880", "1 ", "6700-09/(N", "aИванов, Иван,", "eeditor."),
    field("880", "  ", "6500-00/(N", "aПримечание."),
)

CASES: Final[dict[str, Case]] = {
    # Original script
    "MARC 880: both forms of one": Case(
        SCRIPT,
        {
            "oai_dc": (
                "<dc:title>Istoriia: ocherki</dc:title>",
                'xml:lang="ru-Cyrl">История: очерки</dc:title>',
                "<dc:creator>Akademiia nauk. Institut (Академия наук. Институт)</dc:creator>",
                "<dc:contributor>Ivanov, Ivan (Иванов, Иван) (editor)</dc:contributor>",
                "<dc:publisher>Nauka (Наука)</dc:publisher>",
                "<dc:relation>Seriia (Серия), 5</dc:relation>",
                ">История</dc:subject>",
                "Россия</dc:coverage>",
                "Примечание.",
            ),
            "datacite": (
                ">Akademiia nauk. Institut (Академия наук. Институт)</creatorName>",
                '<title titleType="AlternativeTitle" xml:lang="ru-Cyrl">История: очерки</title>',
                "<publisher>Nauka (Наука)</publisher>",
                "<titles><title>Seriia (Серия)</title></titles>",
                "<version>Izd. 2-e. (Изд. 2-е.)</version>",
                "-</creator><creator>",
            ),
            "mods": (
                "<namePart>Akademiia nauk. Institut</namePart>",
                '<namePart xml:lang="ru-Cyrl">Академия наук. Институт</namePart>',
                '<publisher xml:lang="ru-Cyrl">Наука</publisher>',
                '<placeTerm type="text" xml:lang="ru-Cyrl">Москва</placeTerm>',
                '<edition xml:lang="ru-Cyrl">Изд. 2-е.</edition>',
                '<title xml:lang="ru-Cyrl">Серия</title>',
                '<titleInfo xml:lang="ru-Cyrl" altRepGroup="',
                '<titleInfo type="alternative" xml:lang="ru-Cyrl" altRepGroup=',
            ),
            "schema_org": (
                '"alternateName": "Академия наук. Институт"',
                '"publisher": {"@type": "Organization", "name": "Nauka", "alternateName": "Наука"}',
            ),
            "ddi": (
                "<AuthEnty>Akademiia nauk. Institut (Академия наук. Институт)</AuthEnty>",
                "-Наука</producer><prod",
            ),
        },
    ),
    "MARC 880 without a romanised form": Case(
        of_marc(
            field("880", "1 ", "6100-00/$1", "a夏目漱石."), field("880", "10", "6245-00/$1", "aこころ /", "c夏目漱石.")
        ),
        {
            "oai_dc": ("<dc:title>こころ</dc:title>", "<dc:creator>夏目漱石</dc:creator>"),
            "datacite": ("<title>こころ</title>",),
        },
    ),
    "MARC 880 whose link leads nowhere, and two for one": Case(
        of_marc(
            positions("s2000", language="ara"),
            field("100", "1 ", "6880-07", "aIbn Sina,", "d980-1037."),
            field("245", "10", "aShifa"),
            field("700", "1 ", "6880-02", "aTusi, Nasir", "eeditor."),
            field("880", "1 ", "6100-03/(3/r", "aابن سينا،", "d980-1037."),
            field("880", "10", "6245-00/(3/r", "aالشفاء"),
            field("880", "1 ", "6700-02/(3/r", "aطوسي، نصير", "eeditor."),
            field("880", "1 ", "6700-02/(N", "aТуси", "eeditor."),
        ),
        {
            "oai_dc": (
                "<dc:creator>Ibn Sina, 980-1037 (ابن سينا)</dc:creator>",
                "<dc:contributor>Tusi, Nasir (طوسي، نصير; Туси) (editor)</dc:contributor>",
                '<dc:title>Shifa</dc:title><dc:title xml:lang="ar-Arab">الشفاء</dc:title>',
            ),
            "datacite": (">Ibn Sina (ابن سينا)</creatorName>", "-</creator><creator>", "-</contributor><contributor "),
            "mods": ('<namePart xml:lang="ar-Cyrl">Туси</namePart>',),
        },
    ),
    "both forms where the descriptive record has one, or each by itself": Case(
        entity(
            dc(
                "<dc:title>T</dc:title><dc:creator>Natsume, Soseki</dc:creator><dc:creator>夏目漱石</dc:creator>"
                "<dc:creator>王力</dc:creator>"
            ),
            (
                "marc",
                marc(
                    field("100", "1 ", "6880-01", "aNatsume, Sōseki,", "d1867-1916.")
                    + field("700", "1 ", "6880-02", "aWang, Li,", "eauthor.")
                    + field("880", "1 ", "6100-01/$1", "a夏目漱石,", "d1867-1916.")
                    + field("880", "1 ", "6700-02/$1", "a王力,", "eauthor.")
                ),
            ),
        ),
        {
            "datacite": (
                '<creators><creator><creatorName nameType="Personal">Natsume, Soseki (夏目漱石)</creatorName>',
                ">王力 (Wang, Li)</creatorName>",
                "-Sōseki (",
                "->夏目漱石<",
                "->Wang, Li<",
            ),
        },
    ),
    "units of a body": Case(
        of_titled(
            "<name type='corporate'><namePart>University of X.</namePart><namePart>Library</namePart>"
            "<role><roleTerm>contributor</roleTerm></role></name>"
        ),
        {"oai_dc": ("<dc:contributor>University of X. Library</dc:contributor>",)},
    ),
    "MARC 880 of Japanese and Korean": Case(
        of_marc(
            positions("s2011", language="jpn"),
            field("245", "10", "6880-01", "aKokoro"),
            field("880", "10", "6245-01/$1", "aこころ"),
        ),
        {"mods": ('xml:lang="ja-Jpan"',), "oai_dc": ('<dc:title xml:lang="ja-Jpan">こころ</dc:title>',)},
    ),
    "MODS altRepGroup": Case(
        of_mods(
            "<titleInfo altRepGroup='1'><title>Shan shui ji</title></titleInfo>"
            "<titleInfo altRepGroup='1' lang='chi' script='Hant'><title>山水集</title></titleInfo>"
            "<name altRepGroup='2' type='personal'><namePart>Wang, Li</namePart>"
            "<role><roleTerm>author</roleTerm></role>"
            "</name><name altRepGroup='2' lang='chi' type='personal'><namePart>王力</namePart><role><roleTerm>author"
            "</roleTerm></role></name><originInfo altRepGroup='3'><publisher>Minzu</publisher><dateIssued>1999"
            "</dateIssued></originInfo><originInfo altRepGroup='3' script='Hant'><publisher>民族</publisher>"
            "<dateIssued>"
            "1999</dateIssued></originInfo><subject altRepGroup='4'><topic>Shan</topic></subject>"
            "<subject altRepGroup='4'><topic>山</topic></subject>"
        ),
        {
            "oai_dc": (
                "<dc:title>Shan shui ji</dc:title>",
                '<dc:title xml:lang="zh-Hant">山水集</dc:title>',
                "<dc:creator>Wang, Li (王力)</dc:creator>",
                "<dc:publisher>Minzu (民族)</dc:publisher>",
                ">Shan</dc:subject>",
                ">山</dc:subject>",
            ),
            "datacite": ("-</creator><creator>", "-Distributor", "Wang, Li (王力)</creatorName>"),
            "schema_org": ('"alternateName": "王力"',),
        },
    ),
    # MARC read whole
    "MARC without a namespace, in a collection": Case(
        entity(
            None,
            (
                "MARC",
                (
                    "<collection><record><leader>00000nam a2200000 a 4500</leader>"
                    '<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Of Alma</subfield></datafield></record>'
                    "</collection>"
                ),
            ),
        ),
        {"oai_dc": ("<dc:title>Of Alma</dc:title>",), "datacite": ("<title>Of Alma</title>",)},
    ),
    "MARC with a prefix": Case(
        entity(
            None,
            (
                "marc",
                (
                    '<m:record xmlns:m="http://www.loc.gov/MARC21/slim"><m:leader/>'
                    '<m:datafield tag="245" ind1="0" ind2="0">'
                    '<m:subfield code="a">Prefixed</m:subfield></m:datafield></m:record>'
                ),
            ),
        ),
        {"oai_dc": ("<dc:title>Prefixed</dc:title>",)},
    ),
    "marcXchange": Case(
        entity(
            None,
            (
                "marc",
                (
                    '<record xmlns="info:lc/xmlns/marcxchange-v1"><leader/><datafield tag="245" ind1="0" ind2="0">'
                    '<subfield code="a">Exchanged</subfield></datafield></record>'
                ),
            ),
        ),
        {"oai_dc": ("<dc:title>Exchanged</dc:title>",)},
    ),
    "brackets that enclose the whole only": Case(
        of_marc(
            title(),
            field("264", " 1", "aOxford [England] ;", "a[Leiden] :", "b[Brill] [u.a.],", "c[2020]"),
        ),
        {
            "mods": (
                ">Oxford [England]</placeTerm>",
                ">Leiden</placeTerm>",
                ">[Brill] [u.a.]</publisher>",
                '<dateIssued encoding="w3cdtf" qualifier="inferred">2020</dateIssued>',
            ),
            "datacite": ("<publicationYear>2020<",),
        },
    ),
    "nobody known as publisher": Case(
        of_marc(
            title(),
            field(
                "264",
                " 1",
                "a[Place of publication not identified] :",
                "b[publisher not identified],",
                "c[date of publication not identified]",
            ),
        ),
        {"oai_dc": ("-not identified",), "datacite": ("<publisher>INS01</publisher>", "-not identified")},
    ),
    "parts behind a subtitle and behind a parallel title": Case(
        of_marc(field("245", "00", "aActa :", "bstudies.", "nPars 3,", "pBotanica =", "bActs : studies /", "cA. B.")),
        {
            "oai_dc": ("<dc:title>Acta. Pars 3, Botanica: studies</dc:title>", "<dc:title>Acts : studies</dc:title>"),
            "mods": (
                "<title>Acta. Pars 3, Botanica</title><subTitle>studies</subTitle>",
                '<titleInfo type="translated"><title>Acts : studies</title>',
                '<note type="statement of responsibility">A. B.</note>',
            ),
        },
    ),
    "title proper first": Case(
        of_marc(
            field("210", "0 ", "aJ. ice"),
            field("240", "10", "aOpera.", "lGerman"),
            field("245", "10", "aIce"),
            field("246", "3 ", "aEis"),
        ),
        {
            "oai_dc": ("<dc:title>Ice</dc:title><dc:title>J. ice</dc:title><dc:title>Opera. German</dc:title>",),
            "mods": (
                "<titleInfo><title>Ice</title></titleInfo>",
                '<titleInfo type="uniform"><title>Opera. German</title>',
                '<titleInfo type="abbreviated"><title>J. ice</title>',
            ),
            "datacite": ("<titles><title>Ice</title>",),
        },
    ),
    "marks for sorting": Case(
        of_marc(
            field("245", "10", "a\u0098Das\u009c Eis"),
            field("246", "3 ", "a&lt;&lt;The>> ice"),
            field("500", "  ", "aX\u0089y"),
        ),
        {
            "oai_dc": ("<dc:title>Das Eis</dc:title>", "<dc:title>The ice</dc:title>", "Xy", "-\u0098", "-\u009c"),
            "mods": ("-\u0098", "-\u0089"),
        },
    ),
    "marks for sorting in MODS and Dublin Core": Case(
        entity(
            dc("<dc:title>\u0098Das\u009c Eis</dc:title>"),
            ("mods", mods("<titleInfo><title>\u0098Das\u009c Eis</title></titleInfo>")),
        ),
        {"oai_dc": (">Das Eis<",), "mods": (">Das Eis<",), "datacite": ("-\u0098",), "ddi": ("-\u0098",)},
    ),
    "a series by its own indicator": Case(
        of_marc(
            title(),
            field("490", "1 ", "aOn the piece ;", "v1"),
            field("490", "0 ", "aNot traced ;", "v2"),
            field("830", " 0", "aTraced ;", "v1."),
        ),
        {"oai_dc": ("Not traced, 2", "Traced, 1", "-On the piece")},
    ),
    "authorities in all forms": Case(
        of_marc(
            title(),
            field("100", "1 ", "aA, B", "0(DE-588)118540238"),
            field("700", "1 ", "aC, D", "0(uri) http://id.loc.gov/authorities/names/n1"),
            field("700", "1 ", "aE, F", "0(orcid)0000-0002-1825-0097"),
            field("700", "1 ", "aG, H", "0https://viaf.org/viaf/search?query=cql.any+all+G"),
            field("700", "1 ", "aI, J", "0(DLC)n  79021164"),
            field("650", " 7", "aIce", "2fast", "0(OCoLC)fst00966684"),
            field("650", " 0", "aSnow", "0(DLC)sh 85123613"),
        ),
        {
            "datacite": (
                ">https://d-nb.info/gnd/118540238</nameIdentifier>",
                '"GND"',
                ">http://id.loc.gov/authorities/names/n1</nameIdentifier>",
                ">https://orcid.org/0000-0002-1825-0097</nameIdentifier>",
                "-search?query",
                ">http://id.loc.gov/authorities/names/n79021164<",
                'valueURI="http://id.worldcat.org/fast/966684"',
                'valueURI="http://id.loc.gov/authorities/subjects/sh85123613"',
            ),
        },
    ),
    "a role by its address": Case(
        of_marc(title(), field("700", "1 ", "aA, B", "4http://id.loc.gov/vocabulary/relators/edt")),
        {
            "datacite": ('contributorType="Editor"',),
            "oai_dc": ("<dc:contributor>A, B (editor)</dc:contributor>",),
            "mods": (">edt</roleTerm>",),
            "ddi": ('<othId type="personal" role="editor">',),
        },
    ),
    "a role by its code": Case(
        of_marc(title(), field("700", "1 ", "aA, B", "4edt"), field("700", "1 ", "aC, D", "4xyz")),
        {
            "mods": ('type="code" authority="marcrelator">edt</roleTerm>', 'type="code">xyz</roleTerm>'),
            "ddi": ('role="editor">A, B<', 'role="xyz">C, D<'),
        },
    ),
    "class numbers of Dublin Core": Case(
        of_dc('<dc:title>T</dc:title><dc:subject xsi:type="dcterms:DDC">551.3</dc:subject>'),
        {
            "mods": ('<classification authority="ddc">551.3</classification>', "-<topic>"),
            "ddi": ("551.3</topcClas>", "-keyword"),
        },
    ),
    "kinds of resource": Case(
        of_marc(positions("s2001", at={26: "a"}), title("Counts"), leader="00000nmm a2200000 a 4500"),
        {"datacite": ('resourceTypeGeneral="Dataset"',), "schema_org": ('"@type": "Dataset"',)},
    ),
    "a data set by its content type": Case(
        of_marc(title("Counts"), field("336", "  ", "acomputer dataset", "bcod", "2rdacontent"), leader=""),
        {"datacite": ('resourceTypeGeneral="Dataset"',)},
    ),
    "a serial": Case(
        of_marc(
            positions("c19809999", at={21: "p"}),
            title("Annals"),
            field("310", "  ", "aMonthly"),
            field("362", "0 ", "aVol. 1 (1980)-"),
            leader="00000nas a2200000 a 4500",
        ),
        {
            "datacite": ('resourceTypeGeneral="Journal"', "<publicationYear>1980<"),
            "mods": ("<frequency>Monthly</frequency>", "Vol. 1 (1980)-"),
        },
    ),
    "a part of a collection is none": Case(
        of_marc(title(), leader="00000nad a2200000 a 4500"), {"datacite": ("-Collection",), "mods": ("-collection=",)}
    ),
    "a collection": Case(
        of_marc(title(), leader="00000npc a2200000 a 4500"), {"datacite": ('resourceTypeGeneral="Collection"',)}
    ),
    "numbers of classes, publishers and governments": Case(
        of_marc(
            title(),
            field("028", "00", "a3413", "bColumbia"),
            field("050", "00", "aGB2403", "b.D64 2011"),
            field("086", "0 ", "aI 19.76:2011"),
            field("541", "1 ", "cGift;", "aJane Doe;", "d2001."),
            field("541", "0 ", "aSecret donor"),
            field("852", "  ", "aPolar Library"),
        ),
        {
            "mods": (
                '<identifier type="issue number">Columbia 3413</identifier>',
                '<classification authority="lcc">GB2403 .D64 2011</classification>',
                '<classification authority="sudocs">I 19.76:2011</classification>',
                "Gift; Jane Doe; 2001.",
                "-Secret donor",
                "<physicalLocation>Polar Library</physicalLocation>",
            ),
            "datacite": ("HostingInstitution",),
        },
    ),
    # Dates
    "words beside the code": Case(
        of_titled(
            "<originInfo><dateCreated>cast in spring 1901, again 1907</dateCreated>"
            "<dateCreated encoding='w3cdtf' point='start'>1901</dateCreated>"
            "<dateCreated encoding='w3cdtf' point='end'>1907</dateCreated></originInfo>"
        ),
        {
            "oai_dc": ("<dc:date>1901/1907</dc:date>", "<dc:date>cast in spring 1901, again 1907</dc:date>"),
            "datacite": ('dateInformation="cast in spring 1901, again 1907">1901/1907</date>',),
            "ddi": ("cast in spring 1901, again 1907",),
        },
    ),
    "how certain a date is": Case(
        of_titled(
            "<originInfo>"
            "<dateIssued encoding='w3cdtf' qualifier='questionable'>1901</dateIssued>"
            "<dateCreated encoding='w3cdtf' qualifier='inferred'>1899</dateCreated></originInfo>"
        ),
        {
            "datacite": ('dateInformation="questionable">1901<', 'dateInformation="inferred">1899<'),
            "oai_dc": ("<dc:date>1901?</dc:date>", "<dc:date>1901</dc:date>"),
        },
    ),
    "a date that is none in the encoding it claims": Case(
        of_titled("<originInfo><dateIssued encoding='w3cdtf'>ca. 1915</dateIssued></originInfo>"),
        {"datacite": ('dateInformation="ca. 1915">1915<',), "oai_dc": ("<dc:date>ca. 1915</dc:date>",)},
    ),
    "the more exact of two encodings": Case(
        of_titled(
            "<originInfo><dateIssued encoding='marc'>2003</dateIssued>"
            "<dateIssued encoding='iso8601'>2003-04-05</dateIssued></originInfo>"
        ),
        {"oai_dc": ("<dc:date>2003-04-05</dc:date>", "-<dc:date>2003</dc:date>")},
    ),
    "a season": Case(
        of_titled("<originInfo><dateIssued encoding='edtf'>2003-21</dateIssued></originInfo>"),
        {"datacite": ('dateInformation="spring 2003">2003<', "<publicationYear>2003<")},
    ),
    "before our era": Case(
        of_titled("<originInfo><dateCreated>ca. 300-250 B.C.</dateCreated></originInfo>"),
        {
            "datacite": ('dateInformation="ca. 300-250 B.C.">-0299/-0249<', "<publicationYear>0000<"),
            "schema_org": ('"dateCreated": "-0299/-0249"',),
        },
    ),
    "a year of three digits": Case(
        of_dc("<dc:title>T</dc:title><dcterms:created>A.D. 850</dcterms:created>"),
        {"datacite": ('dateInformation="A.D. 850">0850<', "<publicationYear>0850<")},
    ),
    "a span in EDTF": Case(
        of_dc("<dc:title>T</dc:title><dc:date>1984-06?/2004~</dc:date>"),
        {"datacite": (">1984-06/2004<", "<publicationYear>1984<")},
    ),
    "an open span in EDTF": Case(
        of_dc("<dc:title>T</dc:title><dcterms:issued>1984/..</dcterms:issued>"),
        {"datacite": (">1984/<",), "schema_org": ('"datePublished": "1984"',)},
    ),
    "an other date and one to be shown": Case(
        of_titled(
            "<originInfo><displayDate>mid-1920s</displayDate>"
            "<dateCreated encoding='edtf'>1925~</dateCreated><dateOther type='restored'>1988</dateOther></originInfo>"
        ),
        {
            "datacite": ("<publicationYear>1925<", "restored", "mid-1920s"),
            "oai_dc": ("<dc:date>mid-1920s</dc:date>",),
            "schema_org": ("-1988",),
        },
    ),
    "an event that is no publication": Case(
        of_titled(
            "<originInfo eventType='distribution'><publisher>Seller</publisher>"
            "</originInfo><originInfo eventType='publication'><publisher>Press</publisher><dateIssued>1989</dateIssued>"
            "</originInfo><originInfo eventType='production'><dateIssued>1985</dateIssued></originInfo>"
        ),
        {
            "datacite": ("<publisher>Press<", 'contributorType="Distributor"', "<publicationYear>1989<"),
            "oai_dc": ("<dc:publisher>Press</dc:publisher>", "-<dc:publisher>Seller"),
        },
    ),
    "an embargo": Case(
        of_dc(
            "<dc:title>T</dc:title><dc:date>2019-05</dc:date><dc:date>info:eu-repo/date/embargoEnd/2035-12-31</dc:date>"
        ),
        {
            "datacite": (
                "<publicationYear>2019<",
                '<date dateType="Available" dateInformation="Embargo ends">2035-12-31<',
            ),
            "schema_org": ('"datePublished": "2019-05"', "-2035"),
        },
    ),
    "an upload": Case(
        of_dc(
            "<dc:title>T</dc:title><dcterms:available>2012-06-07T17:24:40Z</dcterms:available>"
            "<dc:date>2012-06-07T17:24:40Z</dc:date><dc:date>1975-03</dc:date>"
        ),
        {"datacite": ("<publicationYear>1975<",), "schema_org": ('"datePublished": "1975-03"',)},
    ),
    "makers of copies are no publishers": Case(
        of_marc(positions("s1912"), title(), published("1920", second="3")),
        {"datacite": ("<publicationYear>1912<", "-<publisher>Press"), "oai_dc": ("Press (manufacturer)",)},
    ),
    # Agents
    "two roles of one": Case(
        of_marc(title(), field("700", "1 ", "aA, B,", "eeditor."), field("700", "1 ", "aA, B,", "eillustrator.")),
        {
            "oai_dc": ("<dc:contributor>A, B (editor, illustrator)</dc:contributor>",),
            "datacite": ("-</contributor><contributor",),
            "schema_org": ('"roleName": ["editor", "illustrator"]',),
        },
    ),
    "people and bodies by their names": Case(
        of_dc(
            "<dc:title>T</dc:title><dc:creator>Roe, Richard</dc:creator><dc:creator>Polar Institute</dc:creator>"
            "<dc:creator>Church, Frederic Edwin</dc:creator><dc:creator>Plato</dc:creator>"
        ),
        {
            "schema_org": (
                '{"@type": "Person", "name": "Roe, Richard"}',
                '{"@type": "Organization", "name": "Polar Institute"}',
                '{"@type": "Person", "name": "Church, Frederic Edwin"}',
                '{"name": "Plato"}',
            )
        },
    ),
    "a name without its life": Case(
        of_titled(
            "<name type='personal'><namePart>Roe, Richard,</namePart>"
            "<namePart type='date'>1850-1900</namePart><role><roleTerm>author</roleTerm></role></name>"
        ),
        {
            "datacite": (">Roe, Richard</creatorName><givenName>Richard</givenName><familyName>Roe</familyName>",),
            "oai_dc": ("<dc:creator>Roe, Richard, 1850-1900</dc:creator>",),
        },
    ),
    "father and son": Case(
        entity(
            dc("<dc:title>T</dc:title><dc:creator>Roe, Richard</dc:creator>"),
            (
                "marc",
                marc(
                    field("100", "1 ", "aRoe, Richard,", "d1850-1900.")
                    + field("700", "1 ", "aRoe, Richard,", "d1880-1950,", "eauthor.")
                    + field("700", "1 ", "aRoe, Richard,", "cJr.,", "eauthor.")
                ),
            ),
        ),
        {
            "schema_org": (
                '"name": "Roe, Richard", ',
                '"name": "Roe, Richard, 1880-1950"',
                '"name": "Roe, Richard, Jr."',
                '-"name": "Roe, Richard, 1850-1900"',
            ),
        },
    ),
    "who holds the rights": Case(
        of_titled(
            "<name><namePart>Heirs of Roe</namePart><role>"
            "<roleTerm type='code' authority='marcrelator'>cph</roleTerm></role></name>"
        ),
        {
            "dcterms": ("<dcterms:rightsHolder>Heirs of Roe</dcterms:rightsHolder>", "-contributor"),
            "oai_dc": ("<dc:rights>Heirs of Roe</dc:rights>",),
            "datacite": ('contributorType="RightsHolder"',),
            "schema_org": ('"copyrightHolder"',),
            "ddi": ("<copyright>Heirs of Roe</copyright>",),
        },
    ),
    # Subjects and places
    "a heading with its subdivisions": Case(
        of_marc(
            title(),
            field("650", " 0", "aIce", "xMelting", "zPeru", "y20th century", "vMaps.", "0(DLC)sh85063955"),
            field("651", " 7", "aPeru", "xClimate.", "2gnd", "0(DE-588)4045312-9"),
            field("655", " 7", "aAtlases.", "2lcgft", "0http://id.loc.gov/authorities/genreForms/gf2011026058"),
        ),
        {
            "oai_dc": (
                "<dc:subject>Ice--Melting--Peru--20th century--Maps</dc:subject>",
                "<dc:coverage>Peru</dc:coverage>",
                "<dc:coverage>20th century</dc:coverage>",
                "<dc:type>Atlases</dc:type>",
            ),
            "mods": (
                (
                    '<subject authority="lcsh" valueURI="http://id.loc.gov/authorities/subjects/sh85063955"><topic>Ice</topic>'
                    "<topic>Melting</topic><geographic>Peru</geographic><temporal>20th century</temporal>"
                    "<genre>Maps</genre>"
                ),
                (
                    '<subject authority="gnd" valueURI="https://d-nb.info/gnd/4045312-9"><geographic>Peru</geographic>'
                    "<topic>Climate</topic>"
                ),
                '<genre authority="lcgft" valueURI="http://id.loc.gov/authorities/genreForms/gf2011026058">Atlases</genre>',
            ),
            "datacite": ('valueURI="https://d-nb.info/gnd/4045312-9">Peru--Climate</subject>',),
        },
    ),
    "a heading of MODS keeps its address": Case(
        of_titled(
            "<subject authority='lcsh' valueURI='http://id.loc.gov/authorities/"
            "subjects/sh1'><topic>Ice</topic><geographic>Peru</geographic><genre>Maps</genre></subject>"
        ),
        {
            "datacite": (
                'valueURI="http://id.loc.gov/authorities/subjects/sh1">Ice--Peru--Maps</subject>',
                "<geoLocationPlace>Peru</geoLocationPlace>",
            ),
        },
    ),
    "a place keeps its address": Case(
        of_titled(
            "<subject authority='tgn' valueURI='http://vocab.getty.edu/tgn/7013445'><geographic>Boston</geographic></subject>"
        ),
        {
            "datacite": (
                'valueURI="http://vocab.getty.edu/tgn/7013445">Boston</subject>',
                "<geoLocationPlace>Boston</geoLocationPlace>",
            ),
            "schema_org": ('"@id": "http://vocab.getty.edu/tgn/7013445", "name": "Boston"',),
        },
    ),
    "codes of places": Case(
        of_titled(
            "<subject><geographicCode authority='marcgac'>n-us-tn</geographicCode>"
            "</subject><subject><geographicCode authority='marccountry'>nz</geographicCode></subject>"
            "<subject><geographicCode authority='iso3166'>FJ</geographicCode></subject>"
        ),
        {
            "oai_dc": (">Tennessee<", ">New Zealand<", ">Fiji<"),
            "datacite": (">Tennessee</geoLocationPlace>",),
            "schema_org": ('"name": "New Zealand"',),
            "ddi": ('<nation abbr="FJ">Fiji</nation>', "Tennessee</geogCover>"),
        },
    ),
    "a code for the place of publication": Case(
        of_titled(
            "<originInfo><place><placeTerm type='code' authority='marccountry'>nz</placeTerm></place></originInfo>"
        ),
        {"ddi": ("<prodPlac>New Zealand</prodPlac>",), "schema_org": ('"name": "New Zealand"',)},
    ),
    "codes of places in MARC": Case(
        of_marc(title(), field("043", "  ", "ae-uk-en", "af-ke---", "as-xx---")),
        {
            "oai_dc": (">England<", ">Kenya<"),
            "mods": ('<geographicCode authority="marcgac">e-uk-en</geographicCode>',),
        },
    ),
    "edges of a map": Case(
        of_marc(title(), field("034", "1 ", "aa", "b50000", "dW0013000", "eE0004530", "fN0513000", "gS0001500")),
        {
            "datacite": (
                "<westBoundLongitude>-1.5<",
                "<eastBoundLongitude>0.758<",
                "<southBoundLatitude>-0.25<",
                "<northBoundLatitude>51.5<",
            ),
            "schema_org": ('"box": "-0.25 -1.5 51.5 0.758"',),
            "ddi": ("<westBL>-1.5</westBL>",),
            "dcterms": ('<dcterms:spatial xsi:type="dcterms:Box">northlimit=51.5; eastlimit=0.758;',),
        },
    ),
    "edges of a map in words": Case(
        of_marc(title(), field("255", "  ", "aScale 1:50,000", "c(W 1°30ʹ--E 0°45ʹ30ʺ/N 51°30ʹ--S 0°15ʹ).")),
        {"datacite": ("<eastBoundLongitude>0.758<",), "oai_dc": ("Scale 1:50,000",)},
    ),
    "terms by their addresses": Case(
        of_dc(
            "<dc:title>T</dc:title><dc:subject>http://id.loc.gov/authorities/subjects/sh85063955</dc:subject>"
            "<dcterms:spatial>http://sws.geonames.org/3936456/</dcterms:spatial>"
        ),
        {
            "datacite": ('valueURI="http://id.loc.gov/authorities/subjects/sh85063955"',),
            "schema_org": ('"@id": "http://sws.geonames.org/3936456/"',),
        },
    ),
    "DCSV in plain Dublin Core": Case(
        of_dc(
            "<dc:title>T</dc:title><dc:coverage>northlimit=5; southlimit=2; eastlimit=9; westlimit=4</dc:coverage>"
            "<dc:coverage>east=148.3; north=-36.4; name=Mt Kosciusko</dc:coverage>"
            "<dc:coverage>start=1914; end=1918; name=The Great War</dc:coverage>"
        ),
        {
            "datacite": (
                "<northBoundLatitude>5<",
                "<geoLocationPlace>Mt Kosciusko</geoLocationPlace><geoLocationPoint>",
                "<pointLatitude>-36.4<",
                '"Coverage: The Great War">1914/1918</date>',
            ),
            "schema_org": (
                '"temporalCoverage": ["1914/1918", "The Great War"]',
                '"name": "Mt Kosciusko", "geo"',
                '"latitude": -36.4',
            ),
            "ddi": ('<timePrd date="1914" event="start">1914</timePrd>',),
            "mods": (
                "<geographic>Mt Kosciusko</geographic>",
                "<temporal>The Great War</temporal>",
                '<temporal encoding="iso8601" point="end">1918</temporal>',
            ),
        },
    ),
    "a span as a coverage and as a date": Case(
        of_dc("<dc:title>T</dc:title><dc:date>1939 - 1945</dc:date><dc:coverage>1939-1945</dc:coverage>"),
        {
            "datacite": (">1939/1945</date>", 'dateInformation="Coverage">1939/1945<'),
            "schema_org": ('"datePublished": "1939/1945"', '"temporalCoverage": "1939/1945"'),
            "ddi": (">1939/1945</prodDate>", 'event="end">1945</timePrd>'),
        },
    ),
    # Languages
    "languages run together, and none": Case(
        of_marc(
            positions("s2001", language="zxx"),
            title(),
            field("041", "0 ", "aengfre", "anob", "aund"),
            field("546", "  ", "aIn English and French."),
        ),
        {
            "schema_org": ('"inLanguage": ["en", "fr", "nb"]',),
            "datacite": ("<language>en</language>",),
            "oai_dc": ("In English and French.", "-und", "-zxx"),
        },
    ),
    "no language in Dublin Core": Case(
        of_dc("<dc:title>T</dc:title><dc:language>zxx</dc:language><dc:language>und</dc:language>"),
        {
            "oai_dc": ("-dc:language",),
            "schema_org": ("-inLanguage",),
            "ddi": ("-dc:language",),
            "mods": ("-language>",),
        },
    ),
    "a language with its script": Case(
        of_titled(
            "<language><languageTerm type='code'>srp</languageTerm>"
            "<scriptTerm type='code' authority='iso15924'>Latn</scriptTerm></language>"
        ),
        {"schema_org": ('"inLanguage": "sr-Latn"',), "datacite": ("<language>sr-Latn</language>",)},
    ),
    "one text in two languages": Case(
        of_dc(
            '<dc:title xml:lang="de">Radio</dc:title><dc:title xml:lang="nb_NO">Radio</dc:title>'
            "<dc:title>Radio</dc:title>"
            '<dc:subject xml:lang="de">Film</dc:subject><dc:subject xml:lang="fr">Film</dc:subject>'
        ),
        {
            "oai_dc": (
                '<dc:title xml:lang="de">Radio</dc:title><dc:title xml:lang="nb-NO">Radio</dc:title>',
                "-<dc:title>Radio",
            ),
            "datacite": (
                '<title xml:lang="de">Radio</title><title xml:lang="nb-NO">Radio</title>',
                '<subject xml:lang="de">Film</subject><subject xml:lang="fr">Film</subject>',
            ),
            "ddi": ('<titl xml:lang="de">Radio</titl><altTitl xml:lang="nb-NO">Radio</altTitl>',),
        },
    ),
}

# The statement of 264 $c, type and years in 008, and the year; then the date and what is told of it.
DATES: Final = (
    ("1999", "s1999", "1999", "1999", ""),
    ("[1999]", "s1999", "1999", "1999", "inferred"),
    ("c1999.", "s1999", "1999", "1999", "c1999"),
    ("2546 [2003]", "s2003", "2003", "2003", "2546 [2003]"),
    ("2546", "s2003", "2003", "2003", "2546"),
    ("1422", "s2001", "2001", "2001", "1422"),
    ("5763", "s2003", "2003", "2003", "5763"),
    ("民國92 [2003]", "s2003", "2003", "2003", "民國92 [2003]"),
    ("昭和50", "s1975", "1975", "1975", "昭和50"),
    ("Anno MDCXLVIII", "s1648", "1648", "1648", "Anno MDCXLVIII"),
    ("im Jahr der Revolution", "s1848", "1848", "1848", "im Jahr der Revolution"),
    ("[18--?]", "q18001899", "1800", "1800/1899", "[18--?]"),
    ("[196-?]", "q19601969", "1960", "1960/1969", "[196-?]"),
    ("[between 1920 and 1925]", "q19201925", "1920", "1920/1925", "[between 1920 and 1925]"),
    ("1990-1992.", "m19901992", "1990", "1990/1992", ""),
    ("1990-", "c19909999", "1990", "1990", "1990-"),
    ("1999 [i.e. 2000]", "s2000", "2000", "2000", "1999 [i.e. 2000]"),
    ("[n.d.]", "s191u", "1910", "1910/1919", ""),
    ("2003, c2002", "t20032002", "2003", "2003", "2003, c2002"),
    ("1987", "s1978", "1987", "1987", ""),
    ("May 17, 2019", "e20190517", "2019", "2019-05-17", "May 17, 2019"),
)

# 008/06, the two dates, and what DataCite has of them.
CODED: Final[tuple[tuple[str, str, list[str]], ...]] = (
    ("b", "        ", []),
    ("n", "uuuuuuuu", []),
    ("s", "1999    ", ["1999"]),
    ("s", "199u    ", ["1990/1999"]),
    ("s", "1uuu    ", ["1000/1999"]),
    ("c", "19809999", ["1980"]),
    ("d", "19801995", ["1980/1995"]),
    ("d", "198u199u", ["1980/1999"]),
    ("e", "20190517", ["2019-05-17"]),
    ("e", "201905  ", ["2019-05"]),
    ("i", "17651770", ["1765/1770"]),
    ("k", "17651770", ["1765/1770"]),
    ("m", "19901995", ["1990/1995"]),
    ("p", "20051999", ["2005", "1999"]),
    ("q", "19601969", ["1960/1969"]),
    ("r", "19911955", ["1991", "1955"]),
    ("t", "19911990", ["1991", "1990"]),
    ("u", "1948uuuu", ["1948"]),
    ("|", "||||||||", []),
)


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(CASES)


@pytest.mark.parametrize(("statement", "coded", "year", "date", "information"), DATES, ids=[row[0] for row in DATES])
def test_a_statement_and_its_code(statement: str, coded: str, year: str, date: str, information: str) -> None:
    ie = of_marc(positions(coded), title(), published(statement))
    root = etree.fromstring(EXPORTERS["datacite"].export(ie))
    [told] = [found for found in root.iter("{*}date") if found.get("dateType") == "Issued"]
    assert root.findtext("{*}publicationYear") == year
    assert told.text == date
    assert information in (told.get("dateInformation") or "")
    assert f'"datePublished": "{date}"' in EXPORTERS["schema_org"].export(ie).decode()
    schema("datacite")(root)
    schema("mods")(etree.fromstring(EXPORTERS["mods"].export(ie)))


@pytest.mark.parametrize(("kind", "years", "dates"), CODED, ids=[row[0] + row[1] for row in CODED])
def test_the_coded_dates(kind: str, years: str, dates: list[str]) -> None:
    root = etree.fromstring(EXPORTERS["datacite"].export(of_marc(positions(kind + years), title())))
    assert [date.text for date in root.iter("{*}date")] == dates
