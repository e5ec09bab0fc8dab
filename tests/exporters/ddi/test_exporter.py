from dataclasses import replace

import pytest
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.ddi.exporter import EXPORTER, export
from mdwatch.exporters.ddi.writer import NAMESPACE
from mdwatch.model import IntellectualEntity
from tests.exporters import samples

REAL = samples.real()
HARD = samples.hard()

N = f"{{{NAMESPACE}}}"
STUDY = "<stdyDscr><citation><titlStmt><titl>Own</titl></titlStmt></citation></stdyDscr>"
OWN = f'<codeBook xmlns="{NAMESPACE}" version="2.5">{STUDY}<dataDscr><var ID="V1" name="v"/></dataDscr></codeBook>'
DESCRIPTIVE = samples.dc("<dc:title>Described</dc:title>")


@pytest.fixture(scope="module")
def ddi_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(samples.SHARED / "schemas/ddi-codebook-2.5/ddi_codebook_2_5.xsd"))


def title_of(ie: IntellectualEntity) -> str | None:
    return etree.fromstring(export(ie)).findtext(f"{N}stdyDscr/{N}citation/{N}titlStmt/{N}titl")


def test_the_format_presents_itself_as_dataverse_does() -> None:
    assert EXPORTER.name == "ddi"
    assert EXPORTER.is_xml
    assert EXPORTER.harvestable
    assert EXPORTER.namespace == "ddi:codebook:2_5"
    assert EXPORTER.schema == "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
    assert EXPORTER.schema_version == "2.5"


@samples.needs_shared
@pytest.mark.parametrize("name", sorted({*REAL, *HARD}))
def test_every_ie_makes_a_valid_codebook(ddi_schema: etree.XMLSchema, name: str) -> None:
    document = export((REAL | HARD)[name])
    ddi_schema.assertValid(etree.fromstring(document))


@pytest.mark.parametrize("name", sorted(HARD))
def test_the_document_can_stand_inside_another(name: str) -> None:
    document = export(HARD[name])
    assert document.startswith(b"<codeBook xmlns=")
    assert document.endswith(b"</codeBook>")
    inside = etree.fromstring(b'<m xmlns="urn:x" xmlns:dc="urn:y">' + document + b"</m>")[0]
    assert etree.tostring(inside, method="c14n", exclusive=True) == etree.tostring(
        etree.fromstring(document), method="c14n", exclusive=True
    )
    assert export(HARD[name]) == document


def test_a_descriptive_record_that_cannot_be_read_is_the_reason() -> None:
    with pytest.raises(Rejected, match="not well-formed"):
        export(samples.entity("<dc:record"))


def test_characters_that_xml_cannot_hold_are_shown_as_such() -> None:
    ie = IntellectualEntity(pid="IE1", institution="A\x00B\ud800C")
    root = etree.fromstring(export(ie))
    assert root.findtext(f"{N}docDscr/{N}citation/{N}distStmt/{N}distrbtr") == "A\ufffdB\ufffdC"


def test_five_hundred_authors_are_all_there_in_order() -> None:
    root = etree.fromstring(export(HARD["five hundred authors"]))
    authors = root.findall(f"{N}stdyDscr/{N}citation/{N}rspStmt/{N}AuthEnty")
    assert [author.text for author in authors] == [f"Author, Number {number}" for number in range(500)]


@pytest.mark.parametrize("sub_type", ["ddi", "DDI", "OTHER:ddi", "OTHER:ddi-codebook", "OTHER:survey"])
def test_a_codebook_of_its_own_is_exported_as_it_is(sub_type: str) -> None:
    ie = samples.entity(DESCRIPTIVE, ("mods", samples.mods("")), (sub_type, OWN))
    assert export(ie).decode() == OWN


def test_what_stands_around_a_codebook_is_left_behind() -> None:
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n{OWN}\n<?stop?>\n'
    assert export(samples.entity(None, ("ddi", content))).decode() == OWN


