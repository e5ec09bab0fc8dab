"""The stylesheet for human eyes: it shows every answer, links onwards, and runs and loads nothing."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from lxml import etree

import mdwatch
from mdwatch.formats.oai_pmh import answers, requests
from mdwatch.formats.oai_pmh.items import Page, Set
from mdwatch.formats.oai_pmh.requests import Refusal
from tests.formats.oai_pmh import samples
from tests.formats.oai_pmh.samples import ANSWERS, IDENTIFIER, OAI, TOKEN

SHEET = Path(mdwatch.__file__).parent / "web" / "assets" / "oai.xsl"


@pytest.fixture(scope="module")
def sheet() -> etree.XSLT:
    return etree.XSLT(etree.parse(SHEET), access_control=etree.XSLTAccessControl.DENY_ALL)


def page(sheet: etree.XSLT, answer: bytes) -> etree._Element:
    """The page that a browser would show, read again from its source as HTML."""
    shown = sheet(etree.fromstring(answer))
    assert not sheet.error_log
    return etree.fromstring(str(shown), etree.HTMLParser())


def links(root: etree._Element) -> list[str]:
    return [str(link) for link in root.xpath("//@href")]


def text(root: etree._Element) -> str:
    return " ".join(" ".join(root.xpath("//main//text()")).split())


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_is_shown(sheet: etree.XSLT, answer: bytes) -> None:
    root = page(sheet, answer)
    shown = text(root)
    for element in etree.fromstring(answer)[2].iter():
        if not len(element) and element.text and element.tag != f"{OAI}resumptionToken":
            assert " ".join(element.text.split()) in shown


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_link_is_a_request_that_is_understood(sheet: etree.XSLT, answer: bytes) -> None:
    root = page(sheet, answer)
    assert len(links(root)) >= 5
    for link in links(root):
        assert link.startswith("?verb=")
        if "resumptionToken=token" in link:  # of a sample, not a real one
            continue
        request = requests.parse(parse_qsl(link[1:]), key=samples.KEY, formats=("oai_dc", "ddi"))
        assert not isinstance(request, Refusal), link


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_runs_and_nothing_is_loaded(sheet: etree.XSLT, answer: bytes) -> None:
    root = page(sheet, answer)
    assert root.xpath("//script | //link | //img | //iframe | //object | //form | //base") == []
    assert root.xpath("//@*[starts-with(name(), 'on')] | //@src") == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ListMetadataFormats", "?verb=ListRecords&metadataPrefix=ddi"),
        ("ListMetadataFormats of one", f"?verb=GetRecord&metadataPrefix=oai_dc&identifier={IDENTIFIER}"),
        ("ListSets", "?verb=ListIdentifiers&metadataPrefix=oai_dc&set=a:b"),
        ("ListIdentifiers", f"?verb=GetRecord&metadataPrefix=oai_dc&identifier={IDENTIFIER}"),
        ("ListIdentifiers", f"?verb=ListMetadataFormats&identifier={IDENTIFIER}"),
        ("ListRecords", "?verb=ListRecords&metadataPrefix=oai_dc&set=a:b"),
        ("ListRecords, first page", f"?verb=ListRecords&resumptionToken={TOKEN}"),
        ("bad verb", "?verb=Identify"),
    ],
)
def test_links_lead_onwards(sheet: etree.XSLT, name: str, wanted: str) -> None:
    assert wanted in links(page(sheet, ANSWERS[name]))


@pytest.mark.parametrize(
    ("name", "place", "goes_on"),
    [
        ("ListRecords, first page", "1 to 5 of 12", True),
        ("ListRecords, second page", "6 to 10 of 12", True),
        ("ListRecords, last page", "11 to 12 of 12", False),
        ("ListRecords, size unknown", "1 to 2", True),
    ],
)
def test_pages_tell_where_they_are(sheet: etree.XSLT, name: str, place: str, goes_on: bool) -> None:
    root = page(sheet, ANSWERS[name])
    assert text(root).endswith(f"Next page {place}" if goes_on else f" {place}")
    assert len(root.xpath("//a[@rel='next']")) == goes_on


def test_the_current_verb_is_marked(sheet: etree.XSLT) -> None:
    assert page(sheet, ANSWERS["ListSets"]).xpath("//nav/a[@aria-current='page']/text()") == ["ListSets"]
    assert page(sheet, ANSWERS["bad verb"]).xpath("//nav/a[@aria-current]") == []


def test_markup_in_values_stays_text(sheet: etree.XSLT) -> None:
    hostile = '<script>alert(1)</script><a href="https://evil.example">x</a>'
    answer = answers.list_sets(samples.envelope(verb="ListSets"), Page([Set("a", hostile, hostile)]))
    root = page(sheet, answer)
    assert root.xpath("//script") == []
    assert all(link.startswith("?") for link in links(root))
    assert text(root).count(hostile) == 2


def test_the_sheet_itself_has_no_scripts_and_no_outside_address() -> None:
    source = SHEET.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[^\"'\s<]+", source))
    assert addresses == {"http://www.w3.org/1999/XSL/Transform", "http://www.openarchives.org/OAI/2.0/"}
    assert not re.search(r"<script|javascript:|@import|url\(|document\(|xsl:(?:import|include)", source)
    assert 'version="1.0"' in source
    assert "prefers-color-scheme: dark" in source
    assert "width=device-width" in source
