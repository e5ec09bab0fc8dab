"""Moves between open directories that never overwrite and follow no link, in the ways that file systems know.

No error of a move is believed before a second look: a share may do what it is asked and lose its answer. What is
unlinked is proven to be our own first, by its inode.
"""

import ctypes
import errno
import os
import stat
from contextlib import suppress
from typing import Final

_NOREPLACE: Final = 1  # RENAME_NOREPLACE
_UNSUPPORTED: Final = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}
_NO_LINKS: Final = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_LOOK_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# Refusals: the answer did arrive, and nothing was done. After any other error it may have been done, or be done yet.
REFUSED: Final = {
    errno.EPERM, errno.EACCES, errno.EBUSY, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EXDEV, errno.EEXIST
}  # fmt: skip

_libc = ctypes.CDLL(None, use_errno=True)
_renameat2 = getattr(_libc, "renameat2", None)


class _NotSo(Exception):
    """The file system knows no such move."""


class Replaced(Exception):
    """The old name of the entry had been given to another file by then, which lies aside (`aside`).

    The entry was moved, unless it got another name.
    """


def aside(inode: int) -> str:
    """Where the old name of the file of this inode is put, once it is linked, until it is proven to be that file's."""
    return f".mdwatch-{inode}"


def move(
    source: int, name: str, target: int, new_name: str, inode: int | None = None, *, replaceable: bool = False
) -> None:
    """Moves an entry between open directories in one act where the file system can, and never onto another.

    `inode` is that of the entry, looked up where it is not given. `replaceable`: others may give the name to another
    file at any moment, which must not be lost; raises `Replaced` where that happened. Raises `FileExistsError` where
    the new name is taken, `FileNotFoundError` where there is no such entry or directory, `OSError` on faults; after
    each of these a second look has shown that the entry did not arrive, or could not show it.
    """
    if inode is None:
        inode = inode_at(source, name)
        if inode is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    ours = aside(inode) if replaceable else None
    for act in (_rename, _link, _claim):
        try:
            act(source, name, target, new_name, inode, ours)
        except _NotSo:
            continue
        except OSError:
            if not _arrived(source, name, target, new_name, inode, ours):
                raise
        return
    raise OSError(errno.EOPNOTSUPP, "the file system can neither rename, link nor create", name)


def _arrived(source: int, name: str, target: int, new_name: str, inode: int, ours: str | None) -> bool:
    """Whether the entry is at its target after all; where it is in both places, as a link is, the move is finished."""
    try:
        # A claim of ours may have got the number of the file, if that was removed.
        if inode_at(target, new_name) != inode or is_claim(target, new_name):
            return False
    except OSError:
        return False
    _unlink_linked(source, name, target, new_name, ours)
    return True


def _rename(source: int, name: str, target: int, new_name: str, _inode: int, _ours: str | None) -> None:
    """renameat2(2) with RENAME_NOREPLACE; NFS does not have it (EINVAL)."""
    if _renameat2 is None:
        raise _NotSo
    old = os.fsencode(name)
    new = old if new_name == name else os.fsencode(new_name)
    if _renameat2(source, old, target, new, _NOREPLACE) == 0:
        return
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        if inode_at(source, name) is not None:
            raise _NotSo
        number = errno.ENOENT
    raise OSError(number, os.strerror(number), name, None, new_name)


def _link(source: int, name: str, target: int, new_name: str, inode: int, ours: str | None) -> None:
    """A hard link and an unlink: never overwrites, on NFS either, and can be taken up again between the two."""
    try:
        os.link(name, new_name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    except OSError as error:
        # A link of ours from before a crash, or one whose reply NFS lost, is the move half done.
        if inode_at(target, new_name) != inode:
            if error.errno in _NO_LINKS:
                raise _NotSo from error
            raise
    _unlink_linked(source, name, target, new_name, ours)


def _unlink_linked(source: int, name: str, target: int, new_name: str, ours: str | None) -> None:
    """Ends a move of which the link is made. Where the old name may never be removed, the new one is, and it raises.

    A name that others may replace in this very moment is renamed to `ours` first, which nobody can.
    """
    linked = _state_at(target, new_name)
    if linked is None:
        # The link was made and cannot be seen: whether the move is done is not known.
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), new_name)
    # Else it is gone already, or the name is another file's by now.
    if inode_at(source, name) == linked.st_ino:
        _take_name(source, name, target, new_name, linked.st_ino, ours)
    if ours is not None:
        _unlink_aside(source, name, target, new_name, linked, ours)


