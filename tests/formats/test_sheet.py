"""Sheets: what is written is read again, whatever the values are; cells are put back where they came from."""

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import sheet, sheet_fields, updatemd, xml
from mdwatch.formats.limits import Limits
from mdwatch.formats.sheet import FieldColumn, SheetRow
from mdwatch.model import Record, RecordType, UpdateMD
from tests.worlds import DC_NS

TITLE = FieldColumn("dc:title", "", 1)
RECORD = """<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <dc:title>One</dc:title>
  <dc:title/>
  <dc:title xml:lang="fr">Un</dc:title>
  <dc:title xsi:type="x">Three</dc:title>
  <dc:date>1900</dc:date>
</dc:record>"""


def test_every_value_comes_back_and_none_is_a_formula() -> None:
    values = ["".join(item) for size in (1, 2, 3) for item in product("='\t\r\n a,;\"-＝\u2028", repeat=size)]
    rows = [SheetRow(0, f"IE{number}", 1, {TITLE: value}) for number, value in enumerate(values)]
    data = sheet.write(rows, ["dc:title"])
    assert [row.cells[TITLE] for row in sheet.read(data).rows] == values
    guarded = sheet.write([SheetRow(0, "IE1", 1, {TITLE: '=HYPERLINK("x")'})], ["dc:title"])
    assert guarded.decode("utf-8-sig") == 'pid,version,dc:title\r\nIE1,1,"\'=HYPERLINK(""x"")"\r\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("pid,dc:title\nIE1,x\n", "no column 'version'"),
        ("pid,version,notes\n", "'notes' is no field"),
        ("pid,version,dc:title,dc:title\n", "two columns are called 'dc:title'"),
        ("pid,version,dc:title,dc:title#1\n", "two columns mean the same value"),
        ('pid,version,dc:title\nIE1,1,"x', "line 2 is not CSV"),
    ],
)
def test_what_is_no_sheet_is_told(text: str, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        sheet.read(text.encode())


def test_faults_of_rows_stay_with_them_and_other_delimiters_and_encodings() -> None:
    found = sheet.read(b"version;pid;dc:title\n1;IE1;a\n\n1;IE1;b\nx;IE2;c\n1;IE;d\n1;IE3\n;;\n7;IE4;e,f\n").rows
    assert [(row.line, row.pid, bool(row.fault)) for row in found] == [
        (2, "IE1", False), (4, "IE1", True), (5, "IE2", True), (6, "IE", True), (7, "1", True), (9, "IE4", False),
    ]  # fmt: skip
    assert (found[-1].version, found[-1].cells) == (7, {TITLE: "e,f"})
    with pytest.raises(Rejected, match="line 2 is not UTF-8"):
        sheet.read("pid,version,dc:title\nIE1,1,é".encode("latin-1"))


def test_cells_are_put_back_and_all_else_stays() -> None:
    root = xml.parse_whole(RECORD, Limits())
    cells = sheet_fields.values(root, ["dc:title"])
    assert {str(name): value for name, value in cells.items()} == {
        "dc:title": "One", "dc:title#2": "", "dc:title[fr]": "Un", "dc:title#3": "Three",
    }  # fmt: skip
    assert not sheet_fields.edit(root, cells)
    assert xml.serialise(root) == RECORD
    edited = {"dc:title": "", "dc:title[fr]": "Une", "dc:title#3": "Drei", "dc:title[de]": "Neu", "dcterms:extent": "5"}
    assert sheet_fields.edit(root, {sheet.column(name): value for name, value in edited.items()})
    assert [(etree.QName(element).localname, element.text, *element.attrib.values()) for element in root] == [
        ("title", None), ("title", "Une", "fr"), ("title", "Drei", "x"), ("title", "Neu", "de"), ("date", "1900"),
        ("extent", "5"),
    ]  # fmt: skip
    with pytest.raises(Rejected, match="dc:title#3: it holds a character"):
        sheet_fields.edit(root, {sheet.column("dc:title#3"): "a\x01"})


@pytest.mark.parametrize("text", ["plain", "a ]]> b", "<&\u00e9\U0001f600"])
def test_an_updatemd_file_that_is_written_is_read_as_it_was(text: str) -> None:
    root = xml.parse(RECORD, Limits())
    root[0].text = text
    wanted = Record(type=RecordType.SOURCE, sub_type="dc", mid="7&", content=xml.serialise(root))
    odd = Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=f"<record><!-- ]]> -->{text[:0]}</record>")
    read = updatemd.prepare(updatemd.write("IE1", [wanted, odd]), Limits())
    assert isinstance(read, UpdateMD)
    assert [(item.type, item.mid, item.content) for item in read.metadata] == [
        ("source", "7&", wanted.content),
        ("descriptive", "", odd.content),
    ]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@example("007")
