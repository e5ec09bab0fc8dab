"""Reading Dublin Core records."""

import pytest
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.records import coverage, dcmi, dublin_core
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Identifier,
    Name,
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
from mdwatch.exporters.records.dublin_core import from_dc
from mdwatch.exporters.records.dublin_core_fields import DublinCoreField
from mdwatch.exporters.records.identifier_types import identified
from tests.exporters.samples import DC, SHARED, XSI, dc, needs_shared


def fields(inner: str, root: str = "") -> list[DublinCoreField]:
    return list(dublin_core.fields(dc(inner, root)))


@needs_shared
def test_the_refinements_are_those_of_the_schema() -> None:
    folder = SHARED / "schemas" / "ddi-codebook-2.5"
    stated = {
        element.get("name"): (element.get("substitutionGroup") or "").partition(":")[2]
        for element in etree.parse(folder / "dcterms.xsd").getroot().iterchildren("{*}element")
    }
    for name, element in stated.items():
        if element in dcmi.ELEMENTS:
            assert dcmi.REFINES[name or ""] == element
        else:
            assert name in dcmi.UNREFINING
    newer = {"license", "rightsHolder"}  # Of the 2008 edition.
    assert set(dcmi.REFINES) - newer == {name for name, element in stated.items() if element in dcmi.ELEMENTS}
    elements = etree.parse(folder / "dc.xsd").getroot().iterchildren("{*}element")
    assert {element.get("name") for element in elements} - {"any"} == set(dcmi.ELEMENTS)


def test_there_are_fifty_five_terms_and_each_is_read() -> None:
    assert len(dcmi.TERMS) == 55
    for name in dcmi.TERMS:
        (field,) = fields(f"<dcterms:{name}>x</dcterms:{name}>")
        assert field == DublinCoreField(("dcterms", name), "x")
        assert from_dc([field]) != Description()


@pytest.mark.parametrize("name", dcmi.ELEMENTS)
def test_an_element_is_the_same_with_and_without_prefix(name: str) -> None:
    expected = (DublinCoreField(("dc", name), "x"),)
    assert dublin_core.fields(dc(f"<dc:{name}>x</dc:{name}>")) == expected
    assert dublin_core.fields(f'<record xmlns="{DC}"><{name}>x</{name}></record>') == expected
    assert dublin_core.fields(f"<record><{name}>x</{name}></record>") == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<dc:title/><dc:title> \n </dc:title>", []),
        ('<x:title xmlns:x="urn:x">X</x:title><dc:heading>H</dc:heading>', []),
        ("<dc:title> a \n\t b\u0085c </dc:title>", ["a b c"]),
        ('<dc:title>H<sub xmlns="urn:h">2</sub>O</dc:title>', ["H2O"]),
        ('<dc:creator><n xmlns="urn:h">N</n><a xmlns="urn:h">A</a></dc:creator>', ["N A"]),
        ("<dc:title>a<!-- no -->b<?no no?></dc:title>", ["ab"]),
        ("<dc:title><![CDATA[<i>]]></dc:title>", ["<i>"]),
    ],
)
def test_text(inner: str, expected: list[str]) -> None:
    assert [field.text for field in fields(inner)] == expected


def test_language_is_inherited_and_overridden() -> None:
    found = fields(
        '<dc:title>a</dc:title><dc:title xml:lang="mi">b</dc:title><dc:title xml:lang="">c</dc:title>', 'xml:lang="en"'
    )
    assert [field.lang for field in found] == ["en", "mi", ""]


@pytest.mark.parametrize(
    ("type_", "scheme"),
    [
        ("dcterms:URI", "URI"),
        ("d:URI", "URI"),
        ("dcterms:MARSDEN", "MARSDEN"),
        ("other:URI", "other:URI"),
        ("unbound:URI", "unbound:URI"),
        ("", ""),
    ],
)
def test_scheme(type_: str, scheme: str) -> None:
    declared = 'xmlns:d="http://purl.org/dc/terms/" xmlns:other="urn:x"'
    (field,) = fields(f'<dc:identifier xsi:type="{type_}">x</dc:identifier>', declared)
    assert field.scheme == scheme


def test_a_scheme_is_told_although_its_prefix_is_not_declared() -> None:
    fields = '<date xsi:type="dcterms:W3CDTF">x</date>'
    record = f'<record xmlns="{DC}" xmlns:xsi="{XSI}">{fields}</record>'
    assert dublin_core.fields(record)[0].scheme == "W3CDTF"


def test_a_broken_record_is_rejected() -> None:
    with pytest.raises(Rejected):
        dublin_core.fields("<dc:record")


