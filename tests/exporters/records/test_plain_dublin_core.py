"""Records read from their text: what is read so is what the parser reads, and all else is left to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdwatch.exporters.records import dublin_core_fields, plain_dublin_core
from mdwatch.exporters.records.stored import root_of
from tests.exporters.samples import DC, DCTERMS, XSI, dc

ROOT = f'dc:record xmlns:dc="{DC}" xmlns:dcterms="{DCTERMS}" xmlns:xsi="{XSI}"'


@pytest.mark.parametrize(
    "record",
    [
        dc(""),
        dc("<dc:title>A title</dc:title><dcterms:issued>1914</dcterms:issued>"),
        dc("\n  <dc:title>\n  A\r\n\ttitle </dc:title>\n\t<dc:title> </dc:title>\r\n"),
        dc("<dc:title>Mine &amp; yours &lt;&gt; &quot;&apos;</dc:title><dc:title>&amp;lt;</dc:title>"),
        dc('<dc:title xml:lang="en">x</dc:title><dc:title  xml:lang = "mi" >y</dc:title>', 'xml:lang="de"'),
        dc('<dc:date xsi:type="dcterms:W3CDTF">1914</dc:date><dc:date xsi:type="my:own">1914</dc:date>'),
        dc('<x:title xmlns:x="urn:x">X</x:title><dc:heading>H</dc:heading><n:title xmlns:n="urn:n">N</n:title>'),
        dc('<t:title xmlns:t="http://purl.org/dc/elements/1.1/">prefixed anew</t:title><title>of no namespace</title>'),
        f'\n<record xmlns="{DC}">\n<title>Māori \u0085 \u200b \ufffd 日本 \U0001f600</title></record>\n',
        "<record><title>bare</title></record>",
        f'<?xml version="1.0" encoding="UTF-8"?>{dc("<dc:title>declared</dc:title>")}',
        f'<?xml version="1.0" encoding="latin1" standalone="yes" ?>\n{dc("<dc:title>é, read before</dc:title>")}\n',
    ],
)
def test_the_plainest_writing_is_read_from_its_text(record: str) -> None:
    assert plain_dublin_core.read(record) == list(dublin_core_fields.of_root(root_of(record)))


@pytest.mark.parametrize(
    "record",
    [
        "",
        "words",
        f"<{ROOT}/>",
        f'<?xml version="1.0"?><?pi?>{dc("")}',
        f'<?xml-stylesheet href="a.xsl"?>{dc("")}',
        f'<?xml version="1.0"?><!DOCTYPE record>{dc("")}',
        f"<!DOCTYPE record>{dc('')}",
        f"{dc('')}{dc('')}",
        f"{dc('')}words",
        f"words{dc('')}",
        f'<r a="1>0" xmlns="{DC}"><title>x</title></r>',
        *[
            dc(inner)
            for inner in (
                "words<dc:title>x</dc:title>",
                "<dc:title>x</dc:title>words",
                "<dc:title/>",
                "<dc:title>x</dc:date>",
                "<dc:title>x</dc:title >",
                "<dc:title>x</dc:title></dc:title>",
                "<dc:title>a<b>c</b></dc:title>",
                "<dc:title>a<!-- no -->b</dc:title>",
                "<!-- no --><dc:title>b</dc:title>",
                "<dc:title><![CDATA[x]]></dc:title>",
                "<dc:title>a ]]> b</dc:title>",
                "<dc:title>a > b</dc:title>",
                "<dc:title>a & b</dc:title>",
                "<dc:title>a &own; b</dc:title>",
                "<dc:title>a &amp b</dc:title>",
                "<dc:title>a &#8211; b</dc:title>",
                "<dc:title>a \x0b b</dc:title>",
                "<dc:title>a \x1c b</dc:title>",
                "<dc:title>a \ufffe b</dc:title>",
                "<dc:title>a \ud800 b</dc:title>",
                "<dc:title a='1' a='1'>x</dc:title>",
                "<un:bound>x</un:bound>",
                '<dc:title xml:id="a">x</dc:title><dc:date xml:id="a">x</dc:date>',
                f"<dc:title>{'x' * 100_000}</dc:title>",
            )
        ],
    ],
)
def test_any_other_writing_is_left_to_the_parser(record: str) -> None:
    assert plain_dublin_core.read(record) is None


NAMES = ["dc:title", "dc:date", "dcterms:issued", "x", "dc:title/", "!--", "?pi", "un:bound", "![CDATA[", "/dc:title"]
ATTRIBUTES = ["", "", "", ' xml:lang="en"', ' xsi:type="dcterms:URI"', ' xmlns:un="urn:x"', ' xml:id="a"', " a", "/"]
WORDS = ["words", " ", "  ", "\n", "\r", "\t", "&amp;", "&lt;", "&#65;", "&", ">", "]]>", "\x0b", "\ufffe", "é"]
TEXTS = st.lists(st.sampled_from(WORDS) | st.characters(), max_size=4).map("".join)


@st.composite
def written(draw: st.DrawFn) -> str:
    """A record that is nearly one."""
    inner = []
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(NAMES))
        inner.append(f"<{name}{draw(st.sampled_from(ATTRIBUTES))}>{draw(TEXTS)}</{name}>")
        inner.append(draw(st.sampled_from(["", "", "\n", "\r\n  ", "w", "<!-- -->", "\u00a0"])))
    before = draw(st.sampled_from(["", "", '<?xml version="1.0"?>', '<?xml version="1.0"?> <?pi?>', "<?xml?>"]))
    return before + dc("".join(inner)) + draw(st.sampled_from(["", "", "\n", " x", "\x0b"]))


@given(written())
@settings(deadline=None)
def test_what_is_read_from_the_text_the_parser_reads_too(record: str) -> None:
    found = plain_dublin_core.read(record)
    if found is not None:
        assert found == list(dublin_core_fields.of_root(root_of(record)))
