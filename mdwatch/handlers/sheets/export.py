"""An operator asks for the descriptive records of an OAI set as a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from mdwatch.errors import Rejected, UsageError
from mdwatch.formats import sheet, sheet_fields, xml
from mdwatch.formats.sheet import SheetRow
from mdwatch.handlers.sheets import dublin_core, members
from mdwatch.model import Status
from mdwatch.repository import ies
from mdwatch.runtime.context import Context


@dataclass(frozen=True, slots=True)
class MadeSheet:
    """The sheet as bytes, how many IEs it has, and what was left out: a PID and why."""

    data: bytes
    rows: int
    left_out: tuple[tuple[str, str], ...]


def export(context: Context, fields: Sequence[str], *, spec: str | None = None, pids: Sequence[str] = ()) -> MadeSheet:
    """The sheet of these fields, such as `dc:title`, of the set's members or of these IEs. Raises `UsageError`."""
    names = field_names(fields)
    limits = context.settings.limits.limits()
    rows: list[SheetRow] = []
    left_out: list[tuple[str, str]] = []
    for piece in members.chosen(context, spec, pids, left_out):
        with context.repository.read() as connection:
            found = ies.whole(connection, piece)
        for key in piece:
            version, entity = found[key]
            why = dublin_core.why_none(entity.descriptive)
            if entity.descriptive is None or why or entity.status is Status.DELETED:
                left_out.append((entity.pid, why or "it is deleted"))
                continue
            try:
                root = xml.parse_whole(entity.descriptive.content, limits)
            except Rejected as rejected:
                left_out.append((entity.pid, f"its descriptive record cannot be read: {rejected.reason}"))
                continue
            rows.append(SheetRow(len(rows) + 2, entity.pid, version, sheet_fields.values(root, names)))
    return MadeSheet(sheet.write(rows, names), len(rows), tuple(left_out))


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
