"""When a file counts as written to its end, and what it holds back until then (design section 4, settled and order).

A single run looks twice, `settle_seconds` apart on a monotonic clock: a file is settled when both looks agree. A file
that is not settled, or cannot be read, holds back the files created after it for at most `order_wait` seconds, or a
newer update could overtake an older one.
"""

from collections.abc import Sequence
from typing import NamedTuple

from mdwatch.model import Sighting


class Split(NamedTuple):
    """The files of one look: those to take now, those still changing, and those that must wait behind these."""

    ready: list[Sighting]
    unsettled: list[Sighting]
    behind: list[Sighting]


def settled(earlier: Sighting | None, later: Sighting) -> bool:
    """Whether two looks at a name saw the same file, unchanged in inode, size, mtime and ctime."""
    return earlier is not None and (earlier.identity, earlier.ctime_ns) == (later.identity, later.ctime_ns)


def split(ordered: Sequence[Sighting], changing: set[str], holding: set[str]) -> Split:
    """Splits files in their order by whether they may be taken.

    `changing` are the names not settled; `holding` those of them that hold others, for `order_wait` has not passed.
    """
    ready: list[Sighting] = []
    unsettled: list[Sighting] = []
    behind: list[Sighting] = []
    held_back = False
    for file in ordered:
        if file.name in changing:
            unsettled.append(file)
            held_back = held_back or file.name in holding
        elif held_back:
            behind.append(file)
        else:
            ready.append(file)
    return Split(ready, unsettled, behind)