def _take_name(source: int, name: str, target: int, new_name: str, inode: int, ours: str | None) -> None:
    """Unlinks the old name of a file that is linked to its target, or puts it aside."""
    try:
        if ours is None:
            os.unlink(name, dir_fd=source)
        else:
            os.rename(name, ours, src_dir_fd=source, dst_dir_fd=source)
    except OSError as error:
        if inode_at(source, name) != inode:
            return
        if error.errno in REFUSED:
            # The file is still there under its old name, so this takes away no more than our link.
            with suppress(OSError):
                os.unlink(new_name, dir_fd=target)
        raise


def _unlink_aside(source: int, name: str, target: int, new_name: str, linked: os.stat_result, ours: str) -> None:
    """Unlinks what lies aside, once it is seen to be the file that is linked; the link, where that has another name.

    Raises `Replaced` where another file lies there, else `FileNotFoundError` where the file has another name.
    """
    taken = inode_at(source, ours)
    if taken == linked.st_ino:
        os.unlink(ours, dir_fd=source)
        return
    renamed = _has_another_name(source, target, new_name, linked)
    if renamed:
        # It is there still, under whatever name, so this takes away no more than our link.
        os.unlink(new_name, dir_fd=target)
    if taken is not None:
        raise Replaced(name)
    if renamed:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)


def _has_another_name(source: int, target: int, linked: str, before: os.stat_result) -> bool:
    """Whether a file that is `linked` to its target, and has lost its old name, got another one instead.

    It had that many links `before`. One fewer now, and the old name was removed. The other name is in the source, or
    in a folder that nobody knows; then the number is asked for anew.
    """
    now = _state_at(target, linked)
    if now is None or (now.st_ino, now.st_nlink) != (before.st_ino, before.st_nlink) or now.st_nlink == 1:
        return False
    with os.scandir(source) as entries:
        if any(entry.inode() == now.st_ino for entry in entries):
            return True
    return _links(target, linked, now.st_ino) == before.st_nlink


def _links(directory: int, name: str, inode: int) -> int:
    """How many names a file has; opening it makes NFS ask its server. 0 where that cannot be told."""
    try:
        descriptor = os.open(name, _LOOK_FLAGS, dir_fd=directory)
    except OSError:
        return 0
    state = os.fstat(descriptor)
    os.close(descriptor)
    return state.st_nlink if state.st_ino == inode else 0


def _claim(source: int, name: str, target: int, new_name: str, _inode: int, _ours: str | None) -> None:
    """Without hard links: the name is claimed by an empty file that nobody may open, which the move then replaces."""
    there = _state_at(source, name)
    if there is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    if stat.S_ISDIR(there.st_mode):
        _move_folder(source, name, target, new_name)
        return
    try:
        descriptor = os.open(new_name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0, dir_fd=target)
        mine = os.fstat(descriptor).st_ino
        os.close(descriptor)
    except FileExistsError:
        # One of ours from before a crash, or whose reply was lost, is as good as a new one.
        if not is_claim(target, new_name):
            raise
        mine = inode_at(target, new_name) or 0
    try:
        os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
    except OSError as error:
        # Unless it was refused, the rename may have been made, or be made by the server yet, whatever a share remembers
        # of the name: the claim then stays, for the next try, as nothing is proof enough to remove what has the name.
        if error.errno in REFUSED and is_claim(target, new_name, mine):
            with suppress(OSError):
                os.unlink(new_name, dir_fd=target)
        raise


def _move_folder(source: int, name: str, target: int, new_name: str) -> None:
    """A folder, as it may have got the name of a file, replaces an empty one, and never anything else."""
    os.mkdir(new_name, dir_fd=target)
    try:
        os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
    except OSError:
        with suppress(OSError):
            os.rmdir(new_name, dir_fd=target)
        raise


def is_claim(target: int, name: str, inode: int | None = None) -> bool:
    """Whether the entry is an empty file as only we make them, and the very one where its inode is told."""
    try:
        there = os.stat(name, dir_fd=target, follow_symlinks=False)
    except OSError:
        return False
    ours = stat.S_ISREG(there.st_mode) and there.st_size == 0 and stat.S_IMODE(there.st_mode) == 0
    return ours and there.st_uid == os.geteuid() and inode in (None, there.st_ino)


def inode_at(directory: int, name: str) -> int | None:
    """The inode of an entry, or None where there is none; raises `OSError` where that cannot be told.

    That there is none is believed after a second look: what is not seen for a moment would be left where it is.
    """
    state = _state_at(directory, name)
    return None if state is None else state.st_ino


def _state_at(directory: int, name: str) -> os.stat_result | None:
    for _ in range(2):
        with suppress(FileNotFoundError):
            return os.stat(name, dir_fd=directory, follow_symlinks=False)
    return None
