"""What is to become of an IE's record: it is judged as the job would judge the file that is made of it."""

from dataclasses import dataclass, replace
from enum import Enum

from mdwatch.config import JobSettings
from mdwatch.errors import UsageError
from mdwatch.formats import updatemd
from mdwatch.handlers.files import check
from mdwatch.handlers.files.check import RecordDifference
from mdwatch.handlers.updates import group
from mdwatch.handlers.updates.group import Terms
from mdwatch.model import InvalidUpdate, Record, RecordType
from mdwatch.repository.ies import Stored
from mdwatch.rules.codes import Code
from mdwatch.runtime.context import Context


class RowEffect(Enum):
    """What becomes of a row."""

    CHANGED = "an updateMD file"
    SAME = "nothing to do"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A row, what becomes of it and why, the differences, and the updateMD file where there is to be one."""

    line: int
    pid: str
    version: int
    effect: RowEffect
    reason: str = ""
    records: tuple[RecordDifference, ...] = ()
    data: bytes = b""


def job(context: Context, name: str) -> JobSettings:
    """The job that sheets are for; raises `UsageError` where it works for another repository: sheets are of our IEs."""
    found = context.job(name)
    if found.repository:
        raise UsageError(f"the job {name} works for repository {found.repository}; sheets are of mdwatch's own IEs")
    return found


def judge_change(
    context: Context, found: PlannedRow, record: Record, content: str, there: Stored, terms: Terms
) -> PlannedRow:
    """What becomes of the IE where its descriptive record is to have this content. Raises `Rejected`."""
    data = updatemd.write(found.pid, [replace(record, content=content)])
    update = updatemd.prepare(data, context.settings.limits.limits())
    if isinstance(update, InvalidUpdate):
        return replace(found, reason=update.reason)
    verdict = group.judge(update, there.state, set(), terms)
    if verdict.code is Code.NO_CHANGE:
        return replace(found, effect=RowEffect.SAME)
    if verdict.code is not Code.UPDATED:
        return replace(found, reason=verdict.reason)
    differences = check.differences(context, update, {(RecordType.DESCRIPTIVE, ""): record.content})
    return replace(found, effect=RowEffect.CHANGED, records=differences, data=data)
