"""statx(2): the one call that tells a file's birth time. CPython has it from 3.15 on; until then, by ctypes."""

import ctypes
import errno
import os
import stat
import struct
import threading
from collections.abc import Callable
from typing import Final, NamedTuple

from mdwatch.model import Identity

_NOFOLLOW: Final = 0x100  # AT_SYMLINK_NOFOLLOW
_ITSELF: Final = 0x1000  # AT_EMPTY_PATH
_BIRTH: Final = 0x800  # STATX_BTIME
_WANTED: Final = 0x7FF | _BIRTH  # STATX_BASIC_STATS and the birth time
# stx_mask, stx_mode, stx_ino, stx_size, then stx_btime, stx_ctime and stx_mtime as seconds and nanoseconds.
_LAYOUT: Final = struct.Struct("=I24xH2xQQ32xqI4xqI4xqI")
_NANO: Final = 1_000_000_000
_LAST: Final = 2**63 - 1
_FIRST: Final = -_LAST

_libc = ctypes.CDLL(None, use_errno=True)
_statx = getattr(_libc, "statx", None)
_local = threading.local()


class Stat(NamedTuple):
    """What is asked of a file; times in nanoseconds, `born_ns` 0 where the file system does not tell."""

    mode: int
    identity: Identity
    ctime_ns: int
    born_ns: int


def stat_at(directory: int, name: str) -> Stat:
    """The entry of an open directory, no link followed; raises `OSError`."""
    if _statx is None:
        return from_stat(os.stat(name, dir_fd=directory, follow_symlinks=False))
    return _asked(_statx, directory, name, _NOFOLLOW)


def stat_of(descriptor: int) -> Stat:
    """The file that is open; raises `OSError`."""
    return from_stat(os.fstat(descriptor)) if _statx is None else _asked(_statx, descriptor, "", _ITSELF)


def _asked(call: Callable[..., int], descriptor: int, name: str, flags: int) -> Stat:
    buffer = getattr(_local, "buffer", None)
    if buffer is None:
        buffer = _local.buffer = ctypes.create_string_buffer(256)
    while call(descriptor, os.fsencode(name), flags, _WANTED, buffer) != 0:
        number = ctypes.get_errno()
        if number != errno.EINTR:
            raise OSError(number, os.strerror(number), name)
    mask, mode, inode, size, b, b_ns, c, c_ns, m, m_ns = _LAYOUT.unpack_from(buffer)
    born_ns = b * _NANO + b_ns if mask & _BIRTH else 0
    identity = Identity(inode, size, _kept(m * _NANO + m_ns))
    return Stat(mode, identity, _kept(c * _NANO + c_ns), _kept(max(born_ns, 0)))


def from_stat(result: os.stat_result) -> Stat:
    """What os.stat knows of a file: all but the birth time."""
    return Stat(result.st_mode, identity_of(result), _kept(result.st_ctime_ns), born_ns=0)


def identity_of(result: os.stat_result) -> Identity:
    """The identity of a file that os.stat was asked about."""
    return Identity(result.st_ino, result.st_size, _kept(result.st_mtime_ns))


def _kept(moment: int) -> int:
    """A moment as it is kept, in 64 bits: one before 1677 or after 2262 counts as the first or the last of these."""
    return moment if _FIRST < moment < _LAST else min(max(moment, _FIRST), _LAST)


def is_regular(mode: int) -> bool:
    """Whether this is the mode of a regular file."""
    return stat.S_ISREG(mode)
