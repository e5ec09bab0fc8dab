"""Groups of commands: their help tells whole sentences, and one imports a command only when it is asked for."""

import gc
import importlib
from typing import Any, Final

import click

from mdwatch.cli import ending

_OBJECTS: Final = 10_000  # made since the garbage collector last looked
_LONGEST: Final = 1_000  # characters of a sentence: more than any has


def settle() -> None:
    """Has the garbage collector work again, past all that is there now: it stays, and child processes share it."""
    if gc.get_freeze_count() == 0:
        gc.freeze()
    # Seldom, for what is made for a file hardly ever holds itself: the default looks after every 700 objects.
    gc.set_threshold(_OBJECTS, 20, 20)
    gc.enable()


class WholeGroup(click.Group):
    """Lists its commands each with the first sentence of its help, which is never cut short."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, as click has them, but whole."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, item.get_short_help_str(_LONGEST)) for name, item in found if item is not None]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


class LazyGroup(WholeGroup):
    """Finds a command by its name in its module."""

    def __init__(self, *args: Any, commands_in: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._modules = commands_in

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command, and tells where it is cut short."""
        with ending.cut_short():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all commands."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name."""
        module = self._modules.get(cmd_name)
        if module is None:
            return None
        there = vars(importlib.import_module(module)).values()
        if not gc.isenabled():
            settle()
        return next(item for item in there if isinstance(item, click.Command) and item.name == cmd_name)
