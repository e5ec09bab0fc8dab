"""updateMD files: every shape that means the same is read the same, every other is refused with place and remedy."""

from html import escape
from pathlib import Path

import pytest

from mdwatch.formats import canonical, updatemd, xml
from mdwatch.formats.pids import valid_pid
from mdwatch.formats.xml import Limits
from mdwatch.model import InvalidUpdate, Metadata, UpdateMD

LIMITS = Limits()
REAL = Path(__file__).parents[3] / "shared" / "data" / "updatemd"
NS = updatemd.NAMESPACE
DC = '<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Äß &amp; é</dc:title></dc:record>'
MODS = '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>T</title></titleInfo></mods>'


def cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def metadata(content: str = cdata(DC), type_: str = "descriptive", sub_type: str = "dc", mid: str | None = None) -> str:
    named = "" if mid is None else f"<mid>{mid}</mid>"
    return f"<metadata><type>{type_}</type><subType>{sub_type}</subType>{named}<content>{content}</content></metadata>"


def source(mid: str = "1436", sub_type: str = "mods", content: str = cdata(MODS)) -> str:
    return metadata(content, "source", sub_type, mid)


def document(*parts: str, pid: str = "<PID>IE1234</PID>") -> str:
    return f'<updateMD xmlns="{NS}">{pid}{"".join(parts)}</updateMD>'


def read(data: str | bytes) -> UpdateMD:
    found = updatemd.prepare(data.encode() if isinstance(data, str) else data, LIMITS)
    assert isinstance(found, UpdateMD), found
    return found


def refused(data: str | bytes) -> InvalidUpdate:
    found = updatemd.prepare(data.encode() if isinstance(data, str) else data, LIMITS)
    assert isinstance(found, InvalidUpdate), found
    assert len(found.reason) < 500
    assert "\n" not in found.reason
    return found


def digested(type_: str, sub_type: str, mid: str, content: str) -> Metadata:
    return Metadata(type_, sub_type, mid, content, canonical.digests(xml.parse(content, LIMITS), LIMITS))


PLAIN = UpdateMD("IE1234", (digested("descriptive", "dc", "", DC),))


# --- what means the same ----------------------------------------------------------------------------------------------

SAME = {
    "as documented": document(metadata()),
    "with a declaration": f'<?xml version="1.0" encoding="UTF-8"?>\n{document(metadata())}',
    "with comments and instructions": f"<!-- c --><?p?>{document('<!-- c -->', metadata(), '<?p?>')}",
    "indented": f"""
<updateMD xmlns="{NS}">
  <PID>IE1234</PID>
  <metadata>
    <type>descriptive</type>
    <subType>dc</subType>
    <content>
      <![CDATA[{DC}
]]>
    </content>
  </metadata>
</updateMD>
""",
    "PID last": document(metadata(), pid="").replace("</updateMD>", "<PID>IE1234</PID></updateMD>"),
    "parts in another order": document(
        f"<metadata><content>{cdata(DC)}</content><subType>dc</subType><type>descriptive</type></metadata>"
    ),
    "content escaped": document(metadata(escape(DC, quote=False))),
    "content escaped throughout": document(metadata("".join(f"&#{ord(c)};" for c in DC))),
    "content partly escaped": document(metadata(f"&lt;dc:record{cdata(DC.removeprefix('<dc:record'))}")),
    "content in two character sections": document(metadata(cdata(DC[:30]) + cdata(DC[30:]))),
    "content after a comment": document(metadata(f"<!-- the record --> {cdata(DC)}\n")),
    "content with a declaration": document(metadata(cdata(f'<?xml version="1.0" encoding="UTF-8"?>{DC}'))),
    "content with another encoding declared": document(
        metadata(cdata(f"<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?>\n\n{DC}\n"))
    ),
    "content with a byte order mark": document(metadata(cdata(f"\ufeff{DC}"))),
    "content with mark and declaration": document(metadata(cdata(f'\ufeff<?xml version="1.0"?>{DC}'))),
    "white space around everything": document(metadata(f"\n  {cdata(DC)}\n "), pid="<PID>\n IE1234\t</PID>").replace(
        "<type>descriptive</type>", "<type> descriptive\n</type>"
    ),
    "prefixed": f"""<u:updateMD xmlns:u="{NS}"><u:PID>IE1234</u:PID><u:metadata><u:type>descriptive</u:type>
        <u:subType>dc</u:subType><u:content>{cdata(DC)}</u:content></u:metadata></u:updateMD>""",
    "names in capitals": document(
        f"<METADATA><TYPE>descriptive</TYPE><SUBTYPE>dc</SUBTYPE><CONTENT>{cdata(DC)}</CONTENT></METADATA>",
        pid="<pid>IE1234</pid>",
    ),
    "subtype": document(metadata().replace("subType", "subtype")),
    "SubType": document(metadata().replace("subType", "SubType")),
    "pdsHandle": document("<pdsHandle>15122015</pdsHandle>", metadata()),
    "an extension element": document('<x:note xmlns:x="urn:x"><x:by>ann</x:by></x:note>', metadata()),
    "an extension element of no namespace": document('<note xmlns="">x</note>', metadata()),
    "an extension element within metadata": document(metadata().replace("<type>", '<x:note xmlns:x="urn:x"/><type>')),
    "an empty mid of a descriptive record": document(metadata(mid="")),
    "a mid of a descriptive record": document(metadata(mid="77")),
    "attributes nobody asked for": document(metadata()).replace("<PID>", '<PID version="1">'),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_shapes_that_mean_the_same(text: str) -> None:
    assert read(text) == PLAIN


def test_the_shapes_above_differ() -> None:
    assert len(set(SAME.values())) == len(SAME)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8-sig", ""),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", ""),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("iso-8859-1", "ISO-8859-1"),
        ("iso-8859-15", "ISO-8859-15"),
        ("windows-1252", "windows-1252"),
    ],
)
def test_encodings_that_mean_the_same(codec: str, name: str) -> None:
    text = document(metadata(cdata(f'<?xml version="1.0" encoding="{name or codec}"?>{DC}')))
    declared = f'<?xml version="1.0" encoding="{name}"?>{text}' if name else text
    assert read(declared.encode(codec)) == PLAIN


