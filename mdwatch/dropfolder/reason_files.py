"""The reason file beside an error file: `NAME.reason.txt`, for whoever dropped the file."""

import ctypes
import errno
import os
from collections.abc import Iterable, Sequence
from typing import Final

from mdwatch.dropfolder import statx, told
from mdwatch.dropfolder.folder import ERROR, DropFolder
from mdwatch.rules import naming

_SYNC_WRITE: Final = 2  # SYNC_FILE_RANGE_WRITE
_NO_FILE: Final = {errno.EISDIR, errno.ENXIO, errno.ELOOP}  # of a folder, a socket and a link that are opened
_TOGETHER: Final = 64  # reason files open at a time

_libc = ctypes.CDLL(None, use_errno=True)
_sync_file_range = getattr(_libc, "sync_file_range", None)


def write(folder: DropFolder, reasons: Iterable[tuple[str, str]]) -> None:
    """Writes the reason of each error file, by its name, durably; completes one that a crash cut short.

    Raises `OSError`; doing it all again is right.
    """
    left = list(reasons)
    with told.where(folder.path / ERROR):
        while left:
            some, left = left[:_TOGETHER], left[_TOGETHER:]
            _write_some(folder, some)


def _write_some(folder: DropFolder, some: Sequence[tuple[str, str]]) -> None:
    descriptors: list[int] = []
    try:
        for name, text in some:
            if (descriptor := _open(folder, name)) is not None:
                descriptors.append(descriptor)
                _write(descriptor, text)
        # All are on their way to the disk before the first is waited for, which takes the others along.
        for descriptor in descriptors:
            _begin_sync(descriptor)
        for descriptor in descriptors:
            os.fsync(descriptor)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _begin_sync(descriptor: int) -> None:
    """sync_file_range(2): begins to write a file to the disk and does not wait; where that fails, fsync does it all."""
    if _sync_file_range is not None:
        _sync_file_range(descriptor, ctypes.c_int64(0), ctypes.c_int64(0), _SYNC_WRITE)


def _open(folder: DropFolder, name: str) -> int | None:
    """The reason file of an error file; None where a folder, pipe or link has its name: it stays, and stops nobody."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(name + naming.REASON_SUFFIX, flags, 0o644, dir_fd=folder.error)
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise
        return None
    if statx.is_regular(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def _write(descriptor: int, text: str) -> None:
    wanted = text.encode("utf-8", "backslashreplace")
    there = os.read(descriptor, len(wanted) + 1)
    # Power that fails leaves less than was written, or zeros in its place.
    if there == wanted or len(there) > len(wanted) or not wanted.startswith(there.rstrip(b"\0")):
        return
    os.lseek(descriptor, 0, os.SEEK_SET)
    while wanted:
        wanted = wanted[os.write(descriptor, wanted) :]
