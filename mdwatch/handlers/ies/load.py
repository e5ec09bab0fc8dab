"""IEs are to be brought in: Rosetta METS files and native JSON, streamed, one bad IE reported and the rest loaded.

What is not small is read in a process that has limits of memory and time: one that kills it is rejected like any other.

An IE that the repository has already is brought up to what the source says: changed records become a new version, facts
that the source states are set, events it adds are added; what it does not speak of stays.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.exporters.records import recognition
from mdwatch.handlers.ies.load_sources import ReadIe, read
from mdwatch.model import IntellectualEntity, RecordType
from mdwatch.repository import changes, ies, server_clock, trail
from mdwatch.repository.changes import IeChange, RecordChange, json_text
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.trail import TrailEntry
from mdwatch.rules.acts import Act
from mdwatch.runtime import news
from mdwatch.runtime.acting import entry_of
from mdwatch.runtime.context import Context

log = structlog.get_logger()

# Facts that are no metadata: setting them makes no new version.
_FACTS: Final = ("institution", "stage", "status", "published", "harvested", "locked_by")
# What goes into one transaction: so many IEs, or so many bytes of them.
_GROUP: Final = 50
_GROUP_BYTES: Final = 1 << 20


class Loaded(Enum):
    """What became of an IE that was brought in."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Result:
    """One IE of a source: where it stood, its PID if known, what became of it, and why it was rejected.

    `notices` tell of records that were brought in and that no crosswalk reads.
    """

    source: str
    pid: str | None
    loaded: Loaded
    reason: str = ""
    notices: tuple[str, ...] = ()


def load(context: Context, path: Path, agent: str) -> Iterator[Result]:
    """Loads one file; a METS holds one IE, native JSON one a line. Raises `OSError` and `Deferred`."""
    group: list[ReadIe] = []
    size = 0
    for item in read(path, context.settings.limits.limits()):
        if item.entity is None:
            yield Result(item.source, None, Loaded.REJECTED, item.reason)
            continue
        group.append(item)
        size += item.size
        # Not held on to while the next one is read: it may be as large.
        del item
        if len(group) == _GROUP or size >= _GROUP_BYTES:
            yield from _store(context, group, agent)
            group, size = [], 0
    yield from _store(context, group, agent)


@repeated
def _store(context: Context, group: list[ReadIe], agent: str) -> list[Result]:
    """Brings in a group in one transaction."""
    if not group:
        return []
    with context.repository.write() as connection:
        now = server_clock.moment(connection, context.clock.now())
        found = _bring_in(connection, group, agent, now)
        results = [_noticed(result, item) for result, item in zip(found, group, strict=True)]
        trail.record_all(connection, _acts(context, group, results))
    if any(result.loaded is Loaded.CHANGED for result in results):
        news.tell_now_or_later(context)
    for result in results:
        log.debug("ie_loaded", source=result.source, pid=result.pid, loaded=result.loaded.value)
        for notice in result.notices:
            log.warning("record_not_read", pid=result.pid, notice=notice)
    return results


def _acts(context: Context, group: Sequence[ReadIe], results: Sequence[Result]) -> list[TrailEntry]:
    """What is recorded of a group: each IE that is new or changed, and the file it came from."""
    return [
        entry_of(context, Act.IE_LOAD, result.pid, file=item.file, new=result.loaded is Loaded.NEW)
        for item, result in zip(group, results, strict=True)
        if result.loaded is not Loaded.UNCHANGED
    ]


def _noticed(result: Result, item: ReadIe) -> Result:
    """The result with what is to be told of its records."""
    if item.entity is None or result.loaded is Loaded.UNCHANGED:
        return result
    notices = tuple(recognition.unread(item.entity.sources))
    return replace(result, notices=notices) if notices else result


