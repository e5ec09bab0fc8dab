"""What the manual and the reference are made of, asked of the code itself: its commands, its settings.

`manual.py` makes pages for man(1) of it, `reference.py` pages for the site. Neither can say what the code does not do.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from mdwatch.cli import commands
from mdwatch.config import Settings

ROOT: Final = Path(__file__).parents[1]
SAMPLE: Final = ROOT / "etc" / "mdwatch.toml"
# Of tables that are named by whoever writes them: what stands for the name.
_ANY: Final = {"institutions": "CODE"}


class Choice(NamedTuple):
    """An option or argument of a command."""

    name: str
    help: str


class CommandOutline(NamedTuple):
    """One command: as it is called, what it does, what it takes. A group has no usage of its own."""

    path: str
    usage: str
    help: str
    arguments: tuple[str, ...]
    options: tuple[Choice, ...]
    is_group: bool


class SettingOutline(NamedTuple):
    """One setting: what it may be, in words; its default as TOML has it, or "" where there is none."""

    name: str
    kind: str
    default: str


class SettingsOutline(NamedTuple):
    """Settings that are explained together."""

    settings: tuple[SettingOutline, ...]
    text: str


class TableOutline(NamedTuple):
    """One table of mdwatch.toml."""

    name: str
    text: str
    groups: tuple[SettingsOutline, ...]


def all_commands() -> list[CommandOutline]:
    """The commands, each group before its own."""
    return list(_below(commands, click.Context(commands, info_name="mdwatch")))[1:]


def global_options() -> tuple[Choice, ...]:
    """What `mdwatch` itself takes."""
    return _options(commands, click.Context(commands, info_name="mdwatch"))


def _below(command: click.Command, context: click.Context) -> Iterator[CommandOutline]:
    is_group = isinstance(command, click.Group)
    usage = command.get_usage(context).removeprefix("Usage: ")
    arguments = [item for item in command.get_params(context) if isinstance(item, click.Argument)]
    yield CommandOutline(
        path=context.command_path,
        usage=re.sub(r"\s+", " ", usage),
        help=inspect.cleandoc(command.help or ""),
        arguments=tuple(item.make_metavar(context) for item in arguments),
        options=_options(command, context),
        is_group=is_group,
    )
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _below(child, click.Context(child, info_name=name, parent=context))


def _options(command: click.Command, context: click.Context) -> tuple[Choice, ...]:
    rows = (item.get_help_record(context) for item in command.get_params(context) if isinstance(item, click.Option))
    return tuple(Choice(*row) for row in rows if row is not None)


def all_settings() -> list[TableOutline]:
    """The tables of the sample settings in their order, with what the code says each setting may be."""
    schema = Settings.model_json_schema()
    tables = []
    for block in _blocks(SAMPLE.read_text(encoding="utf-8")):
        name, text, groups = block
        top = name.split(".")[0]
        fields = _fields(schema, top)
        found = tuple(
            SettingsOutline(
                tuple(SettingOutline(key, _kind(schema, fields[key]), value) for key, value in settings), about
            )
            for settings, about in groups
        )
        shown = f"{top}.{_ANY.get(top, 'NAME')}" if "." in name else name
        tables.append(TableOutline(shown, text, _without_examples(fields, found)))
    return tables


def _without_examples(fields: dict[str, Any], groups: tuple[SettingsOutline, ...]) -> tuple[SettingsOutline, ...]:
    """Of settings that have no default the sample shows an example, which is none."""
    return tuple(
        SettingsOutline(
            tuple(item if "default" in fields[item.name] else item._replace(default="") for item in group.settings),
            group.text.replace(" No default.", ""),
        )
        for group in groups
    )


def _blocks(text: str) -> Iterator[tuple[str, str, list[tuple[list[tuple[str, str]], str]]]]:
    """Each table: its name, what is said of it, and its settings with what is said of them."""
    table: tuple[str, str, list[tuple[list[tuple[str, str]], str]]] | None = None
    said: list[str] = []
    for line in text.splitlines():
        head = re.fullmatch(r"(?:# )?\[([A-Za-z0-9_.]+)\]", line)
        setting = re.fullmatch(r"(?:# )?([a-z_]+) = (.+)", line)
        if head:
            if table is not None:
                yield table
            table, said = (head[1], " ".join(said), []), []
        elif setting:
            if table is None:
                raise ValueError(f"{SAMPLE}: {line} stands in no table")
            if said or not table[2]:
                table[2].append(([], " ".join(said)))
            table[2][-1][0].append((setting[1], setting[2]))
            said = []
        elif line.startswith("# "):
            said.append(line[2:])
        else:
            said = []
    if table is not None:
        yield table


def _fields(schema: dict[str, Any], table: str) -> dict[str, Any]:
    found = _resolved(schema, schema["properties"][table])
    if "properties" not in found:
        # A table of tables, named by whoever writes them; names may have to fit a pattern.
        inner = found.get("additionalProperties") or next(iter(found["patternProperties"].values()))
        found = _resolved(schema, inner)
    properties: dict[str, Any] = found["properties"]
    return properties


def _resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
    return part


def _kind(schema: dict[str, Any], part: dict[str, Any]) -> str:
    """What a value may be, in words."""
    part = _resolved(schema, part)
    match part:
        case {"anyOf": list(several)} | {"oneOf": list(several)}:
            return " or ".join(_kind(schema, item) for item in several)
        case {"enum": list(values)}:
            return ", ".join(f'"{value}"' for value in values[:-1]) + f' or "{values[-1]}"'
        case {"const": value}:
            return f'"{value}"'
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "integer" | "number" as kind}:
            return ("whole number" if kind == "integer" else "number") + _range(part)
        case {"type": "array"}:
            return f"list of {_kind(schema, part.get('items', {}))}s".replace("texts or", "text or")
        case {"format": "path"}:
            return "absolute path"
        case {"type": "null"}:
            return "nothing"
        case {"type": "object"}:
            return "table"
        case _:
            return "text"


def _range(part: dict[str, Any]) -> str:
    low, high = part.get("minimum"), part.get("maximum")
    above = part.get("exclusiveMinimum")
    if above is not None:
        return f" above {above:g}" + (f", up to {high:,}" if high is not None else "")
    if low is not None and high is not None:
        return f" from {low:,} to {high:,}"
    return f", at least {low:,}" if low is not None else f", at most {high:,}" if high is not None else ""
