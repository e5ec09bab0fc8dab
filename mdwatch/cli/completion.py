"""What the shell offers for a word that is being typed: names of jobs, PIDs, formats, sets and the like.

It is silent on any trouble: nobody who presses a key wants to read of a database that is away.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Final

import click

from mdwatch.cli.settings import load_settings

if TYPE_CHECKING:
    from mdwatch.runtime.context import Context

_PIDS: Final = 50  # that are offered

_Offer = Callable[[click.Context, click.Parameter, str], list[str]]


def _quiet(find: Callable[[str], Iterable[str]]) -> _Offer:
    """Makes of what finds names by their beginning what click asks."""

    @wraps(find)
    def offer(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
        try:
            with context.scope(cleanup=False):
                return [name for name in find(begun) if name.startswith(begun)]
        except Exception:  # noqa: BLE001 - settings, database, anything: then nothing is offered
            return []

    return offer


def _looking(find: Callable[["Context"], Iterable[str]]) -> list[str]:
    """What is found in the repository, which is only read."""
    from mdwatch.runtime.context import reading

    with reading(load_settings()) as place:
        return list(find(place))


@_quiet
def jobs(_begun: str) -> Iterable[str]:
    """The configured jobs."""
    return load_settings().jobs


@_quiet
def harvests(_begun: str) -> Iterable[str]:
    """The configured harvests."""
    return load_settings().harvests


@_quiet
def notifications(_begun: str) -> Iterable[str]:
    """Those who are configured to be told."""
    return load_settings().notifications


@_quiet
def formats(_begun: str) -> Iterable[str]:
    """The formats that IEs are exported in."""
    return load_settings().export.formats


@_quiet
def pids(begun: str) -> Iterable[str]:
    """PIDs that begin like this, a few."""
    from mdwatch.handlers.ies import search

    return _looking(lambda place: [found.pid for found in search.by_pid(place, begun, _PIDS).ies])


@_quiet
def sets(_begun: str) -> Iterable[str]:
    """The OAI sets."""
    from mdwatch.handlers.oai import sets as oai_sets

    return _looking(lambda place: [found.oai_set.spec for found in oai_sets.listed(place)])


@_quiet
def tokens(_begun: str) -> Iterable[str]:
    """The tokens that there are."""
    from mdwatch.handlers.accounts import tokens as accounts

    return _looking(lambda place: [found.name for found in accounts.listed(place)])
