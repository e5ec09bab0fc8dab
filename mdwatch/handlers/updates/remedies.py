"""Faults of the world in words that say what to do, for the job log, status and the service log."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mdwatch.dropfolder.folder import DONE, ERROR
from mdwatch.errors import in_words

_HINTS: Final = {
    errno.ENOENT: "see whether the folder is there, and mounted",
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room within the quota",
    errno.EROFS: "mount it writable, or name it under ReadWritePaths= where systemd runs mdwatch",
    errno.EACCES: "give mdwatch's user read, write and execute rights on it",
    errno.EPERM: "give mdwatch's user read, write and execute rights on it",
    errno.ESTALE: "see whether the share is mounted",
    errno.ENOTCONN: "see whether the share is mounted",
    errno.EIO: "see whether disk or share are well",
    errno.EMFILE: "raise the limit of open files (LimitNOFILE= of the unit, ulimit -n)",
    errno.ENFILE: "raise the limit of open files of this machine (fs.file-max, sysctl)",
    errno.ENOTDIR: "remove what is in the place of a folder",
    errno.ELOOP: "remove the link that is in the place of a folder",
}
_OF_DISKS: Final = {number: _HINTS[number] for number in (errno.EIO, errno.ESTALE, errno.ENOTCONN)}
_OF_READING: Final = {**_OF_DISKS, errno.EACCES: "let the folder's group read it (chmod g+r)"}
# Where others in the same folder can be moved.
_OF_MOVING: Final = {
    **_OF_DISKS,
    errno.EPERM: "take the folder's sticky bit away (chmod -t), or the file's immutable mark (chattr -i)",
}
# Whatever it is that the system refuses.
_OF_MEANS: Final = {number: _HINTS[number] for number in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)}


def of_means(error: OSError) -> str:
    """Why something failed that is not known to be about a drop folder, and what to do where means are used up."""
    return _with_hint(in_words(error), error, _OF_MEANS)


def of_reading(error: OSError) -> str:
    """Why one file cannot be read, and what to do."""
    return _with_hint(error.strerror or str(error), error, _OF_READING)


def of_moving(error: OSError) -> str:
    """Why one file cannot be moved, and what to do."""
    return _with_hint(error.strerror or str(error), error, _OF_MOVING)


def remedy(error: OSError, folder: Path | None = None) -> str:
    """The fault, and what to do about it; `folder` is the drop folder that was open when it came, if one was."""
    return _with_hint(_with_place(error, folder), error)


def without_place(error: OSError) -> str:
    """The same where the place has been told."""
    return _with_hint(error.strerror or str(error), error)


def reason(error: Exception, folder: Path | None = None) -> str:
    """The same for any fault; what is none of the disk has words of its own."""
    return remedy(error, folder) if isinstance(error, OSError) else str(error)


def _with_place(error: OSError, folder: Path | None) -> str:
    """The fault, and where: what is done through an open folder fails with a name that tells nothing of the folder."""
    name = error.filename
    if folder is None or error.strerror is None or not isinstance(name, str | bytes):
        return in_words(error)
    name = os.fsdecode(name)
    if name in {".", DONE, ERROR} or name.startswith("/"):
        return in_words(OSError(error.errno, error.strerror, str(folder / name)))
    # It may be in one of the two places.
    return f"{in_words(error)}, in {folder} or below"


def _with_hint(told: str, error: OSError, hints: Mapping[int, str] = _HINTS) -> str:
    hint = hints.get(error.errno or 0)
    return f"{told}; {hint}" if hint else told
