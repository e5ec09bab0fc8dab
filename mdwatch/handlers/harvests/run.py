"""A harvest runs: its list is read page by page, and when it is through, files are written in the order of datestamps.

Each page is kept with the token of the next in one transaction, and each file as soon as it is in the drop folder, so
that whoever comes next goes on wherever this run was killed: it is the same run, until it ends.
"""

from contextlib import ExitStack, closing
from functools import partial

from mdwatch.config import HarvestSettings
from mdwatch.errors import Deferred, JobBusy
from mdwatch.handlers.harvests.ledger import HarvestLedger, Tell, end_run, log_of
from mdwatch.handlers.harvests.making import Maker, settings_of
from mdwatch.handlers.harvests.pauses import HarvestStopped, Pauses
from mdwatch.handlers.harvests.provider import Provider, UselessAnswer
from mdwatch.handlers.harvests.reading import HarvestList
from mdwatch.handlers.harvests.writing import write_files
from mdwatch.model import RunStatus
from mdwatch.repository import harvest_progress, harvest_runs, trail
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.harvest_progress import HarvestProgress
from mdwatch.repository.harvest_runs import HarvestCounts, HarvestNote, HarvestRun
from mdwatch.rules import harvest_ends
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime import metrics
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease, holding
from mdwatch.runtime.lease_names import harvest_name

_ANEW = "its address, format or set is another one now: it begins anew"
_LEFT = "left for a harvest of everything"


def run(context: Context, name: str, *, full: bool = False, tell: Tell) -> HarvestRun:
    """Somebody harvests by hand, in this process: what changed since the last time, or with `full` everything.

    `tell` is told of what is left out. Raises `UsageError`, `JobBusy` where it is running already, `JobPaused`, and
    `Deferred` where provider or disk fail.
    """
    job = settings_of(context, name).job
    asked = partial(record_act, context=context, act=Act.JOB_HARVEST, subject=job, harvest=name, full=full)
    act = context.repository.carry_out(partial(asked, outcome=Outcome.BEGUN))
    ended = harvest(context, name, Pauses(context.clock), full=full, tell=tell)
    outcome = Outcome.DONE if ended.written else Outcome.NOTHING
    context.repository.carry_out(lambda connection: trail.finish(connection, [act], outcome))
    return ended


def harvest(context: Context, name: str, pauses: Pauses, *, full: bool, tell: Tell) -> HarvestRun:
    """The run that was cut short or is asked for, or a new one; raises what `run` does.

    Where it is cut short it keeps why, and the next call goes on with it.
    """
    settings = settings_of(context, name)
    with closing(Maker(context, settings)) as maker, holding(context, harvest_name(name)) as lease:
        ledger: HarvestLedger | None = None
        try:
            ledger, reached = _begin(context, name, settings, lease, full=full, tell=tell)
            return _go(context, name, settings, ledger, reached, maker, pauses)
        except Deferred as error:
            # Where another has taken over, the run is no longer ours to tell of.
            if ledger is not None and not isinstance(error, HarvestStopped | JobBusy):
                _interrupt(context, ledger, str(error))
            raise
        finally:
            if ledger is not None:
                ledger.close()


def _go(
    context: Context,
    name: str,
    settings: HarvestSettings,
    ledger: HarvestLedger,
    reached: HarvestProgress,
    maker: Maker,
    pauses: Pauses,
) -> HarvestRun:
    """All of it, from where the run before this one was killed."""
    write_files(context, name, settings, ledger, pauses, begun=True)
    if not reached.open:
        # A run was killed when its list was through; what it found comes before what is newer.
        write_files(context, name, settings, ledger, pauses, begun=False)
    provider = Provider(context, settings, pauses)
    try:
        HarvestList(context, name, settings, ledger, provider, reached).read(maker, pauses)
    except UselessAnswer:
        if not harvest_ends.holds_back(ledger.run.started_at, context.clock.now()):
            write_files(context, name, settings, ledger, pauses, begun=False)
        raise
    write_files(context, name, settings, ledger, pauses, begun=False)
    return ledger.end()


@repeated
def _begin(
    context: Context, name: str, settings: HarvestSettings, lease: Lease, *, full: bool, tell: Tell
) -> tuple[HarvestLedger, HarvestProgress]:
    """Takes up what the last run left, or begins a new one, and says where its list is."""
    source = " ".join((settings.base_url, settings.prefix, settings.set))
    notes = []
    with ExitStack() as stack:
        with context.repository.write() as connection:
            lease.renew(connection)
            found = harvest_progress.progress(connection, name)
            there = harvest_runs.open_run(connection, name)
            if there is not None and there.started_at is not None and full and not there.complete:
                harvest_runs.end(connection, there.id, context.clock.now(), RunStatus.ABORTED.value, _LEFT)
                there = harvest_runs.open_run(connection, name)
            fresh = there is None or there.started_at is None
            if fresh:
                key, complete = (None, False) if there is None else (there.id, there.complete)
                begun = harvest_runs.start(connection, name, context.clock.now(), complete=full or complete, key=key)
            else:
                assert there is not None  # noqa: S101
                begun = there
            if found is not None and found.source != source:
                harvest_progress.forget(connection, name)
                notes.append(HarvestNote("", _ANEW))
                found = None
            reached = found or HarvestProgress(source)
            if begun.complete and (fresh or found is None):
                reached = HarvestProgress(source, last=reached.last, open=True)
            harvest_progress.keep(connection, name, reached)
            ledger = stack.enter_context(closing(HarvestLedger(context, begun, settings.job, lease, tell)))
            ledger.enter(connection, HarvestCounts(), notes)
        stack.pop_all()
    return ledger, reached


def _interrupt(context: Context, ledger: HarvestLedger, reason: str) -> None:
    """Keeps why the run does not get on; where the database is what keeps it, that is told elsewhere."""
    try:
        context.repository.carry_out(lambda connection: harvest_runs.interrupt(connection, ledger.run.id, reason))
    except Deferred:
        return


@repeated
def abort(context: Context, name: str, job: str, reason: str) -> None:
    """Ends what is asked for or under way, for it cannot be done as it is set up; raises `Deferred`."""
    with closing(log_of(context, name)) as log, context.repository.write() as connection:
        found = harvest_runs.open_run(connection, name)
        now = context.clock.now()
        if found is None or found.started_at is None:
            found = harvest_runs.start(
                connection, name, now, complete=found is not None and found.complete, key=found.id if found else None
            )
        ended = end_run(connection, context, found, job, log, RunStatus.ABORTED, reason)
    metrics.harvest_ended(name, RunStatus.ABORTED, ended.counts._asdict())
