"""`mdwatch trail`: who did what, when and from where."""

import json

import click

from mdwatch.cli import output
from mdwatch.cli.settings import config_option, looking_context
from mdwatch.handlers.trail import listing
from mdwatch.rules.acts import Act
from mdwatch.shapes.trail import TrailShape


@click.command()
@click.option("--subject", help="What was done to this: a PID, a job (and its files), a file, a set.")
@click.option("--who", help="What this user did.")
@click.option("--since", metavar="DATE", help="Not before: YYYY-MM-DD, or with THH:MM:SS.")
@click.option("--act", type=click.Choice([act.value for act in Act]), help="This act only.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="So many at most.")
@config_option
@output.json_option
def trail(
    subject: str | None, who: str | None, since: str | None, act: str | None, limit: int, *, as_json: bool
) -> None:
    """Lists what was done by hand, newest first: who, when, from where, to what, and what came of it."""
    with looking_context() as place:
        moment = output.milliseconds("--since", since)
        found = listing.acts(place, subject=subject, who=who, act=act, since=moment, limit=limit)
    if as_json:
        output.print_json(found)
        return
    for item in found:
        output.line(f"{output.moment(item.at)}: {told(item)}")
    if not found:
        click.echo("Nothing.")


def told(item: TrailShape) -> str:
    """An act in one line, without its moment."""
    of = f" of job {item.job}" if item.job and item.kind == "file" else ""
    details = f": {json.dumps(item.details, ensure_ascii=False)}" if item.details else ""
    came = "" if item.outcome == "done" else f" ({item.outcome})"
    return f"{item.act} {item.subject}{of} by {item.who} ({item.way} {item.origin}){came}{details}"
