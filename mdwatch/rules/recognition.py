"""When a file in the drop folder is one that was decided before, whose move was never seen (design section 9).

Its effect is not repeated then; only its move is finished. A file that merely looks alike is new work: one dropped
again, be it by `cp -p` or `rsync -t` with the same name, size, mtime and content. Even its inode may be the same, for
file systems give numbers out again at once; but its birth is not.
"""

from enum import Enum
from typing import NamedTuple

from mdwatch.model import Identity


class Unmoved(Enum):
    """Why the move of a decided file was not seen."""

    DUE = "due"  # not tried yet, or cut short
    STUCK = "stuck"  # the file is there and cannot be moved
    MISSING = "missing"  # the file was neither in the drop folder nor where it was to go


class Traces(NamedTuple):
    """What a file is known again by; moments in nanoseconds, 0 where the file system does not tell."""

    identity: Identity
    digest: bytes
    born_ns: int
    ctime_ns: int


def same_file(decided: Traces, why: Unmoved, found: Traces) -> bool:
    """Whether this file is the one that was decided.

    Where its birth is told, that is so even if its mtime was set back, as whoever copies a file with its times does it
    after the last write; no write does, so that what was written again is new work. Where no birth is told, a file that
    was there all the time is the same whatever was done to its rights; one that was missing is the same only if nothing
    at all was done to it, as when its share was away.
    """
    before, now = decided.identity, found.identity
    if (before.inode, before.size, decided.digest) != (now.inode, now.size, found.digest):
        return False
    if decided.born_ns and found.born_ns:
        return decided.born_ns == found.born_ns and now.mtime_ns <= before.mtime_ns
    return now == before and (why is not Unmoved.MISSING or decided.ctime_ns == found.ctime_ns)
