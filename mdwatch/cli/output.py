"""What commands print: for people, or JSON with `--json`."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from mdwatch.formats.printable import escape
from mdwatch.shapes.values import plain

_Command = TypeVar("_Command", bound=Callable[..., Any])


def json_option(command: _Command) -> _Command:
    """Adds `--json`, passed as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """Prints one of the public shapes as one JSON document."""
    click.echo(json.dumps(plain(value), indent=2))


def moment(at: int | None) -> str:
    """Milliseconds since 1970 UTC as local time."""
    return "-" if at is None else f"{datetime.fromtimestamp(at // 1000).astimezone():%Y-%m-%d %H:%M:%S}"


def line(*parts: object) -> None:
    """Prints one line, its parts made safe to show."""
    click.echo(" ".join(escape(str(part)) for part in parts if part not in {None, ""}))
