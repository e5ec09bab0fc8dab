"""An operator undoes a run: each IE that it changed, and nobody changed since, gets back the records of before.

1. Look: which IEs the run changed; the job is held, so that no run begins meanwhile.
2. In groups, a transaction each: how the IEs stand, what becomes of each (`rules.undoing`), and for those that can be
   undone a new version with its event and its row in the audit trail. A crash leaves whole IEs only; whoever undoes the
   run again goes on with the others, and where all are undone nothing more is done.

Exports follow by themselves, as after any change. Files stay in `done/`.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import MdwatchError, Rejected, UsageError, in_words
from mdwatch.formats import dnx
from mdwatch.formats.printable import escape
from mdwatch.handlers.ies.change import records_back
from mdwatch.logs import JobLog, undone_line
from mdwatch.repository import changes, ies, run_entries, server_clock, trail, undoing
from mdwatch.repository.changes import IeChange, json_text
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.ies import Stored
from mdwatch.repository.run_entries import RunEntry
from mdwatch.repository.trail import TrailEntry
from mdwatch.repository.undoing import LaterVersion, RunChange
from mdwatch.rules.acts import Act, Outcome
from mdwatch.rules.discretion import OTHERS
from mdwatch.rules.undoing import UndoFacts, UndoVerdict, decide
from mdwatch.runtime.acting import entry_of, record_act
from mdwatch.runtime.context import Context, local_time
from mdwatch.runtime.lease import Lease, holding_apart
from mdwatch.runtime.lease_names import job_name
from mdwatch.shapes.undo import UndoItemShape, UndoShape

log = structlog.get_logger()

_GROUP: Final = 50  # IEs that are undone in one transaction
_MOMENT: Final = 3.0  # seconds, for which somebody may wait who looks at a page

Tell = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One IE: what becomes of it, and why where it is left."""

    item: RunChange
    verdict: UndoVerdict
    reason: str = ""


def preview(context: Context, key: int, job: str | None = None) -> UndoShape:
    """What undoing the run would come to now; changes nothing. Raises `UsageError` for no such run, or an open one."""
    with context.repository.read() as connection:
        run = _run(context, connection, key, job)
        found = undoing.changed_in(connection, key)
        judged = [item for group in _groups(found) for item, _ in _judge(connection, context, run, group)]
    return _shape(run, judged, dry_run=True)


def undo(context: Context, key: int, job: str | None = None, *, tell: Tell = lambda *_: None) -> UndoShape:
    """Undoes the run; `tell` is told how many IEs are seen to, of how many.

    Raises what `preview` does, `JobBusy` while the job runs or is being undone, and `Deferred`: what is undone by then
    stays so, and undoing again goes on.
    """
    with context.repository.read() as connection:
        run = _run(context, connection, key, job)
    with holding_apart(context, job_name(run.job)) as held:
        run, found, act = _begun(context, key, job, held)
        judged: list[_Judged] = []
        for group in _groups(found):
            judged += _undo(context, run, group, held)
            tell(len(judged), len(found))
        nothing = not any(item.verdict is UndoVerdict.UNDO for item in judged)
        if not nothing:
            _log(context, run, judged)
        outcome = Outcome.NOTHING if nothing else Outcome.DONE
        context.repository.carry_out(lambda connection: trail.finish(connection, [act], outcome))
    shape = _shape(run, judged, dry_run=False)
    log.info("run_undone", run=key, job=run.job, undone=shape.undone, already=shape.already, left=len(shape.left))
    return shape


@repeated
def _begun(context: Context, key: int, job: str | None, held: Lease) -> tuple[RunEntry, list[RunChange], int]:
    """Notes that it is begun: the run, what it changed, and the key of the row in the trail."""
    with context.repository.write() as connection:
        held.renew(connection)
        # Once more: some of its files may have been summed up meanwhile.
        run = _run(context, connection, key, job)
        found = undoing.changed_in(connection, key)
        act = record_act(connection, context, Act.JOB_UNDO, run.job, outcome=Outcome.BEGUN, run=key, ies=len(found))
    return run, found, act


def _log(context: Context, run: RunEntry, judged: Sequence[_Judged]) -> None:
    """A line in the log of the job; where that cannot be written, the trail and the IEs tell of it."""
    done = sum(item.verdict is UndoVerdict.UNDO for item in judged)
    left = sum(item.verdict not in {UndoVerdict.UNDO, UndoVerdict.ALREADY} for item in judged)
    job_log = JobLog(context.settings.logs.directory, run.job)
    try:
        job_log.write([undone_line(context.clock.now(), run.id, context.actor.name, done, left)])
    except OSError as error:
        log.warning("undo_not_logged", run=run.id, job=run.job, reason=in_words(error))
    finally:
        job_log.close()


def begin(context: Context, key: int) -> bool:
    """Has the run undone by a thread of this process; whether that is done already. Raises what `undo` does.

    For who cannot wait: what takes longer goes on, and `preview` tells how far it has come.
    """
    raised: list[Exception] = []

    def work() -> None:
        try:
            undo(context, key)
        except MdwatchError as error:
            raised.append(error)
            log.warning("undo_interrupted", run=key, reason=str(error))
        except Exception as error:
            raised.append(error)
            log.exception("undo_failed", run=key)

    thread = threading.Thread(target=work, name=f"undo run {key}", daemon=True)
    thread.start()
    thread.join(_MOMENT)
    if raised:
        raise raised[0]
    return not thread.is_alive()