DC_ROOTS = {
    "dc:record": '<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/"/>',
    "default namespace": '<record xmlns="http://purl.org/dc/elements/1.1/"/>',
    "no namespace": '<record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></record>',
    "another prefix": '<x:record xmlns:x="http://purl.org/dc/elements/1.1/"/>',
}


@pytest.mark.parametrize("record", DC_ROOTS.values(), ids=DC_ROOTS)
def test_roots_of_a_descriptive_record(record: str) -> None:
    assert read(document(metadata(cdata(record)))).metadata[0].content == record
    updatemd.check_dc(str(xml.parse(record, LIMITS).tag))


@pytest.mark.parametrize(("type_", "sub_type"), [("Descriptive", "DC"), ("DESCRIPTIVE", "dC"), ("descriptive", "dc")])
def test_type_and_subtype_are_kept_as_submitted(type_: str, sub_type: str) -> None:
    item = read(document(metadata(type_=type_, sub_type=sub_type))).metadata[0]
    assert (item.type, item.sub_type) == (type_, sub_type)


def test_several_records_keep_their_order() -> None:
    update = read(document(source("b"), metadata(), source("a", "OTHER:article"), source("c", "marc")))
    assert [(item.type, item.sub_type, item.mid) for item in update.metadata] == [
        ("source", "mods", "b"),
        ("descriptive", "dc", ""),
        ("source", "OTHER:article", "a"),
        ("source", "marc", "c"),
    ]
    assert [item.content for item in update.metadata] == [MODS, DC, MODS, MODS]


def test_what_the_rules_judge_is_not_judged_here() -> None:
    """An unsupported type or subtype is a verdict of its own, not an invalid file."""
    for part in (metadata(cdata("<x/>"), "mets_section", "structMap"), metadata(cdata("<x/>"), sub_type="mods")):
        assert read(document(part)).metadata[0].content == "<x/>"


def test_a_source_record_may_have_any_root() -> None:
    assert read(document(source(sub_type="dc", content=cdata("<anything/>")))).metadata[0].content == "<anything/>"


@pytest.mark.parametrize("mid", ["1436", "M-1", "a b", "目", "IE1", "x" * 500])
def test_any_mid_is_kept(mid: str) -> None:
    assert read(document(source(f" {mid}\n"))).metadata[0].mid == mid


def test_content_is_kept_as_it_was_but_for_its_declaration() -> None:
    record = "<r xmlns='u'>\n  <!-- kept -->\n  <a b='1'><![CDATA[x]]></a>\n</r>"
    content = read(document(source(content=escape(f"<?xml version='1.0'?>\n{record}\n")))).metadata[0].content
    assert content == record


# --- what is refused --------------------------------------------------------------------------------------------------

