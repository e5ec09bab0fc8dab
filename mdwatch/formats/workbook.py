"""A table as a workbook (XLSX, ISO/IEC 29500), by openpyxl: every cell that is written is text, and so read again.

It needs the extra `xlsx`; `table` imports it when a workbook is there to be read or written.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.worksheet.dimensions import ColumnDimension

from mdwatch.errors import Rejected
from mdwatch.formats.table_lines import MOST_CELLS, TableLine, too_many_cells
from mdwatch.formats.workbook_cells import CellReader
from mdwatch.formats.workbook_parts import WorkbookReader

# Excel's limits, which are the format's in practice: "Excel specifications and limits", Microsoft.
LONGEST_CELL: Final = 32_767  # UTF-16 code units
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384

# What XML cannot hold, or would read otherwise, is written by its number, and so is what looks like such a number
# (ST_Xstring, ISO/IEC 29500-1, 22.9.2.19).
_TO_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

# openpyxl tells of what it does not keep: drawings, other programs' extensions. Nothing is kept here anyway.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


def units(text: str) -> int:
    """The length of a text as a cell counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def write(rows: Iterable[Sequence[str]]) -> bytes:
    """The workbook: one worksheet, its first row fixed; empty cells are text, too, when they are filled in.

    openpyxl keeps its rows in a temporary file meanwhile. Raises `Rejected` for what XLSX does not hold.
    """
    lines = list(rows)
    if len(lines) > MOST_ROWS or max(map(len, lines), default=0) > MOST_COLUMNS:
        raise Rejected(f"XLSX holds {MOST_ROWS} rows of {MOST_COLUMNS} cells; export it as CSV, or less at a time")
    if any(units(value) > LONGEST_CELL for line in lines for value in line):
        raise Rejected(f"a cell of XLSX holds {LONGEST_CELL} characters; export it as CSV")
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("Records")
    sheet.freeze_panes = "A2"
    text: Any = WriteOnlyCell(sheet)
    text.number_format = "@"
    columns = ColumnDimension(sheet, index="A", min=1, max=MOST_COLUMNS, width=24, customWidth=True)
    columns.number_format = "@"
    sheet.column_dimensions["A"] = columns
    for line in lines:
        cells = []
        for value in line:
            cell: Any = WriteOnlyCell(sheet)
            cell._style = text._style  # noqa: SLF001 - one for all: a style for each takes most of the time
            if value:
                # Past openpyxl, which takes `=x` for a formula and cuts off what is long when it is escaped.
                cell._value = _TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", value)  # noqa: SLF001
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def read(data: bytes) -> list[TableLine]:
    """The lines that hold anything, of the one worksheet that has any; raises `Rejected`."""
    try:
        return _lines(WorkbookReader(data))
    except (Rejected, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - of a damaged one, openpyxl and zipfile raise whatever befalls them
        why = f"{type(error).__name__}: {str(error)[:100]}"
        raise Rejected(f"it is no workbook that can be read ({why}); save it as XLSX or as CSV") from None


def _lines(book: WorkbookReader) -> list[TableLine]:
    found: list[tuple[str, list[TableLine]]] = []
    for name, part in book.sheets():
        lines = list(_lines_of(book, part))
        if lines:
            found.append((name, lines))
    if len(found) > 1:
        names = ", ".join(name[:40] for name, _ in found[:5])
        raise Rejected(f"the workbook has {len(found)} worksheets that hold something ({names}); keep one of them")
    return found[0][1] if found else []


def _lines_of(book: WorkbookReader, part: str) -> Iterator[TableLine]:
    source = book.archive.watched(part)
    parser: Any = WorkSheetParser(source, book.shared_strings)
    reader = CellReader(book.wb)
    held = width = 0
    for rows, (number, cells) in enumerate(parser.parse(), 1):
        source.passed()
        if max(rows, number) > MOST_ROWS:
            raise Rejected(f"a worksheet has more than {MOST_ROWS} rows; save it as CSV")
        line = _line(reader, number, cells, width)
        width = width or len(line.cells)
        held += len(line.cells)
        if held > MOST_CELLS:
            raise too_many_cells()
        if any(line.cells) or line.fault:
            yield line
    if parser.merged_cells is not None and parser.merged_cells.mergeCell:
        where = parser.merged_cells.mergeCell[0].coord
        raise Rejected(f"the cells {where} are merged, so that nobody can tell whose value it is; unmerge them")


def _line(reader: CellReader, number: int, cells: Sequence[dict[str, Any]], width: int) -> TableLine:
    """A row; `width` is that of the first that holds anything, 0 where this may be it."""
    texts: list[str] = []
    faults = []
    for cell in cells:
        column = cell["column"]
        text, fault = reader.text(cell)
        beyond = bool(text) and 0 < width < column
        if beyond:
            fault = "stands below no name of a column; give it one, or empty the cell"
        if fault:
            faults.append(f"cell {get_column_letter(column)}{number} {fault}")
        if text and not beyond:
            texts += [""] * (column - len(texts))
            texts[column - 1] = text
    return TableLine(number, texts, "; ".join(faults[:3]))
