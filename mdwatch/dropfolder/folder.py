"""A drop folder held open: looking, reading, and the descriptors that filing works through."""

import errno
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from mdwatch.dropfolder import mounts, statx
from mdwatch.model import Identity, Sighting
from mdwatch.rules import arrival, faults
from mdwatch.rules.arrival import EntryType
from mdwatch.rules.faults import Scope

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


@dataclass(frozen=True, slots=True)
class Ignored:
    """An entry that is not taken, why, and since when it lies there (mtime in nanoseconds)."""

    name: str
    why: str
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Look:
    """All that one look at a drop folder saw; `unseen` are entries that are there but cannot be looked at, and why."""

    files: list[Sighting]
    ignored: list[Ignored]
    unseen: dict[str, str]


class DropFolder:
    """An open drop folder; `done` and `error` are the descriptors of its two places once `make_places` has run."""

    def __init__(self, path: Path) -> None:
        """Opens the folder; raises `OSError` where it is missing, not a folder or not accessible."""
        self.path = path
        self.descriptor = os.open(path, _FOLDER_FLAGS)
        self.done = self.error = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets the descriptors go."""
        for descriptor in (self.descriptor, self.done, self.error):
            if descriptor >= 0:
                os.close(descriptor)
        self.descriptor = self.done = self.error = -1

    def device_and_inode(self) -> tuple[int, int]:
        """Which folder this is, whatever its path leads to by now."""
        state = os.fstat(self.descriptor)
        return state.st_dev, state.st_ino

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
        self.make_places()
        return before != (self.done, self.error)

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
        if mounts.number_of(descriptor) != mounts.number_of(self.descriptor):
            os.close(descriptor)
            raise OSError(
                f"{self.path / name} is on another file system or mount than {self.path}; it must be on the same"
            )
        return descriptor

    def look(
        self,
        include: Sequence[str],
        known: Mapping[str, Sighting] | None = None,
        before: Mapping[str, Sighting] | None = None,
    ) -> Look:
        """Lists the folder once. A file that goes away meanwhile is simply not there.

        An entry that cannot be looked at is told of, and hides no other; where none can be, it is the folder's fault
        and raised. Of the `known` files only the name is looked at: in a large folder that costs a tenth. What looks as
        it did `before` is the same object again, so that two looks take no more memory than one.
        """
        known, before = known or {}, before or {}
        files: list[Sighting] = []
        ignored: list[Ignored] = []
        unseen: dict[str, OSError] = {}
        absent: list[str] = []
        with os.scandir(self.descriptor) as entries:
            for entry in entries:
                seen = known.get(entry.name)
                if seen is not None:
                    files.append(seen)
                    continue
                try:
                    why = arrival.why_ignored(entry.name, _kind(entry), include)
                    found = statx.stat_at(self.descriptor, entry.name)
                except FileNotFoundError:
                    absent.append(entry.name)
                    continue
                except OSError as error:
                    if arrival.why_ignored(entry.name, EntryType.FILE, include) is None:
                        unseen[entry.name] = error
                    elif entry.name not in arrival.OWN_FOLDERS:
                        ignored.append(Ignored(entry.name, f"it cannot be looked at: {error.strerror}", 0))
                    continue
                if why is None and statx.is_regular(found.mode):
                    file = Sighting(entry.name, found.identity, found.ctime_ns, found.born_ns)
                    old = before.get(entry.name)
                    files.append(old if old is not None and old == file else file)
                elif why is not None and entry.name not in arrival.OWN_FOLDERS:
                    ignored.append(Ignored(entry.name, why, found.identity.mtime_ns))
        if absent:
            files += self._look_again(absent, include, unseen)
        if unseen:
            self._entries_only(unseen, seen=len(files) + len(ignored))
        return Look(files, ignored, {name: error.strerror or str(error) for name, error in unseen.items()})

    def _look_again(self, names: list[str], include: Sequence[str], unseen: dict[str, OSError]) -> list[Sighting]:
        """Files that were listed and then said not to be there: gone, unless a second listing has them yet."""
        names = [name for name in names if arrival.why_ignored(name, EntryType.FILE, include) is None]
        listed = set(os.listdir(self.descriptor)) if names else set()  # noqa: PTH208 - a descriptor is no path
        found = []
        for name in listed.intersection(names):
            try:
                file = self.sighting(name)
            except OSError as error:
                unseen[name] = error
                continue
            if file is not None:
                found.append(file)
            else:
                unseen[name] = FileNotFoundError(errno.ENOENT, "it is listed, and yet not there")
        return found

    def _entries_only(self, unseen: Mapping[str, OSError], *, seen: int) -> None:
        """Raises the first fault where it is the folder's, not that of single entries."""
        statx.stat_at(self.descriptor, ".")
        for error in unseen.values():
            # The folder answers; but where it tells of several entries and of none what it is, it is not well.
            if faults.scope(error.errno, folder_well=seen > 0 or len(unseen) == 1) is Scope.FOLDER:
                raise error

    def sighting(self, name: str) -> Sighting | None:
        """What lies in the folder under this name now, if it is a regular file."""
        try:
            found = statx.stat_at(self.descriptor, name)
        except FileNotFoundError:
            return None
        return Sighting(name, found.identity, found.ctime_ns, found.born_ns) if statx.is_regular(found.mode) else None

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
            self._check(descriptor, file)
            wanted = min(file.identity.size, limit) + 1
            expected = min(file.identity.size, wanted)
            parts = []
            while wanted > 0 and (part := os.read(descriptor, wanted)):
                parts.append(part)
                wanted -= len(part)
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

    def _check(self, descriptor: int, file: Sighting) -> None:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or statx.from_stat(found).identity != file.identity:
            raise Changed(file.name)


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


def _kind(entry: "os.DirEntry[str]") -> EntryType:
    if entry.is_symlink():
        return EntryType.LINK
    if entry.is_file(follow_symlinks=False):
        return EntryType.FILE
    return EntryType.FOLDER if entry.is_dir(follow_symlinks=False) else EntryType.OTHER


def identity_of(path: Path) -> Identity | None:
    """The identity of a file by its path, no link followed, or None where it is not to be had."""
    try:
        return statx.from_stat(path.lstat()).identity
    except OSError:
        return None


def identity_at(directory: int, name: str) -> Identity | None:
    """The identity of an entry, or None where there is none."""
    try:
        return statx.stat_at(directory, name).identity
    except FileNotFoundError:
        return None
