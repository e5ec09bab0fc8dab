"""An operator wants to see who would belong to a set before it is made: as far as that can be told in a moment."""

import time
from dataclasses import dataclass
from typing import Final

from mdwatch.handlers.exports import membership
from mdwatch.repository import ies
from mdwatch.repository.exports import due
from mdwatch.rules import membership as rules
from mdwatch.runtime.context import Context

_SECONDS: Final = 2.0
_AT_ONCE: Final = 100  # IEs read at a time
_NAMED: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPreview:
    """What a definition selects among the published IEs: how many of those `looked_at`, out of `published`.

    `members` are the first of them, each with a title, "" where it has none.
    """

    definition: str
    number: int
    looked_at: int
    published: int
    members: tuple[tuple[str, str], ...]


def preview(context: Context, where: str) -> SetPreview:
    """Who would belong to a set of this definition; raises `UsageError` where that cannot be read."""
    definition = rules.parse(where)
    until = time.monotonic() + _SECONDS
    with context.repository.read() as connection:
        upto = due.last_key(connection)
        published = due.count_exportable(connection, upto)
    number = looked_at = after = 0
    named: list[tuple[str, str]] = []
    while time.monotonic() < until:
        with context.repository.read() as connection:
            keys = due.exportable(connection, after, upto, _AT_ONCE)
            there = ies.whole(connection, keys, events=False)
        if not keys:
            break
        after = keys[-1]
        for _, entity in there.values():
            looked_at += 1
            described = membership.describe(entity)
            if not rules.matches(definition, described):
                continue
            number += 1
            if len(named) < _NAMED:
                named.append((entity.pid, next(iter(described.fields.get("dc:title", ())), "")))
    return SetPreview(
        definition=str(definition), number=number, looked_at=looked_at, published=published, members=tuple(named)
    )
