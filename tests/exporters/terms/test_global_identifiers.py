"""Identifiers known the world over, in whatever spelling a record has them, and what the formats make of them."""

import json
from html import escape

import pytest
from lxml import etree

from mdwatch.exporters.datacite import exporter as datacite
from mdwatch.exporters.ddi import exporter as ddi
from mdwatch.exporters.records.identifier_types import canonical, identified
from mdwatch.exporters.schema_org import exporter as schema_org
from mdwatch.exporters.terms.global_identifiers import Global, known
from tests.exporters.samples import dc, entity

_HANDLE = Global("20.500/12", "Handle", "https://hdl.handle.net/20.500/12")
_DOI = Global("10.5072/Abc", "DOI", "https://doi.org/10.5072/Abc")
_SICI = "https://doi.org/10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-%23"
_ISBN = Global("9783161484100", "ISBN")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://hdl.handle.net/20.500%2F12", _HANDLE),
        ("http://hdl.handle.net/20.500/12", _HANDLE),
        ("hdl.handle.net/20.500/12", _HANDLE),
        ("hdl:20.500%2f12", _HANDLE),
        ("info:hdl/20.500/12", _HANDLE),
        ("handle:20.500/12", _HANDLE),
        ("Handle: https://hdl.handle.net/20.500/12", _HANDLE),
        ("https://hdl.handle.net/20.500/12?urlappend=%26page=2", _HANDLE),
        ("http://hdl.handle.net/20.500/a%20b", Global("20.500/a b", "Handle", "https://hdl.handle.net/20.500/a%20b")),
        ("https://doi.org/10.5072%2FAbc", _DOI),
        ("DOI:https://doi.org/10.5072/Abc", _DOI),
        ("doi: doi.org/10.5072/Abc", _DOI),
        ("https://doi.org/10.5072/Abc?x=1", _DOI),
        (_SICI, Global("10.1002/(SICI)1097<1::AID>3.0.CO;2-#", "DOI", _SICI)),
        ("10.5072/a%b", Global("10.5072/a%b", "DOI", "https://doi.org/10.5072/a%25b")),
        ("https://doi.org/10.5072/%00", Global("10.5072/%00", "DOI", "https://doi.org/10.5072/%2500")),
        ("https://n2t.net/ark:/12345/a%3Ab", Global("ark:/12345/a:b", "ARK", "https://n2t.net/ark:/12345/a%3Ab")),
        ("ISBN-13: 978-3-16-148410-0", _ISBN),
        ("eISBN 978-3-16-148410-0 (epub)", _ISBN),
        ("ISBN 978\N{HYPHEN}3\N{EN DASH}16\N{NON-BREAKING HYPHEN}148410\N{HYPHEN}0", _ISBN),
        ("ISSN 0028\N{EN DASH}0836", Global("0028-0836", "ISSN")),
        ("e-ISSN: 0028-0836", Global("0028-0836", "EISSN")),
    ],
)
def test_a_spelling(written: str, found: Global) -> None:
    assert known(identified(written)) == found


@pytest.mark.parametrize("written", ["handle: with care", "Handle 12", "ISBN unknown", "doi: to be given"])
def test_what_only_looks_like_one(written: str) -> None:
    assert known(identified(written)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("handle:20.500/12", "https://hdl.handle.net/20.500%2F12"),
        ("DOI: https://doi.org/10.5072/abc", "10.5072/ABC"),
        ("ISBN-13: 978-3-16-148410-0", "isbn:978\N{EN DASH}3\N{EN DASH}16\N{EN DASH}148410\N{EN DASH}0"),
    ],
)
def test_two_spellings_of_one(one: str, other: str) -> None:
    assert canonical(identified(one)) == canonical(identified(other))


@pytest.mark.parametrize(
    ("written", "agency", "type_", "name", "address"),
    [
        ("https://hdl.handle.net/20.500%2F12", "handle", "Handle", "20.500/12", "https://hdl.handle.net/20.500/12"),
        (_SICI, "DOI", "DOI", "10.1002/(SICI)1097<1::AID>3.0.CO;2-#", _SICI),
    ],
)
def test_in_the_formats(written: str, agency: str, type_: str, name: str, address: str) -> None:
    """A percent sign of an address was escaped once more, and the address led nowhere."""
    ie = entity(dc(f"<dc:title>T</dc:title><dc:identifier>{escape(written)}</dc:identifier>"))
    identifier = etree.fromstring(datacite.export(ie)).find("{*}identifier")
    assert identifier is not None
    assert (identifier.get("identifierType"), identifier.text) == (type_, name)
    assert json.loads(schema_org.export(ie))["@id"] == address
    codebook = etree.fromstring(ddi.export(ie))
    scheme = {"DOI": "doi", "handle": "hdl"}[agency]
    assert [number.text for number in codebook.iterfind(f".//{{*}}IDNo[@agency='{agency}']")] == [f"{scheme}:{name}"]
    assert address in [holdings.get("URI") for holdings in codebook.iterfind(".//{*}holdings")]
