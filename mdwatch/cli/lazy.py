"""A group that imports a command's module only when the command is asked for, so that starting stays quick."""

import importlib
from typing import Any

import click


class LazyGroup(click.Group):
    """Finds a command by its name in its module."""

    def __init__(self, *args: Any, commands_in: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._modules = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all commands."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name."""
        module = self._modules.get(cmd_name)
        if module is None:
            return None
        there = vars(importlib.import_module(module)).values()
        return next(item for item in there if isinstance(item, click.Command) and item.name == cmd_name)
