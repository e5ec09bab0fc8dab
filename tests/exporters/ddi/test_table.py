from collections import Counter
from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

import pytest
from lxml import etree

from mdwatch.exporters.ddi.selectors import OTHER_RELATIONS, RELATIONS, Work
from mdwatch.exporters.ddi.table import TABLE, branches
from mdwatch.exporters.ddi.writer import NAMESPACE, document
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Grant,
    Identifier,
    Name,
    NameKind,
    NoteType,
    Parallel,
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
from tests.exporters import samples

XML = "{http://www.w3.org/XML/1998/namespace}"
PREFIXES = {NAMESPACE: "", "http://purl.org/dc/elements/1.1/": "dc:", "http://purl.org/dc/terms/": "dcterms:"}


@pytest.fixture(scope="module")
def ddi_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(samples.SHARED / "schemas/ddi-codebook-2.5/ddi_codebook_2_5.xsd"))


class Leaf(NamedTuple):
    """An element with text or attributes: its path below the root, its text, its attributes."""

    path: str
    text: str
    attributes: frozenset[tuple[str, str]]


def leaf(path: str, text: str = "", **attributes: str) -> Leaf:
    named = {
        name.replace("xml_", "{http://www.w3.org/XML/1998/namespace}"): value for name, value in attributes.items()
    }
    return Leaf(path, text, frozenset(named.items()))


def leaves(root: etree._Element) -> Iterator[Leaf]:
    """Every element below the root that says something, in the order of the document."""

    def walk(element: etree._Element, path: str) -> Iterator[Leaf]:
        for child in element:
            name = etree.QName(child)
            child_path = f"{path}{PREFIXES[name.namespace or '']}{name.localname}"
            if child.text or child.attrib:
                yield Leaf(child_path, child.text or "", frozenset((str(k), str(v)) for k, v in child.attrib.items()))
            yield from walk(child, f"{child_path}/")

    return walk(root, "")


def made(description: Description, institution: str = "INS01") -> etree._Element:
    return etree.fromstring(document(branches(Work("IE7", institution, description))))


def added(**fields: Any) -> list[Leaf]:
    """What these fields of a description add to a document of a description without any."""
    frame = Counter(leaves(made(Description())))
    return list((Counter(leaves(made(Description(**fields)))) - frame).elements())


CITATION = "stdyDscr/citation"
PRODUCED = f"{CITATION}/prodStmt"
INFO = "stdyDscr/stdyInfo"
TITLE = (f"{CITATION}/titlStmt/titl", "docDscr/citation/titlStmt/titl")
MATERIAL = "stdyDscr/othrStdyMat"
DC_TEXT = Text("words", "mi")

