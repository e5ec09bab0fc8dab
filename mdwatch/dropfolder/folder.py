"""A drop folder held open: looking, reading, and the descriptors that filing works through."""

import errno
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from mdwatch.dropfolder import listing, mounts, statx
from mdwatch.dropfolder.listing import Look
from mdwatch.model import Identity, Sighting
from mdwatch.rules.naming import Layout

DONE: Final = "done"
ERROR: Final = "error"

_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# Non-blocking, so that a pipe dropped under a file's name cannot hang the job.
_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# What opening says where the file is gone, or a link or a socket lies in its place.
_REPLACED: Final = {errno.ENOENT, errno.ELOOP, errno.ENXIO}
# What a directory says that was removed, the second over NFS.
_GONE: Final = {errno.ENOENT, errno.ESTALE}


class Changed(Exception):
    """The file under this name is not, or no longer, the one that was sighted."""


class OpenPlace(NamedTuple):
    """An open folder that files are put away in, and its path below `done/` with a slash behind it; "" for itself."""

    descriptor: int
    prefix: str = ""


class DropFolder:
    """An open drop folder; `done` and `error` are the descriptors of its two places once `make_places` has run.

    `dated` has the open folders below `done/` by their paths there, where files are put by month or day (`done_place`).
    """

    def __init__(self, path: Path, layout: Layout = "flat") -> None:
        """Opens the folder; raises `OSError` where it is missing, not a folder or not accessible."""
        self.path = path
        self.layout: Layout = layout
        self.descriptor = os.open(path, _FOLDER_FLAGS)
        self.done = self.error = -1
        self.dated: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets the descriptors go."""
        for descriptor in (self.descriptor, self.done, self.error, *self.dated.values()):
            if descriptor >= 0:
                os.close(descriptor)
        self.descriptor = self.done = self.error = -1
        self.dated.clear()

    def device_and_inode(self) -> tuple[int, int]:
        """Which folder this is, whatever its path leads to by now."""
        state = os.fstat(self.descriptor)
        return state.st_dev, state.st_ino

    @cached_property
    def mount(self) -> tuple[int, bytes]:
        """The numbers of the mount that it is on; raises `OSError`."""
        return mounts.number_of(self.descriptor)

    def make_places(self) -> None:
        """Makes `done/` and `error/` where they are missing, and opens them, following no link.

        Raises `OSError`, also where one of them lies on another file system or mount: a move into it would not be one
        act.
        """
        self.done = self._place(DONE, self.done)
        self.error = self._place(ERROR, self.error)

    def keep_places(self) -> bool:
        """Makes sure that the open places are those of their names: one that was removed or moved aside is made anew.

        Whether one was. Raises what `make_places` does, and `FileNotFoundError` where the drop folder itself is gone.
        """
        if os.fstat(self.descriptor).st_nlink == 0:
            raise FileNotFoundError(errno.ENOENT, "the drop folder was removed", str(self.path))
        before = self.done, self.error
        gone = self._let_go_of_dated()
        self.make_places()
        return gone or before != (self.done, self.error)

    def _let_go_of_dated(self) -> bool:
        """Closes the dated folders, for they are opened anew by their names; whether one of them was removed."""
        gone = False
        for prefix, descriptor in list(self.dated.items()):
            gone = gone or os.fstat(descriptor).st_nlink == 0
            # What was moved there is not forgotten with it.
            os.fsync(descriptor)
            os.close(descriptor)
            del self.dated[prefix]
        return gone

    def _place(self, name: str, opened: int) -> int:
        """The descriptor of a place: the one that is open, if that is still what has the name."""
        if opened >= 0 and _is_open_as(opened, self.descriptor, name):
            return opened
        descriptor = self._open_place(name)
        if opened >= 0:
            # The new one gets another number for sure: the old one is closed only now.
            os.close(opened)
        return descriptor

    def _open_place(self, name: str) -> int:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=self.descriptor)
        descriptor = os.open(name, _FOLDER_FLAGS | os.O_NOFOLLOW, dir_fd=self.descriptor)
        check_mount(self, descriptor, name)
        return descriptor

    def look(
        self,
        include: Sequence[str],
        known: Mapping[str, Sighting] | None = None,
        before: Mapping[str, Sighting] | None = None,
    ) -> Look:
        """Lists the folder once: `listing.look`."""
        return listing.look(self.descriptor, include, known or {}, before or {})

    def has_entries(self, number: int) -> bool:
        """Whether there are so many entries at least, taken or not; raises `OSError`."""
        with os.scandir(self.descriptor) as entries:
            return next(islice(entries, number - 1, None), None) is not None

    def sighting(self, name: str) -> Sighting | None:
        """What lies in the folder under this name now, if it is a regular file."""
        return listing.sighting_at(self.descriptor, name)

    def read(self, file: Sighting, limit: int, while_open: Callable[[], None] | None = None) -> bytes:
        """The bytes of the file that was sighted, at most one more than the limit.

        Opening makes NFS ask its server for the file's true size, so that this is the second look too. Raises
        `Changed` where it does not agree with the first or the file changes while it is read, `OSError` on faults.
        `while_open` is for tests: it is called between the two halves.
        """
        try:
            descriptor = os.open(file.name, _FILE_FLAGS, dir_fd=self.descriptor)
        except OSError as error:
            if error.errno not in _REPLACED:
                raise
            raise Changed(file.name) from None
        try:
            found = self._check(descriptor, file)
            if found.st_ctime_ns != file.ctime_ns and _born_apart(descriptor, file):
                raise Changed(file.name)
            wanted = min(file.identity.size, limit) + 1
            expected = min(file.identity.size, wanted)
            parts, length = [], 0
            # Not asked for its end, too: whether the file has grown meanwhile is seen by what comes next.
            while length < expected and (part := os.read(descriptor, wanted - length)):
                parts.append(part)
                length += len(part)
            if while_open is not None:
                while_open()
            self._check(descriptor, file)
        finally:
            os.close(descriptor)
        data = b"".join(parts)
        if len(data) < expected:
            # The disk gave less than it says there is; that the file ends here is not to be believed.
            raise Changed(file.name)
        return data

    def _check(self, descriptor: int, file: Sighting) -> os.stat_result:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or statx.identity_of(found) != file.identity:
            raise Changed(file.name)
        return found


def _born_apart(descriptor: int, file: Sighting) -> bool:
    """Whether an open file that looks like the one sighted is another one: its place in the order is another one too.

    A number is given to the next file at once, and `cp -p` gives it the size and mtime of the one that it replaces.
    """
    born_ns = statx.stat_of(descriptor).born_ns if file.born_ns else 0
    return bool(born_ns) and born_ns != file.born_ns


def check_mount(folder: DropFolder, descriptor: int, name: str) -> None:
    """Closes what was opened under this name and raises `OSError` where it is on another mount than the drop folder."""
    if mounts.number_of(descriptor) != folder.mount:
        os.close(descriptor)
        raise OSError(
            f"{folder.path / name} is on another file system or mount than {folder.path}; it must be on the same"
        )


def _is_open_as(descriptor: int, directory: int, name: str) -> bool:
    """Whether an open directory is what this name leads to."""
    try:
        there = os.stat(name, dir_fd=directory, follow_symlinks=False)
        mine = os.fstat(descriptor)
    except OSError as error:
        if error.errno in _GONE:
            return False
        raise
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)


def identity_of(path: Path) -> Identity | None:
    """The identity of a file by its path, no link followed, or None where it is not to be had."""
    try:
        return statx.identity_of(path.lstat())
    except OSError:
        return None


def identity_found(path: Path) -> Identity | None:
    """The identity of a file by its path, no link followed, or None where there is none; raises `OSError`."""
    try:
        return statx.identity_of(path.lstat())
    except (FileNotFoundError, NotADirectoryError):
        return None


def identity_at(directory: int, name: str) -> Identity | None:
    """The identity of an entry, or None where there is none."""
    try:
        # Not by statx: nobody asks when it was born here, and this is asked twice for every file that is moved.
        return statx.identity_of(os.stat(name, dir_fd=directory, follow_symlinks=False))
    except FileNotFoundError:
        return None
