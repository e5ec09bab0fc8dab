"""An IE from all its records, and how two descriptions become one."""

import pytest

from mdwatch.errors import Rejected
from mdwatch.exporters.records import merge
from mdwatch.exporters.records.describe import clean, describe
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Identifier,
    Name,
    NameKind,
    Place,
    PlaceKind,
    Related,
    Rights,
    RightsKind,
    Subject,
    Text,
    Title,
    TitleKind,
)
from tests.exporters import samples
from tests.exporters.samples import dc, entity, marc, mods, needs_shared

NOTE = mods("<note>from MODS</note>")
MARC_NOTE = marc('<datafield tag="500" ind1=" " ind2=" "><subfield code="a">from MARC</subfield></datafield>')
TITLE = dc("<dc:title>T</dc:title>")


@pytest.mark.parametrize(
    ("sources", "notes"),
    [
        ((), ()),
        ((("mods", NOTE),), ("from MODS",)),
        ((("MODS", NOTE),), ("from MODS",)),
        ((("OTHER:mods", NOTE),), ("from MODS",)),
        ((("other:article", NOTE),), ("from MODS",)),
        ((("marc", MARC_NOTE),), ("from MARC",)),
        ((("marc", MARC_NOTE), ("mods", NOTE)), ("from MODS",)),
        ((("mods", NOTE), ("mods", mods("<note>second</note>"))), ("from MODS",)),
        ((("mods", "<broken"), ("mods", NOTE)), ("from MODS",)),
        ((("mods", "<html/>"), ("marc", MARC_NOTE)), ("from MARC",)),
        ((("mods", mods("")), ("marc", MARC_NOTE)), ("from MARC",)),
        ((("mods", MARC_NOTE), ("marc", NOTE)), ("from MODS",)),
    ],
)
def test_which_source_record_counts(sources: tuple[tuple[str, str], ...], notes: tuple[str, ...]) -> None:
    assert tuple(note.text for note in describe(entity(TITLE, *sources)).notes) == notes
    assert tuple(note.text for note in describe(entity(None, *sources)).notes) == notes


def test_a_dc_source_describes_what_has_no_descriptive_record() -> None:
    assert describe(entity(None, ("dc", TITLE))).titles == (Title("T"),)


def test_no_records_at_all() -> None:
    assert describe(entity(None)) == Description()


def test_a_broken_descriptive_record_is_no_silent_matter() -> None:
    with pytest.raises(Rejected):
        describe(entity("<dc:record", ("mods", NOTE)))


@pytest.mark.parametrize("name", samples.hard())
def test_no_ie_is_too_hard(name: str) -> None:
    assert isinstance(describe(samples.hard()[name]), Description)


MERGES: dict[str, tuple[Description, Description, Description]] = {
    "a name takes on what the source knows of it": (
        Description(names=(Name("Doe, Jane", creator=True), Name("Roe", creator=False))),
        Description(
            names=(Name("DOE,  Jane, 1950-.", False, ("author",), NameKind.PERSONAL, given="Jane", family="Doe"),)
        ),
        Description(
            names=(
                Name("Doe, Jane", True, ("author",), NameKind.PERSONAL, given="Jane", family="Doe"),
                Name("Roe", creator=False),
            )
        ),
    ),
    "one who is both stays both": (
        Description(names=(Name("A", creator=True), Name("A", creator=False))),
        Description(names=(Name("A", creator=False, roles=("editor",)),)),
        Description(names=(Name("A", creator=True), Name("A", creator=False, roles=("editor",)))),
    ),
    "a plain date takes on its kind": (
        Description(dates=(Date("2011"), Date("2012", DateKind.CREATED))),
        Description(dates=(Date("2011", DateKind.ISSUED), Date("2013", DateKind.ISSUED))),
        Description(
            dates=(Date("2011", DateKind.ISSUED), Date("2012", DateKind.CREATED), Date("2013", DateKind.ISSUED)),
        ),
    ),
    "two kinds on one day": (
        Description(dates=(Date("2011", DateKind.ISSUED), Date("2011", DateKind.COPYRIGHTED))),
        Description(),
        Description(dates=(Date("2011", DateKind.ISSUED), Date("2011", DateKind.COPYRIGHTED))),
    ),
    "a subject takes on its vocabulary": (
        Description(subjects=(Subject("cats."),)),
        Description(subjects=(Subject("Cats", scheme="lcsh", uri="http://x/1"), Subject("Dogs"))),
        Description(subjects=(Subject("cats.", scheme="lcsh", uri="http://x/1"), Subject("Dogs"))),
    ),
    "the same title with and without its language": (
        Description(titles=(Title("T"), Title("T", lang="en"))),
        Description(titles=(Title("T.", TitleKind.ALTERNATIVE), Title("A", TitleKind.ALTERNATIVE))),
        Description(titles=(Title("T", lang="en"), Title("A", TitleKind.ALTERNATIVE))),
    ),
    "a subtitle goes to its title": (
        Description(titles=(Title("“T”"), Title("A", TitleKind.ALTERNATIVE))),
        Description(titles=(Title('"T"'), Title("S", TitleKind.SUBTITLE))),
        Description(titles=(Title("“T”"), Title("S", TitleKind.SUBTITLE), Title("A", TitleKind.ALTERNATIVE))),
    ),
    "title and subtitle in one": (
        Description(titles=(Title("T : S"),)),
        Description(titles=(Title("T"), Title("S", TitleKind.SUBTITLE))),
        Description(titles=(Title("T : S"),)),
    ),
    "another main title is an alternative": (
        Description(titles=(Title("T"),)),
        Description(titles=(Title("U"), Title("S", TitleKind.SUBTITLE))),
        Description(titles=(Title("T"), Title("U: S", TitleKind.ALTERNATIVE))),
    ),
    "titles of the source alone": (
        Description(),
        Description(titles=(Title("U"), Title("S", TitleKind.SUBTITLE))),
        Description(titles=(Title("U"), Title("S", TitleKind.SUBTITLE))),
    ),
    "languages are not added to": (
        Description(languages=(Text("en"),)),
        Description(languages=(Text("English"),)),
        Description(languages=(Text("en"),)),
    ),
    "languages of the source": (
        Description(),
        Description(languages=(Text("English"),)),
        Description(languages=(Text("English"),)),
    ),
    "works, identifiers, places, rights": (
        Description(
            related=(Related("relation", "J"),),
            identifiers=(Identifier("x"),),
            places=(Place("Peru"),),
            rights=(Rights("", RightsKind.LICENSE, "http://l/1"),),
        ),
        Description(
            related=(Related("isPartOf", "j", (), "p. 5"), Related("source", "K")),
            identifiers=(Identifier("X", "local"), Identifier("y")),
            places=(Place("PERU", PlaceKind.NAME, "lcsh"), Place("Fiji")),
            rights=(Rights("Free", RightsKind.LICENSE, "http://l/2"),),
        ),
        Description(
            related=(Related("relation", "J", (), "p. 5"), Related("source", "K")),
            identifiers=(Identifier("x", "local"), Identifier("y")),
            places=(Place("Peru", PlaceKind.NAME, "lcsh"), Place("Fiji")),
            rights=(Rights("", RightsKind.LICENSE, "http://l/1"), Rights("Free", RightsKind.LICENSE, "http://l/2")),
        ),
    ),
}


