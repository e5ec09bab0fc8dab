"""`mdwatch repository`: the database itself."""

import sys

import click
from tqdm.std import tqdm

from mdwatch.cli import output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.handlers.databases import checking, moving


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
        output.line(f"{item.name}: {item.rows} rows, {item.digest}")
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
        output.line(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)
