"""The one XML parser: every hostile document is refused quickly and in little memory, every honest encoding is read."""

import resource
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable

import pytest

from mdwatch.errors import Rejected
from mdwatch.formats import xml
from mdwatch.formats.limits import MOST_RECORDS
from mdwatch.formats.xml import Allowance, Limits

LIMITS = Limits()
QUICK_SECONDS = 10.0  # generous: what is not refused well takes minutes, or for ever
PADDING = f"<p>{'x' * 5_000}</p>"  # carries what follows beyond what the gate reads of a small document


def rejection(data: bytes | str, limits: Limits = LIMITS) -> Rejected:
    """The rejection of a document; fails where there is none, or where it took long."""
    started = time.perf_counter()
    with pytest.raises(Rejected) as caught:
        xml.parse(data, limits)
    assert time.perf_counter() - started < QUICK_SECONDS
    assert len(caught.value.reason) < 400
    return caught.value


# --- document type declarations, entities, external references --------------------------------------------------------

SECRET = "/etc/hostname"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DTDS = {
    "bare": "<!DOCTYPE a><a/>",
    "internal and empty": "<!DOCTYPE a []><a/>",
    "element declarations": "<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
    "system": '<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
    "public": '<!DOCTYPE a PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1:9/x.dtd"><a/>',
    "external entity": f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{SECRET}">]><a>&x;</a>',
    "external parameter entity": f'<!DOCTYPE a [<!ENTITY % x SYSTEM "file://{SECRET}"> %x;]><a/>',
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a>&l9;</a>',
    "quadratic blow-up": f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]><a>{"&x;" * 50_000}</a>',
    "default attribute": '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>',
    "notation": '<!DOCTYPE a [<!NOTATION n SYSTEM "n">]><a/>',
    "behind a comment": "<!-- x --><!DOCTYPE a><a/>",
    "behind a long comment": f"<!--{'x' * 100_000}--><!DOCTYPE a><a/>",
    "behind white space": f"{' ' * 100_000}<!DOCTYPE a><a/>",
    "behind an instruction": "<?p i?><!DOCTYPE a><a/>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("document", DTDS.values(), ids=DTDS)
def test_no_document_type_declaration_passes(document: str, encoding: str) -> None:
    assert rejection(document.encode(encoding)).reason == "a document type declaration is not allowed; remove it"


@pytest.mark.parametrize("document", DTDS.values(), ids=DTDS)
def test_no_document_type_declaration_passes_as_text_or_behind_a_declaration(document: str) -> None:
    declared = f'<?xml version="1.0" encoding="ISO-8859-1"?>{document.strip()}'
    for given in (document, declared, declared.encode()):
        assert "document type declaration" in rejection(given).reason


@pytest.mark.parametrize("place", ["<a>{}</a>", '<a b="{}"/>', "<a>" + PADDING + "{}</a>"])
@pytest.mark.parametrize("entity", ["&x;", "&nbsp;", "&eacute;", "&xxe;"])
def test_no_entity_but_the_five_is_known(entity: str, place: str) -> None:
    reason = rejection(place.format(entity)).reason
    assert "undefined entity" in reason
    assert "line 1" in reason


@pytest.mark.parametrize(
    ("document", "remedy"),
    [
        ("<a>Not & escaped</a>", "write & as &amp;"),
        ("<a>AT&T</a>", "write & as &amp;"),
        ('<a b="http://x?a=1&b=2"/>', "write & as &amp;"),
        ("<a>&;</a>", "write & as &amp;"),
        (f"<a>{PADDING}&T</a>", "write & as &amp;"),
        ("<a>x < y</a>", "write < as &lt;"),
        ("<a>x <3</a>", "write < as &lt;"),
        ('<a b="<"/>', "write < as &lt;"),
        ("<a>&nbsp;</a>", "write the character itself"),
        ("<a b=c/>", ""),
        ("<a><!-- -- --></a>", ""),
        ("<a><b></a>", ""),
    ],
)
def test_what_is_to_be_escaped_is_told(document: str, remedy: str) -> None:
    reason = rejection(document).reason
    assert reason.endswith(f"; {remedy}" if remedy else ")"), reason


def test_the_five_entities_and_character_references_are_read() -> None:
    assert xml.parse("<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x42;</a>", LIMITS).text == "<>&'\"AB"