@pytest.mark.parametrize("case", MERGES)
def test_merging(case: str) -> None:
    first, second, expected = MERGES[case]
    assert merge.merged(first, second) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (" a \n b\u0085c\u2028d\u00a0e ", "a b c d e"),
        ("x\ufffey\ud800z\u0001", "x\ufffdy\ufffdz\ufffd"),
        ("\U0001f468\u200d\U0001f469 שלום \u202eabc\u202c", "\U0001f468\u200d\U0001f469 שלום \u202eabc\u202c"),
        ("\n", ""),
    ],
)
def test_clean(given: str, expected: str) -> None:
    assert clean(given) == expected


@needs_shared
def test_the_real_thesis() -> None:
    """Dublin Core and MODS of one thesis: names gain their roles, nothing is told twice."""
    ie = samples.real()["mets thesis-5.5-metadata-only.xml"]
    found = describe(ie)
    assert [(name.text, name.creator, name.roles) for name in found.names] == [
        ("Huff, Sid", False, ("advisor",)),
        ("Gorman, Gary", False, ("advisor",)),
        ("Chawner, Brenda", True, ("author",)),
    ]
    assert len(found.titles) == 1
    assert found.titles[0].lang == "en-NZ"
    assert [subject.text for subject in found.subjects if not subject.scheme] == [
        "Satisfaction",
        "Participation",
        "FLOSS (Free/libre open source software)",
    ]
    assert [text.text for text in found.languages] == ["en-NZ"]
    assert len(found.abstracts) == 1
    assert [rights.uri for rights in found.rights] == ["http://creativecommons.org/licenses/by-sa/3.0/nz/"]


@needs_shared
def test_the_real_cookery_book() -> None:
    """Dublin Core and MARC of one book, whose titles differ in their quotation marks."""
    found = describe(samples.real()["mets edmcook-5.5-metadata-only.xml"])
    assert [(title.kind, title.text[:12]) for title in found.titles] == [
        (TitleKind.MAIN, "The “Sure to"),
        (TitleKind.SUBTITLE, "is especiall"),
        (TitleKind.ALTERNATIVE, "Cookery book"),
    ]
    assert [text.text for text in found.places_published] == ["Wellington, N.Z."]
    assert Subject("Cooking, New Zealand", scheme="lcsh") in found.subjects


@needs_shared
def test_real_mods_records_have_what_their_elements_say() -> None:
    """All interviews of the collection: one title, two to four names none of whom created it, a day, a licence."""
    found = [describe(ie) for name, ie in samples.real().items() if name.startswith("mods ")]
    assert len(found) == 138
    for description in found:
        assert description.titles
        assert description.names
        assert not any(name.creator for name in description.names)
        assert {role for name in description.names for role in name.roles} <= {"Interviewee", "Interviewer"}
        assert [date.kind for date in description.dates] == [DateKind.CREATED]
        assert {identifier.type for identifier in description.identifiers} == {"local", "pid"}
        (rights,) = description.rights
        is_licence = rights.uri.startswith("http://creativecommons.org/licenses/")
        assert is_licence or rights.uri == "http://rightsstatements.org/vocab/InC/1.0/"
        assert rights.kind is (RightsKind.LICENSE if is_licence else RightsKind.PLAIN)
        assert all(place.kind is PlaceKind.POINT for place in description.places if place.text[0].isdigit())
