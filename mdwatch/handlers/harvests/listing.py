"""Somebody asks how harvests stand, and what came of their runs."""

from collections.abc import Mapping

from sqlalchemy import Connection

from mdwatch.config import HarvestSettings
from mdwatch.errors import UsageError
from mdwatch.handlers.harvests import public
from mdwatch.repository import control, harvest_progress, harvest_runs
from mdwatch.repository.control import JobStatus
from mdwatch.repository.harvest_progress import HarvestProgress
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease_names import harvest_name
from mdwatch.shapes.harvests import HarvestNoteShape, HarvestRunNotesShape, HarvestRunShape, HarvestShape
from mdwatch.watch import schedule


def harvests(context: Context) -> list[HarvestShape]:
    """All harvests of the settings."""
    with context.repository.read() as connection:
        states, now = control.states(connection), context.clock.now()
        return [_shape(connection, name, given, states, now) for name, given in context.settings.harvests.items()]


def harvest(context: Context, name: str) -> HarvestShape:
    """One harvest; raises `UsageError` where there is none of this name."""
    settings = settings_of(context, name)
    with context.repository.read() as connection:
        return _shape(connection, name, settings, control.states(connection), context.clock.now())


def runs(context: Context, name: str, before: int | None, limit: int) -> list[HarvestRunShape]:
    """The runs of a harvest, newest first; raises `UsageError` where there is none of this name."""
    settings_of(context, name)
    with context.repository.read() as connection:
        return [public.run(run) for run in harvest_runs.latest(connection, name, before, limit)]


def run(context: Context, name: str, key: int) -> HarvestRunNotesShape:
    """A run and what is to be known of its records; raises `UsageError` where the harvest has none of this key."""
    settings_of(context, name)
    with context.repository.read() as connection:
        found = harvest_runs.get(connection, key)
        if found is None or found.harvest != name:
            raise UsageError(f"the harvest {name} has no run {key}")
        notes = harvest_runs.notes(connection, key)
    told = tuple(HarvestNoteShape(identifier=note.identifier, text=note.text) for note in notes)
    return HarvestRunNotesShape(run=public.run(found), notes=told)


def settings_of(context: Context, name: str) -> HarvestSettings:
    """The table [harvests.NAME]; raises `UsageError` where there is none."""
    found = context.settings.harvests.get(name)
    if found is None:
        known = ", ".join(context.settings.harvests) or "none"
        raise UsageError(f"there is no [harvests.{name}]; those there are: {known}")
    return found


def _shape(
    connection: Connection, name: str, settings: HarvestSettings, states: Mapping[str, JobStatus], now: int
) -> HarvestShape:
    state = states.get(harvest_name(name), JobStatus(job=name))
    reached = harvest_progress.progress(connection, name) or HarvestProgress("")
    there = harvest_runs.open_run(connection, name)
    last = next((item for item in harvest_runs.latest(connection, name, None, 10) if item.ended_at is not None), None)
    manual = settings.schedule == "manual"
    return HarvestShape(
        name=name,
        job=settings.job,
        base_url=settings.base_url,
        prefix=settings.prefix,
        set=settings.set,
        schedule=settings.schedule,
        match=settings.match,
        paused=state.paused,
        state=state.state,
        reason=state.reason,
        since=state.since or None,
        last=reached.last,
        under_way=reached.open,
        pending=harvest_progress.count_pending(connection, name),
        open_run=None if there is None else public.run(there),
        last_run=None if last is None else public.run(last),
        next_run=None if manual or state.paused else schedule.next_tick(settings.schedule, now),
    )
