"""An operator changes an IE: its lock, stage, publication, deletion, or its records back to an earlier version."""

import json
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy import Connection

from mdwatch.errors import UsageError
from mdwatch.formats import canonical, dnx, xml
from mdwatch.formats.pids import valid_pid
from mdwatch.formats.printable import escape
from mdwatch.model import IntellectualEntity, Record, RecordType, Stage, Status
from mdwatch.repository import changes, ies, server_clock
from mdwatch.repository.changes import IeChange, RecordChange, json_text
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.ies import Stored, Version
from mdwatch.rules import discretion
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime import news
from mdwatch.runtime.acting import Acting, acting
from mdwatch.runtime.context import Context, local_time

log = structlog.get_logger()


def show(context: Context, pid: str) -> IntellectualEntity:
    """The IE; raises `UsageError` where there is none of this PID.

    Its events do not name jobs that whoever asks may not see.
    """
    _check_pid(pid)
    with context.repository.read() as connection:
        entity = ies.get(connection, pid)
    if entity is None:
        raise UsageError(f"there is no IE {pid}")
    return entity if context.institutions is None else _discreet(entity, context)


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
    with acting(context, Act.IE_LOCK, pid, holder=holder) as act:
        if not holder.strip() or dnx.writable(holder) != holder:
            raise UsageError(f"a lock needs a holder with a readable name, not '{escape(holder)}'")
        there = _there(act.connection, pid)
        held_by = there.state.locked_by
        if held_by is not None and held_by != holder:
            raise UsageError(f"IE {pid} is locked by {held_by} already; have it unlocked first")
        _set(context, act, there, {"locked_by": held_by}, {"locked_by": holder})
    return f"IE {pid} is locked by {holder}"


@repeated
def unlock(context: Context, pid: str) -> str:
    """Releases the lock, whoever holds it."""
    with acting(context, Act.IE_UNLOCK, pid) as act:
        there = _there(act.connection, pid)
        act.details["holder"] = there.state.locked_by
        _set(context, act, there, {"locked_by": there.state.locked_by}, {"locked_by": None})
    return f"IE {pid} is unlocked" if there.state.locked_by else f"IE {pid} was not locked"


@repeated
def set_stage(context: Context, pid: str, stage: Stage) -> str:
    """Moves the IE into SIP processing or out of it."""
    with acting(context, Act.IE_STAGE, pid, stage=stage.value) as act:
        there = _there(act.connection, pid)
        _set(context, act, there, {"stage": there.state.stage.value}, {"stage": stage.value})
    return f"IE {pid} is in stage {stage.value}"


@repeated
def publish(context: Context, pid: str) -> str:
    """Publishes the IE; raises `UsageError` for one that is deleted or still in SIP processing."""
    with acting(context, Act.IE_PUBLISH, pid) as act:
        there = _there(act.connection, pid)
        if there.state.status is Status.DELETED:
            raise UsageError(f"IE {pid} is deleted; a deleted IE cannot be published")
        if there.state.stage is Stage.SIP:
            raise UsageError(f"IE {pid} is in SIP processing; publish it when it is permanent")
        _set(context, act, there, _published(act, pid), {"published": True})
    return f"IE {pid} is published"


@repeated
def unpublish(context: Context, pid: str) -> str:
    """Takes the IE back from publication."""
    with acting(context, Act.IE_UNPUBLISH, pid) as act:
        there = _there(act.connection, pid)
        _set(context, act, there, _published(act, pid), {"published": False})
    news.tell_now_or_later(context)
    return f"IE {pid} is not published"


@repeated
def delete(context: Context, pid: str) -> str:
    """Marks the IE as deleted; its records and history stay, updates for it are refused."""
    with acting(context, Act.IE_DELETE, pid) as act:
        there = _there(act.connection, pid)
        _set(context, act, there, {"status": there.state.status.value}, {"status": Status.DELETED.value})
    news.tell_now_or_later(context)
    return f"IE {pid} is deleted"


@repeated
def undelete(context: Context, pid: str) -> str:
    """Takes back the deletion; raises `UsageError` where the IE is not deleted.

    Whatever it was besides it is again: its stage, lock, publication, records. One that is published is exported anew,
    and harvesters are told of it.
    """
    with acting(context, Act.IE_UNDELETE, pid) as act:
        there = _there(act.connection, pid)
        if there.state.status is not Status.DELETED:
            raise UsageError(f"IE {pid} is not deleted")
        changes.set_facts(act.connection, there.id, context.clock.now(), status=Status.ACTIVE.value)
    return f"IE {pid} is no longer deleted"


def _published(act: Acting, pid: str) -> dict[str, bool]:
    return {"published": ies.is_published(act.connection, pid)}


def _set(context: Context, act: Acting, there: Stored, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Sets a fact of the IE; where it is so already, that is what the act came to."""
    if before == after:
        act.outcome = Outcome.NOTHING
    changes.set_facts(act.connection, there.id, context.clock.now(), **after)


@dataclass(frozen=True, slots=True)
class Reverted:
    """What a revert came to: the new version, or None where the records were the same already."""

    version: int | None


@repeated
def revert(context: Context, pid: str, to: int, agent: str) -> Reverted:
    """Makes the records of an earlier version current again, as a new version with its own event.

    Raises `UsageError` for an unknown IE or version, and for an IE that is locked or deleted.
    """
    limits = context.settings.limits.limits()
    with acting(context, Act.IE_REVERT, pid, to=to) as act:
        connection = act.connection
        now = server_clock.moment(connection, context.clock.now())
        there = _there(connection, pid)
        if not 1 <= to <= there.state.version:
            raise UsageError(f"IE {pid} has no version {to}; it has versions 1 to {there.state.version}")
        if there.state.status is Status.DELETED:
            raise UsageError(f"IE {pid} is deleted; a deleted IE is not changed")
        if there.state.locked_by is not None:
            raise UsageError(f"IE {pid} is locked by {there.state.locked_by}; have it unlocked first")
        records = records_back(connection, there, to, limits)
        if not records:
            act.outcome = Outcome.NOTHING
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
        act.details["version"] = change.version
    log.info("ie_reverted", pid=pid, to=to, version=change.version)
    return Reverted(change.version)


def records_back(connection: Connection, there: Stored, to: int, limits: xml.Limits) -> list[RecordChange]:
    """The changes that make the records of an IE those of version `to`; raises `Rejected` for one over today's caps."""
    return [
        back
        for (type_, mid), then in ies.records_at(connection, there.id, to).items()
        if (back := _back(there, type_, mid, then, limits)) is not None
    ]


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


def _discreet(entity: IntellectualEntity, context: Context) -> IntellectualEntity:
    events = tuple(discretion.event(item, context.settings.jobs) for item in entity.events)
    unnamed = discretion.agents(entity.events, events)
    by = entity.characteristics.get("modifiedBy")
    characteristics = {**entity.characteristics, "modifiedBy": discretion.OTHERS} if by in unnamed else None
    return replace(entity, events=events, characteristics=characteristics or entity.characteristics)


def _check_pid(pid: str) -> None:
    if not valid_pid(pid):
        raise UsageError(f"'{escape(pid)}' is no PID; a PID is IE and digits, such as IE1234")


def _there(connection: Connection, pid: str) -> Stored:
    _check_pid(pid)
    there = ies.stored(connection, [pid]).get(pid)
    if there is None:
        raise UsageError(f"there is no IE {pid}")
    return there
