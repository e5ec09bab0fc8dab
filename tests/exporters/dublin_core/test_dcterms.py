"""The dcterms exporter."""

from pathlib import Path

import pytest
from lxml import etree

from mdwatch.exporters.dublin_core import dcterms
from mdwatch.exporters.records import dcmi
from mdwatch.model import IntellectualEntity
from tests.exporters import samples
from tests.exporters.samples import DC, DCTERMS, SHARED, XSI, dc, entity, mods, needs_shared

LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# The shared schema is of 2003; these are the elements that the edition of 2008 has besides.
NEWER = {
    "license": "dcterms:accessRights",
    "rightsHolder": "dc:any",
    "provenance": "dc:any",
    "accrualMethod": "dc:any",
    "accrualPeriodicity": "dc:any",
    "accrualPolicy": "dc:any",
    "instructionalMethod": "dc:any",
}


def schema(folder: Path) -> etree.XMLSchema:
    """The schema of 2003 with the elements of 2008, and a root for them."""
    older = (SHARED / "schemas" / "ddi-codebook-2.5").as_uri()
    head = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:dc="{DC}" xmlns:dcterms="{DCTERMS}"'
    newer = "".join(f'<xs:element name="{name}" substitutionGroup="{group}"/>' for name, group in NEWER.items())
    (folder / "terms.xsd").write_text(
        f'{head} targetNamespace="{DCTERMS}"><xs:include schemaLocation="{older}/dcterms.xsd"/>'
        f'<xs:import namespace="{DC}" schemaLocation="{older}/dc.xsd"/>{newer}</xs:schema>'
    )
    (folder / "root.xsd").write_text(
        f'{head}><xs:import namespace="{DCTERMS}" schemaLocation="terms.xsd"/>'
        '<xs:element name="metadata" type="dcterms:elementOrRefinementContainer"/></xs:schema>'
    )
    return etree.XMLSchema(file=str(folder / "root.xsd"))


def elements(ie: IntellectualEntity) -> list[etree._Element]:
    return list(etree.fromstring(dcterms.export(ie)))


@needs_shared
def test_every_document_is_valid(tmp_path: Path) -> None:
    validator = schema(tmp_path)
    for name, ie in {**samples.real(), **samples.hard()}.items():
        document = dcterms.export(ie)
        assert validator.validate(etree.fromstring(document)), (name, validator.error_log)
        assert document.startswith(b"<metadata ")
        assert document.endswith(b"</metadata>")


@needs_shared
def test_the_schema_would_refuse(tmp_path: Path) -> None:
    validator = schema(tmp_path)
    for wrong in ("<dcterms:nothing/>", '<dc:date xsi:type="dcterms:W3CDTF">soon</dc:date>', "<other/>"):
        root = f'<metadata xmlns:dc="{DC}" xmlns:dcterms="{DCTERMS}" xmlns:xsi="{XSI}">{wrong}</metadata>'
        assert not validator.validate(etree.fromstring(root))


@pytest.mark.parametrize("name", sorted(dcmi.TERMS))
def test_every_refinement_is_kept(name: str) -> None:
    element, *_ = elements(entity(dc(f"<dcterms:{name} xml:lang='en'>x</dcterms:{name}>")))
    namespace = DC if name in dcmi.ELEMENTS else DCTERMS
    assert (element.tag, element.text, element.get(LANG)) == (f"{{{namespace}}}{name}", "x", "en")


@pytest.mark.parametrize(
    ("scheme", "text", "kept"),
    [
        *((scheme, "x", True) for scheme in sorted(dcmi.SCHEMES - {"W3CDTF", "DCMIType"})),
        *(("DCMIType", word, True) for word in sorted(dcmi.TYPES - {"MovingImage", "StillImage"})),
        ("DCMIType", "MovingImage", False),
        ("DCMIType", "Novel", False),
        ("W3CDTF", "2011", True),
        ("W3CDTF", "2011-07", True),
        ("W3CDTF", "2012-02-29", True),
        ("W3CDTF", "2011-02-29", False),
        ("W3CDTF", "2011-07-28T21:18:40Z", True),
        ("W3CDTF", "2011-07-28T21:18:40.5+12:00", True),
        ("W3CDTF", "2011-07-28T24:18:40Z", False),
        ("W3CDTF", "0000", False),
        ("W3CDTF", "11", False),
        ("URI", "http://example.org/", True),
        ("URI", "not one", False),
        ("RFC3066", "en_NZ", False),
        ("MARSDEN", "280199", False),
    ],
)
def test_a_scheme_is_named_where_the_value_keeps_to_it(scheme: str, text: str, *, kept: bool) -> None:
    element, *_ = elements(entity(dc(f'<dc:subject xsi:type="dcterms:{scheme}" xml:lang="en">{text}</dc:subject>')))
    expected = (f"dcterms:{scheme}", None) if kept else (None, "en")
    assert (element.get(f"{{{XSI}}}type"), element.get(LANG)) == expected


def test_without_dublin_core_the_source_is_told() -> None:
    source = mods(
        "<titleInfo type='alternative'><title>A</title></titleInfo>"
        "<originInfo><dateIssued>2011</dateIssued></originInfo>"
        "<subject authority='lcsh'><topic>Cats</topic></subject><relatedItem type='host'><titleInfo><title>H</title>"
        "</titleInfo></relatedItem>"
    )
    found = [
        (etree.QName(e).localname, e.text, e.get(f"{{{XSI}}}type")) for e in elements(entity(None, ("mods", source)))
    ]
    assert found == [
        ("alternative", "A", None),
        ("issued", "2011", None),
        ("subject", "Cats", "dcterms:LCSH"),
        ("isPartOf", "H", None),
        ("identifier", "IE1", None),
    ]


def test_what_it_is() -> None:
    exporter = dcterms.EXPORTER
    assert (exporter.name, exporter.namespace, exporter.harvestable) == ("dcterms", DCTERMS, False)
