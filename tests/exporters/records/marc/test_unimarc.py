"""Reading UNIMARC, as the libraries of France, Italy, Portugal and others give it out."""

from typing import Final

import pytest

from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.marc.unimarc_names import RELATORS
from mdwatch.exporters.records.relators import TERMS
from mdwatch.model import IntellectualEntity
from tests.exporters.cases import Case, two_tests
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import entity, marc

BOOK: Final = "     cam0 22        450 "
TITLE: Final = field("200", "1 ", "aTitre")
SUDOC: Final = '<controlfield tag="003">http://www.sudoc.fr/012345678</controlfield>'
BNF: Final = '<controlfield tag="003">http://catalogue.bnf.fr/ark:/12148/cb422870849</controlfield>'


def unimarc(*fields: str, leader: str = BOOK) -> IntellectualEntity:
    """An IE of a UNIMARC record in marcXchange."""
    record = marc("".join(fields), leader).replace("http://www.loc.gov/MARC21/slim", "info:lc/xmlns/marcxchange-v2")
    return entity(None, ("marc", record))


def dated(codes: str) -> str:
    """100 with type and years."""
    return field("100", "  ", f"a20101006{codes:9}m  y0frey50      ba")


ROWS: Final[dict[str, Case]] = {
    "title and who is responsible": Case(
        unimarc(field("200", "1 ", "aDes manuels", "bTexte imprimé", "econcevoir", "fA. B.", "gill. C. D.")),
        {"oai_dc": (">Des manuels: concevoir<", ">A. B. ; ill. C. D.<"),
         "mods": ("<title>Des manuels</title><subTitle>concevoir<", "statement of responsibility")},
    ),
    "parallel title and parts": Case(
        unimarc(field("200", "1 ", "aCarte", "dMappa", "efoglio", "hTome 2", "iNord")),
        {"mods": ("<title>Carte", '<titleInfo type="translated"><title>Mappa'), "oai_dc": ("Tome 2, Nord", "-foglio")},
    ),
    "an article before a vowel": Case(
        unimarc(field("200", "1 ", "aL' omelia sul Levitico")), {"oai_dc": (">L'omelia sul Levitico<",)},
    ),
    "nothing coded is told": Case(
        unimarc(dated("d2009    "), TITLE, field("101", "0 ", "afre"), field("102", "  ", "aBE")),
        {"oai_dc": (">2009<", ">fre<", "-y0frey50", "-<dc:creator>"), "datacite": (":unav<",
                                                                                   ">2009</publicationYear>")},
    ),
    "publisher and printer": Case(
        unimarc(dated("d2009    "), TITLE,
                field("210", "  ", "aBruxelles", "cDe Boeck", "dDL 2009", "e53-Mayenne", "gImpr. Floch")),
        {"oai_dc": (">De Boeck<", ">Impr. Floch (manufacturer)<", ">2009<", ">DL 2009<"),
         "datacite": ("<publisher>De Boeck",)},
    ),
    "statements by their function": Case(
        unimarc(TITLE, field("214", " 3", "a91-Massy", "cPPO graphic"), field("214", " 0", "aBruxelles", "cDargaud"),
                field("214", " 4", "d2005")),
        {"datacite": ("<publisher>Dargaud", 'dateType="Copyrighted">2005'),
         "oai_dc": (">PPO graphic (manufacturer)<",)},
    ),
    "names": Case(
        unimarc(TITLE, field("700", " 1", "aGerard", "bFrançois-Marie", "f1952-....", "4070"),
                field("701", " 1", "aRoegiers", "bXavier", "cdocteur"), field("702", " 1", "aGeorget", "bY.", "4440"),
                field("710", "02", "aUniversité", "bFaculté", "4295"), field("712", "12", "aCongrès", "d7", "f1991",
                                                                             "eParis")),
        {"oai_dc": ("<dc:creator>Gerard, François-Marie, 1952-<", "<dc:creator>Roegiers, Xavier, docteur<",
                    "<dc:contributor>Georget, Y. (illustrator)<",
                    "<dc:contributor>Université. Faculté (degree granting institution)<",
                    "<dc:contributor>Congrès (7 : 1991 : Paris)<"),
         "datacite": ("<givenName>François-Marie</givenName><familyName>Gerard<",)},
    ),
    "names in authority files": Case(
        unimarc(BNF, TITLE, field("700", " 1", "311893402", "aBourdieu", "bPierre", "4070"),
                field("701", " 1", "oISNI0000000121385892", "aGerard", "bF.", "4070")),
        {"datacite": ("https://data.bnf.fr/ark:/12148/cb118934022<", "https://isni.org/isni/0000000121385892<")},
    ),
    "names of Sudoc": Case(
        unimarc(SUDOC, TITLE, field("700", " 1", "3027234568", "aBourdieu", "bPierre", "4070")),
        {"datacite": ('nameIdentifierScheme="IdRef" schemeURI="https://www.idref.fr/">https://www.idref.fr/027234568<',)},
    ),
    "subjects": Case(
        unimarc(SUDOC, TITLE, field("606", "  ", "3027234568", "aManuels", "3027234569", "xÉdition", "2rameau"),
                field("606", "  ", "3027234567", "aPlatonisme", "2rameau"), field("607", "  ", "aRome", "z1900-1945"),
                field("600", " 1", "aPlotin", "f0205?-0270", "2rameau"), field("610", "0 ", "aécole"),
                field("601", "02", "aFrance", "bArmée"), field("605", "  ", "aBible", "iA.T."),
                field("608", "  ", "aActes de congrès", "2rameau"), field("676", "  ", "a371.32", "v22")),
        {
            "oai_dc": ("<dc:subject>Manuels--Édition<", ">Platonisme<", "<dc:coverage>Rome<", ">1900-1945<",
                       "<dc:subject>Plotin, 0205?-0270<", "<dc:subject>école<", "<dc:subject>France. Armée<",
                       "<dc:subject>Bible A.T.<", "<dc:type>Actes de congrès<", "<dc:subject>371.32<"),
            "mods": ('<subject authority="rameau"><topic>Manuels</topic><topic>Édition<',
                     'authority="rameau" valueURI="https://www.idref.fr/027234567"><topic>Platonisme<',
                     '<classification authority="ddc">371.32<'),
        },
    ),
    "extent, edition, numbers": Case(
        unimarc(TITLE, field("010", "  ", "a978-2-8041-3053-4", "bbr."), field("205", "  ", "a2e éd.", "frevue par X"),
                field("215", "  ", "a1 vol. (422 p.)", "cill.", "d24 cm")),
        {"datacite": ('="ISBN">978-2-8041-3053-4<', ">2e éd. / revue par X<", ">1 vol. (422 p.) : ill. ; 24 cm<")},
    ),
    "a series, told twice": Case(
        unimarc(TITLE, field("225", "0 ", "aPédagogies", "v5"), field("410", " 0", "034287117", "tPédagogies",
                                                                      "x1371-1598", "v5")),
        {"oai_dc": ("<dc:relation>Pédagogies, 5; 1371-1598<",), "ddi": ("<serName>Pédagogies",)},
    ),
    "an article and its host": Case(
        unimarc(dated("k1992    "), TITLE, field("463", "  ", "0039584445", "tOrpheus", "x0030-5790",
                                                 "v13, 1992, p. 52-76"),
                leader="     caa2 22        450 "),
        {"oai_dc": ("<dc:type>article<", "Orpheus, 13, 1992, p. 52-76; 0030-5790"), "datacite": ('"IsPartOf"',
                                                                                                 ">1992<")},
    ),
    "a link with fields in it": Case(
        unimarc(TITLE, field("461", " 1", "1001FRBNF1", "12001 ", "aThorgal", "v36", "1011  ", "a0030-5790")),
        {"oai_dc": ("<dc:relation>Thorgal, 36; 0030-5790<",)},
    ),
    "the pieces of a set": Case(
        unimarc(TITLE, field("463", " 1", "tTome 1"), leader="     cam1 22        450 "),
        {"dcterms": ("<dcterms:hasPart>Tome 1<",)},
    ),
    "notes": Case(
        unimarc(TITLE, field("300", "  ", "aIndex"), field("327", "1 ", "aUn", "aDeux"), field("330", "  ", "aRésumé."),
                field("328", " 0", "bThèse de doctorat", "cPhysique", "eParis 7", "d1999"),
                field("333", "  ", "aEnfants"), field("326", "  ", "aMensuel")),
        {"dcterms": ("<dc:description>Index<", "<dcterms:tableOfContents>Un -- Deux<", "<dcterms:abstract>Résumé.<",
                     "<dc:description>Thèse de doctorat : Physique : Paris 7 : 1999<", "<dcterms:audience>Enfants<"),
         "datacite": ('resourceTypeGeneral="Dissertation"',), "mods": ("<frequency>Mensuel<",)},
    ),
    "a title in two scripts": Case(
        unimarc(field("101", "0 ", "arus"), field("200", "1 ", "601", "7ba", "aVojna", "fL. Tolstoj"),
                field("200", "1 ", "601", "7ca", "aВойна", "fЛ. Толстой")),
        {"mods": ('altRepGroup="01"><title>Vojna<', 'xml:lang="ru-Cyrl" altRepGroup="01"><title>Война<')},
    ),
    "a serial": Case(
        unimarc(dated("a19809999"), field("110", "  ", "aaua   0xx0"), TITLE, field("011", "  ", "a0030-5790"),
                leader="     cas0 22        450 "),
        {"schema_org": ('"@type": "Periodical"', '"datePublished": "1980'), "mods": ("<genre>periodical<",)},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)


@pytest.mark.parametrize(("kind", "told"), [
    ("d2009    ", ("2009", "")), ("b19802004", ("1980", "2004")), ("f19001920", ("1900", "1920")),
    ("d19      ", ("1900", "1999")), ("d199X    ", ("1990", "1999")), ("g19992003", ("1999", "2003")),
    ("e20051897", ("2005", "")), ("j20050314", ("2005-03-14", "")), ("u         ", None), ("|", None),
])  # fmt: skip
def test_the_coded_dates(kind: str, told: tuple[str, str] | None) -> None:
    dates = describe(unimarc(dated(kind), TITLE)).dates
    assert [(date.text, date.end) for date in dates][:1] == ([told] if told else [])


def test_a_record_of_marc21_stays_one() -> None:
    ie = entity(None, ("marc", marc(field("245", "00", "aT") + field("200", "  ", "aLocal"))))
    assert [title.text for title in describe(ie).titles] == ["T"]


def test_all_relators_are_those_of_marc21() -> None:
    assert {entry.split()[1] for line in RELATORS.split("\n") if line for entry in line.split("|")} <= TERMS.keys()
