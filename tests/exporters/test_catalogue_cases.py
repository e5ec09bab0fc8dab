"""Records as catalogues of several countries write them, and what each format must hold of them: a row a loss.

A row is the record of an IE, and for each format texts that its document holds; one after a `-` it does not hold. By
"MARC 21 Format for Bibliographic Data", its mappings to MODS and Dublin Core (Library of Congress) and the field
description of the German National Library.
"""

from typing import Final

from tests.exporters.cases import Case, of_marc, of_mods, of_titled, positions, published, title, two_tests
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import dc, entity, mods

BARE: Final = "00000nam a2200000 c 4500"
ARCHIVE: Final = "00000npca 2200000 a 4500"
_GND: Final = "0(DE-588)4005728-8"

ROWS: Final[dict[str, Case]] = {
    "MODS made of MARC with its punctuation": Case(
        of_mods(
            "<titleInfo><title>Mosses of Java :</title><subTitle>a flora /</subTitle></titleInfo><titleInfo "
            "type='alternative'><title>And/or</title></titleInfo><originInfo><place><placeTerm type='text'>Leiden :"
            "</placeTerm></place><publisher>Roe Co.,</publisher><dateIssued>1900-1922.</dateIssued><dateIssued "
            "point='start' encoding='marc'>1900</dateIssued><dateIssued point='end' encoding='marc'>1922</dateIssued>"
            "</originInfo>"),
        {"oai_dc": ("<dc:title>Mosses of Java: a flora<", "<dc:title>And/or<", "<dc:publisher>Roe Co.<",
                    "<dc:date>1900/1922<", "-1900-1922"),
         "datacite": ("<title>Mosses of Java<", ">a flora<"), "ddi": ("<prodPlac>Leiden<",)},
    ),
    "a title of a type that MODS does not list": Case(
        of_mods("<titleInfo otherType='cover'><title>On the cover</title></titleInfo><titleInfo><title>T</title>"
                "</titleInfo>"),
        {"datacite": ('<titles><title>T</title><title titleType="AlternativeTitle">On the cover<',),
         "schema_org": ('"name": "T"',)},
    ),
    "a host in two scripts, with a shortened title": Case(
        of_titled("<relatedItem type='host'><titleInfo type='abbreviated'><title>Sobr.</title></titleInfo><titleInfo "
                  "altRepGroup='6'><title>Sobranie</title></titleInfo><titleInfo altRepGroup='6' lang='rus'><title>"
                  "Собрание</title></titleInfo></relatedItem>"),
        {"oai_dc": ("<dc:relation>Sobranie (Собрание)<",), "datacite": ("<title>Sobranie (Собрание)<",)},
    ),
    "numbers in a host that only their type tells": Case(
        of_titled("<relatedItem type='host'><titleInfo><title>H</title></titleInfo><part><detail type='volume'><number>"
                  "18</number></detail><detail type='issue'><number>2</number></detail><detail type='part'><number>A"
                  "</number></detail></part></relatedItem>"),
        {"oai_dc": (">H, vol. 18, no. 2, A<",)},
    ),
    "a place by its code and by its name": Case(
        of_marc(title(), field("043", "  ", "ae-no---", "ae-sw---"), field("651", " 0", "aNorway")),
        {"schema_org": ('[{"@type": "Place", "name": "Sweden"}, {"@type": "Place", "name": "Norway"}]',),
         "ddi": ("<geogCover>Sweden</geogCover><geogCover>Norway</geogCover>", "-Norway</geogCover><geogCover>")},
    ),
    "the language that is sung": Case(
        of_titled("<language objectPart='sung or spoken text'><languageTerm type='code'>fre</languageTerm></language>"
                  "<language objectPart='summary'><languageTerm type='code'>ger</languageTerm></language>"),
        {"oai_dc": ("<dc:language>fre<", "-ger<")},
    ),
    "a role with a capital": Case(
        of_titled("<name><namePart>Roe</namePart><role><roleTerm type='text'>Former owner</roleTerm></role></name>"),
        {"dcterms": ("<dc:contributor>Roe (former owner)<",)},
    ),
    "a full stop of the text where ISBD's marks are left out": Case(
        of_marc(field("245", "10", "aA", "bAufs."), field("300", "  ", "a93 S.", "bgraph. Darst.", "c23 cm"),
                leader=BARE),
        {"oai_dc": (">A: Aufs.<", ">93 S. : graph. Darst. ; 23 cm<"), "datacite": (">93 S. : graph. Darst. ; 23 cm<",)},
    ),
    "a full stop before another mark": Case(
        of_marc(title(), field("260", "  ", "aGreenwich, Conn. :", "bJAI Pr.,", "c1980.")),
        {"oai_dc": (">JAI Pr.<", ">1980<"), "ddi": ("Greenwich, Conn.",)},
    ),
    "an edition and who made it": Case(
        of_marc(title(), field("250", "  ", "a2. Aufl.", "bbearb. von X"), leader=BARE),
        {"datacite": (">2. Aufl. / bearb. von X<",)},
    ),
    "marks before what they lead to": Case(
        of_marc(field("245", "00", "aAnnual bulletin", "b= Bulletin annuel = Bjulleten'"), leader=BARE),
        {"oai_dc": (">Annual bulletin<", ">Bulletin annuel<", ">Bjulleten'<", "-: =")},
    ),
    "initials before dates of life": Case(
        of_marc(title(), field("100", "1 ", "aOsse, Jan W. M.", "d1935-"), leader=BARE),
        {"oai_dc": (">Osse, Jan W. M., 1935-<",), "datacite": (">Osse, Jan W. M.<",)},
    ),
    "years of life before our era": Case(
        of_marc(title(), field("100", "0 ", "aPindarus", "d522 v. Chr.-446 v. Chr."), leader=BARE),
        {"oai_dc": (">Pindarus, 522 v. Chr.-446 v. Chr.<",)},
    ),
    "words in brackets behind a name": Case(
        of_marc(title(), field("700", "1 ", "aBell, Sarah", "c(Pathologist),", "eeditor.")),
        {"oai_dc": (">Bell, Sarah (Pathologist) (editor)<",)},
    ),
    "a unit of a body": Case(
        of_marc(title(), field("110", "2 ", "aVereinte Nationen", "bWirtschaftskommission"), leader=BARE),
        {"oai_dc": (">Vereinte Nationen. Wirtschaftskommission<",)},
    ),
    "a meeting": Case(
        of_marc(title(), field("111", "2 ", "aCongress", "n7", "d1991", "cDen Haag"), leader=BARE),
        {"oai_dc": (">Congress (7 : 1991 : Den Haag)<",)},
    ),
    "a meeting in brackets": Case(
        of_marc(title(), field("111", "2 ", "aCongress", "n(7th :", "d1991 :", "cDen Haag)")),
        {"oai_dc": (">Congress (7th : 1991 : Den Haag)<",)},
    ),
    "roles by their codes": Case(
        of_marc(title(), field("700", "1 ", "aRoe, A.", "4aui"), field("710", "2 ", "aBody", "4isb"),
                field("700", "1 ", "aPoe, B.", "4oth")),
        {"oai_dc": (">Roe, A. (author of introduction, etc.)<", ">Body (issuing body)<", ">Poe, B.<")},
    ),
    "roles in another language beside their codes": Case(
        of_marc(title(), field("700", "1 ", "aRoe, A.", "eHerausgeberIn", "4edt")),
        {"oai_dc": (">Roe, A. (editor)<",), "datacite": ('contributorType="Editor"',), "schema_org": ('"editor": {',)},
    ),
    "roles of MODS in another language": Case(
        entity(None, ("mods", mods(
            "<titleInfo><title>T</title></titleInfo><name><namePart>Roe, A.</namePart><role><roleTerm type='text'>"
            "Herausgeber</roleTerm><roleTerm type='code' authority='marcrelator'>edt</roleTerm></role></name>"
        ))),
        {"datacite": ('contributorType="Editor"',)},
    ),
    "a role with its code in brackets": Case(
        of_marc(title(), field("700", "1 ", "aRoe, A.", "eEditor (edt)")),
        {"oai_dc": (">Roe, A. (editor)<",), "datacite": ('contributorType="Editor"',)},
    ),
    "no publisher, in German": Case(
        of_marc(title(), field("264", " 1", "a[Erscheinungsort nicht ermittelbar]", "b[Verlag nicht ermittelbar]")),
        {"oai_dc": ("-ermittelbar",), "datacite": ("<publisher>INS01", "-ermittelb"), "schema_org": ("-ermittelbar",)},
    ),
    "no publisher, in French": Case(
        of_marc(title(), field("264", " 1", "a[Lieu de publication non identifié]", "b[éditeur non identifié]")),
        {"datacite": ("<publisher>INS01", "-non identifi")},
    ),
    "no publisher in MODS and Dublin Core": Case(
        entity(dc("<dc:title>T</dc:title><dc:publisher>[s.n.]</dc:publisher>"), ("mods", mods(
            "<originInfo><place><placeTerm type='text'>[S.l.]</placeTerm></place><publisher>[s.n.]</publisher>"
            "</originInfo>"
        ))),
        {"datacite": ("<publisher>INS01", "-s.n."), "schema_org": ("-s.n.", "-S.l."), "ddi": ("-s.n.", "-S.l.")},
    ),
    "a DOI that is called a URN": Case(
        of_marc(title(), field("024", "7 ", "ahttps://doi.org/10.3390/agronomy11091854", "2urn")),
        {"datacite": ('<identifier identifierType="DOI">10.3390/agronomy11091854<',)},
    ),
    "an address that ends with a slash": Case(
        of_marc(title(), field("024", "7 ", "ahttps://x.org/dlf/1/", "2uri")),
        {"oai_dc": (">https://x.org/dlf/1/<",)},
    ),
    "the format of a table of contents": Case(
        of_marc(title(), field("856", "42", "qapplication/pdf", "uhttps://x.org/1.pdf", "3Inhaltsverzeichnis")),
        {"oai_dc": ("-application/pdf", "Inhaltsverzeichnis"), "schema_org": ("-encodingFormat",)},
    ),
    "the format of the work": Case(
        of_marc(title(), field("856", "40", "qapplication/pdf", "uhttps://x.org/1.pdf")),
        {"schema_org": ('"encodingFormat": "application/pdf"',)},
    ),
    "access by the standard terms": Case(
        of_marc(title(), field("506", "0 ", "aFree for all.", "fUnrestricted online access", "2star")),
        {"datacite": ('rightsURI="info:eu-repo/semantics/openAccess"', "c_abf2", ">Free for all. Unrestricted"),
         "schema_org": ('"isAccessibleForFree": true',), "oai_dc": (">info:eu-repo/semantics/openAccess<",)},
    ),
    "access to an address": Case(
        of_marc(title(), field("856", "40", "uhttps://x.org/1", "70"), field("856", "42", "uhttps://x.org/2", "71")),
        {"datacite": ("c_abf2", "-c_16ec"), "schema_org": ('"isAccessibleForFree": true',)},
    ),
    "a chain of subjects": Case(
        of_marc(title(),
                field("689", "00", "aWeerth, Georg", "d1822-1856", "tDie Armen", "Dp"),
                field("689", "01", "aWestfalen", "gMotiv", "Ds", _GND), field("689", "10", "aSenne", "Dg"),
                field("689", "11", "aGeschichte 1911-1952", "Az"), field("689", "12", "aOnline-Publikation", "Af"),
                field("689", "13", "aVereinte Nationen", "bRat", "Db"), field("689", "14", "aFaust", "Du"),
                field("689", "0 ", "5DE-61")),
        {
            "oai_dc": ("<dc:subject>Weerth, Georg, 1822-1856. Die Armen<", "<dc:subject>Westfalen (Motiv)<",
                       "<dc:coverage>Senne<", "<dc:coverage>Geschichte 1911-1952<", "<dc:type>Online-Publikation<",
                       "<dc:subject>Vereinte Nationen. Rat<", "<dc:subject>Faust<", "-DE-61"),
            "mods": ('authority="gnd" valueURI="https://d-nb.info/gnd/4005728-8"', "<geographic>Senne<", "<temporal>",
                     "<titleInfo><title>Faust<"),
        },
    ),
    "what an uncontrolled word is": Case(
        of_marc(title(), field("653", " 1", "aDoe, Jane"), field("653", " 4", "a1914"), field("653", " 5", "aRome"),
                field("653", " 6", "aAtlas"), field("653", " 0", "aIce")),
        {"mods": ("<name><namePart>Doe, Jane<", "<temporal>1914<", "<geographic>Rome<", "<genre>Atlas<",
                  "<topic>Ice<")},
    ),
    "an uncontrolled name of a person": Case(
        of_marc(title(), field("720", "1 ", "aJane Doe")), {"schema_org": ('"@type": "Person"',)},
    ),
    "when an archive was made": Case(
        of_marc(positions("i19002007"), field("245", "10", "aRecords,", "fcirca 1900-2007", "g1940-1991."),
                leader=ARCHIVE),
        {
            "mods": ('<dateCreated encoding="w3cdtf" point="start" qualifier="approximate">1900<', "-dateIssued",
                     "<dateCreated>circa 1900-2007<", "<dateCreated>bulk 1940-1991<"),
            "datacite": ('dateType="Created" dateInformation="approximate: circa 1900-2007">1900/2007<', "-Issued"),
            "schema_org": ('"dateCreated": "1900/2007"', "-datePublished"),
        },
    ),
    "a manuscript": Case(
        of_marc(positions("s1899    "), title(), leader="00000ntm a2200000 a 4500"),
        {"schema_org": ('"dateCreated": "1899"', "-datePublished")},
    ),
    "a manuscript that was published": Case(
        of_marc(positions("s1899    "), title(), published("1899."), leader="00000ntm a2200000 a 4500"),
        {"schema_org": ('"datePublished": "1899"',)},
    ),
    "a dissertation": Case(
        of_marc(title(), field("502", "  ", "bDissertation", "cUniversität Leipzig", "d1669")),
        {"oai_dc": (">Dissertation, Universität Leipzig, 1669<",)},
    ),
    "a dissertation in one text": Case(
        of_marc(title(), field("502", "  ", "aThesis (Ph. D.)--Univ., 1990.")),
        {"oai_dc": (">Thesis (Ph. D.)--Univ., 1990.<",)},
    ),
    "how it is to be cited": Case(
        of_marc(title(), field("524", "  ", "aPapers of Jane Doe, Library X.")),
        {"dcterms": ("<dcterms:bibliographicCitation>Papers of Jane Doe, Library X.<",),
         "mods": ('<note type="preferred citation">',), "ddi": ("<biblCit>Papers of Jane Doe",)},
    ),
    "notes of archives": Case(
        of_marc(title(), field("351", "  ", "bBy year."), field("535", "1 ", "aOriginals in Rome."),
                field("544", "  ", "dRelated papers."), field("555", "  ", "aAn index."),
                field("581", "  ", "aA book on them.")),
        {"oai_dc": ("<dc:description>By year.<", "<dc:description>Originals in Rome.<", ">Related papers.<",
                    ">An index.<", "<dc:relation>A book on them<")},
    ),
    "a role whose code is assigned no more": Case(
        of_marc(title(), field("700", "1 ", "aDoe, Jane", "4voc")),
        {"oai_dc": (">Doe, Jane (vocalist)<",)},
    ),
    "a subfield without a code": Case(
        of_marc(title(), field("656", " 7", "aWriter", "?X", "2local").replace('code="?"', 'code=""')),
        {"oai_dc": (">Writer<",), "mods": ('authority="local"',)},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)
