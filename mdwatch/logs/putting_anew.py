"""A log put anew in its place: whoever still has the one before open writes where nobody looks any more.

A process that has lost its job may wake up between the database's answer, that the job is its own, and its write; no
file system can refuse that write. So whoever takes over puts a copy in the log's place before it adds a line.

It may be late itself by then. Each copy lies beside the log under the number of its maker's lease; whoever comes later
removes it, and to put one in its place that is gone fails. A copy is made before the lease is asked for, and no maker
takes over before the answer, so that none is overlooked.
"""

import os
from pathlib import Path

from mdwatch.logs import appending


def copy(path: Path, fence: int) -> int:
    """Copies the log, durably, beside itself; the inode of the copy. Raises `OSError`."""
    # With it come archives and compression, and hardly any process puts a log anew.
    import shutil  # noqa: PLC0415

    beside = _beside(path, fence)
    beside.unlink(missing_ok=True)
    shutil.copy2(path, beside)
    descriptor = os.open(beside, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
        return os.fstat(descriptor).st_ino
    finally:
        os.close(descriptor)


def put(path: Path, fence: int) -> None:
    """Puts the copy of this number in the log's place, and no other after it.

    Raises `FileNotFoundError` where somebody else has taken over meanwhile, and `OSError`.
    """
    mine = _beside(path, fence)
    for other in copies(path):
        if other != mine:
            other.unlink(missing_ok=True)
    mine.rename(path)
    appending.sync_folder(path.parent)


def copies(path: Path) -> list[Path]:
    """The copies of the log that never came into its place."""
    before, after = f".{path.name}.", ".new"
    return [
        there
        for there in path.parent.glob(f"{before}*{after}")
        if there.name.removeprefix(before).removesuffix(after).isdecimal()
    ]


def _beside(path: Path, fence: int) -> Path:
    return path.with_name(f".{path.name}.{fence}.new")
