"""Reading MARC records."""

import pytest

from mdwatch.errors import Rejected
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Identifier,
    Name,
    NameKind,
    PartOfHost,
    Place,
    PlaceKind,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.marc import reader
from mdwatch.exporters.records.marc.fields import trim
from tests.exporters.samples import MARC, marc


def field(tag: str, indicators: str, *subfields: str) -> str:
    """A field; each subfield begins with its code."""
    inner = "".join(f'<subfield code="{text[0]}">{text[1:]}</subfield>' for text in subfields)
    return f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">{inner}</datafield>'


def coded(date: str, language: str = "   ") -> str:
    """Field 008 with type and dates (9 characters) and language."""
    return f'<controlfield tag="008">150116{date}nz a   sbm    000 0 {language} d</controlfield>'


CASES: dict[str, tuple[str, Description]] = {
    "title, subtitle, responsibility": (
        field("245", "14", "aThe title :", "bsub /", "cby me."),
        Description(titles=(Title("The title"), Title("sub", TitleKind.SUBTITLE)), responsibilities=(Text("by me"),)),
    ),
    "a parallel title": (
        field("245", "10", "aA =", "bB"),
        Description(titles=(Title("A"), Title("B", TitleKind.TRANSLATED))),
    ),
    "parts of a work": (
        field("245", "10", "aA.", "nPart 2,", "pB /"),
        Description(titles=(Title("A. Part 2, B"),)),
    ),
    "other titles": (
        field("246", "31", "aP") + field("246", "3 ", "aV") + field("242", "10", "aTitle.", "yeng"),
        Description(
            titles=(
                Title("P", TitleKind.TRANSLATED),
                Title("V", TitleKind.ALTERNATIVE),
                Title("Title", TitleKind.TRANSLATED, "eng"),
            )
        ),
    ),
    "names": (
        field("100", "1 ", "aDoe, Jane,", "d1950-", "eauthor.", "0(orcid)https://orcid.org/1", "uVUW")
        + field("700", "1 ", "aRoe, R.", "4ill")
        + field("700", "1 ", "aPoe, P.,", "ephotographer")
        + field("710", "2 ", "aBody.", "bUnit.")
        + field("711", "2 ", "aMeeting", "d(1999)")
        + field("700", "3 ", "aFam"),
        Description(
            names=(
                Name(
                    "Doe, Jane, 1950-",
                    True,
                    ("author",),
                    NameKind.PERSONAL,
                    "https://orcid.org/1",
                    ("VUW",),
                    "Jane",
                    "Doe",
                    "1950-",
                ),
                Name("Roe, R.", False, ("ill",), NameKind.PERSONAL, given="R.", family="Roe"),
                Name("Poe, P.", True, ("photographer",), NameKind.PERSONAL, given="P.", family="Poe"),
                Name("Body. Unit", False, kind=NameKind.CORPORATE),
                Name("Meeting (1999)", False, kind=NameKind.CONFERENCE),
                Name("Fam", False, kind=NameKind.FAMILY),
            )
        ),
    ),
    "a work of someone's": (
        field("700", "12", "aDoe, J.", "tPoems."),
        Description(related=(Related("hasPart", "Doe, J. Poems"),)),
    ),
    "publication": (
        field("250", "  ", "a2nd ed.")
        + field("264", " 1", "aWellington :", "b[s.n.],", "c[2011]")
        + field("264", " 4", "c©2010")
        + field("264", " 3", "aNowhere"),
        Description(
            editions=(Text("2nd ed."),),
            places_published=(Text("Wellington"),),
            dates=(Date("2011", DateKind.ISSUED, qualifier="inferred"), Date("©2010", DateKind.COPYRIGHTED)),
        ),
    ),
    "a coded date and language": (
        coded("s2011    ", "eng"),
        Description(languages=(Text("eng"),), dates=(Date("2011", DateKind.ISSUED),)),
    ),
    "a coded span": (coded("m19901995"), Description(dates=(Date("1990", DateKind.ISSUED, "1995"),))),
    "a serial that goes on": (coded("c19909999"), Description(dates=(Date("1990", DateKind.ISSUED),))),
    "publication and copyright": (
        coded("t19911990"),
        Description(dates=(Date("1991", DateKind.ISSUED), Date("1990", DateKind.COPYRIGHTED))),
    ),
    "a year of which the century is known": (
        coded("s19uu    ", "und"),
        Description(dates=(Date("1900", DateKind.ISSUED, "1999"),)),
    ),
    "an unknown year": (coded("suuuu    ", "und"), Description()),
    "fields before positions": (
        coded("s2011    ", "eng") + field("260", "  ", "cc2010.") + field("041", "1 ", "aengmao", "hfre"),
        Description(languages=(Text("eng"), Text("mao")), dates=(Date("c2010", DateKind.ISSUED),)),
    ),
    "form": (
        field("300", "  ", "axvi, 3 p. :", "bill. ;", "c30 cm.") + field("338", "  ", "avolume", "2rdacarrier"),
        Description(extents=(Text("xvi, 3 p. : ill. ; 30 cm."),), formats=(Text("volume"),)),
    ),
    "texts keep their full stops": (
        field("500", "  ", "aA note.")
        + field("505", "0 ", "aOne -- Two.")
        + field("520", "  ", "aAbout.")
        + field("521", "  ", "aAll.")
        + field("561", "  ", "aBought.")
        + field("588", "  ", "aInternal."),
        Description(
            notes=(Text("A note."),),
            contents=(Text("One -- Two."),),
            abstracts=(Text("About."),),
            audiences=(Text("All."),),
            provenances=(Text("Bought."),),
        ),
    ),
    "subjects": (
        field("650", " 0", "aCats", "xFood", "y1960-", "zPeru.")
        + field("650", " 7", "aCats.", "2fast", "0http://f/1")
        + field("600", "10", "aDoe, J.,", "d1950-")
        + field("630", "00", "aBible.")
        + field("653", "  ", "aa", "ab")
        + field("656", " 7", "aCooks.", "2lcsh")
        + field("082", "04", "a025.1", "222")
        + field("655", " 7", "aPoems.", "2x"),
        Description(
            subjects=(
                Subject(
                    "Cats--Food--1960---Peru",
                    scheme="lcsh",
                    parts=(("topic", "Cats"), ("topic", "Food"), ("temporal", "1960-"), ("geographic", "Peru")),
                ),
                Subject("Cats", scheme="fast", uri="http://f/1"),
                Subject("Doe, J., 1950-", SubjectKind.NAME, "lcsh"),
                Subject("Bible", SubjectKind.TITLE, "lcsh"),
                Subject("a"),
                Subject("b"),
                Subject("Cooks", SubjectKind.OCCUPATION, "lcsh"),
                Subject("025.1", SubjectKind.CLASSIFICATION, "ddc"),
            ),
            periods=(Text("1960-"),),
            genres=(Text("Poems"),),
            genre_terms=(Subject("Poems", SubjectKind.GENRE, "x"),),
        ),
    ),
    "places and times": (
        field("651", " 0", "aPeru", "xHistory")
        + field("752", "  ", "aNZ", "dWellington")
        + field("648", " 7", "a1914-1918", "2fast")
        + field("034", "1 ", "aa", "dW080", "eW070", "fN50", "gN40"),
        Description(
            places=(Place("Peru", scheme="lcsh"), Place("NZ--Wellington"), Place("W080--W070/N50--N40", PlaceKind.BOX)),
            subjects=(Subject("Peru--History", scheme="lcsh", parts=(("geographic", "Peru"), ("topic", "History"))),),
            periods=(Text("1914-1918"),),
        ),
    ),
    "a map's statement": (
        field("255", "  ", "aScale 1:5 ;", "c(W 80--W 70/N 50--N 40)."),
        Description(places=(Place("(W 80--W 70/N 50--N 40)", PlaceKind.BOX),), scales=(Text("Scale 1:5"),)),
    ),
    "numbers": (
        field("020", "  ", "a0123456789 (pbk.) :", "c$5")
        + field("022", "  ", "a0028-0836")
        + field("024", "7 ", "a10.1/2", "2doi")
        + field("035", "  ", "a(OCoLC)123")
        + field("035", "  ", "a(Local)9")
        + field("856", "40", "uhttp://x.org/1", "qtext/html"),
        Description(
            identifiers=(
                Identifier("0123456789", "isbn"),
                Identifier("0028-0836", "issn"),
                Identifier("10.1/2", "doi"),
                Identifier("123", "oclc"),
                Identifier("http://x.org/1", "uri"),
            ),
            formats=(Text("text/html"),),
        ),
    ),
    "related works": (
        field("773", "0 ", "tJournal.", "gVol. 3", "x0028-0836")
        + field("780", "00", "tOld")
        + field("776", "08", "w(Local)9")
        + field("490", "1 ", "aS ;", "v1")
        + field("830", " 0", "aSeries.", "pSub ;", "v1.")
        + field("856", "42", "uhttp://x.org/2", "3Map"),
        Description(
            related=(
                Related("isPartOf", "Journal", (Identifier("0028-0836", "issn"),), "Vol. 3", place=PartOfHost("3")),
                Related("replaces", "Old"),
                Related("isPartOf", "Series. Sub", (), "1", series=True),
                Related("relation", "Map", (Identifier("http://x.org/2", "uri"),)),
            )
        ),
    ),
    "a series that is not traced": (
        field("490", "0 ", "aS ;", "v1"),
        Description(related=(Related("isPartOf", "S", part="1", series=True),)),
    ),
    "rights": (
        field("506", "  ", "aClosed.")
        + field("540", "  ", "aFree", "uhttp://l.org/1")
        + field("542", "  ", "dMe", "f© Me"),
        Description(
            rights=(
                Rights("Closed", RightsKind.ACCESS),
                Rights("Free", RightsKind.LICENSE, "http://l.org/1"),
                Rights("Me", RightsKind.HOLDER),
                Rights("© Me"),
            )
        ),
    ),
    "local and broken fields": (
        field("957", "  ", "ax") + "<datafield/><controlfield/>" + field("245", "  "),
        Description(),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_reading(case: str) -> None:
    fields, expected = CASES[case]
    assert reader.read(marc(fields, leader="")) == expected


@pytest.mark.parametrize(
    ("leader", "types"),
    [
        ("00000nam a2200000 a 4500", ["text"]),
        ("00000ngm a2200000 a 4500", ["moving image"]),
        ("00000npc a2200000 a 4500", ["mixed material", "collection"]),
        ("00000nxx a2200000 a 4500", []),
        ("", []),
    ],
)
def test_type_of_resource(leader: str, types: list[str]) -> None:
    assert [text.text for text in reader.read(marc("", leader)).types] == types


@pytest.mark.parametrize(
    "content", ["<record/>", "<record><title>x</title></record>", "<broken", f'<collection xmlns="{MARC}"/>']
)
def test_what_is_not_marc_is_rejected(content: str) -> None:
    with pytest.raises(Rejected):
        reader.read(content)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title /", "Title"),
        ("Chawner, Brenda.", "Chawner, Brenda"),
        ("Doe, J.", "Doe, J."),
        ("T. J. Edmonds Ltd.", "T. J. Edmonds Ltd."),
        ("Wellington, N.Z. :", "Wellington, N.Z."),
        ("Thesis (Ph.D.)", "Thesis (Ph.D.)"),
        ("2011.", "2011"),
        ("Journal of ice.", "Journal of ice"),
        ("Wang, Li.", "Wang, Li"),
        ("王力.", "王力"),
        ("力.", "力"),
        ("2nd rev. ed.", "2nd rev. ed."),
        ("Ice Co.", "Ice Co."),
        ("Wh.D.", "Wh.D."),
        ("Really?", "Really?"),
        ("1950-", "1950-"),
        (" /", ""),
    ],
)
def test_trimming(text: str, expected: str) -> None:
    assert trim(text) == expected
