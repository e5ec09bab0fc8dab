"""An operator asks for the descriptive records of an OAI set as a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mdwatch.errors import Rejected, UsageError
from mdwatch.formats import sheet, sheet_fields, xml
from mdwatch.formats.sheet import SheetRow
from mdwatch.handlers.oai import sets
from mdwatch.repository import ies
from mdwatch.runtime.context import Context

_PIECE: Final = 200  # IEs read at a time


@dataclass(frozen=True, slots=True)
class MadeSheet:
    """The sheet as bytes, how many IEs it has, and what was left out: a PID and why."""

    data: bytes
    rows: int
    left_out: tuple[tuple[str, str], ...]


def export(context: Context, spec: str, fields: Sequence[str]) -> MadeSheet:
    """The sheet of these fields, such as `dc:title`, of the set's members. Raises `UsageError`."""
    names = _fields(fields)
    limits = context.settings.limits.limits()
    rows: list[SheetRow] = []
    left_out: list[tuple[str, str]] = []
    after = 0
    while members := sets.members(context, spec, after, _PIECE)[1]:
        after = members[-1].ie_id
        with context.repository.read() as connection:
            found = ies.whole(connection, [member.ie_id for member in members])
        for member in members:
            version, entity = found[member.ie_id]
            if entity.descriptive is None:
                left_out.append((entity.pid, "it has no descriptive record"))
                continue
            try:
                root = xml.parse(entity.descriptive.content, limits)
            except Rejected as rejected:
                left_out.append((entity.pid, f"its descriptive record cannot be read: {rejected.reason}"))
                continue
            rows.append(SheetRow(len(rows) + 2, entity.pid, version, sheet_fields.values(root, names)))
    return MadeSheet(sheet.write(rows, names), len(rows), tuple(left_out))


def _fields(given: Sequence[str]) -> list[str]:
    """The names of whole fields; raises `UsageError`."""
    try:
        columns = [sheet.column(text) for text in given]
    except Rejected as rejected:
        raise UsageError(rejected.reason) from None
    if any(item.language or item.number > 1 for item in columns):
        raise UsageError("name fields without language and number; the sheet has a column for each that there is")
    names = list(dict.fromkeys(item.field for item in columns))
    if not names:
        raise UsageError("no field is named; name some, such as dc:title,dc:subject")
    return names
