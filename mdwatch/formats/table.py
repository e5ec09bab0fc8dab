"""Lines of cells, as spreadsheet programs read and write them: CSV (RFC 4180) in UTF-8, or XLSX, by `workbook`.

A spreadsheet program takes a cell of CSV that begins like a formula for one, and runs it (OWASP, "CSV Injection"). Such
a value gets an apostrophe in front, which is taken off again when the cell is read; so does one that would be taken for
a number or a date, and written back as another text (`007`, `1-2`). In XLSX a cell says itself that it is text. There
an apostrophe that looks like such a guard is taken off as well, for what was opened as CSV may be saved as XLSX.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from enum import Enum
from types import ModuleType
from typing import Final

from mdwatch.errors import Rejected
from mdwatch.formats.table_lines import MOST_CELLS, TableLine, too_many_cells

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# What begins a formula, after any white space; the wide forms are taken for the narrow ones in some places.
_FORMULA: Final = r"(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
# What may be taken for a number, a date or a truth value, and written back otherwise: digits and one word at most.
_NUMBER: Final = r"(?=[^\d]*\d)[\W\d_]*[^\W\d_]*[\W\d_]*\Z|\s*(?i:true|false|wahr|falsch|vrai|faux)\s*\Z"
_TO_GUARD = re.compile(rf"'*+(?:{_FORMULA}|{_NUMBER})")
_GUARDED = re.compile(rf"'++(?:{_FORMULA}|{_NUMBER})")
_LONGEST_CELL: Final = 1 << 24  # characters
_DELIMITERS: Final = ",;\t"
_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"  # [MS-CFB]: workbooks before XLSX, and those with a password


class TableKind(Enum):
    """What a table is written as, with the media type of each."""

    CSV = "text/csv; charset=utf-8"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    @property
    def suffix(self) -> str:
        """How the name of its files ends: `.csv` or `.xlsx`."""
        return f".{self.name.lower()}"

    @classmethod
    def of(cls, name: str) -> "TableKind":
        """What a file of this name is to be: CSV, whatever it is called, unless it ends in `.xlsx`."""
        return cls.XLSX if name.lower().endswith(cls.XLSX.suffix) else cls.CSV


class _CsvText(list[str]):
    """Where the writer of CSV writes to."""

    def write(self, text: str) -> None:
        self.append(text)


def write(lines: Iterable[Sequence[str]], kind: TableKind) -> bytes:
    """The table; CSV begins with a byte order mark, by which spreadsheet programs know UTF-8.

    Raises `Rejected` for more lines or longer cells than the kind holds: nothing is ever cut off.
    """
    if kind is TableKind.XLSX:
        written: bytes = _workbook().write(lines)
        return written
    text = _CsvText()
    csv.writer(text).writerows(lines)
    return "".join(text).encode("utf-8-sig")


def check_available(kind: TableKind) -> None:
    """Raises `Rejected` where what this kind needs is not installed."""
    if kind is TableKind.XLSX:
        _workbook()


def holds(value: str, kind: TableKind) -> bool:
    """Whether a cell of this kind can be as long as this value."""
    if kind is not TableKind.XLSX:
        return True
    workbook = _workbook()
    return bool(workbook.units(guarded(value, kind)) <= workbook.LONGEST_CELL)


def read(data: bytes) -> list[TableLine]:
    """The lines that hold anything, at least one, which can be taken; raises `Rejected`.

    Lines of XLSX have as many cells as the first, if not more; cells of CSV stand between commas, semicolons or tabs.
    """
    if data.startswith(_OLD_OFFICE):
        raise Rejected("it is a workbook of old (XLS), or one with a password; save it as XLSX without one, or as CSV")
    found = _of_workbook(data) if data.startswith(_ZIP) else _of_csv(data)
    if not found:
        raise Rejected("the sheet is empty; export it again")
    if found[0].fault:
        raise Rejected(f"line {found[0].number}: {found[0].fault}")
    return found


def guarded(value: str, kind: TableKind) -> str:
    """The value as a cell that no program takes for anything but text."""
    to_guard = _TO_GUARD if kind is TableKind.CSV else _GUARDED
    return f"'{value}" if to_guard.match(value) else value


def guards(value: str) -> bool:
    """Whether a cell of CSV has an apostrophe in front of this value."""
    return _TO_GUARD.match(value) is not None


def plain(cell: str) -> str:
    """The value of a cell."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _of_workbook(data: bytes) -> list[TableLine]:
    found: list[TableLine] = _workbook().read(data)
    width = len(found[0].cells) if found else 0
    return [line._replace(cells=line.cells + [""] * (width - len(line.cells))) for line in found]


def _workbook() -> ModuleType:
    """What reads and writes XLSX; raises `Rejected` where openpyxl is not installed."""
    try:
        from mdwatch.formats import workbook  # noqa: PLC0415 - what it needs is of the extra
    except ImportError:
        raise Rejected(
            'XLSX needs openpyxl, which is not installed: pip install "mdwatch[xlsx]"; or use CSV instead'
        ) from None
    return workbook


def _of_csv(data: bytes) -> list[TableLine]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Rejected(f"line {line} is not UTF-8; save the sheet as CSV in UTF-8") from None
    # Of all the process, and never set back: somebody else may be reading a sheet then.
    csv.field_size_limit(_LONGEST_CELL)
    first = text.partition("\n")[0]
    lines = csv.reader(_LINES.findall(text), delimiter=max(_DELIMITERS, key=first.count), strict=True)
    found = []
    held = 0
    try:
        for cells in lines:
            held += len(cells)
            if held > MOST_CELLS:
                raise too_many_cells()
            if any(cells):
                found.append(TableLine(lines.line_num, cells))
    except csv.Error as error:
        raise Rejected(f"line {lines.line_num} is not CSV: {error}; save the sheet as CSV again") from None
    return found
