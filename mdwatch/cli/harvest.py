"""`mdwatch harvest`: records of other repositories, by OAI-PMH."""

import sys

import click

from mdwatch.cli import output
from mdwatch.cli.files import show_differences
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.handlers.harvests import listing, trial
from mdwatch.handlers.harvests import run as running


@click.group(cls=WholeGroup)
def harvest() -> None:
    """Records of other repositories, fetched by OAI-PMH and put into a job's drop folder as updateMD files."""


@harvest.command()
@click.argument("name")
@click.option("--full", is_flag=True, help="Ask for all records, whatever was harvested before.")
@config_option
def run(name: str, *, full: bool) -> None:
    """Harvests what changed since the last time for [harvests.NAME]; goes on where an earlier call was killed.

    Exit status 1: records could not be matched or used, or the provider failed.
    """
    with open_context() as place:
        report = running.run(place, name, full=full, tell=output.line)
        folder = place.job(place.settings.harvests[name].job).folder
    output.line(
        f"{report.written} updateMD files written to {folder}, {report.same} records the same as sent before, "
        f"{report.deleted} deleted there, {report.left_out} left out"
    )
    sys.exit(1 if report.left_out else 0)


@harvest.command()
@click.argument("name")
@config_option
def test(name: str) -> None:
    """Shows what ten records of [harvests.NAME] match, their files and what those would change; writes nothing."""
    with looking_context() as place:
        tried = trial.run(place, name)
    if not tried:
        output.line("The provider has no such records")
    for item in tried:
        output.line(f"{item.identifier} ({item.datestamp}): {item.pid or 'no IE'}: {item.reason}")
        if item.file:
            output.line(f"  {item.file}")
        show_differences(item.records)


@harvest.command("list")
@config_option
def list_() -> None:
    """Lists the harvests, and how far each has come."""
    with looking_context() as place:
        states = listing.states(place)
    if not states:
        output.line("There are no harvests; write a table [harvests.NAME]")
    for item in states:
        last = "never harvested to its end" if item.last is None else f"up to {output.moment(item.last)}"
        under_way = ", a list is under way" if item.under_way else ""
        pending = f", {item.pending} files are still to be written" if item.pending else ""
        output.line(
            f"{item.name}: {item.settings.base_url} for the job {item.settings.job}, {last}{under_way}{pending}"
        )
