"""Rosetta METS: valid against the METS schema whatever the records hold, and nothing lost on the way."""

import base64
import re
from dataclasses import replace
from functools import cache
from typing import Final

import pytest
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.rosetta_mets.embedded import SET_ASIDE
from mdwatch.exporters.rosetta_mets.exporter import EXPORTER
from mdwatch.formats import mets, xml
from mdwatch.formats.canonical import digests
from mdwatch.model import IntellectualEntity, Record, RecordType
from tests.exporters import samples

M: Final = f"{{{mets.NAMESPACE}}}"
XLINK: Final = "http://www.w3.org/1999/xlink"
LIMITS: Final = xml.Limits()
IES: Final = samples.real() | samples.hard()


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(samples.SHARED / "schemas" / "mets-1.12" / "mets-1-12-1.xsd"))


def exported(ie: IntellectualEntity) -> etree._Element:
    """The root of the export, once it is known to be fit for embedding."""
    document = EXPORTER.export(ie)
    assert re.match(rb"<\w+:mets ", document)
    assert re.search(rb"</\w+:mets>\Z", document)
    return etree.fromstring(document)


def valid(ie: IntellectualEntity) -> etree._Element:
    """The root of the export, once it is known to be valid."""
    root = exported(ie)
    if (samples.SHARED / "schemas").is_dir():
        schema().assertValid(root)
    return root


def with_source(content: str, mid: str = "1", **facts: str) -> IntellectualEntity:
    record = Record(type=RecordType.SOURCE, sub_type="OTHER:x", mid=mid, content=content)
    return replace(samples.entity(samples.dc("<dc:title>T</dc:title>")), records=(record,), **facts)  # type: ignore[arg-type]


@samples.needs_shared
def test_valid_against_mets() -> None:
    assert [name for name, ie in IES.items() if not schema().validate(exported(ie))] == []


@samples.needs_shared
@pytest.mark.parametrize("name", sorted(name for name in IES if name.startswith("mets")))
def test_without_the_exporter_real_mets_are_invalid(name: str) -> None:
    assert not schema().validate(etree.fromstring(mets.write(IES[name])))


def test_records_are_kept_but_for_the_names_of_attributes_set_aside() -> None:
    for ie in IES.values():
        _check_records(ie, exported(ie))


def _check_records(ie: IntellectualEntity, root: etree._Element) -> None:
    held = [record for record in (ie.descriptive, *ie.sources) if record is not None]
    sections = root.findall(f"{M}dmdSec[@ID='ie-dmd']")
    sources = root.findall(f"{M}amdSec[@ID='ie-amd']/{M}sourceMD")
    sections += [source for source in sources if source.get("ID") != "ie-amd-source"]
    assert len(sections) == len(held)
    for section, record in zip(sections, held, strict=True):
        data = section.find(f"{M}mdWrap/{M}xmlData")
        assert data is not None
        element = data[0]
        if element.tag == f"{{{SET_ASIDE}}}text":
            assert element.text == record.content
            continue
        _restore(element)
        assert digests(element, LIMITS) == digests(xml.parse(record.content, LIMITS), LIMITS)


def _restore(root: etree._Element) -> None:
    """Undoes what setting aside did, as far as these records have such attributes."""
    homes = {"type": samples.XSI, "href": XLINK, "id": "http://www.w3.org/XML/1998/namespace"}
    for element in root.iter():
        for name, namespace in homes.items():
            value = element.attrib.pop(f"{{{SET_ASIDE}}}{name}", None)
            if value is not None:
                element.set(f"{{{namespace}}}{name}", value)


