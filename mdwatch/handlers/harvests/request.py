"""Somebody wants a harvest run by the daemon, paused or resumed: it is asked for in the database."""

from mdwatch.errors import UsageError
from mdwatch.handlers.harvests.listing import settings_of
from mdwatch.repository import control, harvest_runs, leases
from mdwatch.repository.database_faults import repeated
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime.acting import acting
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease_names import harvest_name


@repeated
def ask(context: Context, name: str, *, full: bool) -> int:
    """Asks the daemon to harvest now, with `full` all records, whatever was harvested before; the key of the run.

    Raises `UsageError` for a harvest that is paused, or is not there.
    """
    settings = settings_of(context, name)
    with acting(context, Act.JOB_HARVEST, settings.job, harvest=name, full=full) as act:
        if control.is_paused(act.connection, harvest_name(name)):
            raise UsageError(f"harvest {name} is paused; resume it first")
        return harvest_runs.ask(act.connection, name, context.clock.now(), complete=full)


@repeated
def pause(context: Context, name: str) -> str:
    """Lets no run of the harvest begin, and none in hand go on with another page or file, until it is resumed."""
    settings, key = settings_of(context, name), harvest_name(name)
    with acting(context, Act.HARVEST_PAUSE, settings.job, harvest=name) as act:
        # First, so that a page that is being kept is kept before the pause, or not at all.
        leases.touch(act.connection, key)
        if control.is_paused(act.connection, key):
            act.outcome = Outcome.NOTHING
        control.tell(act.connection, key, paused=True)
    return f"harvest {name} is paused"


@repeated
def resume(context: Context, name: str) -> str:
    """Lets the harvest run again; one that was under way goes on."""
    settings, key = settings_of(context, name), harvest_name(name)
    with acting(context, Act.HARVEST_RESUME, settings.job, harvest=name) as act:
        if not control.is_paused(act.connection, key):
            act.outcome = Outcome.NOTHING
        control.tell(act.connection, key, paused=False)
    return f"harvest {name} is resumed"
