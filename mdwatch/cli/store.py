"""`mdwatch store`: the store that outlives the database."""

import sys

import click
from tqdm.std import tqdm

from mdwatch.cli import output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.formats.numbers import counted
from mdwatch.handlers.stores import checking, keeping, standing


@click.group(cls=WholeGroup)
def store() -> None:
    """The store that outlives the database: each IE as an OCFL object, a version a change."""


@store.command()
@click.option("--anew", is_flag=True, help="Begin an empty store where the one that was there is gone.")
@click.option("--all", "everything", is_flag=True, help="Look into every object, not only where a change is due.")
@config_option
@output.json_option
def sync(*, anew: bool, everything: bool, as_json: bool) -> None:
    """Has everything kept that is due, also what failed before; exit status 1 where something still fails."""
    with open_context() as context, tqdm(unit=" IEs", disable=None, leave=False) as bar:

        def progress(left: int) -> None:
            bar.total = max(bar.total or 0, left)
            bar.update(bar.total - left - bar.n)

        done = keeping.sync(context, anew=anew, everything=everything, progress=progress)
    if as_json:
        output.print_json(done._asdict())
    else:
        whose = " by this command, others by the daemon" if done.by_daemon else ""
        output.line(
            f"{counted(done.versions, 'version')} written{whose}, {counted(done.failed, 'IE')} could not be kept"
        )
        if done.failed:
            output.line("`mdwatch store status` tells why")
    sys.exit(1 if done.failed else 0)


@store.command()
@config_option
@output.json_option
def status(*, as_json: bool) -> None:
    """Tells where the store is, what is to be kept there yet, and what could not be, and why."""
    with looking_context() as context:
        seen = standing.status(context)
    if as_json:
        output.print_json(seen)
        return
    output.line(f"store: {seen.path}" + (f": {seen.fault}" if seen.fault else ""))
    output.line(f"{counted(seen.due, 'IE')} to be kept yet, {seen.failing} of which could not be")
    for item in seen.failures:
        output.line(
            f"  {item.pid}: {item.reason} (since {output.moment(item.since)}, tried {item.tries} times, "
            f"next {output.moment(item.next_at)})"
        )


@store.command()
@click.option("--quick", is_flag=True, help="Read only inventories and the newest versions, not every file.")
@config_option
@output.json_option
def check(*, quick: bool, as_json: bool) -> None:
    """Holds the store against the database, and every file in it against its digest; exit status 1 for any fault."""
    with looking_context() as context, tqdm(unit=" IEs", disable=None, leave=False) as bar:
        seen = checking.check(context, digests=not quick, progress=bar.update)
    if as_json:
        output.print_json(seen)
    else:
        for fault in seen.faults:
            output.line(fault)
        output.line(
            f"{counted(seen.objects, 'object')} with {counted(seen.versions, 'version')}, "
            f"{counted(seen.due, 'IE')} to be kept yet, {counted(len(seen.faults), 'fault')}"
        )
    sys.exit(1 if seen.faults else 0)
