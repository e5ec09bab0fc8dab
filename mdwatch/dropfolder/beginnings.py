"""The beginning of a file, for who wants to see what it is: no more than that, and through no link."""

import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Beginning(NamedTuple):
    """The first bytes of a file, and its size."""

    data: bytes
    size: int


def read(path: Path, limit: int) -> Beginning | None:
    """The first bytes of a regular file, at most so many; None where there is none. Raises `OSError`."""
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        return None
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            return None
        return Beginning(os.read(descriptor, limit), state.st_size)
    finally:
        os.close(descriptor)