def test_an_inclusion_is_not_followed() -> None:
    included = f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file://{SECRET}" parse="text"/></a>'
    root = xml.parse(included, LIMITS)
    assert len(root) == 1
    assert not "".join(root.itertext())


def test_comments_and_instructions_are_dropped_and_their_text_joined() -> None:
    root = xml.parse("<?x y?><!-- a --><a>one<!-- <b/> --><?p?> two</a><!-- z -->", LIMITS)
    assert (root.text, len(root)) == ("one two", 0)


# --- caps -------------------------------------------------------------------------------------------------------------


def test_the_size_cap_comes_before_all_else() -> None:
    limits = LIMITS._replace(bytes=1_000)
    assert rejection(b" " * 1_001, limits).reason.startswith("larger than the cap of 1000 bytes")
    assert rejection("é" * 501, limits).reason.startswith("larger than the cap")
    assert xml.parse(b"<a>" + b" " * 993 + b"</a>", limits).tag == "a"


def nested(depth: int, before: str = "") -> str:
    return f"<a>{before}{'<a>' * (depth - 1)}{'</a>' * (depth - 1)}</a>"


@pytest.mark.parametrize("before", ["", PADDING], ids=["at once", "late"])
@pytest.mark.parametrize("limit", [5, 100, xml.DEEPEST])
def test_depth_is_capped(limit: int, before: str) -> None:
    limits = LIMITS._replace(depth=limit)
    assert xml.parse(nested(limit, before), limits).tag == "a"
    for depth in (limit + 1, limit + 50, 100_000):
        assert f"nested deeper than {limit}" in rejection(nested(depth, before), limits).reason


def test_depth_is_capped_where_nothing_is_ever_closed() -> None:
    assert "nested deeper" in rejection(b"<a>" * 1_000_000).reason


def test_elements_are_capped() -> None:
    limits = LIMITS._replace(elements=1_000)
    assert len(xml.parse("<a>" + "<b/>" * 999 + "</a>", limits)) == 999
    assert "more than 1000 elements" in rejection("<a>" + "<b/>" * 1_000 + "</a>", limits).reason
    assert "more than 100000 elements" in rejection("<a>" + "<b/>" * 1_000_000 + "</a>").reason


def attributes(count: int) -> str:
    return " ".join(f'a{n}=""' for n in range(count))


@pytest.mark.parametrize("place", ["<a {}/>", "<a><b {}/></a>", f"<a>{PADDING}<b {{}}/></a>"])
def test_attributes_of_an_element_are_capped(place: str) -> None:
    limits = LIMITS._replace(attributes=100)
    assert xml.parse(place.format(attributes(100)), limits).tag == "a"
    assert "has more than 100 attributes" in rejection(place.format(attributes(101)), limits).reason


def test_an_element_of_too_many_attributes_is_named_without_its_namespace() -> None:
    told = rejection(f'<d:a xmlns:d="urn:d" {attributes(101)}/>', LIMITS._replace(attributes=100)).reason
    assert told == "the element <a> has more than 100 attributes; make elements of them or raise limits.attributes"


def test_attributes_of_many_elements_are_not_added_up() -> None:
    limits = LIMITS._replace(attributes=10)
    assert len(xml.parse(f"<a>{f'<b {attributes(10)}/>' * 500}</a>", limits)) == 500


def test_namespace_declarations_are_capped_over_the_whole_document() -> None:
    limits = LIMITS._replace(namespaces=50)
    declarations = [f'<b xmlns:n{n}="urn:{n}"/>' for n in range(51)]
    assert len(xml.parse(f"<a>{''.join(declarations[:50])}</a>", limits)) == 50
    assert "more than 50 namespace declarations" in rejection(f"<a>{''.join(declarations)}</a>", limits).reason


def test_caps_hold_in_utf_16_too() -> None:
    limits = LIMITS._replace(elements=100, attributes=10)
    assert "elements" in rejection(("<a>" + "<b/>" * 100 + "</a>").encode("utf-16"), limits).reason
    assert "attributes" in rejection(f"<a>{PADDING}<b {attributes(11)}/></a>".encode("utf-16"), limits).reason


