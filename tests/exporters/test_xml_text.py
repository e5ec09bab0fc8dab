"""XML as text: nothing from a record can end an element, and what is called a URI or a language is one."""

import pytest
from lxml import etree

from mdwatch.exporters import xml_text

NASTY = "a<b>&amp;]]>\"'\r\n\t\u0001\ufffe\ud800 é\U0001f600"


def test_text_comes_back() -> None:
    read = etree.fromstring(xml_text.element("a", NASTY, {"b": NASTY}))
    expected = NASTY.replace("\u0001", "\ufffd").replace("\ufffe", "\ufffd").replace("\ud800", "\ufffd")
    assert read.text == expected
    assert read.get("b") == expected


def test_attributes_without_a_value_are_left_out() -> None:
    assert xml_text.element("a", "x", {"b": "", "c": "d"}) == '<a c="d">x</a>'


def test_nothing_is_wrapped_in_nothing() -> None:
    assert xml_text.wrap("a", "", {"b": "c"}) == ""
    assert xml_text.wrap("a", "<b/>", {"c": "d"}) == '<a c="d"><b/></a>'


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("en", "en"),
        ("en_NZ", "en-NZ"),
        (" de-Latn-DE-1996 ", "de-Latn-DE-1996"),
        ("", ""),
        ("not a lang", ""),
        ("123", ""),
        ("abcdefghi", ""),
        ("en-", ""),
        ("日本", ""),
    ],
)
def test_language(given: str, expected: str) -> None:
    assert xml_text.language(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://example.org/a?b=c#d", "http://example.org/a?b=c#d"),
        ("hdl:10063/32", "hdl:10063/32"),
        ("../a/b", "../a/b"),
        ("#part", "#part"),
        ("", ""),
        ("http://example.org/a b", "http://example.org/a%20b"),
        ("http://example.org/é", "http://example.org/%C3%A9"),
        ("http://example.org/%zz", "http://example.org/%25zz"),
        ("http://[", "http://%5B"),
        ("a#b#c", "a%23b#c"),
        ("http://host:port/", ""),
        ("http://host:80/", "http://host:80/"),
        ("http://host:/", ""),  # as RFC 3986 has it, and not as libxml2 does, which holds documents against schemas
        ("1:2", ""),
        ("://", ""),
    ],
)
def test_uri(given: str, expected: str) -> None:
    assert xml_text.uri(given) == expected
