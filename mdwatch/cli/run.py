"""`mdwatch run`: the daemon, in the foreground."""

import click

from mdwatch import daemon
from mdwatch.cli.settings import config_option, config_path


@click.command()
@config_option
def run() -> None:
    """Runs the daemon in the foreground: watches every job's folder until it is told to stop (SIGTERM)."""
    daemon.run(config_path())