# What each thing that a description may hold becomes, when it is all that there is.
CASES: list[tuple[str, Any, list[Leaf]]] = [
    ("titles", Title("T", TitleKind.MAIN, "en"), [leaf(path, "T", xml_lang="en") for path in TITLE]),
    ("titles", Title("T", TitleKind.SUBTITLE), [leaf(path, "T") for path in TITLE]),
    ("titles", Title("T", TitleKind.ALTERNATIVE), [leaf(path, "T") for path in TITLE]),
    ("titles", Title("T", TitleKind.TRANSLATED), [leaf(path, "T") for path in TITLE]),
    ("titles", Title("T", TitleKind.UNIFORM), [leaf(path, "T") for path in TITLE]),
    ("titles", Title("T", TitleKind.ABBREVIATED), [leaf(path, "T") for path in TITLE]),
    ("names", Name("N", creator=True), [leaf(f"{CITATION}/rspStmt/AuthEnty", "N")]),
    (
        "names",
        Name("N", creator=True, roles=("aut",), affiliations=("A", "B"), kind=NameKind.FAMILY, given="g", family="f"),
        [leaf(f"{CITATION}/rspStmt/AuthEnty", "N", affiliation="A; B")],
    ),
    (
        "names",
        Name("N", creator=True, uri="https://orcid.org/0000-0002-1825-0097"),
        [
            leaf(f"{CITATION}/rspStmt/AuthEnty", "N"),
            leaf(
                f"{CITATION}/rspStmt/AuthEnty/ExtLink",
                URI="https://orcid.org/0000-0002-1825-0097",
                role="pid",
                title="ORCID",
            ),
        ],
    ),
    ("names", Name("N", creator=False), [leaf(f"{CITATION}/rspStmt/othId", "N")]),
    ("names", Name("N", creator=False, roles=("cph",)), [leaf(f"{PRODUCED}/copyright", "N")]),
    ("names", Name("N", creator=True, forms=(Text("名"),)), [leaf(f"{CITATION}/rspStmt/AuthEnty", "N (名)")]),
    (
        "names",
        Name("N", creator=False, roles=("Interviewer", "edt"), kind=NameKind.PERSONAL, affiliations=("A",)),
        [leaf(f"{CITATION}/rspStmt/othId", "N", role="Interviewer; editor", type="personal", affiliation="A")],
    ),
    (
        "names",
        Name("N", creator=False, roles=("Producer.", "pro"), affiliations=("A",)),
        [leaf(f"{PRODUCED}/producer", "N", role="Producer.; pro", affiliation="A")],
    ),
    (
        "names",
        Name("N", creator=False, roles=("http://id.loc.gov/vocabulary/relators/fnd", "editor"), affiliations=("A",)),
        [
            leaf(f"{PRODUCED}/fundAg", "N", role="http://id.loc.gov/vocabulary/relators/fnd"),
            leaf(f"{CITATION}/rspStmt/othId", "N", role="editor", affiliation="A"),
        ],
    ),
    ("names", Name("N", creator=False, roles=("depositor",)), [leaf(f"{CITATION}/distStmt/depositr", "N")]),
    (
        "names",
        Name("N", creator=False, roles=("data collector",)),
        [leaf("stdyDscr/method/dataColl/dataCollector", "N", role="data collector")],
    ),
    ("publishers", DC_TEXT, [leaf(f"{PRODUCED}/producer", "words", xml_lang="mi")]),
    ("places_published", DC_TEXT, [leaf(f"{PRODUCED}/prodPlac", "words", xml_lang="mi")]),
    ("editions", DC_TEXT, [leaf(f"{CITATION}/verStmt/version", "words", xml_lang="mi")]),
    *[
        ("dates", Date("2019-02", kind), [leaf(path, "2019-02", date="2019-02")])
        for kind, path in (
            (DateKind.PLAIN, f"{PRODUCED}/prodDate"),
            (DateKind.CREATED, f"{PRODUCED}/prodDate"),
            (DateKind.CAPTURED, f"{PRODUCED}/prodDate"),
            (DateKind.OTHER, f"{PRODUCED}/prodDate"),
            (DateKind.EMBARGO_END, f"{CITATION}/distStmt/distDate"),
            (DateKind.ISSUED, f"{CITATION}/distStmt/distDate"),
            (DateKind.AVAILABLE, f"{CITATION}/distStmt/distDate"),
            (DateKind.SUBMITTED, f"{CITATION}/distStmt/depDate"),
        )
    ],
    (
        "dates",
        Date("2019", DateKind.MODIFIED),
        [leaf(f"{CITATION}/verStmt/version", "2019", date="2019", type="modified")],
    ),
    ("dates", Date("2019", DateKind.COPYRIGHTED), [leaf(f"{CITATION}/dcterms:dateCopyrighted", "2019")]),
    ("dates", Date("2019", DateKind.ACCEPTED), [leaf(f"{CITATION}/dcterms:dateAccepted", "2019")]),
    ("dates", Date("2019", DateKind.VALID, "2021"), [leaf(f"{CITATION}/dcterms:valid", "2019/2021")]),
    ("dates", Date("1914", end="1918"), [leaf(f"{PRODUCED}/prodDate", "1914/1918", date="1914")]),
    ("dates", Date("1914", qualifier="approximate"), [leaf(f"{PRODUCED}/prodDate", "ca. 1914", date="1914")]),
    ("dates", Date("1914", words="the first year"), [leaf(f"{PRODUCED}/prodDate", "the first year", date="1914")]),
    (
        "dates",
        Date("1914", end="1918", words="the war"),
        [leaf(f"{PRODUCED}/prodDate", "the war (1914/1918)", date="1914")],
    ),
    ("languages", DC_TEXT, [leaf(f"{CITATION}/dc:language", "words", xml_lang="mi")]),
    ("types", DC_TEXT, [leaf(f"{INFO}/sumDscr/dataKind", "words", xml_lang="mi")]),
    ("genres", DC_TEXT, [leaf(f"{INFO}/sumDscr/dataKind", "words", xml_lang="mi", type="genre")]),
    ("formats", DC_TEXT, [leaf(f"{CITATION}/dc:format", "words", xml_lang="mi")]),
    ("extents", DC_TEXT, [leaf("stdyDscr/dataAccs/setAvail/collSize", "words", xml_lang="mi")]),
    ("abstracts", DC_TEXT, [leaf(f"{INFO}/abstract", "words", xml_lang="mi")]),
    ("contents", DC_TEXT, [leaf(f"{INFO}/notes", "words", xml_lang="mi", type="tableOfContents")]),
    ("notes", DC_TEXT, [leaf(f"{INFO}/notes", "words", xml_lang="mi")]),
    ("audiences", DC_TEXT, [leaf(f"{CITATION}/dcterms:audience", "words", xml_lang="mi")]),
    (
        "responsibilities",
        DC_TEXT,
        [leaf(f"{INFO}/notes", "words", xml_lang="mi", type="statement of responsibility")],
    ),
    ("frequencies", DC_TEXT, [leaf(f"{INFO}/notes", "words", xml_lang="mi", type="frequency")]),
    ("genre_terms", Subject("letters", SubjectKind.GENRE, "aat"), []),
    ("note_types", NoteType("n", "awards"), []),
    ("parallels", Parallel("publishers", "P", Text("出版社")), []),
    ("provenances", DC_TEXT, [leaf(f"{INFO}/notes", "words", xml_lang="mi", type="provenance")]),
    *[
        (
            "subjects",
            Subject("S", kind, "unesco", "http://x.org/1", "en"),
            [
                leaf(
                    f"{INFO}/subject/{'topcClas' if kind is SubjectKind.CLASSIFICATION else 'keyword'}",
                    "S",
                    vocab="unesco",
                    vocabURI="http://x.org/1",
                    xml_lang="en",
                )
            ],
        )
        for kind in SubjectKind
    ],
    (
        "subjects",
        Subject("S", scheme="lcsh"),
        [leaf(f"{INFO}/subject/keyword", "S", vocab="lcsh", vocabURI="http://id.loc.gov/authorities/subjects")],
    ),
    ("places", Place("Peru", PlaceKind.NAME, "tgn", "http://x.org/1"), [leaf(f"{INFO}/sumDscr/geogCover", "Peru")]),
    ("places", Place("Peru", PlaceKind.COUNTRY), [leaf(f"{INFO}/sumDscr/nation", "Peru")]),
    ("places", Place("PE", PlaceKind.COUNTRY), [leaf(f"{INFO}/sumDscr/nation", "PE")]),
    ("places", Place("PE", PlaceKind.COUNTRY, "iso3166"), [leaf(f"{INFO}/sumDscr/nation", "Peru", abbr="PE")]),
    ("places", Place("s-pe---", scheme="marcgac"), [leaf(f"{INFO}/sumDscr/geogCover", "Peru")]),
    (
        "places",
        Place("W0800000--W0703000/S0100000--S0120000", PlaceKind.BOX),
        [
            leaf(f"{INFO}/sumDscr/geoBndBox/{side}", limit)
            for side, limit in (("westBL", "-80"), ("eastBL", "-70.5"), ("southBL", "-12"), ("northBL", "-10"))
        ],
    ),
    (
        "places",
        Place("northlimit=5; southlimit=-2; eastlimit=9.50; westlimit=4; name=Here", PlaceKind.BOX),
        [
            leaf(f"{INFO}/sumDscr/geogCover", "Here"),
            *[
                leaf(f"{INFO}/sumDscr/geoBndBox/{side}", limit)
                for side, limit in (("westBL", "4"), ("eastBL", "9.50"), ("southBL", "-2"), ("northBL", "5"))
            ],
        ],
    ),
    (
        "places",
        Place("-41.28, 174.77", PlaceKind.POINT),
        [
            leaf(f"{INFO}/sumDscr/geoBndBox/{side}", limit)
            for sides, limit in ((("westBL", "eastBL"), "174.77"), (("southBL", "northBL"), "-41.28"))
            for side in sides
        ],
    ),
    ("places", Place("W 84°--W 83°", PlaceKind.BOX), [leaf(f"{INFO}/sumDscr/geogCover", "W 84°--W 83°")]),
    ("places", Place("95, 10", PlaceKind.POINT), [leaf(f"{INFO}/sumDscr/geogCover", "95, 10")]),
    ("periods", Text("the Flood", "en"), [leaf(f"{INFO}/sumDscr/timePrd", "the Flood", xml_lang="en")]),
    ("periods", Text("1914-07-28"), [leaf(f"{INFO}/sumDscr/timePrd", "1914-07-28", date="1914-07-28")]),
    *[
        (
            "periods",
            Text(written),
            [
                leaf(f"{INFO}/sumDscr/timePrd", "1914", date="1914", event="start"),
                leaf(f"{INFO}/sumDscr/timePrd", "1918", date="1918", event="end"),
            ],
        )
        for written in ("1914/1918", "1914 – 1918", "1914-18", "start=1914; end=1918", "end=1918;start=1914;")
    ],
    ("periods", Text("end=1918"), [leaf(f"{INFO}/sumDscr/timePrd", "1918", date="1918", event="end")]),
    ("periods", Text("1914-02-30/1918"), [leaf(f"{INFO}/sumDscr/timePrd", "1914-02-30/1918")]),
    (
        "periods",
        Text("name=The Great War; start=Sarajevo"),
        [
            leaf(f"{INFO}/sumDscr/timePrd", "The Great War"),
            leaf(f"{INFO}/sumDscr/timePrd", "Sarajevo", event="start"),
        ],
    ),
    *[
        (
            "identifiers",
            Identifier(text, type_),
            [
                leaf(f"{CITATION}/titlStmt/IDNo", "doi:10.1234/a(b)<c", agency="DOI"),
                leaf(f"{CITATION}/holdings", URI="https://doi.org/10.1234/a(b)%3Cc"),
            ],
        )
        for text, type_ in (("10.1234/a(b)<c", "doi"), ("doi: 10.1234/a(b)<c", ""), ("info:doi/10.1234/a(b)<c", "uri"))
    ],
    *[
        (
            "identifiers",
            Identifier(text, type_),
            [
                leaf(f"{CITATION}/titlStmt/IDNo", f"doi:10.1234/{name}", agency="DOI"),
                leaf(f"{CITATION}/holdings", URI=f"https://doi.org/10.1234/{escaped}"),
            ],
        )
        for text, type_, name, escaped in (
            ("http://dx.doi.org/10.1234/a%3Cb", "", "a<b", "a%3Cb"),
            ("10.1234/a%3Cb", "hdl", "a%3Cb", "a%253Cb"),
        )
    ],
    (
        "identifiers",
        Identifier("http://hdl.handle.net/10063/1710", "hdl"),
        [
            leaf(f"{CITATION}/titlStmt/IDNo", "hdl:10063/1710", agency="handle"),
            leaf(f"{CITATION}/holdings", URI="https://hdl.handle.net/10063/1710"),
        ],
    ),
    ("identifiers", Identifier("10063/1710"), [leaf(f"{CITATION}/titlStmt/IDNo", "10063/1710")]),
    ("identifiers", Identifier("http://x.org/1", "uri"), [leaf(f"{CITATION}/holdings", URI="http://x.org/1")]),
    ("identifiers", Identifier("http://[", "uri"), [leaf(f"{CITATION}/titlStmt/IDNo", "http://[")]),
    (
        "identifiers",
        Identifier("urn:nbn:fi:1", "urn"),
        [
            leaf(f"{CITATION}/titlStmt/IDNo", "urn:nbn:fi:1", agency="URN"),
            leaf(f"{CITATION}/holdings", URI="urn:nbn:fi:1"),
        ],
    ),
    ("identifiers", Identifier("ark:/1/x", "ark"), [leaf(f"{CITATION}/titlStmt/IDNo", "ark:/1/x", agency="ARK")]),
    ("identifiers", Identifier("0-123", "isbn"), [leaf(f"{CITATION}/titlStmt/IDNo", "0-123", agency="isbn")]),
    ("identifiers", Identifier("Doe 2019, p. 1", "citation"), [leaf(f"{CITATION}/biblCit", "Doe 2019, p. 1")]),
    ("identifiers", Identifier("IE7"), []),
    ("related", Related("source", "Diary", (Identifier("MS 1"),), "f. 2"), [leaf(
        "stdyDscr/method/dataColl/sources/dataSrc", "Diary, f. 2, MS 1")]),
    ("related", Related("isPartOf", "Whole"), [leaf(f"{MATERIAL}/relMat", "Whole", type="isPartOf")]),
    ("related", Related("invented", "Other"), [leaf(f"{MATERIAL}/relMat", "Other", type="invented")]),
    ("related", Related("replaces", "Old"), [leaf(f"{MATERIAL}/relStdy", "replaces: Old")]),
    ("related", Related("references", "Book"), [leaf(f"{MATERIAL}/othRefs", "references: Book")]),
    (
        "related",
        Related("isReferencedBy", "Paper", (Identifier("10.1234/x", "doi"),), "2(1)"),
        [
            leaf(f"{MATERIAL}/relPubl/citation/titlStmt/titl", "Paper"),
            leaf(f"{MATERIAL}/relPubl/citation/titlStmt/IDNo", "doi:10.1234/x", agency="DOI"),
            leaf(f"{MATERIAL}/relPubl/citation/biblCit", "Paper, 2(1)"),
            leaf(f"{MATERIAL}/relPubl/citation/holdings", URI="https://doi.org/10.1234/x"),
        ],
    ),
    (
        "related",
        Related("isPartOf", "Papers", (Identifier("1234-5678", "issn"), Identifier("http://x.org/")), "5", series=True),
        [
            leaf(f"{CITATION}/serStmt", URI="http://x.org/"),
            leaf(f"{CITATION}/serStmt/serName", "Papers"),
            leaf(f"{CITATION}/serStmt/serInfo", "5"),
            leaf(f"{CITATION}/serStmt/serInfo", "1234-5678"),
        ],
    ),
    (
        "related",
        Related("isPartOf", "", (Identifier("http://x.org/"), Identifier("http://y.org/")), series=True),
        [leaf(f"{CITATION}/serStmt", URI="http://x.org/"), leaf(f"{CITATION}/serStmt/serInfo", "http://y.org/")],
    ),
    (
        "related",
        Related("isPartOf", "Whole", (Identifier("Whole, 1999", "citation"),)),
        [
            leaf(f"{MATERIAL}/relMat", "", type="isPartOf"),
            leaf(f"{MATERIAL}/relMat/citation/titlStmt/titl", "Whole"),
            leaf(f"{MATERIAL}/relMat/citation/biblCit", "Whole, 1999"),
        ],
    ),
    ("related", Related("isPartOf", "", (Identifier("10.1234/x", "doi"),)), [
        leaf(f"{MATERIAL}/relMat", "doi:10.1234/x", type="isPartOf")]),
    ("rights", Rights("R"), [leaf(f"{PRODUCED}/copyright", "R")]),
    ("rights", Rights("R", RightsKind.HOLDER), [leaf(f"{PRODUCED}/copyright", "R")]),
    ("rights", Rights("R", RightsKind.ACCESS), [leaf("stdyDscr/dataAccs/useStmt/restrctn", "R")]),
    (
        "rights",
        Rights("R", RightsKind.LICENSE, "http://x.org/l"),
        [
            leaf("stdyDscr/dataAccs/useStmt/conditions", "R "),
            leaf("stdyDscr/dataAccs/useStmt/conditions/ExtLink", "http://x.org/l", URI="http://x.org/l"),
        ],
    ),
    (
        "rights",
        Rights("", RightsKind.LICENSE, "http://x.org/l"),
        [leaf("stdyDscr/dataAccs/useStmt/conditions/ExtLink", "http://x.org/l", URI="http://x.org/l")],
    ),
    (
        "rights",
        Rights("See http://x.org/l", RightsKind.LICENSE, "http://x.org/l"),
        [
            leaf("stdyDscr/dataAccs/useStmt/conditions", "See http://x.org/l"),
            leaf("stdyDscr/dataAccs/useStmt/conditions/ExtLink", URI="http://x.org/l"),
        ],
    ),
    ("dates", Date("2001", DateKind.COLLECTED, "2002"), [leaf(f"{INFO}/sumDscr/collDate", "2001/2002", date="2001")]),
    (
        "grants",
        Grant("F", "1", "info:eu-repo/grantAgreement/F/P/1"),
        [leaf(f"{PRODUCED}/fundAg", "F"), leaf(f"{PRODUCED}/grantNo", "1", agency="F")],
    ),
    ("locations", Text("Attic"), [leaf("stdyDscr/dataAccs/setAvail/accsPlac", "Attic")]),
    ("scales", Text("1:200,000"), [leaf(f"{INFO}/notes", "1:200,000", type="scale")]),
    ("projections", Text("Mercator"), [leaf(f"{INFO}/notes", "Mercator", type="projection")]),
    ("shelf_marks", Text("G 12"), [leaf(f"{CITATION}/holdings", callno="G 12")]),
    ("previews", Text("http://x.org/2"), []),
]  # fmt: skip

