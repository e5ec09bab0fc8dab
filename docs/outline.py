"""What the manual and the reference are made of, asked of the code itself: its commands, its settings.

`manual.py` makes pages for man(1) of it, `reference.py` pages for the site. Neither can say what the code does not do.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from mdwatch.cli import commands
from mdwatch.config import Settings
from mdwatch.config.kinds import (
    ChoiceKind,
    EitherKind,
    ListKind,
    MemberKind,
    NamedKind,
    NumberKind,
    PathKind,
    SettingKind,
    TruthKind,
    WholeKind,
)
from mdwatch.config.section import NONE, Setting

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
    tables = []
    for block in _blocks(SAMPLE.read_text(encoding="utf-8")):
        name, text, groups = block
        top = name.split(".")[0]
        fields = _fields(top)
        found = tuple(
            SettingsOutline(
                tuple(SettingOutline(key, _kind(fields[key].kind), value) for key, value in settings), about
            )
            for settings, about in groups
        )
        shown = f"{top}.{_ANY.get(top, 'NAME')}" if "." in name else name
        tables.append(TableOutline(shown, text, _without_examples(fields, found)))
    return tables


def _without_examples(
    fields: Mapping[str, Setting], groups: tuple[SettingsOutline, ...]
) -> tuple[SettingsOutline, ...]:
    """Of settings that have no default the sample shows an example, which is none."""
    return tuple(
        SettingsOutline(
            tuple(
                item if fields[item.name].default is not NONE else item._replace(default="") for item in group.settings
            ),
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


def _fields(table: str) -> Mapping[str, Setting]:
    kind = Settings.SETTINGS[table].kind
    # A table of tables, named by whoever writes them, or one.
    inner = kind.kind if isinstance(kind, NamedKind) else kind
    found: Mapping[str, Setting] = inner.section.SETTINGS
    return found


def _kind(kind: SettingKind[Any]) -> str:
    """What a value may be, in words."""
    match kind:
        case EitherKind():
            return " or ".join(_kind(item) for item in kind.kinds)
        case ChoiceKind() | MemberKind():
            *several, last = (f'"{word}"' for word in kind.words)
            return f"{', '.join(several)} or {last}" if several else last
        case TruthKind():
            return "true or false"
        case WholeKind() | NumberKind():
            return ("whole number" if isinstance(kind, WholeKind) else "number") + _range(kind)
        case ListKind():
            return f"list of {_kind(kind.kind)}s".replace("texts or", "text or")
        case PathKind():
            return "absolute path"
        case NamedKind():
            return "table"
        case _:
            return "text"


def _range(kind: WholeKind | NumberKind) -> str:
    low, high = kind.least, kind.most
    if kind.above is not None:
        return f" above {kind.above:g}" + (f", up to {high:,}" if high is not None else "")
    if low is not None and high is not None:
        return f" from {low:,} to {high:,}"
    return f", at least {low:,}" if low is not None else f", at most {high:,}" if high is not None else ""
