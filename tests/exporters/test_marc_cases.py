"""Fields of MARC that were read as something else or not at all, in every format: a row a loss.

A row is the record of an IE, and for each format texts that its document holds; one after a `-` it does not hold. By
"MARC 21 Format for Bibliographic Data", its mappings to MODS and Dublin Core, and what K10plus writes.
"""

from typing import Final

from tests.exporters.cases import Case, of_marc, positions, published, title, two_tests
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import entity, marc

BARE: Final = "00000nam a2200000 c 4500"
HOST: Final = ("tJournal of X", "x1234-5679")

ROWS: Final[dict[str, Case]] = {
    "roles as AACR2 cuts them": Case(
        of_marc(title(), field("700", "1 ", "aRoe, Jane,", "eed."), field("700", "1 ", "aPoe, Ann,", "ejoint author.")),
        {"oai_dc": (">Roe, Jane (editor)<", "<dc:creator>Poe, Ann<"), "datacite": ('contributorType="Editor"',),
         "mods": ('<roleTerm type="text">editor<',), "schema_org": ('"editor": {',)},
    ),
    "a parallel title behind the material": Case(
        of_marc(field("245", "10", "aRun Lola run", "h[videorecording] =", "bLola rennt /", "cTom Tykwer.")),
        {"oai_dc": ("<dc:title>Run Lola run<", "<dc:title>Lola rennt<"),
         "datacite": ('"TranslatedTitle">Lola rennt<',)},
    ),
    "marks before a subfield": Case(
        of_marc(title(), field("255", "  ", "aScale 1:63,360", "b ; transverse Mercator proj.")),
        {"mods": ("<projection>transverse Mercator proj",)},
    ),
    "codes and numbers of serials and reports": Case(
        of_marc(title(), field("030", "  ", "aNYTMAX"), field("037", "  ", "aPB-2001", "bNTIS"),
                field("088", "  ", "aNASA-RP-1124")),
        {"oai_dc": (">NYTMAX<", ">PB-2001<", ">NASA-RP-1124<"),
         "mods": ('type="coden">NYTMAX<', 'type="stock number">PB-2001<', 'type="report number">NASA-RP-1124<')},
    ),
    "form and audience": Case(
        of_marc(title(), field("380", "  ", "aMotion picture"), field("385", "  ", "aAdults", "2lcdgt"),
                leader="00000nam a2200000 i 4500"),
        {"oai_dc": ("<dc:type>Motion picture<",), "mods": ("<targetAudience>Adults<",)},
    ),
    "a place that had a part": Case(
        of_marc(title(), field("751", "  ", "aLondon", "4pup"), field("751", "  ", "aBerlin (Germany)"),
                field("751", "  ", "aHalle", "4uvp")),
        {"oai_dc": ("<dc:coverage>Berlin (Germany)<", "->London<", "->Halle<"), "mods": ('"text">London</placeTerm>',)},
    ),
    **{
        f"labelled in its host with the year {year}": Case(
            of_marc(title(), field("773", "08", *HOST, "gvolume:29", f"gyear:{year}")),
            {"datacite": (f"</titles>{told}<volume>29</volume>",)},
        )
        for year, told in (
            ("2019/2020", "<publicationYear>2019</publicationYear>"),
            ("1998-1999", "<publicationYear>1998</publicationYear>"),
            ("[2010]", "<publicationYear>2010</publicationYear>"),
            ("forthcoming", ""),
        )
    },
    "where in its host, as Anglo-American catalogues write it": Case(
        of_marc(title(), field("773", "0 ", *HOST, "gVol. 24, pt. B no. 9 (Sept. 1993), p. 235-48")),
        {"datacite": ("<publicationYear>1993</publicationYear><volume>24</volume><issue>9</issue>",
                      "<firstPage>235</firstPage><lastPage>248</lastPage>"),
         "oai_dc": ("Journal of X, Vol. 24, pt. B no. 9 (Sept. 1993), p. 235-48; 1234-5679",)},
    ),
    "where in its host, as German catalogues write it": Case(
        of_marc(title(), field("773", "08", *HOST, "g150(1991), 1, Seite 1-12")),
        {"datacite": ("<volume>150</volume><issue>1</issue><firstPage>1</firstPage><lastPage>12</lastPage>",)},
    ),
    "where in its host, with German words": Case(
        of_marc(title(), field("773", "08", *HOST, "gBd. 12 (1999), H. 3, S. 4-10")),
        {"datacite": ("<volume>12</volume><issue>3</issue><firstPage>4</firstPage><lastPage>10</lastPage>",)},
    ),
    "where in its host, in a field of its own": Case(
        of_marc(title(), field("773", "08", *HOST),
                field("773", "18", "gvolume:29", "gyear:2010", "gnumber:3", "gpages:12-34", "gextent:23")),
        {"datacite": ("<publicationYear>2010</publicationYear><volume>29</volume><issue>3</issue>",
                      "<firstPage>12</firstPage><lastPage>34</lastPage>"),
         "oai_dc": (">Journal of X, vol. 29, no. 3, 2010, p. 12-34; 1234-5679<", "-volume:")},
    ),
    "nothing that names a part": Case(
        of_marc(title(), field("773", "0 ", *HOST, "gApril 1999")),
        {"datacite": ('<number numberType="Other">April 1999<',)},
    ),
    "an article": Case(
        of_marc(title(), field("773", "0 ", *HOST), leader="00000naa a2200000 a 4500"),
        {"datacite": ('"JournalArticle"',), "schema_org": ('"ScholarlyArticle"',)},
    ),
    "a work of somebody that has a part, form and language": Case(
        of_marc(title(), field("700", "12", "aBach, J. S.,", "d1685-1750.", "tCantatas.", "kSelections.", "lEnglish.",
                               "f1970.")),
        {"oai_dc": (">Bach, J. S., 1685-1750. Cantatas. Selections. English. 1970<",)},
    ),
    "what notes are of": Case(
        of_marc(positions("s2000    "), title(), field("504", "  ", "aIncludes refs."),
                field("546", "  ", "aIn Latin."), field("586", "  ", "aA prize."),
                field("254", "  ", "aPartitur."), field("500", "  ", "aA note.")),
        {"mods": ('<note type="bibliography">Includes refs.<', '<note type="language">In Latin.<',
                  '<note type="awards">A prize.<', "<note>Partitur.<", "<note>A note.<"),
         "ddi": ('<notes type="bibliography">Includes refs.<', "<notes>A note.<")},
    ),
    "when most of an archive is of, in other words": Case(
        of_marc(field("245", "00", "aPapers,", "f1917-1950", "g(mostly 1930-1950)")),
        {"oai_dc": ("<dc:date>bulk 1930-1950<", "-mostly")},
    ),
    "a publisher that is not known, in English": Case(
        of_marc(title(), field("260", "  ", "an.p. :", "bn. pub.,", "c1893.")),
        {"oai_dc": ("-<dc:publisher>",), "ddi": ("-n. pub", "-n.p.")},
    ),
    "places with a topic between them": Case(
        of_marc(title(), field("651", " 0", "aFrance", "xRelations", "zSpain."),
                field("651", " 0", "aOhio", "zAkron.")),
        {"oai_dc": ("<dc:coverage>France<", "<dc:coverage>Spain<", "<dc:subject>France--Relations--Spain<",
                    "<dc:coverage>Ohio--Akron<", "-<dc:coverage>France--Spain")},
    ),
    "several call numbers in one field": Case(
        of_marc(title(), field("050", "00", "aDF1", "b.A5", "aNK4", "b.B6"),
                field("050", "00", "aQA1", "aQA2", "b.C7")),
        {"oai_dc": (">DF1 .A5<", ">NK4 .B6<", ">QA1<", ">QA2 .C7<", "-NK4 .A5")},
    ),
    "an extent that is not known yet": Case(
        of_marc(title(), field("300", "  ", "ap. cm.")), {"oai_dc": ("-<dc:format>",), "mods": ("-<extent>",)},
    ),
    "an extent of which only the height is known yet": Case(
        of_marc(title(), field("300", "  ", "apages ;", "c23 cm")), {"oai_dc": ("<dc:format>pages ; 23 cm<",)},
    ),
    "works without a title in common": Case(
        of_marc(field("245", "10", "aSonata /", "cA. Roe. The bell :", "ba legend / B. Poe.")),
        {"oai_dc": ("<dc:title>Sonata<", ">A. Roe. The bell : a legend / B. Poe<"),
         "mods": ("-<subTitle>", '<note type="statement of responsibility">A. Roe. The bell : a legend / B. Poe<')},
    ),
    "dates of life between angle brackets": Case(
        entity(None, ("unimarc", marc(field("200", "1 ", "aT") + field("700", " 1", "aRoe", "bAnn", "f&lt;1972- &gt;"),
                                      "00000nam0 2200000   450 "))),
        {"oai_dc": ("<dc:creator>Roe, Ann, 1972-<",)},
    ),
    "a year of copyright that is the one of publication": Case(
        of_marc(positions("s1983    "), title(), published("c1983.")),
        {"oai_dc": ("<dc:date>1983<", "-c1983"), "mods": ("<dateIssued>c1983<",)},
    ),
    "when a film was made and something was recorded": Case(
        of_marc(positions("p20151962"), title(), field("033", "00", "a19610512", "b6714"),
                field("033", "20", "a1960----", "a196102--"), published("[2015]")),
        {"mods": ('<dateIssued encoding="w3cdtf" qualifier="inferred">2015<', '<dateCreated encoding="w3cdtf">1962<',
                  '<dateCaptured encoding="w3cdtf">1961-05-12<', 'point="start">1960<', 'point="end">1961-02<'),
         "datacite": ("<publicationYear>2015<", '<date dateType="Created">1962<')},
    ),
    "dates of copyright and of the original, by 008": Case(
        of_marc(positions("t19901989"), title(), published("1990, c1989.")),
        {"mods": ('<copyrightDate encoding="w3cdtf">1989<',), "datacite": ("<publicationYear>1990<",)},
    ),
    "no date of 008 for the one that is stated": Case(
        of_marc(positions("s1990    "), title(), published("1992")), {"oai_dc": (">1992<", "-1990")},
    ),
    "dates of creation, change and validity that 046 tells": Case(
        of_marc(title(), field("046", "  ", "k1962", "l1964", "j1970", "m1971", "n1971"), published("2015")),
        {"dcterms": ("<dcterms:created>1962/1964<", "<dcterms:modified>1970<", "<dcterms:valid>1971<")},
    ),
    "the year of a printer, in brackets": Case(
        of_marc(title(), field("260", "  ", "aWien :", "bSteiner,", "c1814", "e(Prag :", "fHaase,", "g1815)")),
        {"mods": ('type="manufacture">1815<',), "oai_dc": ("<dc:date>1815<", "-1815)")},
    ),
    "how long it lasts, and how often it came out before": Case(
        of_marc(title(), field("306", "  ", "a020600", "a------"), field("321", "  ", "aQuarterly,", "b1906-1943")),
        {"dcterms": ("<dcterms:extent>02:06:00<", "-----"), "mods": ("<frequency>Quarterly, 1906-1943<",)},
    ),
    "what it is made of": Case(
        of_marc(title(), field("340", "  ", "aparchment", "b30 x 20 cm", "dhandwritten")),
        {"dcterms": ("<dcterms:medium>parchment<", "<dcterms:medium>handwritten<"), "mods": ("<form>parchment<",)},
    ),
    "the collection of a keeper": Case(
        of_marc(title(), field("852", "  ", "aLeiden University Library", "bBodel Nijenhuis", "jPort 123"),
                field("852", "  ", "bstacks"), field("852", "  ", "aMiU", "bBUHR"), field("852", "  ", "aE", "b150")),
        {"mods": ("<physicalLocation>Leiden University Library, Bodel Nijenhuis<", "-stacks", "-BUHR", "-150"),
         "datacite": (">Leiden University Library, Bodel Nijenhuis<",)},
    ),
    "numbers of a report and a series in a linking entry": Case(
        of_marc(title(), field("787", "08", "tFish data", "rTR-3", "yNYTMAX")),
        {"mods": ('<identifier type="coden">NYTMAX<', '<identifier type="report number">TR-3<')},
    ),
    "all of a uniform title that a work is about": Case(
        of_marc(title(), field("630", "00", "aBible.", "pGenesis.", "lGreek", "xVersions."),
                field("600", "00", "aHomer.", "tIliad.", "pBook 1", "vCommentaries.")),
        {"oai_dc": ("<dc:subject>Bible. Genesis. Greek--Versions<", "<dc:subject>Homer. Iliad. Book 1--Commentaries<"),
         "mods": ("<namePart>Homer</namePart></name><titleInfo><title>Iliad. Book 1<",)},
    ),
    "a series in two languages": Case(
        of_marc(title(), field("490", "0 ", "aSub-series A ;", "v1 =", "aSous-série A ;", "v1", "x1234-5679")),
        {"oai_dc": (">Sub-series A = Sous-série A, 1; 1234-5679<",)},
    ),
    "the status and date of a copyright": Case(
        of_marc(title(), field("542", "  ", "dRoe", "g2014", "lin copyright"), published("2015")),
        {"mods": ('<copyrightDate encoding="w3cdtf">2014<', ">in copyright<"), "datacite": ("<publicationYear>2015<",)},
    ),
    "where in its host, in words that tell less than labels": Case(
        of_marc(title(), field("773", "18", "gvolume:31", "gyear:2018", "gnumber:4", "gpages:1-9"),
                field("773", "08", *HOST, "g31(2018), Apr., Seite 1-9")),
        {"datacite": ("<volume>31</volume><issue>4</issue>",), "oai_dc": (">Journal of X, 31(2018), Apr., Seite 1-9",)},
    ),
    "an issue and its month": Case(
        of_marc(title(), field("773", "08", *HOST, "g31(2018), 4 vom: Apr., Seite 1-9")),
        {"datacite": ("<volume>31</volume><issue>4</issue>",)},
    ),
    "years before our era, by 046": Case(
        of_marc(positions("b        "), title(), field("046", "  ", "ab", "b447", "d438")),
        {"mods": ('<dateIssued encoding="edtf" point="start">-0446<',), "datacite": ('"Issued">-0446/-0437<',)},
    ),
    "a character reference at the end, and a shortened word": Case(
        of_marc(field("245", "10", "aA &amp;lt;i&amp;gt; ;"), field("245", "10", "aR&amp;D;"),
                field("255", "  ", "aScale 1:9 ;", "bMercator proj.")),
        {"oai_dc": ("<dc:title>A &amp;lt;i&amp;gt;<", ">R&amp;D<"), "mods": ("<projection>Mercator proj.<",)},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)
