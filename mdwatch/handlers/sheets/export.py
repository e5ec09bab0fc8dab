"""An operator asks for the descriptive records of an OAI set as a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from mdwatch.errors import Rejected, UsageError
from mdwatch.formats import sheet, sheet_fields, table, xml
from mdwatch.formats.sheet import FieldColumn, SheetRow
from mdwatch.formats.table import TableKind
from mdwatch.handlers.sheets import dublin_core, members
from mdwatch.model import IntellectualEntity, Status
from mdwatch.repository import ies
from mdwatch.runtime.context import Context


@dataclass(frozen=True, slots=True)
class MadeSheet:
    """The sheet as bytes, how many IEs it has, and what was left out: a PID and why."""

    data: bytes
    rows: int
    left_out: tuple[tuple[str, str], ...]


def export(
    context: Context,
    fields: Sequence[str],
    *,
    spec: str | None = None,
    pids: Sequence[str] = (),
    kind: TableKind = TableKind.CSV,
) -> MadeSheet:
    """The sheet of these fields, such as `dc:title`, of the set's members or of these IEs. Raises `UsageError`."""
    names = field_names(fields)
    rows: list[SheetRow] = []
    left_out: list[tuple[str, str]] = []
    try:
        table.check_available(kind)
        for piece in members.chosen(context, spec, pids, left_out):
            with context.repository.read() as connection:
                found = ies.whole(connection, piece, events=False)
            for key in piece:
                version, entity = found[key]
                try:
                    cells = _cells(context, entity, names, kind)
                except Rejected as rejected:
                    left_out.append((entity.pid, rejected.reason))
                    continue
                rows.append(SheetRow(len(rows) + 2, entity.pid, version, cells))
        return MadeSheet(sheet.write(rows, names, kind), len(rows), tuple(left_out))
    except Rejected as rejected:
        raise UsageError(f"the sheet cannot be written: {rejected.reason}") from None


def _cells(
    context: Context, entity: IntellectualEntity, names: Sequence[str], kind: TableKind
) -> dict[FieldColumn, str]:
    """The values of an IE; raises `Rejected` where it is left out."""
    record = entity.descriptive
    why = dublin_core.why_none(record)
    if record is None or why or entity.status is Status.DELETED:
        raise Rejected(why or "it is deleted")
    try:
        root = xml.parse_whole(record.content, context.settings.limits.limits())
    except Rejected as rejected:
        raise Rejected(f"its descriptive record cannot be read: {rejected.reason}") from None
    cells = sheet_fields.values(root, names)
    sheet.check_cells(cells, kind)
    return cells


def field_names(given: Sequence[str]) -> list[str]:
    """The names of whole fields; raises `UsageError`."""
    try:
        columns = [sheet.column(text) for text in given]
    except Rejected as rejected:
        raise UsageError(rejected.reason) from None
    if any(item.language or item.number > 1 for item in columns):
        raise UsageError("name fields without language and number; the sheet has a column for each that there is")
    names = list(dict.fromkeys(item.field for item in columns))
    dublin_core.check_known(names)
    if not names:
        raise UsageError("no field is named; name some, such as dc:title,dc:subject")
    return names
