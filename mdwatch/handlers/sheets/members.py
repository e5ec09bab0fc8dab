"""Which IEs are meant: the members of an OAI set, or those of some PIDs."""

from collections.abc import Iterator, Sequence
from typing import Final

from mdwatch.handlers.oai import sets
from mdwatch.repository import ies
from mdwatch.runtime.context import Context

_PIECE: Final = 200  # IEs read at a time


def chosen(
    context: Context, spec: str | None, pids: Sequence[str], left_out: list[tuple[str, str]]
) -> Iterator[list[int]]:
    """The keys of a set's members, or of the IEs of these PIDs, some at a time; `left_out`: PIDs that are none."""
    return _members(context, spec) if spec is not None else _named(context, pids, left_out)


def _members(context: Context, spec: str) -> Iterator[list[int]]:
    """The keys of a set's members, some at a time."""
    after = 0
    while members := sets.members(context, spec, after, _PIECE)[1]:
        after = members[-1].ie_id
        yield [member.ie_id for member in members]


def _named(context: Context, pids: Sequence[str], left_out: list[tuple[str, str]]) -> Iterator[list[int]]:
    """The keys of the IEs of these PIDs in their order, some at a time; those that are none are left out."""
    wanted = list(dict.fromkeys(pids))
    for start in range(0, len(wanted), _PIECE):
        piece = wanted[start : start + _PIECE]
        with context.repository.read() as connection:
            there = ies.stored(connection, piece)
        left_out += [(pid, "there is no such IE") for pid in piece if pid not in there]
        yield [there[pid].id for pid in piece if pid in there]
