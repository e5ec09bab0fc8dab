"""Records read from their text: what is read so says what the parser reads, and all else is left to it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdwatch.errors import Rejected
from mdwatch.formats import canonical, plain_record, plain_tags, xml
from mdwatch.formats.limits import Limits
from mdwatch.formats.plain_record import PlainRecord

LIMITS = Limits()
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ROOT = f'dc:record xmlns:dc="urn:dc" xmlns:t="urn:t" xmlns:xsi="{XSI}"'
MODS = Path(__file__).parents[3] / "shared" / "data" / "mods"


def read(record: str, limits: Limits = LIMITS) -> PlainRecord | None:
    return plain_record.read(record, record.encode(), limits)


def parsed(record: str, limits: Limits = LIMITS) -> PlainRecord:
    """What the parser reads; raises `Rejected`."""
    root = xml.parse(record.encode(), limits)
    return PlainRecord(str(root.tag), canonical.digests(root, limits))


def dc(inner: str) -> str:
    return f"<{ROOT}>{inner}</dc:record>"


PLAIN = {
    "empty": "<a/>",
    "empty with an end tag": "<a></a>",
    "text": "<a> x \n</a>\n",
    "a record": dc("<dc:title>A title</dc:title><t:issued>1914</t:issued>"),
    "in another order": dc("<t:issued>1914</t:issued><dc:title>A title</dc:title>"),
    "white space": dc("\n  <dc:title>\n  A\n\ttitle </dc:title>\n\t<dc:title> </dc:title>\n"),
    "references": dc("<dc:title>&amp;&lt;&gt;&quot;&apos; &amp;lt;</dc:title>"),
    "attributes": dc('<dc:title b="2" a=\'1\'>x</dc:title><dc:title  xml:lang = "mi"\n>y</dc:title>'),
    "references in attributes": dc('<dc:title a="&lt;&#65;&quot;">x</dc:title>'),
    "types": dc('<dc:date xsi:type="t:W3C">1</dc:date><dc:date xmlns:t="urn:u" xsi:type="t:W3C">1</dc:date>'),
    "elements in elements": "<a><b><c>1</c><d/></b><b>\n<c>1</c> <e><f><g>2</g></f></e></b></a>",
    "siblings that are alike": "<a><b><c>1</c></b><b><c>0</c></b><b><c>1</c></b></a>",
    "namespaces by place": '<a xmlns="urn:a"><b xmlns="urn:b"><c/></b><c/><b xmlns=""><c>1</c></b></a>',
    "namespaces of siblings": '<a><b xmlns="u"/><b xmlns="u"/></a>',
    "attributes of siblings": '<a><b c="1" d="1"/><b c="1" d="1"/></a>',
    "prefixes by place": '<p:a xmlns:p="urn:a"><p:b xmlns:p="urn:b"><p:c>1</p:c></p:b><p:c>1</p:c></p:a>',
    "types by place": f'''<a xmlns:x="{XSI}" xmlns:p="urn:a"><b x:type="p:t">1</b>
    <c xmlns:p="urn:b"><b x:type="p:t"/></c></a>''',
    "any characters": "<a><b>Māori \u0085 \u200b \u2028 \ufffd \ue000 \x7f 日本 \U0001f600 \U0010ffff</b></a>",
    "long texts": f"<a><b>{'x' * 300}</b><b>{'y' * 200}</b><{'c' * 100}>{'é' * 249}</{'c' * 100}></a>",
    "long attributes": f'<a x="{"v" * 300}"><b y="{"w" * 240}">1</b></a>',
    "many fields": f"<a>{''.join(f'<b>{number}</b>' for number in range(1200))}</a>",
    "an empty element with attributes": '<a><b c="1"/><b c="1"></b></a>',
}


@pytest.mark.parametrize("record", PLAIN.values(), ids=PLAIN)
def test_the_plainest_writing_is_read_from_its_text(record: str) -> None:
    assert read(record) == parsed(record)
    # Known from the first time.
    assert read(record) == parsed(record)


OTHERS = [
    "", "words", "<", ">", "<>", "</>", "<a", "a/>", "</a>", "<a>", "<a></b>", "<a/><a/>", "<a></a></a>", "<a/>words",
    "<a/ >", "<a></a >", "<a>&</a>", "<a>&own;</a>", "<a>&amp</a>", "<a>&#65;</a>", "<a>&#x41;</a>", "<a>a > b</a>",
    "<a>]]></a>", "<a><![CDATA[x]]></a>", "<a><!-- c --></a>", "<a>x<!-- c --></a>", "<a/><!-- c -->", "<a><?p?></a>",
    "<?xml version='1.0'?><a/>", "<!DOCTYPE a><a/>", " <a/>", "\ufeff<a/>", "<a>x\r\ny</a>", "<a>x\ry</a>",
    "<a>\x0b</a>", "<a>\0</a>", "<a>\ufffe</a>", "<a>\uffff</a>", "<a a='1' a='1'/>", "<a b/>",
    "<a b='<'/>", "<a b='>'/>", "<p:a/>", "<a p:b='1'/>", "<a><b></a></b>", "<a>text<b/></a>", "<a><b/>text</a>",
    "<a><b>x</b>text</a>", "<a xml:space='preserve'><b> x </b></a>", "<a><b xml:space='default'> x </b></a>",
    "<a xml:id='i'><b xml:id='i'/></a>", "<a xmlns:p=''><p:b/></a>", "<1/>", "<a><b></b", f"<a>{'x' * 100_000}</a>",
    f"<a><{'b' * 501}/></a>",
]  # fmt: skip


@pytest.mark.parametrize("record", OTHERS)
def test_any_other_writing_is_left_to_the_parser(record: str) -> None:
    assert read(record) is None
    assert read(record) is None


def pieces() -> Iterator[str]:
    yield from "\0\t\n\r \"'&/<>?!=x:]\x7f\x85"
    yield from (
        "\xa0",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "]]>",
        "<!-- c -->",
        "<?p?>",
        "<b/>",
        "</b>",
        "<b>x</b>",
    )
    yield from ("<![CDATA[", "&#1;", "&lt;", " xmlns:p='u'", " xmlns=''", "p:", " xml:space='preserve'", " xml:id='i'")


@pytest.mark.parametrize("name", ["a record", "elements in elements", "types", "prefixes by place", "attributes"])
def test_whatever_is_put_in_or_taken_out_anywhere(name: str) -> None:
    chance = random.Random(name)
    record, put_in = PLAIN[name], list(pieces())
    for place in range(len(record) + 1):
        for piece in ("", *chance.sample(put_in, 8)):
            assert_right(record[:place] + piece + record[place + chance.randint(0, 3) :])


def assert_right(record: str) -> None:
    """What is read from the text is what the parser reads, which takes it."""
    found = read(record)
    if found is not None:
        assert found == parsed(record), record


TAGS = ["a", "b", "p:a", 'b x="1"', "b x='1' y='&lt;'", 'b xmlns="urn:u"', 'c xmlns:p="urn:v"', 'p:b p:x="1"', "b x"]
WORDS = ["words", " ", "  ", "\n", "\t", "\r", "&amp;", "&lt;", "&#65;", "&", ">", "]]>", "\x0b", "\ufffe", "é"]
TEXTS = st.lists(st.sampled_from(WORDS[:8]) | st.sampled_from(WORDS) | st.characters(codec="utf-8"), max_size=3).map(
    "".join
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 4) -> str:
    """An element that is nearly one."""
    tag = draw(st.sampled_from(TAGS))
    if draw(st.integers(0, 9)) == 0:
        return f"<{tag}/>"
    if depth == 0 or draw(st.booleans()):
        inner = draw(TEXTS)
    else:
        gap = draw(st.sampled_from(["", "", "\n  ", "w"]))
        inner = gap + "".join(element + gap for element in draw(st.lists(elements(depth - 1), max_size=3)))
    return f"<{tag}>{inner}</{draw(st.sampled_from([tag.split()[0]] * 20 + ['a', tag.split()[0] + ' ']))}>"


@given(elements())
@settings(deadline=None)
def test_what_is_read_from_the_text_the_parser_reads_too(record: str) -> None:
    assert_right(record.replace(">", ' xmlns:p="urn:p">', 1) if not record.startswith("<c") else record)


@pytest.mark.parametrize(
    "limits",
    [
        *(Limits(depth=depth) for depth in range(1, 8)),
        *(Limits(elements=elements) for elements in (1, 3, 5, 6, 12)),
        *(Limits(attributes=attributes) for attributes in (1, 2)),
        Limits(namespaces=1),
        Limits(namespace_length=5),
        Limits(bytes=60),
    ],
)
@pytest.mark.parametrize("name", PLAIN)
def test_nothing_over_a_cap_is_read(name: str, limits: Limits) -> None:
    record = PLAIN[name]
    found = read(record, limits)
    if found is not None:
        assert found == parsed(record, limits)
    elif len(record) < 100:
        # What is far from all caps is.
        assert read(record) is not None


def test_a_record_of_very_many_tags_is_read_when_they_are_known() -> None:
    record = "<a>" + "".join(f"<b{number}/>" for number in range(150)) + "</a>"
    assert [read(record) for _ in range(2)] == [None, parsed(record)]


def test_what_is_known_of_tags_is_bounded() -> None:
    limits = Limits(depth=77)
    for number in range(3 * plain_tags._MOST):
        record = f'<a xmlns="urn:{number // 50}"><b x="{number}">1</b></a>'
        # What is known may be forgotten in the middle of a record, which is then left to the parser.
        assert read(record, limits) in {None, parsed(record, limits)}
    scopes = [plain_tags.document(limits)]
    known = 0
    for scope in scopes:
        known += len(scope.known)
        scopes += [start.within for start in scope.known.values() if start is not None and start.within is not scope]
    assert 0 < known <= plain_tags._MOST


@pytest.mark.skipif(not MODS.is_dir(), reason="the shared records are not here")
def test_real_records_are_read_as_by_the_parser() -> None:
    taken = 0
    for path in sorted(MODS.rglob("*.xml")):
        text = path.read_bytes().decode("utf-8", "replace")
        record = xml.without_declaration(text).rstrip()
        try:
            there = parsed(record)
        except Rejected:
            continue
        found = read(record)
        assert found in {None, there}
        taken += found is not None
    assert taken
