"""An operator changes an IE: its lock, stage, publication, deletion, or its records back to an earlier version."""

import json
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from mdwatch.errors import UsageError
from mdwatch.formats import canonical, dnx, updatemd, xml
from mdwatch.formats.printable import escape
from mdwatch.model import IntellectualEntity, Record, RecordType, Stage, Status
from mdwatch.repository import changes, ies
from mdwatch.repository.changes import IeChange, RecordChange, json_text
from mdwatch.repository.engine import repeated
from mdwatch.repository.ies import Stored, Version
from mdwatch.runtime.context import Context, local_time

log = structlog.get_logger()


def show(context: Context, pid: str) -> IntellectualEntity:
    """The IE; raises `UsageError` where there is none of this PID."""
    _check_pid(pid)
    with context.repository.read() as connection:
        entity = ies.get(connection, pid)
    if entity is None:
        raise UsageError(f"there is no IE {pid}")
    return entity


def history(context: Context, pid: str) -> list[Version]:
    """Every version of the IE, oldest first; raises `UsageError`."""
    _check_pid(pid)
    with context.repository.read() as connection:
        versions = ies.versions(connection, pid)
    if not versions:
        raise UsageError(f"there is no IE {pid}")
    return versions


@repeated
def lock(context: Context, pid: str, holder: str) -> str:
    """Locks the IE for `holder`; raises `UsageError` where another holds it, or for a name that METS could not hold."""
    if not holder.strip() or dnx.writable(holder) != holder:
        raise UsageError(f"a lock needs a holder with a readable name, not '{escape(holder)}'")
    with context.repository.write() as connection:
        there = _there(connection, pid)
        held_by = there.state.locked_by
        if held_by is not None and held_by != holder:
            raise UsageError(f"IE {pid} is locked by {held_by} already; have it unlocked first")
        changes.set_facts(connection, there.id, context.clock.now(), locked_by=holder)
    return f"IE {pid} is locked by {holder}"


@repeated
def unlock(context: Context, pid: str) -> str:
    """Releases the lock, whoever holds it."""
    with context.repository.write() as connection:
        there = _there(connection, pid)
        changes.set_facts(connection, there.id, context.clock.now(), locked_by=None)
    return f"IE {pid} is unlocked" if there.state.locked_by else f"IE {pid} was not locked"


@repeated
def set_stage(context: Context, pid: str, stage: Stage) -> str:
    """Moves the IE into SIP processing or out of it."""
    with context.repository.write() as connection:
        changes.set_facts(connection, _there(connection, pid).id, context.clock.now(), stage=stage.value)
    return f"IE {pid} is in stage {stage.value}"


@repeated
def publish(context: Context, pid: str) -> str:
    """Publishes the IE; raises `UsageError` for one that is deleted or still in SIP processing."""
    with context.repository.write() as connection:
        there = _there(connection, pid)
        if there.state.status is Status.DELETED:
            raise UsageError(f"IE {pid} is deleted; a deleted IE cannot be published")
        if there.state.stage is Stage.SIP:
            raise UsageError(f"IE {pid} is in SIP processing; publish it when it is permanent")
        changes.set_facts(connection, there.id, context.clock.now(), published=True)
    return f"IE {pid} is published"


@repeated
def unpublish(context: Context, pid: str) -> str:
    """Takes the IE back from publication."""
    with context.repository.write() as connection:
        changes.set_facts(connection, _there(connection, pid).id, context.clock.now(), published=False)
    return f"IE {pid} is not published"


@repeated
def delete(context: Context, pid: str) -> str:
    """Marks the IE as deleted; its records and history stay, updates for it are refused."""
    with context.repository.write() as connection:
        changes.set_facts(connection, _there(connection, pid).id, context.clock.now(), status=Status.DELETED.value)
    return f"IE {pid} is deleted"


@dataclass(frozen=True, slots=True)
class Reverted:
    """What a revert came to: the new version, or None where the records were the same already."""

    version: int | None


@repeated
def revert(context: Context, pid: str, to: int, agent: str) -> Reverted:
    """Makes the records of an earlier version current again, as a new version with its own event.

    Raises `UsageError` for an unknown IE or version, and for an IE that is locked or deleted.
    """
    now = context.clock.now()
    limits = context.settings.limits.limits()
    with context.repository.write() as connection:
        there = _there(connection, pid)
        if not 1 <= to <= there.state.version:
            raise UsageError(f"IE {pid} has no version {to}; it has versions 1 to {there.state.version}")
        if there.state.status is Status.DELETED:
            raise UsageError(f"IE {pid} is deleted; a deleted IE is not changed")
        if there.state.locked_by is not None:
            raise UsageError(f"IE {pid} is locked by {there.state.locked_by}; have it unlocked first")
        records = [
            back
            for (type_, mid), then in ies.records_at(connection, there.id, to).items()
            if (back := _back(there, type_, mid, then, limits)) is not None
        ]
        if not records:
            return Reverted(None)
        when = local_time(now)
        modified = dnx.with_modification(json.loads(there.characteristics), agent, when)
        change = IeChange(
            ie_id=there.id,
            version=there.state.version + 1,
            at=now,
            agent=agent,
            cause="revert",
            records=records,
            events=[json_text(dnx.modified_event(agent, when, f"REVERTED_TO_VERSION={to};"))],
            characteristics=json_text(modified),
        )
        changes.apply(connection, [change])
    log.info("ie_reverted", pid=pid, to=to, version=change.version)
    return Reverted(change.version)


def _back(there: Stored, type_: RecordType, mid: str, then: Record | None, limits: xml.Limits) -> RecordChange | None:
    """The change that brings one record back to how it was then, or None where it is so."""
    now = there.state.records.get((type_, mid))
    key = there.records.get((type_, mid))
    if then is None:
        return None if now is None else RecordChange(key, type_, mid, now.sub_type, None)
    digests = canonical.digests(xml.parse(then.content, limits), limits)
    if now is not None and (now.digests, now.sub_type) == (digests, then.sub_type):
        return None
    return RecordChange(key, type_, mid, then.sub_type, then.content, digests)


def _check_pid(pid: str) -> None:
    if not updatemd.valid_pid(pid):
        raise UsageError(f"'{escape(pid)}' is no PID; a PID is IE and digits, such as IE1234")


def _there(connection: Connection, pid: str) -> Stored:
    _check_pid(pid)
    there = ies.stored(connection, [pid]).get(pid)
    if there is None:
        raise UsageError(f"there is no IE {pid}")
    return there
