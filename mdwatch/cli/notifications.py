"""`mdwatch notifications`: who is told of what happens, and what became of the messages."""

import sys

import click

from mdwatch.cli import completion, output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.me import me
from mdwatch.cli.settings import config_option, open_context
from mdwatch.handlers.notifications import reading, trial

_STATES = ("waiting", "sent", "given-up")


@click.group(cls=WholeGroup)
def notifications() -> None:
    """Who is told of what happens, and what became of the messages."""


@notifications.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only those that are so.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1_000), help="How many at most.")
@config_option
@output.json_option
def list_notifications(*, state: str | None, limit: int, as_json: bool) -> None:
    """Lists messages, newest first."""
    with open_context() as place:
        found = reading.listed(place, state, None, limit)
    if as_json:
        output.print_json(found)
        return
    if not found:
        output.line("There are no messages" if state is None else f"No message is {state}")
    for item in found:
        when = f"next try {output.moment(item.next_at)}" if item.next_at is not None else output.moment(item.ended_at)
        about = f"{item.occurrences} occurrence{'' if item.occurrences == 1 else 's'}"
        reason = f"({item.reason})" if item.reason else ""
        output.line(f"{item.id}: {item.state}, {when}, {item.notification} to {item.recipient}, {about}", reason)


@notifications.command("test")
@click.argument("name", shell_complete=completion.notifications)
@config_option
@output.json_option
def test(name: str, *, as_json: bool) -> None:
    """Sends a message to each recipient of [notifications.NAME], and tells whether it was taken."""
    with open_context() as place:
        found = trial.run(place, name, me())
    if as_json:
        output.print_json(found)
    else:
        for item in found:
            output.line(f"{item.recipient}: {'sent' if item.reason is None else item.reason}")
    sys.exit(1 if any(item.reason for item in found) else 0)


@notifications.command("resend")
@click.argument("number", type=int)
@config_option
def resend(number: int) -> None:
    """Has the message NUMBER tried again at once, also one that was given up."""
    with open_context() as place:
        item = reading.send_again(place, number)
    output.line(f"{item.id}: the daemon tries it again, to {item.recipient}")
