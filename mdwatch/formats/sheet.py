"""A sheet: records as a table that people edit in a spreadsheet program, as CSV (RFC 4180) in UTF-8.

A row is an IE: its `pid`, the `version` it had, and a column for each value of a field. A column is called by the
field, the language in brackets where there is one, and the number of the value where it is not the first: `dc:title`,
`dc:title#2`, `dc:title[fr]`. Which column means which value so does not change when columns are moved or taken out.

A spreadsheet program takes a cell that begins like a formula for one, and runs it (OWASP, "CSV Injection"). Such a
value gets an apostrophe in front, which is taken off again when the sheet is read; so does one that would be taken for
a number or a date, and written back as another text (`007`, `1-2`).
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from mdwatch.errors import Rejected
from mdwatch.formats.pids import valid_pid

PID: Final = "pid"
VERSION: Final = "version"
_COLUMN = re.compile(r"((?:dc|dcterms):[A-Za-z]{1,60})(?:\[([A-Za-z0-9-]{1,40})\])?(?:#([1-9][0-9]{0,4}))?")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_VERSION = re.compile(r"[0-9]{1,18}", re.ASCII)
# What begins a formula, after any white space; the wide forms are taken for the narrow ones in some places.
_FORMULA: Final = r"(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
# What may be taken for a number, a date or a truth value, and written back otherwise: digits and one word at most.
_NUMBER: Final = r"(?=[^\d]*\d)[\W\d_]*[^\W\d_]*[\W\d_]*\Z|\s*(?i:true|false|wahr|falsch|vrai|faux)\s*\Z"
_TO_GUARD = re.compile(rf"'*+(?:{_FORMULA}|{_NUMBER})")
_GUARDED = re.compile(rf"'++(?:{_FORMULA}|{_NUMBER})")
_LONGEST_CELL: Final = 1 << 24  # characters
_DELIMITERS: Final = ",;\t"


class FieldColumn(NamedTuple):
    """A value of a field: which field (`dc:title`), in which language ("" for none), and the how manieth of these."""

    field: str
    language: str
    number: int

    def __str__(self) -> str:
        language = f"[{self.language}]" if self.language else ""
        return f"{self.field}{language}{f'#{self.number}' if self.number > 1 else ''}"


class SheetRow(NamedTuple):
    """A row: its line in the sheet, the IE and the version it had, and its cells; `fault` where it cannot be read."""

    line: int
    pid: str
    version: int
    cells: Mapping[FieldColumn, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of fields in their order, and the rows."""

    columns: tuple[FieldColumn, ...]
    rows: tuple[SheetRow, ...]


class _Lines(list[str]):
    """Where the writer of CSV writes to."""

    def write(self, text: str) -> None:
        self.append(text)


def column(text: str) -> FieldColumn:
    """The column of this name; raises `Rejected`."""
    match = _COLUMN.fullmatch(text.strip())
    if match is None:
        raise Rejected(
            f"{text[:60]!r} is no field of a sheet; fields are dc:ELEMENT and dcterms:TERM, such as dc:title, "
            "dc:title[fr] for a language, dc:title#2 for a second value"
        )
    return FieldColumn(match[1], match[2] or "", int(match[3] or 1))


def write(rows: Sequence[SheetRow], fields: Sequence[str]) -> bytes:
    """The sheet, with a byte order mark, by which spreadsheet programs know UTF-8; columns in the order of `fields`.

    Each field has at least one column, so that IEs without a value can be given one.
    """
    used = {name for row in rows for name in row.cells} | {FieldColumn(field, "", 1) for field in fields}
    columns = sorted(used, key=lambda item: (fields.index(item.field), item.language, item.number))
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow([PID, VERSION, *columns])
    for row in rows:
        writer.writerow([row.pid, row.version, *(_guarded(row.cells.get(name, "")) for name in columns)])
    return "".join(lines).encode("utf-8-sig")


def read(data: bytes) -> Sheet:
    """The sheet as it was saved, with commas, semicolons or tabs between cells; raises `Rejected`.

    What is wrong with one row is said in that row.
    """
    found = _table(data)
    names = [cell.strip() for cell in found[0][1]]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise Rejected(f"two columns are called {min(twice)[:60]!r}; a second value has #2 after its name")
    for name in (PID, VERSION):
        if name not in names:
            raise Rejected(f"there is no column {name!r}; the first line must name the columns as the export did")
    columns = {place: column(name) for place, name in enumerate(names) if name not in {PID, VERSION}}
    if len(set(columns.values())) != len(columns):
        raise Rejected("two columns mean the same value; take one out")
    rows = _rows(found[1:], names, columns)
    return Sheet(tuple(columns.values()), tuple(rows))


def replacements(data: bytes) -> dict[str, str]:
    """A table of CSV with the columns `old` and `new`, in its order; raises `Rejected`."""
    (first, names), *rows = _table(data)
    if [name.strip().lower() for name in names] != ["old", "new"]:
        raise Rejected(f"line {first} must name two columns: old,new")
    table: dict[str, str] = {}
    for line, cells in rows:
        if len(cells) != len(names):
            raise Rejected(f"line {line} has {len(cells)} cells, not two: put a value with a comma in quotation marks")
        old, new = (_plain(cell) for cell in cells)
        if not old:
            raise Rejected(f"line {line} does not say what is to be replaced")
        if table.setdefault(old, new) != new:
            raise Rejected(f"line {line} replaces {old[:60]!r} by something else than a line before it")
    return table


def _table(data: bytes) -> list[tuple[int, list[str]]]:
    """The lines of CSV that hold anything, each with its number; raises `Rejected`, also where there is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Rejected(f"line {line} is not UTF-8; save the sheet as CSV in UTF-8") from None
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        found = _lines_of(text)
    finally:
        csv.field_size_limit(before)
    if not found:
        raise Rejected("the sheet is empty; export it again")
    return found


def _lines_of(text: str) -> list[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    lines = csv.reader(_LINES.findall(text), delimiter=max(_DELIMITERS, key=first.count), strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        found.extend((lines.line_num, cells) for cells in lines if any(cells))
    except csv.Error as error:
        raise Rejected(f"line {lines.line_num} is not CSV: {error}; save the sheet as CSV again") from None
    return found


def _rows(
    found: Iterable[tuple[int, list[str]]], names: list[str], columns: Mapping[int, FieldColumn]
) -> list[SheetRow]:
    rows = []
    seen: dict[str, int] = {}
    for line, cells in found:
        if len(cells) != len(names):
            rows.append(
                SheetRow(line, cells[0][:60], 0, {}, f"it has {len(cells)} cells, and there are {len(names)} columns")
            )
            continue
        pid, version = cells[names.index(PID)].strip(), cells[names.index(VERSION)].strip()
        fault = ""
        if not valid_pid(pid):
            fault = f"its PID is {pid[:60]!r}; a PID is IE and digits"
        elif not _VERSION.fullmatch(version):
            fault = f"its version is {version[:60]!r}; leave it as the export wrote it"
        elif pid in seen:
            fault = f"line {seen[pid]} is about the same IE; keep one of them"
        seen.setdefault(pid, line)
        values = {name: _plain(cells[place]) for place, name in columns.items()}
        rows.append(SheetRow(line, pid, 0 if fault else int(version), values, fault))
    return rows


def _guarded(value: str) -> str:
    return f"'{value}" if _TO_GUARD.match(value) else value


def _plain(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
