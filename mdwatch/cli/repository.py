"""`mdwatch repository`: the database itself."""

import sys
from pathlib import Path

import click
from tqdm.std import tqdm

from mdwatch.cli import output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, load_settings, looking_context, open_context
from mdwatch.formats.numbers import counted
from mdwatch.handlers.databases import checking, moving, vacuuming
from mdwatch.handlers.retention import summing
from mdwatch.handlers.stores import rebuilding


@click.group(cls=WholeGroup)
def repository() -> None:
    """The repository's database itself."""


@repository.command()
@click.argument("target")
@config_option
@output.json_option
def copy(target: str, *, as_json: bool) -> None:
    """Copies everything into the empty database at the URL TARGET, and compares; then name that in the settings."""
    with open_context() as context, tqdm(unit=" rows", unit_scale=True, disable=None, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        tables = moving.copy(context, target, progress)
    if as_json:
        output.print_json({"tables": tables})
        return
    for item in tables:
        output.line(f"{item.name}: {counted(item.rows, 'row')}, {item.digest}")
    output.line(
        f"{sum(item.rows for item in tables)} rows were copied and compared; now set repository.url to the new database"
    )


@repository.command()
@config_option
@output.json_option
def check(*, as_json: bool) -> None:
    """Has the database checked by its engine, and its tables compared with those that this mdwatch needs."""
    with looking_context() as context:
        faults = checking.faults(context)
    if as_json:
        output.print_json({"faults": faults})
    else:
        for fault in faults:
            output.line(fault)
        output.line(counted(len(faults), "fault"))
    sys.exit(1 if faults else 0)


@repository.command()
@click.option(
    "--from-ocfl",
    "root",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The store: an OCFL storage root that mdwatch wrote.",
)
@config_option
@output.json_option
def rebuild(root: Path, *, as_json: bool) -> None:
    """Makes the database again from the store: IEs, their versions, events and facts, into an empty database.

    What a store does not have begins anew: jobs' journals, the audit trail, sets, tokens. Exports are due.
    """
    with tqdm(unit=" IEs", disable=None, leave=False) as bar:
        rebuilt = rebuilding.rebuild(load_settings(), root, bar.update)
    if as_json:
        output.print_json(rebuilt._asdict())
        return
    for name, rows, digest in rebuilt.tables:
        output.line(f"{name}: {counted(rows, 'row')}, {digest}")
    output.line(
        f"{counted(rebuilt.ies, 'IE')} with {counted(rebuilt.versions, 'version')}; "
        "`mdwatch repository check` checks the database"
    )


@repository.command()
@click.option("--dry-run", is_flag=True, help="Only tell how many rows would go; change nothing.")
@config_option
@output.json_option
def retention(*, dry_run: bool, as_json: bool) -> None:
    """Sums up and removes the rows of files and the runs that are older than [retention] says, now.

    The daemon does the same every night. Exit status 1 where a drop folder is away, so that rows of its job stay.
    """
    with open_context() as context:
        done = summing.by_hand(context, dry_run=dry_run)
    if as_json:
        output.print_json(done._asdict())
    else:
        for job, why in done.away.items():
            output.line(f"job {job}: its rows stay: {why}")
        what = "would be" if dry_run else "were"
        runs = "" if dry_run else f" and {done.runs} runs"
        output.line(f"{counted(done.files, 'file')}{runs} {what} summed up and removed; {done.stay} older rows stay")
        if done.moved:
            output.line(f"{counted(done.moved, 'file')} in done/ moved into dated folders")
    sys.exit(1 if done.away else 0)


@repository.command()
@config_option
@output.json_option
def vacuum(*, as_json: bool) -> None:
    """Gives back to the disk what removed rows left in the database, and tells its size before and after.

    A SQLite database must not be in use, and needs twice its size of room for a while; a server works on meanwhile.
    """
    with open_context() as context:
        done = vacuuming.vacuum(context)
    if as_json:
        output.print_json({"before": done.before._asdict(), "after": done.after._asdict()})
        return
    free = f", of which {_shown(done.before.free)} were free" if done.before.free else ""
    output.line(f"the database had {_shown(done.before.bytes)}{free}, and has {_shown(done.after.bytes)}")


def _shown(size: int) -> str:
    """A size in megabytes."""
    return f"{size / 1e6:,.1f} MB"