# Everything at once, each thing twice; a distributor and a second title, which show beside others only.
FULL = Description(**{
    field: tuple(value for name, value, _ in CASES if name == field) * 2
    for field in Description._fields
})  # fmt: skip
DISTRIBUTOR = Name("D", creator=False, roles=("distributor",), affiliations=("A",))


@pytest.mark.parametrize(("field", "value", "expected"), CASES, ids=[f"{f} {v}"[:60] for f, v, _ in CASES])
def test_what_is_known_arrives_in_its_place(field: str, value: Any, expected: list[Leaf]) -> None:
    assert Counter(added(**{field: (value,)})) == Counter(expected)


def test_the_cases_leave_nothing_out() -> None:
    assert {name for name, _, _ in CASES} == set(Description._fields)
    kinds: set[Enum] = {item for _, value, _ in CASES for item in value if isinstance(item, Enum)}
    assert kinds >= {*TitleKind, *DateKind, *SubjectKind, *PlaceKind, *RightsKind}
    assert {*RELATIONS.values(), OTHER_RELATIONS} <= {row.path.split("/")[-1] for row in TABLE}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.path} {row.element}")
def test_every_row_is_used(row: Any) -> None:
    assert list(row.choice(Work("IE7", "INS01", FULL)))


def test_further_titles_stand_beside_the_first() -> None:
    titles = (Title("S", TitleKind.SUBTITLE), Title("M"), Title("N"), Title("A", TitleKind.ALTERNATIVE),
              Title("P", TitleKind.TRANSLATED, "fr"))  # fmt: skip
    statement = f"{CITATION}/titlStmt"
    found = [one for one in leaves(made(Description(titles=titles))) if one.path.startswith(statement)]
    assert found[:5] == [
        leaf(f"{statement}/titl", "M"),
        leaf(f"{statement}/subTitl", "S"),
        leaf(f"{statement}/altTitl", "N"),
        leaf(f"{statement}/altTitl", "A"),
        leaf(f"{statement}/parTitl", "P", xml_lang="fr"),
    ]


