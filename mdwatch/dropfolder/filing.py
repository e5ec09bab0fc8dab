"""Putting files away: moves that never overwrite and follow no link, and the reason file beside an error file.

No error of a move is believed before a second look: a share may do what it is asked and lose its answer, and an entry
may be missing because the folder is. What is unlinked is proven to be our own first, by its inode.

It is long because each way of moving falls back to the next, and all share what is proven how.
"""

import ctypes
import errno
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mdwatch.dropfolder.folder import DropFolder, identity_at
from mdwatch.model import Identity
from mdwatch.rules import naming

_NOREPLACE: Final = 1  # RENAME_NOREPLACE
_SYNC_WRITE: Final = 2  # SYNC_FILE_RANGE_WRITE
_UNSUPPORTED: Final = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}
_NO_LINKS: Final = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
# What a place says that was removed, here or by another client of its share.
_PLACE_GONE: Final = {errno.ENOENT, errno.ESTALE, errno.ENOTDIR}
# Refusals: the answer did arrive, and nothing was done. After any other error it may have been done, or be done yet.
_REFUSED: Final = {
    errno.EPERM, errno.EACCES, errno.EBUSY, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EXDEV, errno.EEXIST
}  # fmt: skip
_MOST_PLACES: Final = 3  # made anew for one file, before it is a fault
_TOGETHER: Final = 64  # reason files open at a time
_PROBE: Final = ".mdwatch-probe"

