"""The oai_dc exporter."""

import pytest
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.dublin_core import oai_dc
from mdwatch.exporters.records import dcmi
from mdwatch.model import IntellectualEntity
from tests.exporters import samples
from tests.exporters.samples import DC, SHARED, dc, entity, mods, needs_shared

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def told(ie: IntellectualEntity) -> list[tuple[str, str]]:
    """Element names and texts of its document."""
    return [(etree.QName(element).localname, element.text or "") for element in etree.fromstring(oai_dc.export(ie))]


@needs_shared
def test_every_document_is_valid() -> None:
    schema = etree.XMLSchema(file=str(SHARED / "schemas" / "oai-pmh" / "oai_dc.xsd"))
    everything = {**samples.real(), **samples.hard()}
    assert len(everything) > 280
    for name, ie in everything.items():
        document = oai_dc.export(ie)
        assert schema.validate(etree.fromstring(document)), (name, schema.error_log)
        assert document.startswith(b"<oai_dc:dc ")
        assert document.endswith(b"</oai_dc:dc>")


def test_the_record_is_told_in_its_order_with_refinements_folded() -> None:
    record = dc(
        "<dc:creator>C</dc:creator><dcterms:issued>2011</dcterms:issued><dc:title xml:lang='en'>T</dc:title>"
        "<dcterms:alternative>A</dcterms:alternative><dcterms:provenance>P</dcterms:provenance>"
        "<dc:identifier>x</dc:identifier>"
    )
    assert told(entity(record)) == [
        ("creator", "C"),
        ("date", "2011"),
        ("title", "T"),
        ("title", "A"),
        ("identifier", "x"),
        ("identifier", "IE1"),
    ]


@pytest.mark.parametrize("name", sorted(dcmi.TERMS))
def test_each_term(name: str) -> None:
    found = told(entity(dc(f"<dcterms:{name}>x</dcterms:{name}>")))
    element = dcmi.simple(name)
    assert found == ([(element, "x")] if element else []) + [("identifier", "IE1")]
    assert (name in dcmi.UNREFINING) is not bool(element)


def test_languages_are_kept_where_they_are_some() -> None:
    record = dc("<dc:title xml:lang='en_NZ'>A</dc:title><dc:title xml:lang='no lang'>B</dc:title>", 'xml:lang="mi"')
    root = etree.fromstring(oai_dc.export(entity(record)))
    assert [title.get(LANG) for title in root.iterfind(f"{{{DC}}}title")] == ["en-NZ", None]


def test_nothing_is_told_twice() -> None:
    record = dc(
        "<dcterms:issued>2011</dcterms:issued><dcterms:available>2011</dcterms:available>"
        "<dc:title>T</dc:title><dc:title xml:lang='en'>T</dc:title>"
    )
    root = etree.fromstring(oai_dc.export(entity(record)))
    assert [(element.text, element.get(LANG)) for element in root] == [("2011", None), ("T", "en"), ("IE1", None)]


def test_the_pid_is_added_only_if_it_is_not_there() -> None:
    assert told(entity(dc("<dc:identifier> IE1 </dc:identifier>"))) == [("identifier", "IE1")]
    assert told(entity(dc(""))) == [("identifier", "IE1")]


def test_without_dublin_core_the_source_is_told() -> None:
    source = mods(
        "<titleInfo><title>T</title><subTitle>S</subTitle></titleInfo><name><namePart>N</namePart><role>"
        "<roleTerm type='text'>creator</roleTerm></role></name><name><etal/></name><genre>G</genre>"
        "<originInfo><publisher>P</publisher><dateCaptured>2001</dateCaptured></originInfo>"
        "<subject><topic>A</topic><topic>B</topic><geographic>Peru</geographic></subject>"
        "<relatedItem type='original'><titleInfo><title>O</title></titleInfo></relatedItem>"
        "<accessCondition xlink:href='http://l.org/1'>Free</accessCondition>"
    )
    assert told(entity(None, ("mods", source))) == [
        ("title", "T: S"),
        ("creator", "N"),
        ("publisher", "P"),
        ("date", "2001"),
        ("type", "G"),
        ("subject", "A--B"),
        ("coverage", "Peru"),
        ("source", "O"),
        ("rights", "Free"),
        ("rights", "http://l.org/1"),
        ("identifier", "IE1"),
    ]


def test_a_broken_descriptive_record_is_the_reason_for_no_document() -> None:
    with pytest.raises(Rejected, match="not well-formed"):
        oai_dc.export(entity("<dc:record"))


@needs_shared
def test_no_et_al_is_printed() -> None:
    """As the Library of Congress's own stylesheet does after every creator."""
    for name, ie in samples.real().items():
        assert b"et al" not in oai_dc.export(ie).split(b"<dc:description")[0], name


def test_what_it_is() -> None:
    exporter = oai_dc.EXPORTER
    assert (exporter.name, exporter.harvestable, exporter.is_xml) == ("oai_dc", True, True)
    assert exporter.export(entity(None)) == oai_dc.export(entity(None))
