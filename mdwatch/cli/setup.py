"""`mdwatch setup`: the service, on a machine that pip brought the program to."""

import os
import sys
from pathlib import Path

import click

from mdwatch.cli import output
from mdwatch.errors import UsageError
from mdwatch.handlers.installing import files, service
from mdwatch.handlers.installing.files import Destination, Placed
from mdwatch.handlers.installing.service import Notified


@click.command()
@click.option("--systemd", is_flag=True, help="Set up the service under systemd: what there is to set up.")
@click.option("--remove", is_flag=True, help="Take away what a setup put there; settings, logs and data stay.")
@click.option("--prefix", default="/usr/local", show_default=True, help="Where unit, manual and completions go.")
@click.option(
    "--destdir", default="", metavar="DIR", help="Put all of it below DIR, for a package; tell systemd nothing."
)
@click.option("--command", "command", metavar="PATH", help="What the unit starts; else the command that runs now.")
@output.json_option
def setup(*, systemd: bool, remove: bool, prefix: str, destdir: str, command: str | None, as_json: bool) -> None:
    """Puts the unit, its user and folders, sample settings, log rotation, manual and completions in place.

    To be run as root, and again after each update. What somebody changed is never overwritten.
    """
    if not systemd:
        raise UsageError("say for what to set up: `mdwatch setup --systemd` is what there is")
    if not prefix.startswith("/") or (destdir and not destdir.startswith("/")):
        raise UsageError("--prefix and --destdir must be absolute paths")
    to = Destination(prefix.rstrip("/"), destdir.rstrip("/"), command or _this_command())
    if not destdir and os.geteuid() != 0:
        raise UsageError(f"setup writes to {to.prefix} and /etc: run it as root, or give --destdir")
    if remove:
        _remove(to, as_json=as_json)
    else:
        _set_up(to, as_json=as_json)


def _this_command() -> str:
    called = Path(sys.argv[0]).absolute()
    beside = Path(sys.executable).parent / "mdwatch"
    return str(called if called.name == "mdwatch" else beside)


def _set_up(to: Destination, *, as_json: bool) -> None:
    live = not to.destdir
    if live:
        service.refuse_homes(to.command, sys.executable)
    placed, told = [], []
    for item in files.put(to):
        placed.append(item)
        _show_file(item, quiet=as_json)
    for done in service.register(to) if live else ():
        told.append(done)
        _show_command(done, quiet=as_json)
    _end(placed, told, _next(to, update=live and service.is_up()), as_json=as_json)


def _remove(to: Destination, *, as_json: bool) -> None:
    live = not to.destdir
    placed, told = [], []
    for done in service.stop() if live else ():
        told.append(done)
        _show_command(done, quiet=as_json)
    for item in files.remove(to):
        placed.append(item)
        _show_file(item, quiet=as_json)
    for done in service.forget() if live else ():
        told.append(done)
        _show_command(done, quiet=as_json)
    left = [
        "What stays: settings (/etc/mdwatch), job logs (/var/log/mdwatch), data (/var/lib/mdwatch), the drop folders,",
        "the user mdwatch, and what is said above to be left.",
        "The program itself is removed by whatever installed it, such as: pip uninstall mdwatch",
    ]
    # A unit that never was there cannot be disabled: that is no fault of a removal.
    _end(placed, [], left, as_json=as_json)


def _next(to: Destination, *, update: bool) -> list[str]:
    """What is to be done now."""
    if update:
        return ["To have the service run this version:", "  systemctl restart mdwatch"]
    steps = [
        "Next:",
        "  1. Name the folder above your drop folders in /etc/systemd/system/mdwatch.service.d/drop-folders.conf",
        "  2. Write a user and a job into /etc/mdwatch/mdwatch.toml",
        "  3. systemctl daemon-reload",
        "  4. runuser -u mdwatch -- mdwatch config check",
        "  5. systemctl enable --now mdwatch",
    ]
    if to.destdir or not service.is_running():
        told = " && ".join(" ".join(command) for command in service.commands(to))
        return ["Where it is to run:", f"  {told}", *steps]
    return steps


def _show_file(item: Placed, *, quiet: bool) -> None:
    if not quiet:
        output.line(f"{item.path} ({item.what}): {item.act.value}")


def _show_command(item: Notified, *, quiet: bool) -> None:
    if not quiet:
        output.line(f"{item.command}: {item.fault or 'done'}")


def _end(placed: list[Placed], told: list[Notified], rows: list[str], *, as_json: bool) -> None:
    """The last words; ends the process."""
    if as_json:
        output.print_json(
            {
                "files": [{"path": item.path, "what": item.what, "done": item.act.value} for item in placed],
                "commands": [{"command": item.command, "fault": item.fault or None} for item in told],
                "next": rows,
            }
        )
    for row in () if as_json else rows:
        output.line(row)
    sys.exit(1 if any(item.fault for item in told) else 0)
