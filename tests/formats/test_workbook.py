"""Sheets as XLSX: what is written is read again; what programs make of cells is told apart; hostile ones do no harm."""

import random
import sys
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mdwatch.errors import Rejected
from mdwatch.formats import sheet, table, table_lines, workbook, workbook_parts
from mdwatch.formats.sheet import FieldColumn, Sheet, SheetRow
from mdwatch.formats.table import TableKind

TITLE, DATE = FieldColumn("dc:title", "", 1), FieldColumn("dc:date", "", 1)
# Written by LibreOffice 7.4 from CSV, with cells as if they were typed.
TYPED = Path(__file__).parent / "data" / "typed_in_libreoffice.xlsx"
NOON = datetime(2024, 5, 1, 12, 30)  # noqa: DTZ001 - a cell has no zone
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def written(*values: str) -> bytes:
    rows = [SheetRow(0, f"IE{number}", 1, {TITLE: value}) for number, value in enumerate(values)]
    return sheet.write(rows, ["dc:title"], TableKind.XLSX)


def edited(edit: Any) -> Sheet:
    """The sheet of two IEs after openpyxl has changed something in it and saved it."""
    book = openpyxl.load_workbook(BytesIO(written("One", "=Two")))
    edit(book, book.active)
    target = BytesIO()
    book.save(target)
    return sheet.read(target.getvalue())


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXT, max_size=6))
@example(["=1+1", "'=1", "''=1", "007", "'007", "_x000D_", "x005F_", "_x005F_", "a\rb\n\tc", "\0\ufffe", " a ", "#N/A"])
@example(["\r" * 30_000, "x" * 32_767, "\U0001f600" * 16_383])
def test_every_text_comes_back(values: list[str]) -> None:
    data = written(*values)
    rows = sheet.read(data).rows
    assert [(row.pid, row.version, row.fault, row.cells[TITLE]) for row in rows] == [
        (f"IE{number}", 1, "", value) for number, value in enumerate(values)
    ]


def test_cells_are_text_as_they_are_and_stay_so() -> None:
    cells = openpyxl.load_workbook(BytesIO(written("=1+1", "007", "")))["Records"]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in cells["C"]] == [
        ("dc:title", "s", "@"), ("=1+1", "s", "@"), ("007", "s", "@"), (None, "n", "@"),
    ]  # fmt: skip
    assert (cells.column_dimensions["A"].number_format, cells.column_dimensions["A"].max) == ("@", 16_384)


def test_what_does_not_fit_is_told_and_nothing_is_cut() -> None:
    for value in ("x" * 32_768, "'=" + "x" * 32_765 + "y", "\U0001f600" * 16_384):
        with pytest.raises(Rejected, match="a cell of XLSX holds 32767"):
            written(value)
        with pytest.raises(Rejected, match=r"its dc:title has \d+ characters, more than a cell of XLSX holds"):
            sheet.check_cells({TITLE: value}, TableKind.XLSX)
        sheet.check_cells({TITLE: value}, TableKind.CSV)
    with pytest.raises(Rejected, match="XLSX holds 1048576 rows of 16384 cells"):
        table.write([["x"] * 16_385], TableKind.XLSX)


@pytest.mark.parametrize(
    ("value", "shown_as", "said"),
    [
        (1900, "General", "1900"),
        (1900, "@", "1900"),
        (9783161484100, "0", "9783161484100"),
        (-1.5, "General", "-1.5"),
        (date(2024, 5, 1), "mm-dd-yy", "2024-05-01"),
        (date(2024, 5, 1), 'd. mmmm yyyy "AD"', "2024-05-01"),
        ("", "General", ""),
        (7, "000", "the number 7 that is shown as 000"),
        (0.5, "0%", "the number 0.5 that is shown as 0%"),
        (1234567890123456, "General", "the number 1.23456789012346e"),
        (date(2024, 5, 1), "mmm-yy", "a date or time that is shown as mmm-yy"),
        (date(1900, 2, 1), "yyyy-mm-dd", "a date or time that is shown as yyyy-mm-dd"),
        (NOON, "yyyy-mm-dd hh:mm", "a date or time that is shown as yyyy-mm-dd hh:mm"),
        (NOON, "yyyy-mm-dd", "a time (2024-05-01 12:30:00)"),
        (time(12, 30),
 "hh:mm", "a date or time that is shown as hh:mm"),
        (True, "General", "the truth value TRUE"),
        ("#N/A", "General", "the error #N/A"),
        ("=A1", "General", "a formula"),
    ],
)  # fmt: skip
def test_a_cell_says_what_there_is_one_way_to_read(value: object, shown_as: str, said: str) -> None:
    def edit(_: Any, cells: Any) -> None:
        cells["C2"].value = value
        cells["C2"].number_format = shown_as

    first, second = edited(edit).rows
    assert (second.cells[TITLE], second.fault) == ("=Two", "")
    if first.fault:
        assert first.fault.startswith(f"cell C2 holds {said}")
    else:
        assert first.cells[TITLE] == said


def test_what_libreoffice_makes_of_typed_cells() -> None:
    found = [(row.cells[DATE], row.fault.partition(";")[0]) for row in sheet.read(TYPED.read_bytes()).rows]
    assert [value for value, fault in found if not fault] == [
        "1900", "2024-05-01", "1.5", "2024-05-01", "7", "9783161484100", "1950-01-01", "1000", "", "text", "1-2",
    ]  # fmt: skip
    assert [fault for _, fault in found if fault] == [
        "cell D4 holds the truth value TRUE",
        "cell D8 holds a date or time that is shown as hh:mm:ss\\ AM/PM",
        "cell D10 holds the number 1.23456789012346e+19",
        "cell D11 holds a formula",
        "cell D12 holds a date or time that is shown as mm/dd/yy",
        "cell D14 holds the number 0.5 that is shown as 0.00%",
    ]


