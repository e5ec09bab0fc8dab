"""A file of our own is put into a drop folder, as institutions are asked to: under a temporary name, then renamed."""

import errno
import os
from contextlib import suppress
from typing import Final

from mdwatch.dropfolder import moving
from mdwatch.dropfolder.folder import DropFolder

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def drop(folder: DropFolder, name: str, data: bytes) -> None:
    """Puts a whole file into the folder; no run ever sees a part of it, and it is on the disk before it has its name.

    Raises `FileExistsError` where the name is taken, `OSError` on faults; then nothing is left behind.
    """
    temporary = f".{name}.part"
    with suppress(FileNotFoundError):
        # Of a call that was killed.
        os.unlink(temporary, dir_fd=folder.descriptor)
    descriptor = os.open(temporary, _FLAGS, 0o666, dir_fd=folder.descriptor)
    inode = os.fstat(descriptor).st_ino
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if moving.inode_at(folder.descriptor, temporary) != inode:
            # We were stopped, and another writes the same by now: nor is a part of that to be seen.
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), temporary)
        moving.move(folder.descriptor, temporary, folder.descriptor, name, inode)
    except BaseException:
        with suppress(OSError):
            if moving.inode_at(folder.descriptor, temporary) == inode:
                os.unlink(temporary, dir_fd=folder.descriptor)
        raise
    os.fsync(folder.descriptor)


def was_dropped(folder: DropFolder, name: str, data: bytes, since_ns: int) -> bool:
    """Whether just this file lies in the folder, or, written since that moment, where a job put it away.

    Raises `OSError` on faults.
    """
    for place in ("", "done/", "error/"):
        with suppress(FileNotFoundError):
            descriptor = os.open(f"{place}{name}", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder.descriptor)
            with os.fdopen(descriptor, "rb") as file:
                fits = not place or os.fstat(descriptor).st_mtime_ns >= since_ns
                if fits and file.read(len(data) + 1) == data:
                    return True
    return False