def test_an_ie_without_a_word_says_where_it_is_kept() -> None:
    assert list(leaves(made(Description()))) == [
        leaf("docDscr/citation/titlStmt/titl", "IE7"),
        leaf("docDscr/citation/titlStmt/IDNo", "IE7", agency="INS01"),
        leaf("docDscr/citation/prodStmt/producer", "INS01", source="archive"),
        leaf("docDscr/citation/distStmt/distrbtr", "INS01", source="archive"),
        leaf(f"{CITATION}/titlStmt/titl", "IE7"),
        leaf(f"{CITATION}/titlStmt/IDNo", "IE7", agency="INS01"),
        leaf(f"{CITATION}/distStmt/distrbtr", "INS01", source="archive"),
        leaf(f"{CITATION}/holdings", location="INS01", callno="IE7"),
    ]


def test_no_institution_is_made_up() -> None:
    said = [one.path.rpartition("/")[2] for one in leaves(made(Description(), ""))]
    assert said == ["titl", "IDNo", "titl", "IDNo", "holdings"]


def test_a_distributor_in_the_record_stands_for_the_archive() -> None:
    found = [one for one in leaves(made(Description(names=(DISTRIBUTOR,)))) if one.path.endswith("distrbtr")]
    assert found == [
        leaf("docDscr/citation/distStmt/distrbtr", "INS01", source="archive"),
        leaf(f"{CITATION}/distStmt/distrbtr", "D", affiliation="A"),
    ]


