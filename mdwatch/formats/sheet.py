"""A sheet: records as a table that people edit in a spreadsheet program, as CSV or XLSX (`table`).

A row is an IE: its `pid`, the `version` it had, and a column for each value of a field. A column is called by the
field, the language in brackets where there is one, and the number of the value where it is not the first: `dc:title`,
`dc:title#2`, `dc:title[fr]`. Which column means which value so does not change when columns are moved or taken out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from mdwatch.errors import Rejected
from mdwatch.formats import table
from mdwatch.formats.pids import valid_pid
from mdwatch.formats.table import TableKind
from mdwatch.formats.table_lines import TableLine

PID: Final = "pid"
VERSION: Final = "version"
_COLUMN = re.compile(r"((?:dc|dcterms):[A-Za-z]{1,60})(?:\[([A-Za-z0-9-]{1,40})\])?(?:#([1-9][0-9]{0,4}))?")
_VERSION = re.compile(r"[0-9]{1,18}", re.ASCII)


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


def column(text: str) -> FieldColumn:
    """The column of this name; raises `Rejected`."""
    match = _COLUMN.fullmatch(text.strip())
    if match is None:
        raise Rejected(
            f"{text[:60]!r} is no field of a sheet; fields are dc:ELEMENT and dcterms:TERM, such as dc:title, "
            "dc:title[fr] for a language, dc:title#2 for a second value"
        )
    return FieldColumn(match[1], match[2] or "", int(match[3] or 1))


def write(rows: Sequence[SheetRow], fields: Sequence[str], kind: TableKind = TableKind.CSV) -> bytes:
    """The sheet; columns in the order of `fields`. Raises `Rejected` where the kind does not hold as much.

    Each field has at least one column, so that IEs without a value can be given one.
    """
    used = {name for row in rows for name in row.cells} | {FieldColumn(field, "", 1) for field in fields}
    columns = sorted(used, key=lambda item: (fields.index(item.field), item.language, item.number))
    lines = (
        [row.pid, str(row.version), *(table.guarded(row.cells.get(name, ""), kind) for name in columns)] for row in rows
    )
    return table.write(chain([[PID, VERSION, *map(str, columns)]], lines), kind)


def check_cells(cells: Mapping[FieldColumn, str], kind: TableKind) -> None:
    """Raises `Rejected` where a sheet of this kind cannot have these cells."""
    for name, value in cells.items():
        if not table.holds(value, kind):
            raise Rejected(f"its {name} has {len(value)} characters, more than a cell of XLSX holds; export it as CSV")


def read(data: bytes) -> Sheet:
    """The sheet as it was saved; raises `Rejected`. What is wrong with one row is said in that row."""
    first, *rest = table.read(data)
    names = [cell.strip() for cell in first.cells]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise Rejected(f"two columns are called {min(twice)[:60]!r}; a second value has #2 after its name")
    for name in (PID, VERSION):
        if name not in names:
            raise Rejected(f"there is no column {name!r}; the first line must name the columns as the export did")
    columns = {place: column(name) for place, name in enumerate(names) if name not in {PID, VERSION}}
    if len(set(columns.values())) != len(columns):
        raise Rejected("two columns mean the same value; take one out")
    return Sheet(tuple(columns.values()), tuple(_rows(rest, names, columns)))


def replacements(data: bytes) -> dict[str, str]:
    """A table with the columns `old` and `new`, in its order; raises `Rejected`."""
    first, *rest = table.read(data)
    if [name.strip().lower() for name in first.cells] != ["old", "new"]:
        raise Rejected(f"line {first.number} must name two columns: old,new")
    found: dict[str, str] = {}
    for line, cells, fault in rest:
        if fault:
            raise Rejected(f"line {line}: {fault}")
        if len(cells) != len(first.cells):
            raise Rejected(f"line {line} has {len(cells)} cells, not two: put a value with a comma in quotation marks")
        old, new = (table.plain(cell) for cell in cells)
        if not old:
            raise Rejected(f"line {line} does not say what is to be replaced")
        if found.setdefault(old, new) != new:
            raise Rejected(f"line {line} replaces {old[:60]!r} by something else than a line before it")
    return found


def _rows(found: Iterable[TableLine], names: list[str], columns: Mapping[int, FieldColumn]) -> list[SheetRow]:
    rows = []
    seen: dict[str, int] = {}
    for line, cells, why in found:
        if len(cells) != len(names):
            fault = why or f"it has {len(cells)} cells, and there are {len(names)} columns"
            rows.append(SheetRow(line, "".join(cells[:1])[:60], 0, {}, fault))
            continue
        pid, version = cells[names.index(PID)].strip(), cells[names.index(VERSION)].strip()
        fault = why
        if fault:
            pid = pid[:60]
        elif not valid_pid(pid):
            fault = f"its PID is {pid[:60]!r}; a PID is IE and digits"
        elif not _VERSION.fullmatch(version):
            fault = f"its version is {version[:60]!r}; leave it as the export wrote it"
        elif pid in seen:
            fault = f"line {seen[pid]} is about the same IE; keep one of them"
        seen.setdefault(pid, line)
        values = {name: table.plain(cells[place]) for place, name in columns.items()}
        rows.append(SheetRow(line, pid, 0 if fault else int(version), values, fault))
    return rows
