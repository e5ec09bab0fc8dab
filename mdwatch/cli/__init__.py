"""The command line: commands, one module a group; no policy. `main` runs one.

Exit status: 0 fine, 1 the work ended in errors, 2 wrong use, 78 bad configuration, 130 interrupted.

- `audit`, `config`, `demo`, `export`, `files`, `harvest`, `ie`, `job`, `notifications`, `repository`, `run`, `set`,
  `setup`, `sheet`, `status`, `store`, `token`, `trail`: the commands.
- `lazy`: only the one that is asked for is imported.
- `settings`: the option `--config`. `output`: what is printed. `harvest_lines`: how a harvest stands, in lines.
  `streams`: whatever became of the standard ones. `completion`: what the shell offers. `me`: who runs the command.
  `ending`: how the process of a command ends; `faults`: what ends one that nobody foresaw.
"""

import gc
import sys

import click

from mdwatch.cli import streams
from mdwatch.cli.lazy import LazyGroup
from mdwatch.cli.settings import config_option
from mdwatch.errors import ConfigError, MdwatchError, UsageError
from mdwatch.runtime import later


@click.group(
    cls=LazyGroup,
    commands_in={
        "audit": "mdwatch.cli.audit",
        "check": "mdwatch.cli.files",
        "config": "mdwatch.cli.config",
        "demo": "mdwatch.cli.demo",
        "dismiss": "mdwatch.cli.files",
        "explain": "mdwatch.cli.files",
        "export": "mdwatch.cli.export",
        "harvest": "mdwatch.cli.harvest",
        "ie": "mdwatch.cli.ie",
        "job": "mdwatch.cli.job",
        "notifications": "mdwatch.cli.notifications",
        "repository": "mdwatch.cli.repository",
        "retry": "mdwatch.cli.files",
        "run": "mdwatch.cli.run",
        "set": "mdwatch.cli.set",
        "setup": "mdwatch.cli.setup",
        "sheet": "mdwatch.cli.sheet",
        "status": "mdwatch.cli.status",
        "store": "mdwatch.cli.store",
        "token": "mdwatch.cli.token",
        "trail": "mdwatch.cli.trail",
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="mdwatch")
@config_option
def commands() -> None:
    """Keeps a preservation repository's metadata current from drop folders of updateMD files."""


def main() -> None:
    """Runs a command and ends the process with its exit status."""
    # What is imported stays; to look through it for garbage again and again takes a tenth of the start.
    gc.disable()
    later.leave_unread()
    streams.open_all()
    try:
        commands(prog_name="mdwatch")
    except ConfigError as error:
        for fault in error.faults:
            click.echo(f"mdwatch: {fault}", err=True)
        sys.exit(78)
    except MdwatchError as error:
        click.echo(f"mdwatch: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except (OSError, RuntimeError, UnicodeEncodeError) as error:
        # Hardly any command ends so.
        from mdwatch.cli import faults

        found = faults.of(error)
        if found is None:
            raise
        click.echo(f"mdwatch: {found.words}", err=True)
        sys.exit(found.status)
    finally:
        gc.enable()