def test_one_box_is_around_all_places() -> None:
    places = (Place("10, 20", PlaceKind.POINT), Place("-5.50, 30", PlaceKind.POINT), Place("Peru"))
    found = [(one.path.rpartition("/")[2], one.text) for one in added(places=places)]
    assert sorted(found) == sorted([
        ("geogCover", "10, 20"), ("geogCover", "-5.50, 30"), ("geogCover", "Peru"),
        ("westBL", "20"), ("eastBL", "30"), ("southBL", "-5.50"), ("northBL", "10"),
    ])  # fmt: skip


def test_a_box_across_the_date_line_is_not_turned_round_the_world() -> None:
    across = Place("northlimit=5; southlimit=2; eastlimit=-170; westlimit=170", PlaceKind.BOX)
    found = dict(one[:2] for one in added(places=(across, Place("1, 1", PlaceKind.POINT))))
    box = f"{INFO}/sumDscr/geoBndBox"
    assert (found[f"{box}/westBL"], found[f"{box}/eastBL"]) == ("170", "-170")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019", "2019"),
        ("2019-02", "2019-02"),
        ("2020-02-29", "2020-02-29"),
        ("2019-02-28T21:18:40Z", "2019-02-28T21:18:40Z"),
        ("2019-02-28T21:18:40.1234567+13:45", "2019-02-28T21:18:40.1234567+13:45"),
        ("2019-02-29", ""),
        ("2019-13", ""),
        ("0000", ""),
        ("20190228", ""),
        ("2019-02-28T25:00:00Z", ""),
        ("2019-02-28T21:18", ""),
        ("2019-02-28T21:18:40+15:00", ""),
        ("٢٠١٩", ""),
        ("c1914", ""),
        ("-0044", ""),
        ("2019\n", ""),
    ],
)
def test_only_dates_are_given_as_dates(text: str, date: str) -> None:
    (found,) = added(dates=(Date(text),))
    assert found == leaf(f"{PRODUCED}/prodDate", text, **({"date": date} if date else {}))


