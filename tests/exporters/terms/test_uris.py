"""URIs: what is taken for one, every validator takes too."""

import pytest
from lxml import etree

from mdwatch.exporters.terms import uris

ANY_URI = etree.XMLSchema(
    etree.fromstring(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="u" type="xs:anyURI"/></xs:schema>'
    )
)
WEB = (
    "http://example.org",
    "https://example.org:8080/a/b.html?c=d&e=(f)#g?h",
    "http://a.org/%20x",
    "http://127.0.0.1/",
    "http://a/'*,;=:@!$~",
)
OTHERS = ("urn:isbn:0451450523", "info:lccn/n78", "doi:10.1000/1", "mailto:a@example.org")
NONE = (
    "",
    "example.org",
    "http://",
    "http://[x",
    "http://a b",
    "http://a.org/%zz",
    "http://a.org/é",
    "http://a.org:port/",
    "http://a.org/\n",
    "http://a.org/<",
    "//a.org/",
    "file:///etc/passwd",
    "1urn:x",
    "urn:",
    "a#b",
)


@pytest.mark.parametrize("text", [*WEB, *OTHERS])
def test_uris(text: str) -> None:
    assert uris.is_uri(text)
    assert uris.is_web(text) is (text in WEB)
    element = etree.Element("u")
    element.text = text
    assert ANY_URI.validate(element)


@pytest.mark.parametrize("text", NONE)
def test_no_uris(text: str) -> None:
    assert not uris.is_uri(text)
    assert not uris.is_web(text)


def test_escaped_text_ends_an_address() -> None:
    assert uris.escaped("10.1/a<b>é %") == "10.1/a%3Cb%3E%C3%A9%20%25"
    assert uris.is_web(f"https://doi.org/{uris.escaped('10.1/a<b>é % #?[]')}")
