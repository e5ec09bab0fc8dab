"""What logs share: text as bytes, bytes written whole, a moment in local time, the content of rotated logs."""

import errno
import os
import stat
import time
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from mdwatch.formats import job_log

_NO_FILE: Final = {errno.ENXIO, errno.EISDIR}  # what is said of a pipe without a reader, of a socket and of a folder
_PACKED: Final = frozenset({".gz", ".bz2", ".xz"})


def local(at: int) -> datetime:
    """A moment in milliseconds since 1970 UTC, in the local zone."""
    return datetime.fromtimestamp(at // 1000).astimezone()


def stamp(at: int) -> str:
    """The same moment as it begins a line."""
    return _stamp(at // 1000, time.tzname)


@lru_cache(maxsize=16)
def _stamp(second: int, _zone: tuple[str, str]) -> str:
    """Many lines share one second."""
    return job_log.stamp(local(second * 1000))


def encoded(text: str) -> bytes:
    """The text as logs have it; stray surrogates as escapes."""
    return text.encode("utf-8", "backslashreplace")


def write_all(descriptor: int, data: bytes) -> None:
    """Writes all of it, however little the disk takes at a time; raises `OSError`."""
    while data:
        data = data[os.write(descriptor, data) :]


def opened(path: Path, flags: int) -> int:
    """The descriptor of a log; raises `OSError`, also where what has its name is no file.

    A pipe that nobody reads would hold up whoever opens it for ever, and a device has no end to be read to.
    """
    other = OSError(f"{path} is not a file; remove it, and a log is made in its place")
    try:
        descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise other if error.errno in _NO_FILE else error from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise other
    return descriptor


def sync_folder(path: Path) -> None:
    """Makes a name in a folder durable; raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_compressed(path: Path) -> bool:
    """Whether a rotated log was compressed in a way that can be read here (`archives`)."""
    return path.suffix in _PACKED


def content(path: Path, offset: int) -> bytes:
    """What a log, compressed or not, holds after so many bytes; raises `OSError`, also for a broken archive."""
    if is_compressed(path):
        # Three libraries that nothing else here needs.
        from mdwatch.logs.archives import unpacked  # noqa: PLC0415

        return unpacked(path)[offset:]
    with os.fdopen(opened(path, os.O_RDONLY), "rb") as file:
        file.seek(offset)
        return file.read()
