"""Being seen by processes in other containers: a lock of the kernel's beside the database, ours as long as we live.

Numbers of processes mean nothing from one container to another, but who shares a SQLite database shares a disk and a
kernel. Each process locks one byte of a file beside the database, the place of which comes from the name it holds
leases under; whoever wants to know asks whether that byte is locked. Nobody has to clean up: the lock ends with the
process.
"""

import fcntl
import hashlib
import os
import stat
import struct
import threading
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.engine import make_url

log = structlog.get_logger()

SUFFIX: Final = "-holders"
# struct flock of Linux: type, whence, start, length, process.
_FLOCK: Final = struct.Struct("@hhqqi0q")

_shown: dict[tuple[Path, str], int] = {}
_lock = threading.Lock()


def path_beside(url: str) -> Path | None:
    """The file of locks for a database; None for one that is a server of its own."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    # Some may reach the database by a link, others by its own name; they have to see each other.
    return Path(f"{os.path.realpath(parsed.database)}{SUFFIX}")


def show(path: Path, holder: str) -> bool:
    """Locks the byte of this holder until the process ends; whether the disk lets us. Else others go by the time."""
    with _lock:
        if (path, holder) in _shown:
            return True
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as error:
            log.warning("presence_not_shown", path=str(path), reason=str(error))
            return False
        try:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _request(holder))
        except OSError as error:
            os.close(descriptor)
            log.warning("presence_not_shown", path=str(path), reason=str(error))
            return False
        _shown[path, holder] = descriptor
        return True


def seen(path: Path, holder: str) -> bool | None:
    """Whether a process shows itself as this holder; None where that cannot be told."""
    try:
        # Asking takes no right to write: those who may only look ask too.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _request(holder))
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return bool(_FLOCK.unpack(answer)[0] != fcntl.F_UNLCK)


def _request(holder: str) -> bytes:
    place = int.from_bytes(hashlib.blake2b(holder.encode("utf-8", "surrogateescape"), digest_size=7).digest(), "big")
    return _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0)
