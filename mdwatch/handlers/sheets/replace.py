"""Find and replace over many IEs: by a table of values, or by a stylesheet; what it comes to is shown first.

What is changed becomes updateMD files in a job's drop folder, as with an edited sheet (`apply.write`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from math import inf

from mdwatch.errors import Rejected, UsageError
from mdwatch.formats import sheet, sheet_fields, xml
from mdwatch.formats.sheet import FieldColumn
from mdwatch.handlers.sheets import dublin_core, members, planning
from mdwatch.handlers.sheets.export import field_names
from mdwatch.handlers.sheets.planning import PlannedRow, RowEffect, judge_change
from mdwatch.handlers.updates.group import Terms
from mdwatch.model import Record
from mdwatch.repository import ies
from mdwatch.repository.ies import Stored
from mdwatch.runtime.context import Context
from mdwatch.runtime.transforming import Transformation

# Given a record: what it is to be, None where it stays; raises `Rejected`.
_Change = Callable[[str], str | None]


def by_table(
    context: Context,
    name: str,
    data: bytes,
    fields: Sequence[str],
    *,
    parts: bool = False,
    spec: str | None = None,
    pids: Sequence[str] = (),
) -> list[PlannedRow]:
    """What becomes of each IE where the values of these fields are replaced; changes nothing. Raises `UsageError`.

    `data` is CSV with the columns `old` and `new`; an empty `new` takes the value out. A whole value is replaced, or
    with `parts` each place in it where `old` stands. A value that comes to be there twice is kept once.
    """
    try:
        table = sheet.replacements(data)
    except Rejected as rejected:
        raise UsageError(f"the table cannot be read: {rejected.reason}") from None
    names = field_names(fields)
    limits = context.settings.limits.limits()

    def change(content: str) -> str | None:
        root = xml.parse_whole(content, limits)
        cells = _replaced(sheet_fields.values(root, names), table, parts=parts)
        return xml.serialise_whole(root) if sheet_fields.edit(root, cells) else None

    return _plan(context, name, change, spec, pids)


def by_stylesheet(
    context: Context,
    name: str,
    stylesheet: bytes,
    called: str,
    *,
    spec: str | None = None,
    pids: Sequence[str] = (),
    seconds: float = inf,
) -> list[PlannedRow]:
    """The same where each record goes through an XSLT 1.0 stylesheet, which has no way to files or the network.

    `called` is its name, for what is wrong with it; `seconds` how long all of the records may take.
    """
    until = context.clock.monotonic() + seconds
    with closing(Transformation(stylesheet, called, context.settings.limits.limits())) as transformation:

        def change(content: str) -> str | None:
            if context.clock.monotonic() > until:
                raise UsageError(f"the stylesheet takes more than {seconds:g} s; use `mdwatch sheet replace --xslt`")
            return transformation.apply(content)

        return _plan(context, name, change, spec, pids)


def _replaced(values: Mapping[FieldColumn, str], table: Mapping[str, str], *, parts: bool) -> dict[FieldColumn, str]:
    """The values that change, as they are to be; empty where one is to go."""
    changed: dict[FieldColumn, str] = {}
    for column, value in values.items():
        made = _in_parts(value, table) if parts else table.get(value, value)
        if made != value:
            changed[column] = made
    for column, value in changed.items():
        if value and value in _others(column, {**values, **changed}):
            changed[column] = ""
    return changed


def _in_parts(value: str, table: Mapping[str, str]) -> str:
    for old, new in table.items():
        value = value.replace(old, new)
    return value


def _others(column: FieldColumn, values: Mapping[FieldColumn, str]) -> Collection[str]:
    """The other values of the same field in the same language."""
    same = (column.field, column.language)
    return {text for other, text in values.items() if (other.field, other.language) == same and other != column}


def _plan(context: Context, name: str, change: _Change, spec: str | None, pids: Sequence[str]) -> list[PlannedRow]:
    job = planning.job(context, name)
    terms = Terms.of(context, name, job, context.user(job), run_id=0)
    left_out: list[tuple[str, str]] = []
    planned = []
    for piece in members.chosen(context, spec, pids, left_out):
        with context.repository.read() as connection:
            found = [entity for _, entity in ies.whole(connection, piece, events=False).values()]
            stored = ies.stored(connection, [entity.pid for entity in found])
        planned += [_planned(context, stored[item.pid], item.pid, item.descriptive, change, terms) for item in found]
    none = [PlannedRow(line=0, pid=pid, version=0, effect=RowEffect.REFUSED, reason=why) for pid, why in left_out]
    return [*none, *planned]


def _planned(
    context: Context, there: Stored, pid: str, record: Record | None, change: _Change, terms: Terms
) -> PlannedRow:
    """What becomes of one IE."""
    found = PlannedRow(line=0, pid=pid, version=there.state.version, effect=RowEffect.REFUSED)
    why = dublin_core.why_none(record)
    if record is None or why:
        return replace(found, reason=why)
    try:
        content = change(record.content)
        if content is None:
            return replace(found, effect=RowEffect.SAME)
        return judge_change(context, found, record, content, there, terms)
    except Rejected as rejected:
        return replace(found, reason=rejected.reason)