@pytest.mark.parametrize(
    ("tag", "written"),
    [("en", "en"), ("en_NZ", "en-NZ"), ("de-Latn-DE-1996", "de-Latn-DE-1996"), ("", None), ("not a lang", None),
     ("123", None), ("--", None), ("日本", None), ("en\n", "en")],
)  # fmt: skip
def test_only_languages_are_given_as_languages(tag: str, written: str | None) -> None:
    (found,) = added(notes=(Text("x", tag),))
    assert found == leaf(f"{INFO}/notes", "x", **({"xml_lang": written} if written else {}))


@samples.needs_shared
@pytest.mark.parametrize("institution", ["INS01", "", 'A & "B" <C>'])
def test_all_at_once_is_valid(ddi_schema: etree.XMLSchema, institution: str) -> None:
    for names in (FULL.names, (*FULL.names, DISTRIBUTOR, DISTRIBUTOR)):
        ddi_schema.assertValid(made(FULL._replace(names=names), institution))


@samples.needs_shared
@pytest.mark.parametrize(("field", "value", "expected"), CASES, ids=[f"{f} {v}"[:60] for f, v, _ in CASES])
def test_each_alone_is_valid(ddi_schema: etree.XMLSchema, field: str, value: Any, expected: list[Leaf]) -> None:
    ddi_schema.assertValid(made(Description(**{field: (value,)})))
