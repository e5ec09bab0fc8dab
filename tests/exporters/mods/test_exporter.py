"""The mods exporter."""

import pytest
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.mods import exporter as mods_exporter
from mdwatch.model import IntellectualEntity
from tests.exporters import samples
from tests.exporters.samples import MODS, SHARED, XSI, dc, entity, needs_shared

NS = {"m": MODS}
LOCATION = f"{{{XSI}}}schemaLocation"


def document(ie: IntellectualEntity) -> etree._Element:
    return etree.fromstring(mods_exporter.export(ie))


def found(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path, NS)]


@needs_shared
def test_every_document_is_valid() -> None:
    schema = etree.XMLSchema(file=str(SHARED / "schemas" / "mods-3.8" / "mods-3-8.xsd"))
    for name, ie in {**samples.real(), **samples.hard()}.items():
        root = mods_exporter.export(ie)
        assert schema.validate(etree.fromstring(root)), (name, schema.error_log)
        assert not root.startswith(b"<?xml")
        assert root.endswith(b"mods>")


@needs_shared
def test_real_records_come_through_as_they_are() -> None:
    parser = etree.XMLParser(remove_comments=True, remove_pis=True)
    count = 0
    for name, ie in samples.real().items():
        for own in (record for record in ie.sources if record.sub_type.lower() == "mods"):
            before, after = etree.fromstring(own.content, parser), document(ie)
            before.attrib.pop(LOCATION, None)
            assert (after.attrib.pop(LOCATION) or "").startswith(
                f"{MODS} https://www.loc.gov/standards/mods/v3/mods-3-8.xsd"
            )
            assert etree.tostring(before, method="c14n") == etree.tostring(after, method="c14n"), name
            count += 1
    assert count == 2 * 138 + 2


@pytest.mark.parametrize("white", ["", " ", "\n    ", "\u00a0"])
def test_listed_words_stand_without_white_space(white: str) -> None:
    inner = f"<originInfo>{white}<issuance>{white}monographic{white}</issuance></originInfo>"
    root = document(samples.entity(None, ("mods", samples.mods(f"<titleInfo><title>T</title></titleInfo>{inner}"))))
    assert [element.text for element in root.iterfind(".//m:issuance", NS)] == ["monographic"]
    assert root.find("m:note", NS) is None


@needs_shared
def test_a_collection_within_foreign_content_is_none() -> None:
    schema = etree.XMLSchema(file=str(SHARED / "schemas" / "mods-3.8" / "mods-3-8.xsd"))
    inner = '<modsCollection source="x">W<titleInfo><title>U</title></titleInfo></modsCollection>'
    ie = samples.entity(
        None, ("mods", samples.mods(f"<titleInfo><title>T</title></titleInfo><extension>{inner}</extension>"))
    )
    root = document(ie)
    assert schema.validate(root), schema.error_log
    assert [note.text for note in root.iterfind("m:note", NS)] == ["W U"]


def test_an_invalid_record_keeps_its_words() -> None:
    root = document(samples.hard()["invalid MODS"])
    notes = {note.get("displayLabel"): note.text for note in root.iterfind("m:note", NS) if note.get("displayLabel")}
    assert notes == {"mods": "stray words", "publisher": "Misplaced", "etal": "and others"}
    assert [etree.QName(element).localname for element in root.iterfind("m:location/*", NS)] == [
        "physicalLocation",
        "shelfLocator",
        "url",
    ]
    assert found(root, "m:subject/m:topic") == ["AB"]
    assert root.find("m:titleInfo", NS) is not None
    assert dict(root.find("m:titleInfo", NS).attrib) == {}  # type: ignore[union-attr]
    assert root.find("m:language", NS) is None


@pytest.mark.parametrize(
    "unfit", ["<html>not MODS</html>", "<broken", f'<mods xmlns="{MODS}"/>', f'<mods xmlns="{MODS}"><language/></mods>']
)
def test_a_record_that_says_nothing_is_passed_over(unfit: str) -> None:
    second = f'<mods xmlns="{MODS}"><note>second</note></mods>'
    record = dc("<dc:title>T</dc:title>")
    assert found(document(entity(record, ("mods", unfit), ("mods", second))), "m:note") == ["second"]
    assert found(document(entity(record, ("mods", unfit))), "m:titleInfo/m:title") == ["T"]


def test_without_mods_it_is_made_of_dublin_core() -> None:
    record = dc(
        "<dc:title xml:lang='en_NZ'>T</dc:title><dc:creator>C</dc:creator><dc:contributor>D</dc:contributor>"
        "<dc:type>MovingImage</dc:type><dc:type>Interview</dc:type><dc:language>eng</dc:language>"
        "<dc:language>Te reo</dc:language><dc:date>1914/1918</dc:date>"
        "<dcterms:dateSubmitted>2011</dcterms:dateSubmitted>"
        "<dc:format>image/tiff</dc:format><dcterms:extent>5 p.</dcterms:extent><dcterms:spatial>Peru</dcterms:spatial>"
        "<dcterms:isPartOf>Book</dcterms:isPartOf><dcterms:requires>Lens</dcterms:requires>"
        "<dcterms:license>http://l.org/a b</dcterms:license><dcterms:accessRights>Closed</dcterms:accessRights>"
    )
    root = document(entity(record))
    assert found(root, "m:titleInfo/m:title") == ["T"]
    assert [(name[0].text, len(name)) for name in root.iterfind("m:name", NS)] == [("C", 2), ("D", 1)]
    assert found(root, "m:typeOfResource") == ["moving image"]
    assert found(root, "m:genre") == ["Interview"]
    assert [(term.text, term.get("type")) for term in root.iterfind("m:language/m:languageTerm", NS)] == [
        ("eng", "code"),
        ("Te reo", "text"),
    ]
    dates = [(date.text, date.get("point"), date.get("type")) for date in root.iterfind("m:originInfo/m:dateOther", NS)]
    assert dates == [("1914", "start", None), ("1918", "end", None), ("2011", None, "dateSubmitted")]
    assert found(root, "m:physicalDescription/m:internetMediaType") == ["image/tiff"]
    assert found(root, "m:subject/m:geographic") == ["Peru"]
    assert [(item.get("type"), item.get("otherType")) for item in root.iterfind("m:relatedItem", NS)] == [
        ("host", None),
        (None, "requires"),
    ]
    assert [item.get("type") for item in root.iterfind("m:accessCondition", NS)] == [
        "use and reproduction",
        "restriction on access",
    ]
    assert found(root, "m:identifier") == ["IE1"]


def test_a_broken_descriptive_record_matters_only_if_it_is_needed() -> None:
    own = f'<mods xmlns="{MODS}"><note>own</note></mods>'
    assert found(document(entity("<dc:record", ("mods", own))), "m:note") == ["own"]
    with pytest.raises(Rejected):
        mods_exporter.export(entity("<dc:record"))


def test_what_it_is() -> None:
    exporter = mods_exporter.EXPORTER
    assert (exporter.name, exporter.namespace, exporter.harvestable) == ("mods", MODS, True)
