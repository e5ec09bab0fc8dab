"""The option `--config`, which every command takes before or after its name, and the context behind it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from mdwatch.config import Settings
    from mdwatch.runtime.context import Context

_KEY: Final = "mdwatch.config"
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _remember(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.meta[_KEY] = value


def config_option(command: _Command) -> _Command:
    """Adds `--config`."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=_remember,
        expose_value=False,
        help="The settings; else MDWATCH_CONFIG, else /etc/mdwatch/mdwatch.toml.",
    )(command)


def config_path() -> Path:
    """The file of settings that this call is to use."""
    from mdwatch.config import DEFAULT_PATH

    named = click.get_current_context().meta.get(_KEY) or os.environ.get("MDWATCH_CONFIG")
    return Path(named) if named else DEFAULT_PATH


def load_settings() -> "Settings":
    """The settings; raises `ConfigError`, also where the zone is one that moments cannot be told in."""
    from mdwatch import config
    from mdwatch.errors import ConfigError
    from mdwatch.watch import local_zone

    if fault := local_zone.too_far_away():
        raise ConfigError([fault])
    return config.load(config_path())


@contextmanager
def open_context(first: "Callable[[Settings], None]" = lambda _settings: None) -> Iterator["Context"]:
    """The context of this call, its service log set up; raises `ConfigError` or `Deferred`.

    `first` is what is to be done before all of this is imported, which takes a while.
    """
    settings = load_settings()
    first(settings)
    with _opened(settings) as place:
        yield place


@contextmanager
def looking_context() -> Iterator["Context"]:
    """The same for a command that changes nothing: whoever may not write looks all the same."""
    settings = load_settings()
    from mdwatch.runtime import context

    if context.may_write(settings):
        with _opened(settings) as place:
            yield place
        return
    _begin_service_log(settings)
    with context.reading(settings) as place:
        yield place


@contextmanager
def _opened(settings: "Settings") -> Iterator["Context"]:
    from mdwatch.cli.me import me
    from mdwatch.runtime.context import on_this_host, opened

    _begin_service_log(settings)
    with opened(settings, actor=on_this_host(me(), "cli")) as context:
        yield context


def _begin_service_log(settings: "Settings") -> None:
    """Sets it up. Whoever sits at a terminal is told by the command what it did, and by the log of troubles alone."""
    from mdwatch.logs import service_log

    level = settings.logs.level
    service_log.configure_service_log("warning" if level == "info" and sys.stderr.isatty() else level)
