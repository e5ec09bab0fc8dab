"""An edited sheet becomes updateMD files: first a look at what they would change, then they are put into a drop folder.

Each row is judged as the job would judge its file. A row of an IE that has another version than the sheet says is
refused, for somebody changed the IE meanwhile. The files are applied by the job, in its order, as any others are.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from mdwatch.dropfolder import dropping
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import Deferred, Rejected, UsageError
from mdwatch.formats import sheet, sheet_fields, xml
from mdwatch.formats.sheet import SheetRow
from mdwatch.handlers.sheets import dublin_core, planning
from mdwatch.handlers.sheets.planning import PlannedRow, RowEffect, judge_change
from mdwatch.handlers.updates.group import Terms
from mdwatch.model import Record
from mdwatch.repository import ies, trail
from mdwatch.repository.ies import Stored
from mdwatch.rules import arrival
from mdwatch.rules.acts import Act, Outcome
from mdwatch.rules.arrival import EntryType
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context, utc

_PIECE: Final = 200  # rows looked at in one read of the database


def plan(context: Context, data: bytes, name: str) -> list[PlannedRow]:
    """What becomes of each row of the sheet in this job; changes nothing. Raises `UsageError`."""
    job = planning.job(context, name)
    try:
        read = sheet.read(data)
    except Rejected as rejected:
        raise UsageError(f"the sheet cannot be read: {rejected.reason}") from None
    rows = read.rows
    dublin_core.check_known(item.field for item in read.columns)
    terms = Terms.of(context, name, job, context.user(job), run_id=0)
    planned = []
    for start in range(0, len(rows), _PIECE):
        piece = rows[start : start + _PIECE]
        with context.repository.read() as connection:
            stored = ies.stored(connection, [row.pid for row in piece])
            whole = ies.whole(connection, [there.id for there in stored.values()], events=False)
        for row in piece:
            there = stored.get(row.pid)
            record = whole[there.id][1].descriptive if there is not None else None
            planned.append(_planned(context, row, there, record, terms))
    return planned


def _planned(context: Context, row: SheetRow, there: Stored | None, record: Record | None, terms: Terms) -> PlannedRow:
    """What becomes of one row."""
    found = PlannedRow(line=row.line, pid=row.pid, version=row.version, effect=RowEffect.REFUSED)
    if row.fault:
        return replace(found, reason=row.fault)
    if there is None or not context.sees(there.state.institution):
        return replace(found, reason="there is no such IE")
    why = dublin_core.why_none(record)
    if record is None or why:
        return replace(found, reason=why)
    limits = context.settings.limits.limits()
    try:
        root = xml.parse_whole(record.content, limits)
        cells = sheet_fields.with_line_ends(root, sheet_fields.without_guards(root, row.cells))
        if not sheet_fields.edit(root, cells):
            return replace(found, effect=RowEffect.SAME)
        if there.state.version != row.version:
            return replace(found, reason=_meanwhile(row.version, there.state.version))
        return judge_change(context, found, record, xml.serialise_whole(root), there, terms)
    except Rejected as rejected:
        return replace(found, reason=rejected.reason)


def write(context: Context, rows: Sequence[PlannedRow], name: str) -> tuple[list[str], list[PlannedRow]]:
    """Puts the updateMD files of the rows into the job's drop folder: their names, and the rows refused by now.

    Versions are looked at once more, for somebody may have thought about the differences for long. Raises `UsageError`
    where the job would not take such files, `Deferred` where the disk does not let it; then some may be there already,
    and the same call goes on where it ended: what was applied is the same by then.
    """
    job = planning.job(context, name)
    wanted = [row for row in rows if row.effect is RowEffect.CHANGED]
    with context.repository.read() as connection:
        stored = ies.stored(connection, [row.pid for row in wanted])
    versions = {pid: there.state.version for pid, there in stored.items()}
    stamp = f"{utc(context.clock.now()):%Y%m%dT%H%M%S.%f}"[:-3] + "Z"
    written, refused = [], []
    begun = partial(record_act, context=context, act=Act.JOB_SHEET, subject=name, files=len(wanted))
    act = context.repository.carry_out(partial(begun, outcome=Outcome.BEGUN))
    try:
        with DropFolder(job.folder) as folder:
            for number, row in enumerate(wanted, 1):
                now = versions.get(row.pid, 0)
                if now != row.version:
                    refused.append(replace(row, effect=RowEffect.REFUSED, reason=_meanwhile(row.version, now)))
                    continue
                # By the number a run takes them in the order of the rows, also where they came in one tick.
                file = f"{name}-{stamp}-{number:06}-{row.pid}.xml"
                why = arrival.why_ignored(file, EntryType.FILE, job.include)
                if why is not None:
                    raise UsageError(f"the job {name} would not take {file}: {why}")
                dropping.drop(folder, file, row.data)
                written.append(file)
    except OSError as error:
        why = error.strerror or str(error)
        raise Deferred(
            f"{job.folder}: {why}; {len(written)} of {len(wanted)} files are written, call it again"
        ) from None
    outcome = Outcome.DONE if written else Outcome.NOTHING
    context.repository.carry_out(lambda connection: trail.finish(connection, [act], outcome))
    return written, refused


def _meanwhile(before: int, now: int) -> str:
    return f"the IE was changed meanwhile (version {before} in the sheet, {now} now); export the sheet again"
