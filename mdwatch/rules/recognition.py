"""When a file in the drop folder is one that was decided before, whose move was never seen (design section 9).

Its effect is not repeated then; only its move is finished. A file that merely looks alike is new work: one dropped
again, be it by `cp -p` or `rsync -t` with the same name, size, mtime and content. Even its inode may be the same, for
file systems give numbers out again at once; but its birth is not.
"""

from enum import Enum
from typing import Final, NamedTuple

from mdwatch.model import Identity

_AT_ONCE_NS: Final = 10_000_000  # some ticks of a kernel's clock


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

    Where its birth is told, that is so even if its times were set since. Where no birth is told, a file that was there
    all the time is the same whatever was done to its rights; one that was missing is the same only if nothing at all
    was done to it, as when its share was away.
    """
    if not _holds_the_same(decided, found):
        return False
    if decided.born_ns and found.born_ns:
        return _born_together(decided, found) and _not_written(decided, found)
    return found.identity == decided.identity and (why is not Unmoved.MISSING or decided.ctime_ns == found.ctime_ns)


def may_have_been_away(born_ns: int, mtime_ns: int, ctime_ns: int) -> bool:
    """Whether a file may have been moved long after it was written, as one is that lay in `done/` or `error/` before.

    What is written, and renamed when it is complete, is of one moment; so hardly any file has to be looked for.
    """
    return ctime_ns - (born_ns or mtime_ns) > _AT_ONCE_NS


def same_file_yet(decided: Traces, found: Traces) -> bool:
    """Whether the file that was decided a moment ago is this one, found where it is to be moved from.

    It was there all the time, so that its times and its name may have been changed even where no birth is told. What
    looks the same and holds the same is the same.
    """
    if not _holds_the_same(decided, found):
        return False
    return found.identity == decided.identity or (_born_together(decided, found) and _not_written(decided, found))


def _holds_the_same(decided: Traces, found: Traces) -> bool:
    before, now = decided.identity, found.identity
    return (before.inode, before.size, decided.digest) == (now.inode, now.size, found.digest)


def _born_together(decided: Traces, found: Traces) -> bool:
    """Whether nothing tells that they were born apart."""
    return not (decided.born_ns and found.born_ns) or decided.born_ns == found.born_ns


def _not_written(decided: Traces, found: Traces) -> bool:
    """Whether no write since made its mtime what it is: what was written again is new work, be it with the same.

    A write sets it to the moment, as it does ctime. So one that went back was set, as whoever copies a file with its
    times does it after the last write; and so was one later than its ctime, by a copy from a host whose clock is fast.
    """
    mtime_ns = found.identity.mtime_ns
    return mtime_ns <= decided.identity.mtime_ns or mtime_ns > found.ctime_ns