@pytest.mark.parametrize(
    ("mid", "identifier"),
    [
        ("MODS-1", "MODS-1"),
        ("561360", "id-561360"),
        ("a b", "a_x0020_b"),
        ("ie-amd", "ie-amd_"),
        ("-", "id--"),
        ("é:😀", "_x00E9__x003A__x1F600_"),
        ("a²", "a_x00B2_"),
    ],
)
def test_a_mid_becomes_an_id(mid: str, identifier: str) -> None:
    root = valid(with_source("<x/>", mid))
    source = root.find(f"{M}amdSec/{M}sourceMD")
    assert source is not None
    assert source.get("ID") == identifier
    assert source.get(f"{{{SET_ASIDE}}}ID", identifier) == mid


@pytest.mark.parametrize(
    ("attribute", "kept"),
    [
        ('xsi:type="dcterms:URI"', False),
        ('xsi:type="xs:date"', False),
        ('xml:id="a"', False),
        ('xlink:href="http://[x"', False),
        ('xlink:href="%zz"', False),
        ('xlink:href="http://example.org/a?b=c#d"', True),
        ('xlink:href="urn:isbn:1"', True),
        ('xlink:show="loudly"', False),
        ('xlink:show="new"', True),
        ('xlink:actuate="never"', False),
        ('xlink:actuate="onLoad"', True),
        ('xlink:title=""', True),
        ('xsi:nil="perhaps"', True),
        ('xsi:schemaLocation="urn:x x.xsd"', True),
    ],
)
def test_what_the_schema_may_refuse_is_set_aside(attribute: str, kept: bool) -> None:
    record = f'<x xmlns:xsi="{samples.XSI}" xmlns:xlink="{XLINK}" {attribute}>x</x>'
    element = valid(with_source(record)).find(f".//{M}sourceMD//x")
    assert element is not None
    [(name, value)] = element.attrib.items()
    assert value == attribute.split('"', 2)[1]
    local = re.split("[:=]", attribute)[1]
    assert etree.QName(name).localname == local
    assert (etree.QName(name).namespace == SET_ASIDE) is not kept


def test_a_prefix_that_only_a_value_uses_stays_declared() -> None:
    record = f'<x xmlns:xsi="{samples.XSI}" xmlns:dcterms="urn:terms" xsi:type="dcterms:URI"/>'
    element = valid(with_source(record)).find(f".//{M}sourceMD//x")
    assert element is not None
    assert element.nsmap["dcterms"] == "urn:terms"


def test_two_records_with_one_xml_id() -> None:
    ie = samples.entity(None, ("tei", '<a xml:id="x"/>'), ("tei", '<b xml:id="x"/>'))
    assert [element.get(f"{{{SET_ASIDE}}}id") for element in valid(ie).iter("a", "b")] == ["x", "x"]


def test_a_record_that_is_mets_goes_in_as_base64() -> None:
    record = f'<m:mets xmlns:m="{mets.NAMESPACE}"><m:dmdSec ID="ie-amd"/></m:mets>'
    binary = valid(with_source(record)).find(f".//{M}sourceMD/{M}mdWrap/{M}binData")
    assert binary is not None
    assert etree.fromstring(base64.b64decode(binary.text or "")).tag == f"{M}mets"


def test_a_record_that_is_no_xml_goes_in_as_text() -> None:
    element = valid(with_source("<broken & \x01")).find(f".//{{{SET_ASIDE}}}text")
    assert element is not None
    assert element.text == "<broken & \ufffd"


def test_what_no_record_is_to_blame_for_is_raised() -> None:
    with pytest.raises(Rejected, match="institution"):
        EXPORTER.export(with_source("<x/>", institution="A.B"))


DNX: Final = '<dnx xmlns="http://www.exlibrisgroup.com/dps/dnx">{}</dnx>'
KEYS: Final = (
    '<section id="internalIdentifier"><record><key id="internalIdentifierType">PID</key>'
    '<key id="internalIdentifierValue">IE1</key></record></section>'
)