def _run(context: Context, connection: Connection, key: int, job: str | None) -> RunEntry:
    run = run_entries.run_of(connection, key)
    if run is None or job not in {None, run.job}:
        raise UsageError(f"there is no run {key}" + (f" of the job {escape(job)}" if job else ""))
    if run.ended_at is None:
        raise UsageError(f"run {key} of {run.job} has not ended; undo it when it has")
    settings = context.settings.jobs.get(run.job)
    if settings is not None and settings.repository:
        raise UsageError(f"{run.job} works for repository {settings.repository}; take its changes back there")
    if removed := undoing.removed(connection, key):
        raise UsageError(
            f"run {key} of {run.job} is older than the journal reaches: which IEs {removed} of its files changed is "
            "summed up (retention.journal_days), and it cannot be undone; `mdwatch ie revert` takes single IEs back"
        )
    return run


def _groups(found: Sequence[RunChange]) -> Iterator[Sequence[RunChange]]:
    return (found[start : start + _GROUP] for start in range(0, len(found), _GROUP))


def _judge(
    connection: Connection, context: Context, run: RunEntry, group: Sequence[RunChange]
) -> Iterator[tuple[_Judged, Stored]]:
    """What becomes of each IE of a group, as it stands."""
    stored = ies.stored(connection, [item.pid for item in group])
    later = undoing.later_versions(connection, group)
    for item in group:
        there = stored[item.pid]
        others = [version for version in later[item.ie_id] if version.undoes != run.id and not _of(run, version, item)]
        undone = any(version.undoes == run.id for version in later[item.ie_id])
        facts = UndoFacts(
            undone=undone,
            covered=context.sees(there.state.institution),
            changed=bool(others),
            status=there.state.status,
            locked=there.state.locked_by is not None,
            stage=there.state.stage,
        )
        verdict = decide(facts)
        named = [_discreet(context, version) for version in others]
        yield _Judged(item, verdict, _reason(verdict, there, named)), there


def _of(run: RunEntry, version: LaterVersion, item: RunChange) -> bool:
    """Whether the run made a version; while it had the job, nobody else made one in the name of that job."""
    return version.version <= item.last and (version.cause, version.job) == ("update", run.job)


def _discreet(context: Context, version: LaterVersion) -> LaterVersion:
    return replace(version, job=None, file=None, agent=OTHERS) if context.hides(version.job) else version


def _reason(verdict: UndoVerdict, there: Stored, later: Sequence[LaterVersion]) -> str:
    match verdict:
        case UndoVerdict.CHANGED:
            return _told(later[-1])
        case UndoVerdict.LOCKED:
            return f"locked by {there.state.locked_by}"
        case UndoVerdict.OTHERS | UndoVerdict.DELETED | UndoVerdict.IN_SIP:
            return str(verdict.value)
        case _:
            return ""


def _told(version: LaterVersion) -> str:
    """Who changed an IE since, as a part of a sentence."""
    how = {"update": "updated", "load": "loaded", "revert": "reverted"}.get(version.cause, version.cause)
    source = f" from {escape(version.file)}" if version.file else ""
    job = f" in job {version.job}" if version.job else ""
    return f"{how} since by {version.agent}{job}{source}, as version {version.version}"


@repeated
def _undo(context: Context, run: RunEntry, group: Sequence[RunChange], held: Lease) -> list[_Judged]:
    """Undoes a group in one transaction, only while the job is ours."""
    judged: list[_Judged] = []
    made: list[IeChange] = []
    acts: list[TrailEntry] = []
    with context.repository.write() as connection:
        held.renew(connection)
        for item, there in _judge(connection, context, run, group):
            if item.verdict is not UndoVerdict.UNDO:
                judged.append(item)
                continue
            try:
                change = _change(connection, context, run, item.item, there)
            except Rejected as rejected:
                # The caps may have been lowered since the record was stored.
                reason = f"its earlier record cannot be read: {rejected.reason}"
                judged.append(_Judged(item.item, UndoVerdict.CHANGED, reason))
                continue
            judged.append(item)
            made.append(change)
            to, version = item.item.first - 1, change.version
            acts.append(entry_of(context, Act.IE_UNDO, item.item.pid, run=run.id, to=to, version=version))
        changes.apply(connection, made)
        trail.record_all(connection, acts)
    return judged


def _change(connection: Connection, context: Context, run: RunEntry, item: RunChange, there: Stored) -> IeChange:
    """The version that takes back what the run did to an IE."""
    now, agent, to = server_clock.moment(connection, context.clock.now()), context.actor.name, item.first - 1
    when = local_time(now)
    detail = f"UNDONE_RUN={run.id};JOB={escape(run.job)};REVERTED_TO_VERSION={to};"
    return IeChange(
        ie_id=there.id,
        version=there.state.version + 1,
        at=now,
        agent=agent,
        cause="revert",
        records=records_back(connection, there, to, context.settings.limits.limits()),
        events=[json_text(dnx.modified_event(agent, when, detail))],
        characteristics=json_text(dnx.with_modification(json.loads(there.characteristics), agent, when)),
        undoes=run.id,
    )


def _shape(run: RunEntry, judged: Sequence[_Judged], *, dry_run: bool) -> UndoShape:
    counted = (UndoVerdict.UNDO, UndoVerdict.ALREADY)
    return UndoShape(
        run=run.id,
        job=run.job,
        dry_run=dry_run,
        total=len(judged),
        undone=sum(item.verdict is UndoVerdict.UNDO for item in judged),
        already=sum(item.verdict is UndoVerdict.ALREADY for item in judged),
        left=[
            UndoItemShape(pid=item.item.pid, outcome=item.verdict.value, reason=item.reason)
            for item in judged
            if item.verdict not in counted
        ],
    )
