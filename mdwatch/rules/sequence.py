"""The order in which files take effect: creation time (design section 4, order).

The birth time is the key where the file system has one for every file of the folder; else the earlier of ctime and
mtime. One choice for the whole folder, since keys of two kinds cannot be compared. Ties (a kernel's clock is coarse)
fall to mtime, then to the natural order of names.
"""

import re
from collections.abc import Iterable
from itertools import groupby

from mdwatch.model import Sighting

_DIGITS = re.compile(r"([0-9]+)", re.ASCII)


def in_order(sightings: Iterable[Sighting]) -> list[Sighting]:
    """The files, first to take effect first."""
    files = list(sightings)
    by_birth = all(file.born_ns > 0 for file in files)

    def clock(file: Sighting) -> tuple[int, int]:
        mtime_ns = file.identity.mtime_ns
        return (file.born_ns if by_birth else min(file.ctime_ns, mtime_ns)), mtime_ns

    files.sort(key=clock)
    # Names are compared within ties only: splitting each name of a large folder would cost more than the sort.
    ordered: list[Sighting] = []
    for _, tied in groupby(files, key=clock):
        ordered.extend(sorted(tied, key=lambda file: natural(file.name)))
    return ordered


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """A sort key under which `IE9` comes before `IE10`; the name itself settles what is left."""
    parts = _DIGITS.split(name)
    # Odd parts are runs of digits: compared by their number, which is their length and then their text.
    key = [(len(p.lstrip("0")), p.lstrip("0")) if i % 2 else (-1, p) for i, p in enumerate(parts)]
    return key, name
