"""Faults of the world in words that say what to do, for the job log, status and the service log."""

import errno
from typing import Final

from mdwatch.errors import Deferred, in_words

_HINTS: Final = {
    errno.ENOENT: "see whether the folder is there, and mounted",
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
    return _with_hint(in_words(error), error)


def without_place(error: OSError) -> str:
    """The same where the place has been told."""
    return _with_hint(error.strerror or str(error), error)


def reason(error: OSError | Deferred) -> str:
    """The same for either kind of fault."""
    return remedy(error) if isinstance(error, OSError) else str(error)


def _with_hint(told: str, error: OSError) -> str:
    hint = _HINTS.get(error.errno or 0)
    return f"{told}; {hint}" if hint else told
