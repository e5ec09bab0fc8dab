"""Putting files away: moves that never overwrite and follow no link, and the reason file beside an error file."""

import ctypes
import errno
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mdwatch.dropfolder.folder import DropFolder, identity_at
from mdwatch.model import Identity
from mdwatch.rules import naming

_NOREPLACE: Final = 1  # RENAME_NOREPLACE
_UNSUPPORTED: Final = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}
_NO_LINKS: Final = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}

_libc = ctypes.CDLL(None, use_errno=True)
_renameat2 = getattr(_libc, "renameat2", None)


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a file went: the name it got there; None where the file of this identity was not there any more."""

    name: str | None


def put_away(folder: DropFolder, name: str, identity: Identity, *, to_error: bool, when: datetime) -> Filed:
    """Moves the file of this identity into `error/` or `done/` under the first free name.

    A file that was replaced or went on being written in the meantime is new work: it stays, or goes back. Safe to
    repeat after a crash at any point. Raises `OSError`.
    """
    place = folder.error if to_error else folder.done
    if identity_at(folder.descriptor, name) != identity:
        return Filed(_find(place, name, identity, when, with_reason=to_error))
    for candidate in naming.candidates(name, when, with_reason=to_error):
        if to_error and identity_at(place, candidate + naming.REASON_SUFFIX) is not None:
            continue
        try:
            move(folder.descriptor, name, place, candidate)
        except FileExistsError:
            continue
        except FileNotFoundError:
            return Filed(None)
        # The name may have been given to another file in this very moment; only now nobody can do so any more.
        if identity_at(place, candidate) == identity:
            return Filed(candidate)
        _give_back(folder, place, candidate, name, when)
        return Filed(None)
    raise AssertionError("candidates never end")


def move(source: int, name: str, target: int, new_name: str) -> None:
    """Moves an entry between open directories in one act where the file system can, and never onto another.

    Raises `FileExistsError` where the new name is taken, `OSError` on faults.
    """
    try:
        _rename(source, name, target, new_name)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        _link(source, name, target, new_name)


def _rename(source: int, name: str, target: int, new_name: str) -> None:
    """renameat2(2) with RENAME_NOREPLACE; NFS does not have it (EINVAL)."""
    if _renameat2 is None:
        raise OSError(errno.ENOSYS, "renameat2 is missing")
    if _renameat2(source, os.fsencode(name), target, os.fsencode(new_name), _NOREPLACE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name, None, new_name)


def _link(source: int, name: str, target: int, new_name: str) -> None:
    """A hard link and an unlink: never overwrites, on NFS either, and can be taken up again between the two."""
    try:
        os.link(name, new_name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    except FileExistsError:
        # A link of ours from before a crash, or one whose reply NFS lost, is the move half done.
        if not _same_file(source, name, target, new_name):
            raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _claim(source, name, target, new_name)
        return
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=source)


def _claim(source: int, name: str, target: int, new_name: str) -> None:
    """Without hard links: the name is claimed by an empty file that nobody may open, which the move then replaces."""
    try:
        os.close(os.open(new_name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0, dir_fd=target))
    except FileExistsError:
        # One of ours from before a crash is as good as a new one.
        if not _is_claim(target, new_name):
            raise
    try:
        os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
    except OSError:
        with suppress(OSError):
            os.unlink(new_name, dir_fd=target)
        raise


def _is_claim(target: int, name: str) -> bool:
    there = os.stat(name, dir_fd=target, follow_symlinks=False)
    return there.st_size == 0 and stat.S_IMODE(there.st_mode) == 0 and there.st_uid == os.geteuid()


def _same_file(source: int, name: str, target: int, new_name: str) -> bool:
    one = os.stat(name, dir_fd=source, follow_symlinks=False)
    other = os.stat(new_name, dir_fd=target, follow_symlinks=False)
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def _give_back(folder: DropFolder, place: int, moved: str, name: str, when: datetime) -> None:
    """Returns a file that turned out to be another one, or to have grown, to the drop folder: it is new work."""
    for candidate in naming.candidates(name, when, with_reason=False):
        with suppress(FileExistsError):
            move(place, moved, folder.descriptor, candidate)
            return


def _find(place: int, name: str, identity: Identity, when: datetime, *, with_reason: bool) -> str | None:
    """The name under which an earlier move, cut short by a crash, put this file away."""
    for candidate in naming.candidates(name, when, with_reason=with_reason):
        found = identity_at(place, candidate)
        if found == identity:
            return candidate
        if found is None and candidate != name:
            return None
    return None


def write_reason(folder: DropFolder, name: str, text: str) -> None:
    """Writes `NAME.reason.txt` beside an error file; completes one that a crash cut short. Raises `OSError`.

    It is not forced to the disk: that would cost more than all else, and the journal, which is, has the reason too.
    """
    wanted = text.encode("utf-8", "backslashreplace")
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name + naming.REASON_SUFFIX, flags, 0o644, dir_fd=folder.error)
    try:
        there = os.read(descriptor, len(wanted) + 1)
        if there == wanted or not wanted.startswith(there):
            return
        os.lseek(descriptor, 0, os.SEEK_SET)
        while wanted:
            wanted = wanted[os.write(descriptor, wanted) :]
    finally:
        os.close(descriptor)


def take_back(folder: DropFolder, name: str, when: datetime) -> str:
    """Moves an error file back into the drop folder and removes its reason; the name it got there.

    Raises `FileNotFoundError` where there is no such error file, `OSError` on faults.
    """
    for candidate in naming.candidates(name, when, with_reason=False):
        with suppress(FileExistsError):
            move(folder.error, name, folder.descriptor, candidate)
            with suppress(FileNotFoundError):
                os.unlink(name + naming.REASON_SUFFIX, dir_fd=folder.error)
            return candidate
    raise AssertionError("candidates never end")


def sync(folder: DropFolder) -> None:
    """Makes the moves durable, so that the journal may call them done; raises `OSError`."""
    for descriptor in (folder.done, folder.error, folder.descriptor):
        os.fsync(descriptor)
