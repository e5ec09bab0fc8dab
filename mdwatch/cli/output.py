"""What commands print: for people, or JSON with `--json`."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import BaseModel

from mdwatch.formats.printable import escape

_Command = TypeVar("_Command", bound=Callable[..., Any])


def json_option(command: _Command) -> _Command:
    """Adds `--json`, passed as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """Prints a value of nouns as one JSON document."""
    click.echo(json.dumps(plain(value), indent=2))


def plain(value: Any) -> Any:
    """The value in terms of JSON: objects for dataclasses and named tuples, moments in milliseconds, digests in hex."""
    match value:
        case BaseModel():
            return value.model_dump(mode="json")
        case Enum():
            return value.value
        case Path():
            return str(value)
        case bytes():
            return value.hex()
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return plain(value._asdict())
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
        case _:
            return value


def moment(at: int | None) -> str:
    """Milliseconds since 1970 UTC as local time."""
    return "-" if at is None else f"{datetime.fromtimestamp(at // 1000).astimezone():%Y-%m-%d %H:%M:%S}"


def line(*parts: object) -> None:
    """Prints one line, its parts made safe to show."""
    click.echo(" ".join(escape(str(part)) for part in parts if part not in {None, ""}))
