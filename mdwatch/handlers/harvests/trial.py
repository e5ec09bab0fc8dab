"""An operator tries a harvest: ten records, what they match, and what their files would change. Changes nothing."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

from mdwatch.config import HarvestSettings
from mdwatch.errors import Deferred, Rejected
from mdwatch.formats import updatemd
from mdwatch.formats.oai_pmh.harvest import HarvestedRecord, Refused
from mdwatch.handlers.files import check
from mdwatch.handlers.files.check import RecordDifference
from mdwatch.handlers.harvests.making import Maker, file_name, settings_of
from mdwatch.handlers.harvests.pauses import Pauses
from mdwatch.handlers.harvests.provider import Provider
from mdwatch.handlers.updates import group
from mdwatch.handlers.updates.group import Terms
from mdwatch.model import InvalidUpdate
from mdwatch.repository import ies
from mdwatch.rules import mids
from mdwatch.runtime.context import Context

_RECORDS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRecord:
    """A record, its IE and the file it would be written as; what the job would say or why none; the differences."""

    identifier: str
    datestamp: str
    pid: str = ""
    file: str = ""
    reason: str = ""
    records: tuple[RecordDifference, ...] = ()


def run(context: Context, name: str) -> list[TriedRecord]:
    """What would become of the first records of the list. Raises `UsageError` and `Deferred`."""
    settings = settings_of(context, name)
    with closing(Maker(context, settings)) as maker:
        return [_tried(context, name, settings, record, maker) for record in _first(context, settings)]


def _first(context: Context, settings: HarvestSettings) -> list[HarvestedRecord]:
    records: list[HarvestedRecord] = []
    for page in _pages(context, settings):
        records += page
        if len(records) >= _RECORDS:
            break
    return records[:_RECORDS]


def _pages(context: Context, settings: HarvestSettings) -> Iterator[tuple[HarvestedRecord, ...]]:
    provider = Provider(context, settings, Pauses(context.clock))
    answer = provider.records("")
    for _ in range(_RECORDS):
        if isinstance(answer, Refused):
            if answer.code == "noRecordsMatch":
                return
            raise Deferred(f"{settings.base_url}: it answered {answer.code}: {answer.words}")
        yield answer.records
        if not answer.token:
            return
        answer = provider.more(answer.token)


def _tried(
    context: Context, name: str, settings: HarvestSettings, record: HarvestedRecord, maker: Maker
) -> TriedRecord:
    found = TriedRecord(identifier=record.identifier, datestamp=record.datestamp)
    if record.deleted:
        return replace(found, reason="deleted there; nothing is deleted here")
    made = maker.made(record)
    if not made.data:
        return replace(found, pid=made.pid, reason=made.reason)
    found = replace(found, pid=made.pid, file=file_name(name, record.datestamp_ms, made.pid))
    job = context.job(settings.job)
    terms = Terms.of(context, settings.job, job, context.user(job), run_id=0)
    with context.repository.read() as connection:
        there = ies.stored(connection, [made.pid])[made.pid]
        whole = ies.whole(connection, [there.id], events=False)[there.id][1]
    update = updatemd.prepare(made.data, context.settings.limits.limits())
    if isinstance(update, InvalidUpdate):
        return replace(found, reason=update.reason)
    addressed = mids.addressed(update, there.state)
    verdict = group.judge(addressed, there.state, set(), terms)
    contents = {(item.type, item.mid): item.content for item in whole.records}
    try:
        differences = check.differences(context, update, contents)
    except Rejected as rejected:
        return replace(found, reason=rejected.reason)
    return replace(found, reason=f"{verdict.code.value}: {verdict.reason}", records=differences)
