"""`mdwatch token`: tokens of people and programs, with which they ask over HTTP."""

import sys

import click

from mdwatch.cli import completion, output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, open_context
from mdwatch.handlers.accounts import tokens
from mdwatch.model import AccountRole
from mdwatch.shapes.values import plain


@click.group(cls=WholeGroup)
def token() -> None:
    """The tokens of people and programs, with which they ask over HTTP."""


@token.command()
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in AccountRole]),
    help="Viewer: looks; operator: also acts on jobs, files and IEs; manager: everything.",
)
@click.option("--institution", "institutions", metavar="CODE", multiple=True, help="Only this one; may be repeated.")
@click.option("--days", type=click.IntRange(1, 3_650), help="For how long it is good; without it, until it is revoked.")
@config_option
@output.json_option
def create(name: str, *, role: str, institutions: tuple[str, ...], days: int | None, as_json: bool) -> None:
    """Makes a token for NAME, and shows it this once: only a digest of it is kept."""
    with open_context() as place:
        # First, for a fault here would hide the token, which is never shown again.
        unknown = tokens.unknown(place, institutions)
        text, made = tokens.create(place, name, AccountRole(role), institutions, days)
    if unknown:
        told = f"{', '.join(unknown)}: no IE and no user of the settings is of such an institution so far"
        click.echo(f"{told}. If that is a slip, `mdwatch token revoke {name}`", err=True)
    if as_json:
        output.print_json({**plain(made), "token": text})
        return
    click.echo(text)
    if sys.stdout.isatty():
        click.echo("This is the only time that it is shown. Send it as Authorization: Bearer TOKEN.", err=True)


@token.command("list")
@config_option
@output.json_option
def list_tokens(*, as_json: bool) -> None:
    """Lists the tokens, without what is secret."""
    with open_context() as place:
        found = tokens.listed(place)
    if as_json:
        output.print_json(found)
        return
    if not found:
        output.line("There are no tokens; `mdwatch token create` makes one")
    for item in found:
        covers = "all institutions" if item.institutions is None else ", ".join(item.institutions)
        until = f", until {output.moment(item.expires_at)}" if item.expires_at is not None else ""
        output.line(f"{item.name}: {item.state}, {item.role}, {covers}{until}, made by {item.made_by}")


@token.command()
@click.argument("name", shell_complete=completion.tokens)
@config_option
def revoke(name: str) -> None:
    """Has the token of NAME count no more."""
    with open_context() as place:
        tokens.revoke(place, name)
    output.line(f"The token {name} is revoked")
