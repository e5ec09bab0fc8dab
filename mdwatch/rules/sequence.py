"""The order in which files take effect: creation time (design section 4, order).

The birth time is the key where the file system has one for every file of the folder; else the earlier of ctime and
mtime. One choice for the whole folder, since keys of two kinds cannot be compared. Ties (a kernel's clock is coarse)
fall to mtime, then to the natural order of names.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from mdwatch.model import Identity, Sighting

_DIGITS = re.compile(r"([0-9]+)", re.ASCII)


class Key(NamedTuple):
    """The place of one file in the order, comparable with that of any other."""

    created_ns: int
    mtime_ns: int
    name: tuple[list[tuple[int, str]], str]


def created_ns(file: Sighting) -> int:
    """When one file was created, by the best that its file system tells."""
    return file.born_ns if file.born_ns > 0 else min(file.ctime_ns, file.identity.mtime_ns)


def key(created_ns: int, mtime_ns: int, name: str) -> Key:
    """The place of a file that was created at this moment (nanoseconds)."""
    return Key(created_ns, mtime_ns, natural(name))


_NONE_KNOWN: Mapping[Identity, int] = {}


def in_order(sightings: Iterable[Sighting], known: Mapping[Identity, int] = _NONE_KNOWN) -> list[Sighting]:
    """The files, first to take effect first.

    `known` tells when files were created whose own times do not tell it any more: they were changed in `error/` before
    they were put back.
    """
    files = list(sightings)
    by_birth = all(file.born_ns > 0 for file in files)

    def clock(file: Sighting) -> tuple[int, int]:
        mtime_ns = file.identity.mtime_ns
        created = known.get(file.identity) if known else None
        if created is None:
            created = file.born_ns if by_birth else min(file.ctime_ns, mtime_ns)
        return created, mtime_ns

    files.sort(key=clock)
    # Names are compared within ties only: splitting each name of a large folder would cost more than the sort.
    ordered: list[Sighting] = []
    for _, same in groupby(files, key=clock):
        tied = list(same)
        if len(tied) > 1:
            tied.sort(key=lambda file: natural(file.name))
        ordered += tied
    return ordered


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """A sort key under which `IE9` comes before `IE10`; the name itself settles what is left."""
    parts = _DIGITS.split(name)
    # Odd parts are runs of digits: compared by their number, which is their length and then their text.
    key = [(len(p.lstrip("0")), p.lstrip("0")) if i % 2 else (-1, p) for i, p in enumerate(parts)]
    return key, name