@example("'1-2")
@example("TRUE")
def test_any_text_comes_back(text: str) -> None:
    data = sheet.write([SheetRow(2, "IE1", 1, {TITLE: text})], ["dc:title"])
    assert sheet.read(data).rows[0].cells[TITLE] == text


@pytest.mark.parametrize("text", ["007", "1-2", "Jan 5", "5. Mai 1850", "1e5", "12:30", "true", "٣"])
def test_what_a_spreadsheet_would_write_otherwise_is_guarded(text: str) -> None:
    assert f"IE1,1,'{text}\r\n" in sheet.write([SheetRow(2, "IE1", 1, {TITLE: text})], ["dc:title"]).decode("utf-8-sig")


@pytest.mark.parametrize(
    ("before", "cell", "wanted"),
    [
        ("Map 1", "Map One", "Map One"),
        ("Map 1", "'Map One", None),
        ("Map 1", "''t Hooft", "'t Hooft"),
        ("Map 1", "", ""),
        ("Map 1", "Map 1", "Map 1"),
        ("Map of 1723", "'t Hooft", "'t Hooft"),
        ("'t Hooft", "'t Huis", "'t Huis"),
        ("'1", "'a", "'a"),
    ],
)
def test_a_guard_that_was_left_before_another_value_is_not_taken_for_a_part_of_it(
    before: str, cell: str, wanted: str | None
) -> None:
    root = xml.parse_whole(
        f'<record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{before}</dc:title></record>', Limits()
    )
    if wanted is None:
        with pytest.raises(Rejected, match="take it out, or write two"):
            sheet_fields.without_guards(root, {TITLE: cell})
    else:
        assert sheet_fields.without_guards(root, {TITLE: cell}) == {TITLE: wanted}


def test_comments_instructions_cdata_and_text_between_fields_stay() -> None:
    text = (
        '<!-- a --><record xmlns:dc="http://purl.org/dc/elements/1.1/"><!-- b --><dc:title>One</dc:title>x'
        "<dc:title>T<!-- c -->wo</dc:title><dc:rights><![CDATA[<&]]></dc:rights><?keep it?></record>"
    )
    root = xml.parse_whole(text, Limits())
    assert sheet_fields.values(root, ["dc:title"]) == {TITLE: "One"}
    assert sheet_fields.edit(root, {TITLE: "", sheet.column("dc:rights#2"): "all"})
    wanted = text.replace("<dc:title>One</dc:title>", "").replace("<?keep", "<dc:rights>all</dc:rights><?keep")
    assert xml.serialise_whole(root) == wanted


@pytest.mark.parametrize(
    ("stored", "cell", "wanted"),
    [
        ("two\nlines", "two\r\nlines", "two\nlines"),
        ("two\nlines", "two\rlines", "two\nlines"),
        ("two\nlines", "three\r\nnew\r\nlines", "three\nnew\nlines"),
        ("", "two\r\nlines", "two\nlines"),
        ("two\r\nlines", "two\r\nlines", "two\r\nlines"),
        ("two\r\nlines", "two\nlines", "two\r\nlines"),
    ],
)
def test_line_ends_of_another_system_are_no_change(stored: str, cell: str, wanted: str) -> None:
    root = etree.Element(f"{{{DC_NS}}}record")
    if stored:
        etree.SubElement(root, f"{{{DC_NS}}}title").text = stored
    assert sheet_fields.with_line_ends(root, {TITLE: cell}) == {TITLE: wanted}
