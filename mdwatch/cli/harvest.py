"""`mdwatch harvest`: records of other repositories, by OAI-PMH."""

import sys

import click

from mdwatch.cli import completion, output
from mdwatch.cli.files import show_differences
from mdwatch.cli.harvest_lines import show, told
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.formats.numbers import counted
from mdwatch.handlers.harvests import listing, public, request, trial
from mdwatch.handlers.harvests import run as running

_name = click.argument("name", shell_complete=completion.harvests)


@click.group(cls=WholeGroup)
def harvest() -> None:
    """Records of other repositories, fetched by OAI-PMH and put into a job's drop folder as updateMD files."""


@harvest.command()
@_name
@click.option("--full", is_flag=True, help="Ignore the last run: ask for all records, whatever was harvested before.")
@click.option("--ask", is_flag=True, help="Ask the daemon to do it, and do not wait.")
@config_option
@output.json_option
def run(name: str, *, full: bool, ask: bool, as_json: bool) -> None:
    """Harvests what changed since the last time for [harvests.NAME]; goes on where an earlier call was killed.

    Exit status 1: records could not be matched or used, or the provider failed.
    """
    with open_context() as place:
        if ask:
            key = request.ask(place, name, full=full)
            found = listing.run(place, name, key).run
        else:
            found = public.run(running.run(place, name, full=full, tell=_silent if as_json else output.line))
        folder = place.job(place.settings.harvests[name].job).folder
    if as_json:
        output.print_json(found)
    elif ask:
        output.line(
            f"Run {found.id} of harvest {name} is asked for; `mdwatch harvest runs {name}` tells what came of it"
        )
    else:
        output.line(
            f"{counted(found.written, 'updateMD file')} written to {folder}, "
            f"{counted(found.same, 'record')} the same as told before, {found.deleted} deleted there, "
            f"{found.left_out} left out"
        )
    sys.exit(1 if found.left_out else 0)


def _silent(_line: str) -> None:
    """What is left out is in the JSON of the run."""


@harvest.command()
@_name
@config_option
@output.json_option
def test(name: str, *, as_json: bool) -> None:
    """Shows what ten records of [harvests.NAME] match, their files and what those would change; writes nothing."""
    with looking_context() as place:
        tried = trial.run(place, name)
    if as_json:
        output.print_json(tried)
        return
    if not tried:
        output.line("The provider has no such records")
    for item in tried:
        output.line(f"{item.identifier} ({item.datestamp}): {item.pid or 'no IE'}: {item.reason}")
        if item.file:
            output.line(f"  {item.file}")
        show_differences(item.records)


@harvest.command("list")
@config_option
@output.json_option
def list_(*, as_json: bool) -> None:
    """Lists the harvests, and how far each has come."""
    with looking_context() as place:
        found = listing.harvests(place)
    if as_json:
        output.print_json(found)
        return
    if not found:
        output.line("There are no harvests; write a table [harvests.NAME]")
    for item in found:
        show(item)


@harvest.command()
@_name
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="How many of them.")
@config_option
@output.json_option
def runs(name: str, *, limit: int, as_json: bool) -> None:
    """Lists the runs of the harvest NAME, newest first; of the newest also the records that came to no file."""
    with looking_context() as place:
        found = listing.runs(place, name, None, limit)
        notes = listing.run(place, name, found[0].id).notes if found else ()
    if as_json:
        output.print_json({"runs": found, "notes": notes})
        return
    if not found:
        output.line(f"Harvest {name} has had no run")
    for number, item in enumerate(found):
        output.line(f"run {item.id}: {told(item)}")
        for note in notes if number == 0 else ():
            output.line(f"  {note.identifier} {note.text}")


@harvest.command()
@_name
@config_option
def pause(name: str) -> None:
    """Lets no run of the harvest NAME begin or go on until it is resumed."""
    with open_context() as place:
        output.line(request.pause(place, name))


@harvest.command()
@_name
@config_option
def resume(name: str) -> None:
    """Lets the harvest NAME run again; a run that was under way goes on."""
    with open_context() as place:
        output.line(request.resume(place, name))
