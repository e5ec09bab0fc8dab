"""`mdwatch config`: whether the set-up is right."""

import click

from mdwatch.cli import output
from mdwatch.cli.settings import config_option, config_path, load_settings
from mdwatch.errors import ConfigError
from mdwatch.handlers.jobs import setup
from mdwatch.web.serving import access


@click.group()
def config() -> None:
    """The settings."""


@config.command()
@config_option
@output.json_option
def check(*, as_json: bool) -> None:
    """Checks the settings and the folders they name, and tells every fault."""
    path = config_path()
    faults: list[str] = []
    try:
        settings = load_settings()
        found = setup.faults(settings) + setup.set_up_faults(settings) + access.faults(settings.http)
        faults = [f"{path}: {fault}" for fault in found]
    except ConfigError as error:
        faults = error.faults
    if as_json:
        output.print_json({"config": str(path), "faults": faults})
        raise SystemExit(78 if faults else 0)
    if faults:
        raise ConfigError(faults)
    click.echo(f"{path}: fine")