INVALID = {
    "another root": (
        "<record/>",
        None,
        f"its root is <record> without a namespace, not updateMD of the namespace {NS}",
    ),
    "no namespace": (
        document(metadata()).replace(f' xmlns="{NS}"', ""),
        None,
        "its root is <updateMD> without a namespace, not",
    ),
    "another namespace": (
        document(metadata()).replace(NS, "urn:x"),
        None,
        "its root is <updateMD> of the namespace urn:x, not updateMD",
    ),
    "root in another case": (
        document(metadata()).replace("updateMD", "updatemd"),
        None,
        f"its root is <updatemd> of the namespace {NS}, not updateMD",
    ),
    "no PID": (document(metadata(), pid=""), None, "it has 0 PID elements; it needs exactly one"),
    "two PIDs": (document(metadata(), pid="<PID>IE1</PID><pid>IE1</pid>"), None, "it has 2 PID elements"),
    "PID of another namespace": (document(metadata(), pid='<PID xmlns="">IE1</PID>'), None, "it has 0 PID elements"),
    "empty PID": (document(metadata(), pid="<PID/>"), None, "its PID is ''; a PID is IE and digits, such as IE1234"),
    "PID with an element": (document(metadata(), pid="<PID><b>IE1</b></PID>"), None, "PID holds the element <b>"),
    "no metadata": (document(), "IE1234", "it has no metadata element; add one for each record to replace"),
    "unknown child": (document(metadata(), "<note/>"), None, "unexpected element <note>; updateMD holds"),
    "unknown part": (
        document(metadata(), source().replace("<mid>", "<mid2/><mid>")),
        "IE1234",
        "metadata[2]: unexpected element <mid2>; it holds type, subType, mid and content",
    ),
    "part twice": (
        document(metadata().replace("<type>", "<TYPE>source</TYPE><type>")),
        "IE1234",
        "metadata[1]: two type elements; give one",
    ),
    "no type": (document(metadata(type_="")), "IE1234", "metadata[1]: type is missing or empty"),
    "no subType": (document(metadata(sub_type=" ")), "IE1234", "metadata[1]: subType is missing or empty"),
    "no content": (document(metadata("")), "IE1234", "metadata[1]: content is missing or empty"),
    "no mid": (document(metadata(), metadata(type_="Source")), "IE1234", "metadata[2]: mid is missing or empty"),
    "nothing at all": (
        document("<metadata/>"),
        "IE1234",
        "metadata[1]: type and subType and content are missing or empty",
    ),
    "record not in CDATA": (
        document(metadata(DC)),
        "IE1234",
        "metadata[1]: content holds the element <dc:record>; wrap it in CDATA or escape",
    ),
    "record not well-formed": (
        document(metadata(), source(content=cdata("<a>\n<b></a>"))),
        "IE1234",
        "metadata[2]: content: not well-formed: mismatched tag (line 2, column 6 of the record)",
    ),
    "record cut off": (
        document(metadata(cdata(DC[:-5]))),
        "IE1234",
        "metadata[1]: content: not well-formed",
    ),
    "record with a document type": (
        document(metadata(cdata(f"<!DOCTYPE x>{DC}"))),
        "IE1234",
        "metadata[1]: content: a document type declaration is not allowed; remove it",
    ),
    "record with an entity": (
        document(metadata(cdata("<record>&nbsp;</record>"))),
        "IE1234",
        "metadata[1]: content: not well-formed: undefined entity",
    ),
    "record that is text": (
        document(metadata("just a title")),
        "IE1234",
        "metadata[1]: content: not well-formed",
    ),
    "record that is no dc": (
        document(metadata(cdata(MODS))),
        "IE1234",
        "metadata[1]: content: its root is <mods> of the namespace http://www.loc.gov/mods/v3, not dc:record",
    ),
    "record of another dc": (
        document(metadata(cdata('<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"/>'))),
        "IE1234",
        "not dc:record",
    ),
    "two descriptive records": (
        document(metadata(), metadata(type_="Descriptive")),
        "IE1234",
        "two metadata elements replace the same record (Descriptive); keep one",
    ),
    "two of one mid": (
        document(source("7"), source("8"), source("7", "marc")),
        "IE1234",
        "two metadata elements replace the same record (source 7); keep one",
    ),
    "a document type": (f"<!DOCTYPE updateMD>{document(metadata())}", None, "a document type declaration is not"),
    "not well-formed": (
        document(metadata()).replace("</PID>", "</pid>"),
        None,
        "not well-formed: mismatched tag (line",
    ),
    "not XML": ("%%", None, "not well-formed"),
}