_libc = ctypes.CDLL(None, use_errno=True)
_renameat2 = getattr(_libc, "renameat2", None)
_sync_file_range = getattr(_libc, "sync_file_range", None)


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a file was seen to be: the name it got there; None where this file is neither here nor there.

    None is no proof that it went anywhere: it may come back.
    """

    name: str | None


class _NotSo(Exception):
    """The file system knows no such move."""


def put_away(folder: DropFolder, name: str, identity: Identity, *, to_error: bool, when: datetime) -> Filed:
    """Moves the file of this identity into `error/` or `done/` under the first free name.

    A file that was replaced or went on being written in the meantime is new work: it stays, or goes back. Safe to
    repeat after a crash or a fault at any point. Raises `OSError`: the file is then where it was, or was moved and will
    be found there by the next try.
    """
    for _ in range(_MOST_PLACES):
        try:
            filed = _put_away(folder, name, identity, to_error=to_error, when=when)
        except OSError as error:
            if error.errno not in _PLACE_GONE or not folder.keep_places():
                raise
            continue
        # That it is not there is believed of the drop folder only when it is said twice.
        if filed.name is not None or identity_at(folder.descriptor, name) != identity:
            return filed
    where = folder.path / ("error" if to_error else "done")
    raise FileNotFoundError(errno.ENOENT, "it is removed again and again", str(where))


def _put_away(folder: DropFolder, name: str, identity: Identity, *, to_error: bool, when: datetime) -> Filed:
    place = folder.error if to_error else folder.done
    if identity_at(folder.descriptor, name) != identity:
        return _find(folder, name, identity, to_error=to_error, when=when)
    for candidate in naming.candidates(name, when, with_reason=to_error):
        if to_error and identity_at(place, candidate + naming.REASON_SUFFIX) is not None:
            continue
        try:
            move(folder.descriptor, name, place, candidate, identity.inode)
        except FileExistsError:
            continue
        except FileNotFoundError:
            if identity_at(folder.descriptor, name) == identity:
                raise
            return _find(folder, name, identity, to_error=to_error, when=when)
        # The name may have been given to another file in this very moment; only now nobody can do so any more.
        found = identity_at(place, candidate)
        if found == identity:
            return Filed(candidate)
        if found is None:
            return _find(folder, name, identity, to_error=to_error, when=when)
        _give_back(folder, place, candidate, found.inode, name, when)
        return Filed(None)
    raise AssertionError("candidates never end")


def move(source: int, name: str, target: int, new_name: str, inode: int | None = None) -> None:
    """Moves an entry between open directories in one act where the file system can, and never onto another.

    `inode` is that of the entry, looked up where it is not given. Raises `FileExistsError` where the new name is taken,
    `FileNotFoundError` where there is no such entry or directory, `OSError` on faults; after each of them a second look
    has shown that the entry did not arrive, or could not show it.
    """
    if inode is None:
        inode = _inode_at(source, name)
        if inode is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    for act in (_rename, _link, _claim):
        try:
            act(source, name, target, new_name, inode)
        except _NotSo:
            continue
        except OSError:
            if not _arrived(source, name, target, new_name, inode):
                raise
        return
    raise OSError(errno.EOPNOTSUPP, "the file system can neither rename, link nor create", name)


def _arrived(source: int, name: str, target: int, new_name: str, inode: int) -> bool:
    """Whether the entry is at its target after all; where it is in both places, as a link is, the move is finished."""
    try:
        if _inode_at(target, new_name) != inode:
            return False
    except OSError:
        return False
    _unlink_linked(source, name, target, new_name)
    return True


def _rename(source: int, name: str, target: int, new_name: str, _inode: int) -> None:
    """renameat2(2) with RENAME_NOREPLACE; NFS does not have it (EINVAL)."""
    if _renameat2 is None:
        raise _NotSo
    if _renameat2(source, os.fsencode(name), target, os.fsencode(new_name), _NOREPLACE) == 0:
        return
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        if _inode_at(source, name) is not None:
            raise _NotSo
        number = errno.ENOENT
    raise OSError(number, os.strerror(number), name, None, new_name)


def _link(source: int, name: str, target: int, new_name: str, inode: int) -> None:
    """A hard link and an unlink: never overwrites, on NFS either, and can be taken up again between the two."""
    try:
        os.link(name, new_name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    except OSError as error:
        # A link of ours from before a crash, or one whose reply NFS lost, is the move half done.
        if _inode_at(target, new_name) != inode:
            if error.errno in _NO_LINKS:
                raise _NotSo from error
            raise
    _unlink_linked(source, name, target, new_name)


def _unlink_linked(source: int, name: str, target: int, new_name: str) -> None:
    """Ends a move of which the link is made. Where the old name may never be removed, the new one is, and it raises."""
    there = _inode_at(target, new_name)
    if there is None or _inode_at(source, name) != there:
        # Gone already, or the name is another file's by now.
        return
    try:
        os.unlink(name, dir_fd=source)
    except OSError as error:
        if _inode_at(source, name) != there:
            return
        if error.errno in _REFUSED:
            # The file is still there under its old name, so this takes away no more than our link.
            with suppress(OSError):
                os.unlink(new_name, dir_fd=target)
        raise


def _claim(source: int, name: str, target: int, new_name: str, _inode: int) -> None:
    """Without hard links: the name is claimed by an empty file that nobody may open, which the move then replaces."""
    try:
        descriptor = os.open(new_name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0, dir_fd=target)
        mine = os.fstat(descriptor).st_ino
        os.close(descriptor)
    except FileExistsError:
        # One of ours from before a crash, or whose reply was lost, is as good as a new one.
        if not _is_claim(target, new_name):
            raise
        mine = _inode_at(target, new_name) or 0
    try:
        os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
    except OSError as error:
        # Unless it was refused, the rename may have been made, or be made by the server yet, whatever a share remembers
        # of the name: the claim then stays, for the next try, as nothing is proof enough to remove what has the name.
        if error.errno in _REFUSED and _is_claim(target, new_name, mine):
            with suppress(OSError):
                os.unlink(new_name, dir_fd=target)
        raise


def _is_claim(target: int, name: str, inode: int | None = None) -> bool:
    """Whether the entry is an empty file as only we make them, and the very one where its inode is told."""
    try:
        there = os.stat(name, dir_fd=target, follow_symlinks=False)
    except OSError:
        return False
    ours = stat.S_ISREG(there.st_mode) and there.st_size == 0 and stat.S_IMODE(there.st_mode) == 0
    return ours and there.st_uid == os.geteuid() and inode in (None, there.st_ino)


def _inode_at(directory: int, name: str) -> int | None:
    """The inode of an entry, or None where there is none; raises `OSError` where that cannot be told."""
    try:
        return os.stat(name, dir_fd=directory, follow_symlinks=False).st_ino
    except FileNotFoundError:
        return None


def _give_back(folder: DropFolder, place: int, moved: str, inode: int, name: str, when: datetime) -> None:
    """Returns a file that turned out to be another one, or to have grown, to the drop folder: it is new work."""
    for candidate in naming.candidates(name, when, with_reason=False):
        with suppress(FileExistsError):
            move(place, moved, folder.descriptor, candidate, inode)
            return


def _find(folder: DropFolder, name: str, identity: Identity, *, to_error: bool, when: datetime) -> Filed:
    """Where an earlier move, cut short by a crash or a lost answer, put this file."""
    # Nothing is found in a folder that was removed, or moved aside: those of the names are to be asked.
    folder.keep_places()
    place = folder.error if to_error else folder.done
    for candidate in naming.candidates(name, when, with_reason=to_error):
        found = identity_at(place, candidate)
        if found == identity:
            return Filed(candidate)
        if found is None and candidate != name:
            break
    return Filed(_find_inode(place, identity))


def _find_inode(place: int, identity: Identity) -> str | None:
    """The file under whatever name: one that was free at the time may be taken by now, and the other way round."""
    with os.scandir(place) as entries:
        names = [entry.name for entry in entries if entry.inode() == identity.inode]
    return next((name for name in names if identity_at(place, name) == identity), None)


def fault(folder: DropFolder, *, to_error: bool) -> OSError | None:
    """What keeps any file from being moved into this place, tried with one of our own; None where nothing does."""
    place = folder.error if to_error else folder.done
    try:
        _unlink_probe(folder.descriptor)
        _unlink_probe(place)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
        os.close(os.open(_PROBE, flags, 0o600, dir_fd=folder.descriptor))
        move(folder.descriptor, _PROBE, place, _PROBE)
        _unlink_probe(place)
    except OSError as error:
        with suppress(OSError):
            _unlink_probe(folder.descriptor)
        return error
    return None


def _unlink_probe(directory: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(_PROBE, dir_fd=directory)


def write_reasons(folder: DropFolder, reasons: Iterable[tuple[str, str]]) -> None:
    """Writes `NAME.reason.txt` beside each error file, durably; completes one that a crash cut short.

    Raises `OSError`; doing it all again is right.
    """
    left = list(reasons)
    while left:
        some, left = left[:_TOGETHER], left[_TOGETHER:]
        descriptors: list[int] = []
        try:
            for name, text in some:
                descriptors.append(_open_reason(folder, name))
                _write_reason(descriptors[-1], text)
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


def _open_reason(folder: DropFolder, name: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(name + naming.REASON_SUFFIX, flags, 0o644, dir_fd=folder.error)


def _write_reason(descriptor: int, text: str) -> None:
    wanted = text.encode("utf-8", "backslashreplace")
    there = os.read(descriptor, len(wanted) + 1)
    # Power that fails leaves less than was written, or zeros in its place.
    if there == wanted or len(there) > len(wanted) or not wanted.startswith(there.rstrip(b"\0")):
        return
    os.lseek(descriptor, 0, os.SEEK_SET)
    while wanted:
        wanted = wanted[os.write(descriptor, wanted) :]


def take_back(folder: DropFolder, name: str, when: datetime, before: Callable[[], object] = lambda: None) -> str:
    """Moves an error file back into the drop folder and removes its reason; the name it got there.

    `before` is called when the file is seen to be there, right before the move. Raises `FileNotFoundError` where there
    is no such error file, `OSError` on faults.
    """
    inode = _inode_at(folder.error, name)
    if inode is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    before()
    for candidate in naming.candidates(name, when, with_reason=False):
        with suppress(FileExistsError):
            move(folder.error, name, folder.descriptor, candidate, inode)
            # One that stays behind is in nobody's way.
            with suppress(OSError):
                os.unlink(name + naming.REASON_SUFFIX, dir_fd=folder.error)
            return candidate
    raise AssertionError("candidates never end")


def sync(folder: DropFolder) -> None:
    """Makes the moves durable, so that the journal may call them done; raises `OSError`."""
    for descriptor in (folder.done, folder.error, folder.descriptor):
        os.fsync(descriptor)
