"""Faults of the world in words that say what to do, for the job log, status and the service log."""

import errno
from typing import Final

from mdwatch.errors import Deferred, in_words

_HINTS: Final = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room within the quota",
    errno.EROFS: "mount it writable, or name it under ReadWritePaths= where systemd runs mdwatch",
    errno.EACCES: "give mdwatch's user read, write and execute rights on it",
    errno.EPERM: "give mdwatch's user read, write and execute rights on it",
    errno.ESTALE: "see whether the share is mounted",
    errno.EIO: "see whether disk or share are well",
}


def remedy(error: OSError) -> str:
    """The fault, and what to do about it."""
    hint = _HINTS.get(error.errno or 0)
    told = in_words(error)
    return f"{told}; {hint}" if hint else told


def reason(error: OSError | Deferred) -> str:
    """The same for either kind of fault."""
    return remedy(error) if isinstance(error, OSError) else str(error)
