"""Answers for human eyes: each is shown whole, links onwards, and runs and loads nothing."""

import base64
import hashlib
import re
from urllib.parse import parse_qsl

import pytest
from lxml import etree

from mdwatch.formats.oai_pmh import answers, requests
from mdwatch.formats.oai_pmh.items import Page, Set
from mdwatch.formats.oai_pmh.requests import Refusal
from mdwatch.web import oai_page
from tests.formats.oai_pmh import samples
from tests.formats.oai_pmh.samples import ANSWERS, IDENTIFIER, OAI, TOKEN


def page(answer: bytes) -> etree._Element:
    """The page of an answer, read again from its source as a browser would."""
    return etree.fromstring(oai_page.page(answer), etree.HTMLParser(encoding="utf-8"))


def links(root: etree._Element) -> list[str]:
    return [str(link) for link in root.xpath("//@href")]


def text(root: etree._Element) -> str:
    return " ".join(" ".join(root.xpath("//main//text()")).split())


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_is_shown(answer: bytes) -> None:
    root = page(answer)
    shown = text(root)
    for element in etree.fromstring(answer)[2].iter():
        if not len(element) and element.text and element.tag != f"{OAI}resumptionToken":
            assert " ".join(element.text.split()) in shown


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_link_is_a_request_that_is_understood(answer: bytes) -> None:
    root = page(answer)
    assert len(links(root)) >= 5
    for link in links(root):
        assert link.startswith("?verb=")
        if "resumptionToken=token" in link:  # of a sample, not a real one
            continue
        request = requests.parse(parse_qsl(link[1:]), key=samples.KEY, formats=("oai_dc", "ddi"))
        assert not isinstance(request, Refusal), link


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_runs_and_nothing_is_loaded(answer: bytes) -> None:
    root = page(answer)
    assert root.xpath("//script | //link | //img | //iframe | //object | //form | //base") == []
    assert root.xpath("//@*[starts-with(name(), 'on')] | //@src") == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ListMetadataFormats", "?verb=ListRecords&metadataPrefix=ddi"),
        ("ListMetadataFormats of one", oai_page.query("GetRecord", metadataPrefix="oai_dc", identifier=IDENTIFIER)),
        ("ListSets", "?verb=ListIdentifiers&metadataPrefix=oai_dc&set=a%3Ab"),
        ("ListIdentifiers", oai_page.query("GetRecord", metadataPrefix="oai_dc", identifier=IDENTIFIER)),
        ("ListIdentifiers", oai_page.query("ListMetadataFormats", identifier=IDENTIFIER)),
        ("ListRecords", "?verb=ListRecords&metadataPrefix=oai_dc&set=a%3Ab"),
        ("ListRecords, first page", oai_page.query("ListRecords", resumptionToken=TOKEN)),
        ("bad verb", "?verb=Identify"),
    ],
)
def test_links_lead_onwards(name: str, wanted: str) -> None:
    assert wanted in links(page(ANSWERS[name]))


@pytest.mark.parametrize(
    ("name", "place", "goes_on"),
    [
        ("ListRecords, first page", "1 to 5 of 12", True),
        ("ListRecords, second page", "6 to 10 of 12", True),
        ("ListRecords, last page", "11 to 12 of 12", False),
        ("ListRecords, size unknown", "1 to 2", True),
    ],
)
def test_pages_tell_where_they_are(name: str, place: str, goes_on: bool) -> None:
    root = page(ANSWERS[name])
    assert text(root).endswith(f"Next page {place}" if goes_on else f" {place}")
    assert len(root.xpath("//a[@rel='next']")) == goes_on


def test_the_current_verb_is_marked() -> None:
    assert page(ANSWERS["ListSets"]).xpath("//nav/a[@aria-current='page']/text()") == ["ListSets"]
    assert page(ANSWERS["bad verb"]).xpath("//nav/a[@aria-current]") == []


def test_markup_in_values_stays_text() -> None:
    hostile = '<script>alert(1)</script><a href="https://evil.example">x</a>'
    answer = answers.list_sets(samples.envelope(verb="ListSets"), Page([Set("a", hostile, hostile)]))
    root = page(answer)
    assert root.xpath("//script") == []
    assert all(link.startswith("?") for link in links(root))
    assert text(root).count(hostile) == 2


def test_metadata_is_text_however_it_is_written() -> None:
    document = (
        '<a xmlns="urn:a" xmlns:b="urn:b" b:c="&lt;i&gt;" xml:lang="de">one<!-- <script>no</script> --> two'
        "<b:d>\u202ethree</b:d><?go <b>?> four</a>"
    )
    shown = oai_page.tree(etree.fromstring(f"<metadata>{document}</metadata>"))
    root = etree.fromstring(str(shown), etree.HTMLParser())
    assert root.xpath("//script | //i | //b") == []
    text_of = " ".join(" ".join(root.xpath("//text()")).split())
    assert text_of == "a b:c=<i> xml:lang=de one two b:d \\u202ethree four"


def test_a_document_may_be_deep() -> None:
    deep = "<x>" * 250 + "bottom" + "</x>" * 250
    assert oai_page.tree(etree.fromstring(f"<metadata>{deep}</metadata>")).count('class="field"') == 250


def test_the_style_and_nothing_else_is_allowed() -> None:
    policy = dict(part.strip().split(" ", 1) for part in oai_page.POLICY.split(";"))
    assert policy["default-src"] == "'none'"
    assert policy.keys().isdisjoint({"script-src", "img-src", "connect-src"})
    style = page(ANSWERS["Identify"]).findtext(".//style") or ""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert not re.search(r"@import|url\(", style)
    assert "prefers-color-scheme: dark" in style


def test_links_hold_whatever_a_token_is_made_of() -> None:
    link = oai_page.query("ListRecords", resumptionToken="a+b/c=&d")
    assert parse_qsl(link[1:]) == [("verb", "ListRecords"), ("resumptionToken", "a+b/c=&d")]
