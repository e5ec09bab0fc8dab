"""`mdwatch config`: whether the set-up is right, and which settings there are."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from mdwatch import config_faults, shipped
from mdwatch.cli import output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, config_path, load_settings
from mdwatch.config import Settings
from mdwatch.errors import ConfigError
from mdwatch.handlers.accounts import openid
from mdwatch.handlers.databases import setup as database_setup
from mdwatch.handlers.harvests import setup as harvest_setup
from mdwatch.handlers.installing import as_service
from mdwatch.handlers.installing.as_service import ServiceUser
from mdwatch.handlers.jobs import setup
from mdwatch.handlers.notifications import setup as notification_setup
from mdwatch.handlers.stores import setup as store_setup
from mdwatch.runtime import other_user
from mdwatch.web.serving import access


@click.group(cls=WholeGroup)
def config() -> None:
    """The settings."""


@config.command()
@click.option("--user", help="Asks what this user may do; only for root, who else asks for the service's user.")
@config_option
@output.json_option
def check(user: str | None, *, as_json: bool) -> None:
    """Checks the settings and the folders they name, as the service sees them, and tells every fault."""
    path = config_path()
    who = ServiceUser(user) if user is not None else as_service.user() if as_service.is_root() else None
    faults: list[str] = []
    jobs = 0
    notes: list[str] = []
    try:
        settings = load_settings()
        jobs, notes = len(settings.jobs), setup.notes(settings) + harvest_setup.notes(settings)
        given = as_service.credential(access.CREDENTIAL)
        found = setup.set_up_faults(settings) + access.faults(settings, given=given)
        found += _told_by(who, lambda: _of_user(path, settings))
        found += notification_setup.faults(settings) + openid.faults(settings)
        found += harvest_setup.stylesheet_faults(settings)
        faults = [f"{path}: {fault}" for fault in found]
        notes += [] if faults else _told_by(who, lambda: database_setup.notes(settings))
    except ConfigError as error:
        faults = error.faults
    if as_json:
        output.print_json(
            {"config": str(path), "faults": faults, "notes": notes, "user": who.name if who is not None else None}
        )
        raise SystemExit(78 if faults else 0)
    if faults:
        raise ConfigError(faults)
    click.echo(f"{path}: fine" + (f", for the user {who.name}" if who is not None else ""))
    for note in notes:
        click.echo(f"Note: {note}")
    if not jobs:
        click.echo(
            "There is no job yet: add [users.NAME] and [jobs.NAME], as `mdwatch config show --defaults` has them."
        )


def _of_user(path: Path, settings: Settings) -> list[str]:
    """What depends on who works with it."""
    found = setup.own_faults(path, settings) + setup.faults(settings)
    found += harvest_setup.faults(settings) + store_setup.faults(settings)
    return found + database_setup.faults(settings)


def _told_by(who: ServiceUser | None, question: Callable[[], list[str]]) -> list[str]:
    if who is None:
        return question()
    return [f"{told} (asked for the user {who.name})" for told in other_user.ask(*who, question)]


@config.command()
@click.option("--defaults", is_flag=True, help="Prints every setting there is, with its default and what it means.")
@config_option
def show(*, defaults: bool) -> None:
    """Prints the settings in force; passwords are left out."""
    if defaults:
        text = shipped.read("etc/mdwatch.toml")
        assert text is not None, "the sample settings come with the program"  # noqa: S101
        click.echo(text.decode().rstrip("\n"))
        return
    click.echo("\n\n".join(_tables(load_settings().plain())))


def _tables(settings: Mapping[str, Any]) -> list[str]:
    """The settings as TOML, a piece a table."""
    pieces = []
    for name, table in settings.items():
        # Tables of tables are those that whoever wrote the settings named.
        several = bool(table) and all(isinstance(rows, Mapping) for rows in table.values())
        whole = {name: table} if table else {}
        named = {f"{name}.{_key(key)}": rows for key, rows in table.items()} if several else whole
        for title, rows in named.items():
            pieces.append("\n".join([f"[{title}]", *(f"{key} = {_value(value)}" for key, value in rows.items())]))
    return pieces


def _key(name: str) -> str:
    """A key as TOML has it: bare where it may be."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _value(value: object) -> str:
    return config_faults.without_password(json.dumps(value, ensure_ascii=False))
