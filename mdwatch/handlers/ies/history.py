"""An operator asks what each version of an IE changed, field by field."""

from dataclasses import dataclass
from typing import Literal

from mdwatch.errors import Rejected, UsageError
from mdwatch.formats import difference, xml
from mdwatch.formats.difference import Difference
from mdwatch.formats.printable import escape
from mdwatch.formats.xml import Limits
from mdwatch.model import Record, RecordType
from mdwatch.repository import ies
from mdwatch.repository.ies import Version
from mdwatch.rules.discretion import OTHERS
from mdwatch.runtime.context import Context


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """One record in one version: what it was made, and in which fields it differs from the version before.

    `change` is "added", "replaced" or "removed". `difference` is None for a removed record, and where the difference
    cannot be told; `note` then says why.
    """

    type: RecordType
    mid: str
    change: Literal["added", "replaced", "removed"]
    difference: Difference | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One version of an IE and the records it changed."""

    version: Version
    records: tuple[ChangedRecord, ...]


def history(context: Context, pid: str, before: int | None, limit: int) -> list[VersionChange]:
    """The versions below `before` (None: all), newest first, at most `limit`; raises `UsageError` for an unknown IE.

    They do not name jobs that whoever asks may not see, nor their files and users.
    """
    limits = context.settings.limits.limits()
    with context.repository.read() as connection:
        versions = ies.versions(connection, pid)
        if not versions:
            raise UsageError(f"there is no IE {escape(pid)}")
        key = ies.stored(connection, [pid])[pid].id
        wanted = [item for item in reversed(versions) if before is None or item.version < before][:limit]
        found = []
        for item in wanted:
            old = ies.records_at(connection, key, item.version - 1)
            new = ies.records_at(connection, key, item.version)
            changes = (_change(name, old.get(name), new.get(name), limits) for name in item.records)
            found.append(VersionChange(_discreet(context, item), tuple(changes)))
    return found


def _discreet(context: Context, version: Version) -> Version:
    return version._replace(job=None, file=None, agent=OTHERS) if context.hides(version.job) else version


def back_to(context: Context, pid: str, version: int) -> list[ChangedRecord]:
    """What reverting to this version would change of the records as they are; raises `UsageError` for none of these."""
    limits = context.settings.limits.limits()
    with context.repository.read() as connection:
        there = ies.stored(connection, [pid]).get(pid)
        if there is None or not 1 <= version <= there.state.version:
            raise UsageError(f"there is no version {version} of an IE {escape(pid)}")
        now = ies.records_at(connection, there.id, there.state.version)
        then = ies.records_at(connection, there.id, version)
        return [_change(name, now.get(name), then.get(name), limits) for name in now if now[name] != then.get(name)]


def _change(name: tuple[RecordType, str], old: Record | None, new: Record | None, limits: Limits) -> ChangedRecord:
    type_, mid = name
    if new is None:
        return ChangedRecord(type_, mid, "removed", None)
    change: Literal["added", "replaced"] = "added" if old is None else "replaced"
    try:
        before = xml.parse(old.content, limits) if old is not None else None
        return ChangedRecord(type_, mid, change, difference.compare(before, xml.parse(new.content, limits), limits))
    except Rejected as rejected:
        # The caps may have been lowered since the record was stored.
        return ChangedRecord(type_, mid, change, None, f"the difference cannot be shown: {rejected.reason}")