def remainder(inner: str) -> IntellectualEntity:
    """An IE that was loaded from a METS with this in it, behind its administrative metadata."""
    wrapped = f'<m:mdWrap MDTYPE="OTHER" OTHERMDTYPE="dnx"><m:xmlData>{DNX.format(KEYS)}</m:xmlData></m:mdWrap>'
    text = (
        f'<m:mets xmlns:m="{mets.NAMESPACE}"><m:amdSec ID="ie-amd"><m:techMD ID="ie-amd-tech">{wrapped}</m:techMD>'
        f"</m:amdSec>{inner}</m:mets>"
    )
    return replace(samples.entity(None), mets=text)


def test_references_follow_their_ids() -> None:
    root = exported(
        remainder(
            '<m:fileSec><m:fileGrp><m:file ID="7" ADMID="ie-amd-tech gone"/><m:file ID="F" ADMID="gone"/></m:fileGrp>'
            '</m:fileSec><m:structMap><m:div DMDID="gone"><m:fptr FILEID="7"/><m:fptr FILEID="gone"/>'
            '<m:fptr><m:area FILEID="gone"/></m:fptr></m:div></m:structMap>'
        )
    )
    files = list(root.iter(f"{M}file"))
    assert [(file.get("ID"), file.get("ADMID")) for file in files] == [("id-7", "ie-amd-tech"), ("F", None)]
    assert [pointer.get("FILEID") for pointer in root.iter(f"{M}fptr")] == ["id-7", None, None]
    assert [area.get("FILEID") for area in root.iter(f"{M}area")] == ["gone"]
    assert "DMDID" not in next(root.iter(f"{M}div")).attrib


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("", ["amdSec", "structMap"]),
        ("<m:structMap><m:div/></m:structMap>", ["amdSec", "structMap"]),
        (
            '<m:behaviorSec ID="b"><m:behavior ID="c"><m:mechanism LOCTYPE="URL"/></m:behavior></m:behaviorSec>',
            ["amdSec", "structMap", "behaviorSec"],
        ),
    ],
)
def test_a_structure_stands_where_mets_wants_one(inner: str, expected: list[str]) -> None:
    assert [etree.QName(child).localname for child in valid(remainder(inner))] == expected


@pytest.mark.parametrize(
    "record",
    [
        f'<x xmlns:xsi="{samples.XSI}" xmlns:dcterms="urn:terms" xsi:type="dcterms:URI">http://x.org/1</x>',
        f'<x xmlns:xlink="{XLINK}" xml:id="a" xlink:href="a b" xlink:show="loudly" xlink:actuate="never">x</x>',
        f'<m:mets xmlns:m="{mets.NAMESPACE}"><m:dmdSec ID="ie-amd"/></m:mets>',
        '<x xmlns="urn:x" xml:id="a"><y xmlns="">xmlns:mdwatch="urn:mdwatch:set-aside"</y></x>',
    ],
)
@pytest.mark.parametrize("mid", ["MODS-1", "561360", "ie-amd"])
def test_reading_puts_back_what_was_set_aside(record: str, mid: str) -> None:
    """Encoding schemes were lost to an IE that was loaded from its export, and a record that is METS was refused."""
    ie = with_source(record, mid)
    read = mets.read(EXPORTER.export(ie), LIMITS)
    assert [source.mid for source in read.sources] == [mid]
    assert digests(xml.parse(read.sources[0].content, LIMITS), LIMITS) == digests(xml.parse(record, LIMITS), LIMITS)
    assert not re.search(rf"<[^>]*{SET_ASIDE}", read.sources[0].content)
    valid(read)
    assert mets.read(EXPORTER.export(read), LIMITS).records == read.records


def test_references_follow_the_ids_that_are_put_back() -> None:
    text = mets.write(with_source("<x/>", "7")).decode()
    text = text.replace("</mets:mets>", '<mets:structMap><mets:div ADMID="7 ie-amd"/></mets:structMap></mets:mets>')
    read = mets.read(EXPORTER.export(mets.read(text.encode(), LIMITS)), LIMITS)
    assert 'ADMID="7 ie-amd"' in mets.write(read).decode()