# The worst of them, each in a process that may have so much memory and no more. The floor is Python with lxml.
MEMORY = 1_500_000_000
WORST = {
    "a million attributes": """b"<a " + b" ".join(b'a%d=""' % n for n in range(10**6)) + b"/>" """,
    "a million namespaces": """b"<a " + b" ".join(b'xmlns:a%d="u"' % n for n in range(99**3)) + b"/>" """,
    "namespaces nested": """b"".join(b'<a xmlns:a%d="u">' % n for n in range(700_000))""",
    "namespaces on siblings": """b"<a>" + b"".join(b'<a xmlns:a%d="u"/>' % n for n in range(700_000)) + b"</a>" """,
    "elements": """b"<a>" + b"<b/>" * 4_000_000 + b"</a>" """,
    "depth": """b"<a>" * 5_000_000""",
    "depth behind padding": """b"<a><b>" + b"x" * 5_000 + b"</b>" + b"<a>" * 5_000_000""",
    "one long name": """b"<" + b"a" * 16_000_000 + b"/>" """,
    "one long attribute": """b'<a b="' + b"x" * 16_000_000""",
    "one long comment": """b"<!--" + b"x" * 16_000_000""",
    "one long instruction": """b"<?p " + b"x" * 16_000_000""",
    "one long character section": """b"<a><![CDATA[" + b"]" * 16_000_000""",
    "white space only": """b" " * 16_000_000""",
    "far over the size cap": """b" " * 300_000_000""",
    "comments": """b"<!---->" * 2_000_000""",
    "references": """b"<a>" + b"&amp;" * 3_000_000""",
    "open brackets": """b"<" * 16_000_000""",
    "equal signs": """b"<a " + b"=" * 16_000_000""",
    "NULs": """b"\\0" * 16_000_000""",
    "quadratic blow-up": """b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 1_000_000 + b'">]><a>' + b"&x;" * 1_000_000""",
}
TRIAL = """
    import resource, sys
    from mdwatch.errors import Rejected
    from mdwatch.formats import xml
    resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
    data = {data}
    try:
        xml.parse(data, xml.Limits())
    except Rejected as rejected:
        assert len(rejected.reason) < 400, rejected.reason
        sys.exit(0)
    sys.exit("it was accepted")
"""


@pytest.mark.parametrize("data", WORST.values(), ids=WORST)
def test_the_worst_are_refused_in_little_time_and_memory(data: str) -> None:
    code = textwrap.dedent(TRIAL).format(memory=MEMORY, data=data.strip())
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=4 * QUICK_SECONDS, check=False)
    assert ended.returncode == 0, ended.stderr.decode()[-2_000:]


def test_the_bound_on_memory_is_one() -> None:
    """Guards the test above: a process that takes more is stopped."""
    code = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY})); x = bytes({MEMORY})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode != 0
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != MEMORY


# --- not XML ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 4_096,
        b"<a>\0</a>",
        b"<a/>" + b"\0" * 100,
        bytes(range(256)) * 16,
        b"\x89PNG\r\n\x1a\n" + bytes(1_000),
        b"PK\x03\x04" + bytes(100),
        b"\x1f\x8b\x08\x00",
        b"{}",
        b"pid,title\nIE1,x\n",
        b"plain text",
        b"<a></b>",
        b"<a><b></a></b>",
        b"<a/><b/>",
        b"<a/>text",
        b'<a b="1" b="2"/>',
        b'<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>',
        b"<a b=1/>",
        b"<p:a/>",
        b"<a>&</a>",
        b"<a>]]></a>",
        b"<a><!-- -- --></a>",
        b"<a>\x01</a>",
        b"<a>&#0;</a>",
        b"<a>&#xFFFF;</a>",
        b"<a>\xff</a>",
        b"<a>\xed\xa0\x80</a>",
        b"<a>\xc0\x80</a>",
        b' <?xml version="1.0"?><a/>',
        b"<a:b:c/>",
        b'<a xmlns:p=""/>',
        b'<a xmlns:xml="urn:x"/>',
    ],
)
def test_what_is_no_xml_is_refused_as_final(data: bytes) -> None:
    assert not rejection(data).premature
    assert not rejection(data.replace(b"<a>", b"<a>" + PADDING.encode(), 1)).premature