def test_the_first_codebook_counts() -> None:
    ie = samples.entity(None, ("ddi", OWN), ("ddi", OWN.replace("Own", "Second")))
    assert title_of(ie) == "Own"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f'<codeBook xmlns="{NAMESPACE}"/>', id="no study"),
        pytest.param(f'<codeBook xmlns="{NAMESPACE}"><stdyDscr/></codeBook>', id="a study without a title"),
        pytest.param(f'<wrap xmlns:d="{NAMESPACE}">{OWN}</wrap>', id="another root"),
        pytest.param(OWN.replace("codeBook", "codeBooks"), id="another root of the namespace"),
        pytest.param(OWN[:-1], id="cut off"),
    ],
)
def test_what_is_no_codebook_is_not_passed_on(content: str) -> None:
    assert title_of(samples.entity(DESCRIPTIVE, ("ddi", content))) == "Described"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(OWN.replace(NAMESPACE, "http://www.icpsr.umich.edu/DDI"), id="version 2.1 and earlier"),
        pytest.param(OWN.replace(NAMESPACE, "ddi:codebook:2_6"), id="a later version"),
        pytest.param(OWN.replace(f' xmlns="{NAMESPACE}"', ""), id="version 1, no namespace"),
        pytest.param(OWN.replace("<", "<d:").replace("<d:/", "</d:").replace("xmlns=", "xmlns:d="), id="a prefix"),
    ],
)
def test_a_codebook_of_another_version_comes_out_as_one_of_this(content: str) -> None:
    ie = samples.entity(DESCRIPTIVE, ("ddi", content.replace('version="2.5"', 'version="1.3"')))
    assert title_of(ie) == "Own"
    assert etree.fromstring(export(ie)).get("version") == "2.5"
    assert etree.fromstring(export(ie)).find(f".//{N}var") is not None


def test_a_codebook_of_its_own_is_told_where_the_ie_is() -> None:
    ie = replace(samples.entity(None, ("ddi", OWN)), landing_page="https://example.org/IE1")
    citation = etree.fromstring(export(ie)).find(f"{N}stdyDscr/{N}citation")
    assert citation is not None
    assert [(child.tag, child.get("URI")) for child in citation][1:] == [(f"{N}holdings", "https://example.org/IE1")]


@samples.needs_shared
def test_a_real_interview_says_all_that_its_mods_says() -> None:
    root = etree.fromstring(export(REAL["mods rfta-10"]))

    def all_of(path: str) -> list[str | None]:
        return [
            element.text for element in root.findall(f"{N}stdyDscr/" + "/".join(N + tag for tag in path.split("/")))
        ]

    assert all_of("citation/titlStmt/titl") == ["Interview with Paul Wellborn, 2019-10-13"]
    assert all_of("citation/titlStmt/IDNo") == ["IE2", "20191013_Wellborn_Paul", "rfta:10"]
    assert all_of("citation/rspStmt/othId") == ["Wellborn, Paul", "Kaufman, Casey"]
    assert all_of("citation/prodStmt/prodDate") == ["2019-10-13"]
    assert all_of("stdyInfo/subject/keyword")[1:] == [
        "Emergency management", "Evacuation of civilians", "Tourism", "Wildfires",
    ]  # fmt: skip
    assert "Ely's Mill" in all_of("stdyInfo/sumDscr/geogCover")
    assert all_of("stdyInfo/sumDscr/geoBndBox/westBL") == ["-83.50877"]
    assert all_of("dataAccs/setAvail/collSize") == ["00:38:18"]
    assert all_of("othrStdyMat/relMat") == ["Rising from the Ashes Oral Histories"]


@samples.needs_shared
def test_a_real_thesis_keeps_its_handle() -> None:
    root = etree.fromstring(export(next(ie for name, ie in REAL.items() if "thesis" in name)))
    numbers = [(number.get("agency"), number.text) for number in root.iter(f"{N}IDNo")]
    assert ("handle", "hdl:10063/1710") in numbers
    assert "https://hdl.handle.net/10063/1710" in [holding.get("URI") for holding in root.iter(f"{N}holdings")]
