"""Whose fault it is when an entry of a folder cannot be had: its own, or the folder's (design section 1, promise 5).

What is full, read-only or used up is so for every file. Any other error may be that of one entry (a file held open over
SMB, an immutable one, one of another user in a sticky folder, a dead entry) or of all; what tells is whether the folder
does for another entry, at the same moment, what it did not do for this one.
"""

import errno
from enum import Enum
from typing import Final


class Scope(Enum):
    """How far a fault reaches: the entry stops alone, or its folder and so the job."""

    ENTRY = "entry"
    FOLDER = "folder"


# Of the disk, the file system, or this process; whichever entry is asked for, it is the same.
OF_ALL: Final = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENODEV, errno.ENOTCONN,
    errno.ESHUTDOWN, errno.EHOSTDOWN, errno.EXDEV,
})  # fmt: skip


def scope(number: int | None, *, folder_well: bool) -> Scope:
    """Whose fault an error is; `folder_well` tells that the folder did the same for another entry."""
    if number is None or number in OF_ALL or not folder_well:
        return Scope.FOLDER
    return Scope.ENTRY
