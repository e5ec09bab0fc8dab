"""What numbers and addresses of authority files name."""

import pytest
from lxml import etree

from mdwatch.exporters.records import authority_files, ead
from mdwatch.exporters.records.mods import reader
from tests.exporters.samples import mods


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://id.loc.gov/authorities/names/n1", "http://id.loc.gov/authorities/names/n1"),
        ("(uri) http://id.loc.gov/authorities/names/n1", "http://id.loc.gov/authorities/names/n1"),
        ("(uri)http://id.loc.gov/authorities/names/n1", "http://id.loc.gov/authorities/names/n1"),
        ("(DE-588)118540238", "https://d-nb.info/gnd/118540238"),
        ("(DE-588)4045312-9", "https://d-nb.info/gnd/4045312-9"),
        ("(DLC)n  79021164", "http://id.loc.gov/authorities/names/n79021164"),
        ("(DLC)sh 85123613", "http://id.loc.gov/authorities/subjects/sh85123613"),
        ("(DLC)7", ""),
        ("(orcid)0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("(OCoLC)fst00966684", "http://id.worldcat.org/fast/966684"),
        ("(OCoLC)123", ""),
        ("(FAST) fst00966684", "http://id.worldcat.org/fast/966684"),
        ("(viaf)102333412", "http://viaf.org/viaf/102333412"),
        ("(Uk)00000", ""),
        ("118540238", ""),
        ("https://viaf.org/viaf/search?query=local.names+all+x", ""),
        ("https://id.loc.gov/search/?q=x", ""),
        ("http://a b", ""),
        ("", ""),
    ],
)
def test_uri(text: str, expected: str) -> None:
    assert authority_files.uri(text) == expected


ORCID = "https://orcid.org/0000-0002-1825-0097"
ROR = "https://ror.org/03yrm5c26"


@pytest.mark.parametrize(
    ("attributes", "number", "expected"),
    [
        ('type="orcid"', "0000-0002-1825-0097", ORCID),
        ('type="orcid"', "0000000218250097", ORCID),
        ('type="ORCID"', "ORCID: 0000-0002-1825-0097", ORCID),
        ('type="orcid"', "orcid.org/0000-0002-1825-0097", ORCID),
        ('type="orcid"', "http://orcid.org/0000-0002-1825-0097/", ORCID),
        ('type="orcid"', "https%3A%2F%2Forcid.org%2F0000-0002-1825-0097", ORCID),
        ("", "https://orcid.org/0000-0002-1694-233x", "https://orcid.org/0000-0002-1694-233X"),
        ("", "0000-0002-1825-0097", ORCID),
        ('typeURI="https://orcid.org"', "0000-0002-1825-0097", ORCID),
        ('typeURI="http://id.loc.gov/vocabulary/identifiers/orcid"', "0000-0002-1825-0097", ORCID),
        ('type="ror"', "03yrm5c26", ROR),
        ('type="ROR"', "ror.org/03yrm5c26", ROR),
        ("", "https://ror.org/03yrm5c26/", ROR),
        ('typeURI="https://ror.org/"', "03yrm5c26", ROR),
        ('type="isni"', "0000 0001 2103 2683", "https://isni.org/isni/0000000121032683"),
        ('type="viaf"', "102333412", "http://viaf.org/viaf/102333412"),
        ('type="gnd"', "118540238", "https://d-nb.info/gnd/118540238"),
        ('type="gnd"', "d-nb.info/gnd/118540238", "https://d-nb.info/gnd/118540238"),
        ('type="naf"', "n 79021164", "http://id.loc.gov/authorities/names/n79021164"),
        ('type="local"', "118540238", ""),
        ('type="orcid" invalid="yes"', "0000-0002-1825-0097", ""),
    ],
)
def test_a_name_of_mods(attributes: str, number: str, expected: str) -> None:
    identifier = f"<nameIdentifier {attributes}>{number}</nameIdentifier>"
    said = reader.read(mods(f"<name><namePart>Doe</namePart>{identifier}</name>"))
    assert [name.uri for name in said.names] == [expected]


@pytest.mark.parametrize(
    ("file", "number", "expected"),
    [
        ("gnd", "118540238", "https://d-nb.info/gnd/118540238"),
        ("viaf", "http://viaf.org/viaf/1", "http://viaf.org/viaf/1"),
        ("local", "7", ""),
    ],
)
def test_a_heading_of_ead(file: str, number: str, expected: str) -> None:
    heading = f'<persname source="{file}" authfilenumber="{number}">Doe, Jane</persname>'
    did = f"<did><unittitle>T</unittitle><origination>{heading}</origination></did>"
    root = etree.fromstring(f"<ead><archdesc>{did}<controlaccess>{heading}</controlaccess></archdesc></ead>")
    said = ead.read(root)
    assert [said.names[0].uri, said.subjects[0].uri] == [expected, expected]
