"""What commands print: for people, or JSON with `--json`."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from mdwatch.errors import UsageError
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


def milliseconds(option: str, text: str | None) -> int | None:
    """A date, or a date and a time, of this machine's zone unless it names one; raises `UsageError`."""
    if text is None:
        return None
    try:
        return int(datetime.fromisoformat(text).astimezone().timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{option}: '{text}' is no date; write YYYY-MM-DD, such as 2026-01-31") from None


def line(*parts: object) -> None:
    """Prints one line, its parts made safe to show."""
    click.echo(" ".join(escape(str(part)) for part in parts if part not in {None, ""}))