def test_a_rejection_names_line_and_column() -> None:
    assert rejection(b"<a>\n  <b>\n</a>").reason == "not well-formed: mismatched tag (line 3, column 3)"
    late = f"<a>\n{PADDING}\n<b>\n</a>"
    assert "(line 4, column 3)" in rejection(late).reason


def test_what_only_lxml_refuses_is_told_in_bounds() -> None:
    reason = rejection(f"<a>{PADDING}<b xmlns:p='{' a' * 400}'/></a>").reason
    assert reason.startswith("the namespace 'a a")
    assert reason.endswith("is not a URI, which has no blanks or brackets; correct it")
    assert "\n" not in reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize(
    "declaration",
    ["xmlns='{}'", "xmlns:p='{}'", 'xmlns:p = "{}"', "xmlns='' b='' c=\"'\" xmlns:p\n=\n'{}'"],
)
def test_a_namespace_is_capped_wherever_it_stands(declaration: str, encoding: str) -> None:
    for place in (f"<a {{}}>{PADDING}</a>", f"<a>{PADDING}<b/><b {{}}/></a>", "<a {}/>"):
        head = f'<?xml version="1.0" encoding="{encoding}"?>'
        document = head + place.format(declaration.format("u" * LIMITS.namespace_length))
        assert xml.parse(document.encode(encoding), LIMITS).tag == "a" or "xmlns='" in declaration
        longer = head + place.format(declaration.format("u" * (LIMITS.namespace_length + 1)))
        reason = rejection(longer.encode(encoding)).reason
        assert "is 1001 characters long, and the cap is 1000" in reason
        assert "no prefix" in reason or "prefix p" in reason


def test_text_that_speaks_of_namespaces_is_only_text() -> None:
    text = f"<a><![CDATA[{'xmlns ' * 20_000} xmlns:p='{'u' * 5_000} <xmlns]]></a>"
    assert len(xml.parse(text, LIMITS).text or "") > 120_000


def test_attributes_are_capped_over_the_whole_document() -> None:
    limits = LIMITS._replace(elements=1_000, attributes=10)
    assert len(xml.parse("<a>" + "<b c='' d=''/>" * 500 + "</a>", limits)) == 500
    reason = rejection("<a>" + "<b c='' d='' e=''/>" * 500 + "</a>", limits).reason
    assert reason == "more than 1000 attributes; split it or raise limits.elements"


def test_records_of_one_file_keep_the_caps_together() -> None:
    limits = LIMITS._replace(elements=1_000)
    allowance = Allowance(limits, 10_000)
    for _ in range(4):
        allowance.parse("<a>" + "<b/>" * 249 + "</a>")
    with pytest.raises(Rejected, match="over the cap of 1000 elements"):
        allowance.parse("<a/>")
    many = Allowance(limits, 10_000)
    for _ in range(MOST_RECORDS):
        many.parse("<a/>")
    with pytest.raises(Rejected, match="beyond the cap of 1000 records"):
        many.parse("<a/>")


