"""What may stand in an answer as it is: whole documents in their own namespaces, and nothing that breaks a page."""

import pytest
from lxml import etree

from mdwatch.formats.oai_pmh import embedding

GOOD = {
    "default namespace": b'<a xmlns="u"><b/></a>',
    "prefix": b'<p:a xmlns:p="u"><p:b>x</p:b></p:a>',
    "empty root": b'<a xmlns="u"/>',
    "empty root with spaces": b'<p:a\n xmlns:p = "u"\t/>',
    "white space behind": b'<a xmlns="u"></a>\r\n',
    "white space in the end tag": b'<a xmlns="u"></a \n>',
    "white space in the start tag": b'<a xmlns="u" \n></a>',
    "single quotes": b"<a xmlns='u'>x</a>",
    "attributes": b'<a b="1" c:d="/>" xmlns:c="v" xmlns="u">x</a>',
    "tabs and line ends": b'<a xmlns="u">\t\r\n</a>',
    "letters of the world": '<größe xmlns="u">目録 😀 \ufffd \x85</größe>'.encode(),
    "comment and instruction inside": b'<a xmlns="u"><!-- x --><?p i?></a>',
    "CDATA": b'<a xmlns="u"><![CDATA[<?xml <!DOCTYPE]]></a>',
    "dots and dashes": b'<p-1.x:a_b.c xmlns:p-1.x="u"></p-1.x:a_b.c>',
}
BAD = {
    "nothing": b"",
    "white space": b" ",
    "text": b"text",
    "JSON": b'{"a": 1}',
    "declaration": b'<?xml version="1.0"?><a xmlns="u"/>',
    "byte order mark": b'\xef\xbb\xbf<a xmlns="u"/>',
    "white space before": b' <a xmlns="u"/>',
    "document type": b'<!DOCTYPE a><a xmlns="u"/>',
    "comment before": b'<!-- x --><a xmlns="u"/>',
    "comment behind": b'<a xmlns="u"/><!-- x -->',
    "two roots": b'<a xmlns="u"/><b xmlns="u"></b>',
    "two empty roots": b'<a xmlns="u"/><a xmlns="u"/>',
    "only an end tag": b"</a>",
    "no namespace": b"<a><b/></a>",
    "the empty namespace": b'<a xmlns=""></a>',
    "prefix from elsewhere": b'<xsi:a xmlns="u"></xsi:a>',
    "another prefix declared": b'<p:a xmlns:q="u"></p:a>',
    "declared in a value": b"<a b=\" xmlns='u'\"></a>",
    "cut in the start tag": b'<a xmlns="u"',
    "cut in the content": b'<a xmlns="u"><b>x</b>',
    "cut in a text": b'<a xmlns="u">x',
    "cut in the end tag": b'<a xmlns="u"></a',
    "cut to an end tag alike": b'<a xmlns="u"><aa></aa>',
    "text behind": b'<a xmlns="u"></a>x',
    "NUL": b'<a xmlns="u">\x00</a>',
    "U+0003": b'<a xmlns="u">\x03</a>',
    "escape": b'<a xmlns="u">\x1b</a>',
    "vertical tab": b'<a xmlns="u">\x0b</a>',
    "U+FFFE": '<a xmlns="u">\ufffe</a>'.encode(),
    "U+FFFF": '<a xmlns="u">\uffff</a>'.encode(),
    "surrogate": b'<a xmlns="u">\xed\xa0\x80</a>',
    "Latin-1": '<a xmlns="u">é</a>'.encode("latin-1"),
    "UTF-16": '<a xmlns="u"/>'.encode("utf-16"),
    "cut in a character": b'<a xmlns="u">\xc3</a>',
    "overlong": b'<a xmlns="u">\xc0\x80</a>',
}


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD)
def test_whole_documents_are_embeddable(document: bytes) -> None:
    etree.fromstring(document)
    assert embedding.embeddable(document)


@pytest.mark.parametrize("document", BAD.values(), ids=BAD)
def test_what_would_break_or_borrow_is_not(document: bytes) -> None:
    assert not embedding.embeddable(document)


def test_nothing_cut_off_is_embeddable() -> None:
    document = b'<p:a xmlns:p="u"><p:b>x</p:b><p:a>y</p:a>z</p:a>'
    whole = [end for end in range(len(document) + 1) if embedding.embeddable(document[:end])]
    # Only behind an inner element of the root's own name can a cut not be seen.
    assert whole == [document.index(b"z"), len(document)]


@pytest.mark.parametrize(
    ("document", "plain"),
    [
        (b'<a xmlns="u"><b/></a>', True),
        (b'<p:a xmlns:p="u"><p:b/></p:a>', True),
        (b'<p:a xmlns:p="u"/>', True),
        (b'<p:a xmlns:p="u"><b/></p:a>', False),
        (b'<p:a xmlns:p="u"><p:b><c d="e">x</c></p:b></p:a>', False),
        (b'<p:a xmlns:p="u"><b xmlns="v"><c/></b><d>x</d></p:a>', False),
        ('<p:a xmlns:p="u"><é>x</é></p:a>'.encode(), False),
    ],
)
def test_names_mean_inside_what_they_meant_alone(document: bytes, plain: bool) -> None:
    opening, closing = embedding.around(document)
    answer = b'<OAI-PMH xmlns="%b">%b%b%b</OAI-PMH>' % (embedding.NAMESPACE, opening, document, closing)
    metadata = etree.fromstring(answer)[0]
    assert etree.QName(metadata) == etree.QName(embedding.NAMESPACE.decode(), "metadata")
    assert (metadata.prefix is None) is plain
    alone = [element.tag for element in etree.fromstring(document).iter()]
    assert [element.tag for element in metadata[0].iter()] == alone