def test_rows_and_columns_that_people_add_and_worksheets_and_merged_cells() -> None:
    def more(_: Any, cells: Any) -> None:
        cells["D1"], cells["D3"], cells["A6"], cells["B6"], cells["F3"] = "dc:date", "1900", "IE9", 4, "a note"

    rows = edited(more).rows
    assert [(row.line, row.pid, row.version, list(row.cells.values())) for row in rows] == [
        (2, "IE0", 1, ["One", ""]), (3, "IE1", 0, ["=Two", "1900"]), (6, "IE9", 4, ["", ""]),
    ]  # fmt: skip
    assert [row.fault for row in rows] == [
        "", "cell F3 stands below no name of a column; give it one, or empty the cell", "",
    ]  # fmt: skip
    assert len(edited(lambda book, _: book.create_sheet("Empty")).rows) == 2
    with pytest.raises(Rejected, match=r"2 worksheets that hold something \(Records, Notes\)"):
        edited(lambda book, _: book.create_sheet("Notes").append(["x"]))
    with pytest.raises(Rejected, match="the cells C2:C3 are merged"):
        edited(lambda _, cells: cells.merge_cells("C2:C3"))
    with pytest.raises(Rejected, match="line 1: cell D1 holds a formula"):
        edited(lambda _, cells: cells.__setitem__("D1", "=A1"))
    target = BytesIO()
    book = openpyxl.Workbook()
    for row in (["old", "new"], ["Maps", "maps"], ["gone", None]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(target)
    assert sheet.replacements(target.getvalue()) == {"Maps": "maps", "gone": ""}


HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"
SHEET = "xl/worksheets/sheet1.xml"
ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
EBCDIC = ("<?xml version='1.0' encoding='cp037'?>" + HEAD.decode()).encode("cp037")


def with_part(name: str, data: bytes) -> bytes:
    """The workbook with another part of this name."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(written("One"))) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for part in source.namelist():
            made.writestr(part, data if part == name else source.read(part))
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        (SHEET, HEAD + b" " * (2 << 20), "over the cap of 1048576"),
        (SHEET, HEAD + b"<row>" + b"<c/>" * 100_000, "a row of the workbook has more cells than there can be"),
        ("xl/styles.xml", b" " * (5 << 20), "over the cap of 4194304"),
        (SHEET, HEAD + b"<row/>" * 1_001 + TAIL, "more than 1000 rows"),
        (SHEET, HEAD + b'<row r="99999999999"><c><v>1</v></c></row>' + TAIL, "more than 1000 rows"),
        (SHEET, HEAD + b'<row><c r="IV1"><v>1</v></c></row>' * 100 + TAIL, "more than 5000 cells"),
        (SHEET, ENTITY + HEAD + b"<row><c><v>&b;</v></c></row>" + TAIL, "no workbook that can be read"),
        (SHEET, EBCDIC, "no XML in UTF-8"),
        ("[Content_Types].xml", b"<x/>", "no workbook that can be read"),
    ],
)
def test_a_hostile_workbook_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, why: str) -> None:
    monkeypatch.setattr(workbook_parts, "_UNPACKED", 1 << 20)
    monkeypatch.setattr(workbook_parts, "_TAGS_AT_A_TIME", 10_000)
    monkeypatch.setattr(workbook, "MOST_ROWS", 1_000)
    monkeypatch.setattr(workbook, "MOST_CELLS", 5_000)
    monkeypatch.setattr(table_lines, "MOST_CELLS", 5_000)
    with pytest.raises(Rejected, match=why):
        sheet.read(with_part(name, data))


def test_far_cells_make_no_wide_rows() -> None:
    rows = b'<row><c r="A1" t="str"><v>pid</v></c></row>' + b'<row><c r="XFD2"><v>1</v></c></row>' * 2_000
    made = with_part(SHEET, HEAD.replace(b"<sh", b'<dimension ref="A1:XFD1048576"/><sh') + rows + TAIL)
    found = table.read(made)
    assert (len(found), {len(line.cells) for line in found}) == (2_001, {1})


def test_a_damaged_workbook_is_refused_whatever_is_wrong_with_it() -> None:
    data, chance = written(*"abc"), random.Random(16)
    for size in (10, 400, len(data) - 30):
        with pytest.raises(Rejected):
            sheet.read(data[:size])
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(chance.randrange(1, 20)):
            damaged[chance.randrange(4, len(data))] = chance.randrange(256)
        try:
            sheet.read(bytes(damaged))
        except Rejected as rejected:
            assert rejected.reason  # noqa: PT017 - it may also be read, where the damage is beside what is read
    with pytest.raises(Rejected, match=r"a workbook of old \(XLS\), or one with a password"):
        sheet.read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def test_without_openpyxl_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made = written("One")
    monkeypatch.delattr("mdwatch.formats.workbook")
    monkeypatch.setitem(sys.modules, "mdwatch.formats.workbook", None)
    for call in (lambda: sheet.read(made), lambda: written("One"), lambda: table.check_available(TableKind.XLSX)):
        with pytest.raises(Rejected, match=r'pip install "mdwatch\[xlsx\]"; or use CSV'):
            call()