@pytest.mark.parametrize("padding", ["", PADDING], ids=["short", "long"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("tag", "prefix"),
    [
        ("<dc:title/>", "dc"),
        ("<dcterms:a.b x='1'>", "dcterms"),
        ("<a ö:b='q:r'/>", "ö"),
        ('<a b="x:y > z:w" xmlns:p="u" p:c="" q-1:d=""/>', "q-1"),
        ("<a xlink:href='http://x'>", "xlink"),
    ],
)
def test_an_unbound_prefix_is_named(tag: str, prefix: str, encoding: str, padding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    reason = rejection(f"{head}<r>{padding}\n{tag}</r>".encode(encoding)).reason
    assert f"unbound prefix {prefix} (line 2, column 1); declare it with xmlns:{prefix}=" in reason


# --- cut short --------------------------------------------------------------------------------------------------------

WHOLE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- é -->\n<?p i?>\n<r xmlns="urn:x" a="é&amp;">text &lt; &#233; é'
    "<!-- c --><b><![CDATA[<x>]]>é]]]]></b><?q?><c d='1'/></r>"
).replace("]]]]>", "]]&gt;")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_a_document_cut_off_at_any_byte_is_premature(encoding: str) -> None:
    document = WHOLE if encoding.startswith("utf-8") else WHOLE.replace("UTF-8", "UTF-16")
    data = document.encode(encoding)
    assert xml.parse(data, LIMITS).tag == "{urn:x}r"
    final = [cut for cut in range(len(data)) if not rejection(data[:cut]).premature]
    assert not final, [(cut, data[max(0, cut - 12) : cut], rejection(data[:cut]).reason) for cut in final]


def test_a_long_document_cut_off_at_any_byte_of_its_end_is_premature() -> None:
    data = WHOLE.replace("text", PADDING).encode()
    start = data.index(b"</p>")
    assert all(rejection(data[:cut]).premature for cut in range(start, len(data)))


@pytest.mark.parametrize("data", [b"", b"\n \t", b"\xef\xbb\xbf", b"<!-- x -->", "", " ", "\ufeff"])
def test_a_document_without_a_root_is_premature(data: bytes | str) -> None:
    found = rejection(data)
    assert found.premature
    assert ("it is empty" in found.reason) is ("<!--" not in str(data))


def test_white_space_and_comments_after_the_root_are_no_error() -> None:
    for after in ("\n", " \t\r\n ", "<!-- x -->", "<?p?>"):
        assert xml.parse(f"<a/>{after}".encode(), LIMITS).tag == "a"


# --- encodings --------------------------------------------------------------------------------------------------------

PLAIN = "<a>Äß é</a>"


def declared(encoding: str, body: str = PLAIN) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{body}'


@pytest.mark.parametrize("padding", ["", PADDING], ids=["short", "long"])
@pytest.mark.parametrize(
    ("codec", "name", "text"),
    [
        ("utf-8", "", "Äß é 目 😀"),
        ("utf-8-sig", "", "Äß é 目 😀"),
        ("utf-8", "UTF-8", "Äß é 目 😀"),
        ("utf-8", "utf-8", "Äß é 目 😀"),
        ("utf-8-sig", "UTF-8", "Äß é 目 😀"),
        ("utf-16", "", "Äß é 目 😀"),
        ("utf-16", "UTF-16", "Äß é 目 😀"),
        ("utf-16-le", "UTF-16LE", "Äß é 目 😀"),
        ("utf-16-be", "UTF-16BE", "Äß é 目 😀"),
        ("iso-8859-1", "ISO-8859-1", "Äß é ¤"),
        ("iso-8859-1", "iso-8859-1", "Äß é ¤"),
        ("iso-8859-15", "ISO-8859-15", "Äß é €"),
        ("windows-1252", "windows-1252", "Äß é € „x“"),
        ("windows-1251", "windows-1251", "Привет"),
        ("iso-8859-2", "ISO-8859-2", "Łódź"),
        ("koi8-r", "KOI8-R", "Привет"),
        ("cp437", "IBM437", "Äß é"),
        ("cp852", "cp852", "Łódź"),
        ("us-ascii", "US-ASCII", "plain"),
    ],
)
def test_encodings_are_read(codec: str, name: str, text: str, padding: str) -> None:
    body = f"<r>{padding}<a>{text}</a></r>"
    document = declared(name, body) if name else body
    assert xml.parse(document.encode(codec), LIMITS).findtext("a") == text


def test_an_encoding_that_the_xml_library_does_not_know_is_held_to_the_same_rules() -> None:
    whole = declared("IBM437", "<r><a>Äß é</a></r>").encode("cp437")
    assert rejection(whole[:-3]).premature
    assert rejection(whole, Limits(depth=1)).reason.startswith("nested deeper")
    assert "document type" in rejection(declared("IBM437", "<!DOCTYPE a><a>Ä</a>").encode("cp437")).reason
    assert xml.parse(whole.replace(b"?>", b" standalone='yes' ?>\n\n"), LIMITS).findtext("a") == "Äß é"


def test_utf_16_is_read_in_both_byte_orders_by_its_mark() -> None:
    for codec, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        for document in (PLAIN, declared("UTF-16")):
            assert xml.parse(mark + document.encode(codec), LIMITS).text == "Äß é"


@pytest.mark.parametrize(
    "data",
    [
        declared("klingon").encode(),
        declared("rot13").encode(),
        declared("zlib_codec").encode(),
        declared("idna").encode(),
        declared("undefined").encode(),
        declared("utf-7").encode("utf-7"),
        declared("cp037").encode("cp037"),
        declared("cp037").encode("utf-8"),
        declared("Shift_JIS", "<a>目</a>").encode("shift_jis"),
        declared("GB18030", "<a>目</a>").encode("gb18030"),
        declared("UTF-16").encode("utf-8"),
        declared("UTF-8").encode("utf-16"),
        declared("UTF-8").encode("latin-1"),
        declared("US-ASCII").encode("utf-8"),
        PLAIN.encode("latin-1"),
        PLAIN.encode("utf-32"),
        declared("UTF-32").encode("utf-32"),
        f'<?xml version="1.0" encoding="{"x" * 100_000}"?><a/>'.encode(),
        declared("é").encode(),
        b'<?xml version="1.0" encoding=""?><a/>',
    ],
)
def test_a_wrong_or_unknown_encoding_is_refused_as_final(data: bytes) -> None:
    found = rejection(data)
    assert not found.premature
    # What is no XML at all in ASCII cannot be told from binary data; and some names are none of an encoding.
    readable = data.startswith((b"<", b"\xff\xfe", b"\xfe\xff"))
    named = b'encoding="\xc3' not in data and b'encoding=""' not in data
    assert "save it as UTF-8" in found.reason or not (readable and named), found.reason


def test_no_encoding_gets_a_document_type_declaration_past_the_gate() -> None:
    body = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{SECRET}">]><a>&x;</a>'
    for codec in ("cp037", "utf-7", "utf-32", "shift_jis", "cp1140", "iso-8859-15", "utf-16", "hz"):
        rejection(declared(codec, body).encode(codec))


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "windows-1252", "klingon"])
def test_text_may_declare_whatever_encoding(encoding: str) -> None:
    assert xml.parse(declared(encoding), LIMITS).text == "Äß é"


