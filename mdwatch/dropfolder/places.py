"""Which folder a drop folder is, whatever it is called, and whether files can be moved out of it in one act.

A folder is known by device and inode: a bind mount, a link or another spelling of its path lead to the same one. On a
share it is known by its path there, too: one export that is mounted twice may have two devices.

A move is one act within one mount only: the kernel refuses it (EXDEV) between two mounts even of the same file system.
"""

import os
from pathlib import Path
from typing import NamedTuple

from mdwatch.dropfolder import mounts
from mdwatch.dropfolder.error_place import DISMISSED
from mdwatch.dropfolder.folder import DONE, ERROR


class Folder(NamedTuple):
    """A folder by device and inode."""

    device: int
    inode: int


def folder_of(path: Path) -> Folder:
    """Which folder is at this path; raises `OSError`."""
    state = path.stat()
    return Folder(state.st_dev, state.st_ino)


def line_of(path: Path) -> list[Folder]:
    """The folder at this path and those it lies in, nearest first; raises `OSError`."""
    path = path.resolve()
    return [folder_of(item) for item in (path, *path.parents)]


def share_line_of(path: Path) -> list[str]:
    """The path on its share and those it lies in, nearest first; nothing on a disk of this machine."""
    name = mounts.share_path(path)
    if name is None:
        return []
    server, *parts = name.split("/")
    return ["/".join([server, *parts[:number]]) for number in range(len(parts), 0, -1)]


def elsewhere(folder: Path) -> list[Path]:
    """Those of a drop folder's own folders that are on another mount than itself; raises `OSError`."""
    here = mount_id(folder)
    places = [folder / DONE, folder / ERROR, folder / ERROR / DISMISSED]
    there = [place for place in places if place.is_dir() and not place.is_symlink()]
    # Of the dated folders below `done/` those only, for there may be a million files beside them.
    return [*(place for place in there if mount_id(place) != here), *mounts.below(folder / DONE)]


def mount_id(path: Path) -> tuple[int, bytes]:
    """What tells one mount from another; raises `OSError`."""
    descriptor = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return mounts.number_of(descriptor)
    finally:
        os.close(descriptor)