def described(name: str, text: str, scheme: str = "", lang: str = "") -> Description:
    return from_dc([DublinCoreField(("dc" if name in dcmi.ELEMENTS else "dcterms", name), text, lang, scheme)])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (described("title", "T", lang="en"), Description(titles=(Title("T", TitleKind.MAIN, "en"),))),
        (described("alternative", "T"), Description(titles=(Title("T", TitleKind.ALTERNATIVE),))),
        (described("creator", "Doe, J."), Description(names=(Name("Doe, J.", creator=True),))),
        (described("contributor", "C"), Description(names=(Name("C", creator=False),))),
        (described("date", "1914/1918"), Description(dates=(Date("1914", DateKind.PLAIN, "1918"),))),
        (described("issued", "2011"), Description(dates=(Date("2011", DateKind.ISSUED),))),
        (
            described("identifier", "http://hdl.handle.net/1/2"),
            Description(identifiers=(Identifier("http://hdl.handle.net/1/2", "hdl"),)),
        ),
        (described("bibliographicCitation", "J 1"), Description(identifiers=(Identifier("J 1", "citation"),))),
        (
            described("isPartOf", "hdl:1/2"),
            Description(related=(Related("isPartOf", identifiers=(Identifier("hdl:1/2", "hdl"),)),)),
        ),
        (described("isPartOf", "A book"), Description(related=(Related("isPartOf", "A book"),))),
        (described("source", "A book"), Description(related=(Related("source", "A book"),))),
        (described("rights", "All reserved"), Description(rights=(Rights("All reserved"),))),
        (
            described("rights", "https://creativecommons.org/licenses/by/4.0/"),
            Description(rights=(Rights("", RightsKind.LICENSE, "https://creativecommons.org/licenses/by/4.0/"),)),
        ),
        (described("rightsHolder", "Me"), Description(rights=(Rights("Me", RightsKind.HOLDER),))),
        (described("subject", "Cats", "LCSH"), Description(subjects=(Subject("Cats", scheme="lcsh"),))),
        (described("coverage", "18th century"), Description(periods=(Text("18th century"),))),
        (described("coverage", "1914", "Box"), Description(periods=(Text("1914"),))),
        (described("coverage", "Peru"), Description(places=(Place("Peru"),))),
        (
            described("spatial", "NZ", "ISO3166"),
            Description(places=(Place("NZ", PlaceKind.COUNTRY, "iso3166"),)),
        ),
        (described("medium", "paper"), Description(formats=(Text("paper"),))),
    ],
)
def test_description(found: Description, expected: Description) -> None:
    assert found == expected


@pytest.mark.parametrize(
    ("text", "is_time"),
    [
        ("1914", True),
        ("1914-1918", True),
        ("[ca. 1900?]", True),
        ("18th century", True),
        ("19th and 20th centuries", False),
        ("1960s", True),
        ("300 B.C.", True),
        ("2011-07-28T21:18:40Z", True),
        ("Wellington", False),
        ("World War II", False),
        ("-41.28, 174.77", False),
        ("Room 5", False),
        ("", False),
        ("1" * 200, False),
    ],
)
def test_what_a_coverage_is(text: str, *, is_time: bool) -> None:
    assert coverage.is_time(text) is is_time


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("35.60065, -83.50877", PlaceKind.POINT),
        ("W 80°30'--W 70°00'/N 50°00'--N 40°00'", PlaceKind.BOX),
        ("-80.5 -70 50 40.25", PlaceKind.BOX),
    ],
)
def test_what_coordinates_are(text: str, kind: PlaceKind) -> None:
    assert coverage.coordinates(text) == Place(text, kind)


@pytest.mark.parametrize(
    ("text", "given", "type_"),
    [
        ("10.1000/182", "", "doi"),
        ("doi:10.1000/182", "", "doi"),
        ("https://doi.org/10.1000/182", "uri", "doi"),
        ("hdl:10063/1", "", "hdl"),
        ("10063/1", "Handle", "hdl"),
        ("ark:/12148/btv1b8449691v", "", "ark"),
        ("ISBN 978-3-16-148410-0", "", "isbn"),
        ("urn:issn:0028-0836", "", "issn"),
        ("ISMN M-2306-7118-7", "", "ismn"),
        ("LCCN 2001012345", "", "lccn"),
        ("OCLC 123", "", "oclc"),
        ("OCLC member", "", ""),
        ("urn:nbn:de:101:1-201102033592", "", "urn"),
        ("http://example.org/", "", "uri"),
        ("rfta:10", "PID", "pid"),
        ("A 17", "local", "local"),
        ("A 17", "", ""),
    ],
)
def test_what_an_identifier_is(text: str, given: str, type_: str) -> None:
    assert identified(text, given) == Identifier(text, type_)