@pytest.mark.parametrize(("text", "pid", "reason"), INVALID.values(), ids=INVALID)
def test_what_is_invalid_says_where_and_what_to_do(text: str, pid: str | None, reason: str) -> None:
    found = refused(text)
    assert reason in found.reason
    assert found.pid == pid


LONG = "x" * 100_000
LENGTHY = {
    "root": f"<{LONG[:40_000]}/>",
    "PID": document(metadata(), pid=f"<PID>{LONG}</PID>"),
    "child": document(f"<{LONG[:40_000]}/>"),
    "element in a PID": document(pid=f"<PID><{LONG[:40_000]}/></PID>"),
    "mid twice": document(source(LONG), source(LONG)),
    "type twice": document(metadata(type_=LONG), metadata(type_=LONG)),
    "root of a record": document(metadata(cdata(f"<{LONG[:40_000]}/>"))),
    "namespace of a record": document(metadata(cdata(f'<a xmlns="{LONG}"/>'))),
    "encoding": f'<?xml version="1.0" encoding="{LONG}"?>{document(metadata())}',
    "bad namespace": document(source(content=cdata(f"<a xmlns:p='{' a' * 100_000}'/>"))),
}


@pytest.mark.parametrize("text", LENGTHY.values(), ids=LENGTHY)
def test_no_reason_is_as_long_as_the_file(text: str) -> None:
    refused(text)  # which checks the length


# --- PIDs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pid", ["IE1", "IE0", "IE0001", "IE123456789012345678901234567890"])
def test_a_pid(pid: str) -> None:
    assert valid_pid(pid)
    assert read(document(metadata(), pid=f"<PID> {pid}\n</PID>")).pid == pid


@pytest.mark.parametrize(
    "pid",
    [
        "IE",
        "ie1",
        "Ie1",
        "1234",
        "IE 1",
        "IE1 2",
        "IE-1",
        "IE1x",
        "xIE1",
        "IE1,IE2",
        "REP1",
        "FL1",
        "IE\u0661",  # a digit of another script
        "IE\u00b2",
        "\u0399E1",  # a Greek letter
        "IE1\u0000".replace("\u0000", "\u200b"),
        "IE1.5",
        "IE" + "1" * 31,
        "../IE1",
        "IE1/../IE2",
    ],
)
def test_no_pid(pid: str) -> None:
    assert not valid_pid(pid)
    found = refused(document(metadata(), pid=f"<PID>{pid}</PID>"))
    assert "such as IE1234" in found.reason
    assert found.pid is None


@pytest.mark.parametrize("pid", ["IE1\n", "\nIE1", " IE1", "IE1 ", ""])
def test_white_space_is_no_part_of_a_pid(pid: str) -> None:
    assert not valid_pid(pid)


# --- cut short --------------------------------------------------------------------------------------------------------


def test_a_file_cut_off_at_any_byte_is_invalid_and_premature() -> None:
    data = f'<?xml version="1.0"?>\n{document(metadata(), source())}'.encode()
    read(data)
    for cut in range(len(data)):
        found = refused(data[:cut])
        assert found.premature, (cut, found)
        assert found.pid is None


@pytest.mark.parametrize("name", ["record cut off", "record that is text", "no metadata", "not well-formed"])
def test_a_whole_file_with_a_fault_is_not_premature(name: str) -> None:
    assert not refused(INVALID[name][0]).premature


def test_caps_hold_for_the_record_too() -> None:
    """The envelope has no `<` of the record's if it is escaped, so that its caps alone would not do."""
    deep = escape("<a>" * 101 + "</a>" * 101)
    many = escape("<a>" + "<b/>" * 100_001 + "</a>")
    wide = escape("<a " + " ".join(f"a{n}=''" for n in range(1_001)) + "/>")
    assert "nested deeper than 100" in refused(document(source(content=deep))).reason
    assert "more than 100000 elements" in refused(document(source(content=many))).reason
    assert "more than 1000 attributes" in refused(document(source(content=wide))).reason


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real updateMD files in {REAL}")
def test_the_files_of_the_product_page_are_read() -> None:
    dc = read((REAL / "IE1234-dc.xml").read_bytes())
    mods = read((REAL / "IE1234-source-mods-1436.xml").read_bytes())
    assert [(item.type, item.sub_type, item.mid) for item in dc.metadata] == [("descriptive", "dc", "")]
    assert [(item.type, item.sub_type, item.mid) for item in mods.metadata] == [("source", "mods", "1436")]
    assert dc.pid == mods.pid == "IE1234"