@pytest.mark.parametrize(
    "before",
    ["\ufeff", "\n  ", "\ufeff\n", "<?xml version='1.0'?>", "\n<?xml version='1.0' standalone='yes'?>\n\n", "\r\n\t"],
)
def test_text_may_have_a_mark_white_space_and_a_declaration_before_it(before: str) -> None:
    assert xml.parse(f"{before}{PLAIN}\n", LIMITS).text == "Äß é"
    assert xml.without_declaration(f"{before}{PLAIN}\n") == PLAIN


def test_only_a_declaration_is_dropped() -> None:
    for document in ("<?xml-stylesheet href='x'?><a/>", "<?p?><a/>", "<!-- c --><a/>"):
        assert xml.without_declaration(document) == document


def test_dropping_a_declaration_that_never_ends_is_quick() -> None:
    rejection("<?xml " + "x" * 10_000_000)
    rejection("<?xml " + "?" * 10_000_000)


@pytest.mark.parametrize("text", ["\ud800<a/>", "<a>\udfff</a>", "<a b='\udc80'/>"])
def test_half_a_character_in_text_is_refused(text: str) -> None:
    assert not rejection(text).premature


# --- serialise --------------------------------------------------------------------------------------------------------


def test_an_element_is_serialised_with_its_namespaces_and_without_its_tail() -> None:
    root = xml.parse('<r xmlns:p="urn:p"><p:a q="&lt;">é 😀<b/></p:a>tail</r>', LIMITS)
    text = xml.serialise(root[0])
    assert text == '<p:a xmlns:p="urn:p" q="&lt;">é 😀<b/></p:a>'
    assert xml.serialise(xml.parse(text, LIMITS)) == text


def in_threads(count: int, act: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_parse_side_by_side() -> None:
    wrong: list[object] = []

    def act() -> None:
        for number in range(200):
            if xml.parse(f"<a>{number}</a>", LIMITS).text != str(number):
                wrong.append(number)
            try:
                xml.parse(f"<a>{PADDING}</b>", LIMITS)
                wrong.append("accepted")
            except Rejected as rejected:
                if "mismatched tag" not in rejected.reason:
                    wrong.append(rejected.reason)

    in_threads(4, act)
    assert not wrong


def test_a_text_longer_than_the_library_takes_is_refused_with_a_remedy() -> None:
    with pytest.raises(Rejected, match=r"longer than the XML library takes .*; split it"):
        xml.parse(f"<a>{'x' * 11_000_000}</a>", LIMITS)
