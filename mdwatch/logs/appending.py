"""What logs share: text as bytes, bytes written whole, a moment in local time, the content of rotated logs."""

import os
import time
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from mdwatch.formats import job_log

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
    with path.open("rb") as file:
        file.seek(offset)
        return file.read()