def _bring_in(connection: Connection, group: Sequence[ReadIe], agent: str, at: int) -> list[Result]:
    """Looks for all IEs at once and writes the new ones together: what takes time is the way to a server and back."""
    entities = [item.entity for item in group if item.entity is not None]
    there = ies.stored(connection, [entity.pid for entity in entities])
    seen: set[str] = set()
    new: list[IeChange] = []
    results = []
    for item, entity in zip(group, entities, strict=True):
        if entity.pid in seen:
            changes.apply(connection, new)
            new.clear()
            there.update(ies.stored(connection, [entity.pid]))
        seen.add(entity.pid)
        known = there.get(entity.pid)
        if known is None:
            new.append(_made(connection, item, entity, agent, at))
            results.append(Result(item.source, entity.pid, Loaded.NEW))
        else:
            results.append(_bring_up(connection, item, entity, known, agent, at))
    changes.apply(connection, new)
    return results


def _bring_up(
    connection: Connection, item: ReadIe, entity: IntellectualEntity, there: ies.Stored, agent: str, at: int
) -> Result:
    """Brings an IE that is there up to what the source says."""
    before = ies.get(connection, entity.pid)
    assert before is not None  # noqa: S101
    facts = changes.facts_of(entity, [name for name in _FACTS if name in entity.stated])
    old_facts = changes.facts_of(before, facts)
    records = _record_changes(item, entity, there)
    events = _new_events(before, entity) if "events" in entity.stated else []
    characteristics = dict(entity.characteristics if "characteristics" in entity.stated else before.characteristics)
    remainder_differs = entity.mets is not None and entity.mets != before.mets
    if facts != old_facts:
        changes.set_facts(connection, there.id, at, **facts)
    if remainder_differs:
        changes.set_remainder(connection, there.id, entity.mets)
    if records or events or characteristics != before.characteristics or remainder_differs:
        change = IeChange(
            ie_id=there.id,
            version=there.state.version + 1,
            at=at,
            agent=agent,
            cause="load",
            file=item.file,
            records=records,
            events=events,
            characteristics=json_text(characteristics),
        )
        changes.apply(connection, [change])
    elif facts == old_facts:
        return Result(item.source, entity.pid, Loaded.UNCHANGED)
    return Result(item.source, entity.pid, Loaded.CHANGED)


def _made(connection: Connection, item: ReadIe, entity: IntellectualEntity, agent: str, at: int) -> IeChange:
    """Makes the row of a new IE; its first version, which is to be applied."""
    records = [
        RecordChange(None, record.type, record.mid, record.sub_type, record.content, digests, position)
        for position, (record, digests) in enumerate(zip(entity.records, item.digests, strict=True))
    ]
    return IeChange(
        ie_id=changes.create(connection, entity),
        version=1,
        at=at,
        agent=agent,
        cause="load",
        file=item.file,
        records=records,
        events=[json_text(event) for event in entity.events],
        characteristics=json_text(dict(entity.characteristics)),
    )


def _record_changes(item: ReadIe, entity: IntellectualEntity, there: ies.Stored) -> list[RecordChange]:
    """The records that differ from the stored ones, and those that the source no longer has."""
    wanted = {}
    for position, (record, digests) in enumerate(zip(entity.records, item.digests, strict=True)):
        name = (record.type, record.mid)
        wanted[name] = RecordChange(
            there.records.get(name), record.type, record.mid, record.sub_type, record.content, digests, position
        )
    stated = {RecordType.DESCRIPTIVE} if "descriptive" in entity.stated else set()
    stated |= {RecordType.SOURCE} if "source" in entity.stated else set()
    stored = there.state.records
    changed = [
        change
        for name, change in wanted.items()
        if name not in stored or (stored[name].digests, stored[name].sub_type) != (change.digests, change.sub_type)
    ]
    gone = [
        RecordChange(there.records[name], name[0], name[1], state.sub_type, None)
        for name, state in stored.items()
        if name not in wanted and name[0] in stated
    ]
    return changed + gone


def _new_events(before: IntellectualEntity, entity: IntellectualEntity) -> list[str]:
    """The events of the source that the repository does not have yet; none is ever taken away."""
    known = Counter(json.dumps(event, sort_keys=True) for event in before.events)
    new = []
    for event in entity.events:
        name = json.dumps(event, sort_keys=True)
        if known[name] > 0:
            known[name] -= 1
        else:
            new.append(json_text(event))
    return new
