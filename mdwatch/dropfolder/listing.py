"""One look at a drop folder: its files, what is not taken and why, and what cannot be looked at."""

import errno
import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mdwatch.dropfolder import statx
from mdwatch.model import Sighting
from mdwatch.rules import arrival, faults
from mdwatch.rules.arrival import EntryType
from mdwatch.rules.faults import Scope


class Ignored(NamedTuple):
    """An entry that is not taken, why, and since when it lies there (mtime in nanoseconds)."""

    name: str
    why: str
    mtime_ns: int


class Look(NamedTuple):
    """All that one look at a drop folder saw; `unseen` are entries that are there but cannot be looked at, and why."""

    files: list[Sighting]
    ignored: list[Ignored]
    unseen: dict[str, str]


def look(folder: int, include: Sequence[str], known: Mapping[str, Sighting], before: Mapping[str, Sighting]) -> Look:
    """Lists an open folder once. A file that goes away meanwhile is simply not there.

    An entry that cannot be looked at is told of, and hides no other; where none can be, it is the folder's fault
    and raised. Of the `known` files only the name is looked at: in a large folder that costs a tenth. What looks as
    it did `before` is the same object again, so that two looks take no more memory than one.
    """
    files: list[Sighting] = []
    ignored: list[Ignored] = []
    unseen: dict[str, OSError] = {}
    absent: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            seen = known.get(entry.name)
            if seen is not None:
                files.append(seen)
                continue
            try:
                why = arrival.why_ignored(entry.name, _kind(entry), include)
                found = statx.stat_at(folder, entry.name)
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
        files += _look_again(folder, absent, include, unseen)
    if unseen:
        _entries_only(folder, unseen, seen=len(files) + len(ignored))
    return Look(files, ignored, {name: error.strerror or str(error) for name, error in unseen.items()})


def _look_again(folder: int, names: list[str], include: Sequence[str], unseen: dict[str, OSError]) -> list[Sighting]:
    """Files that were listed and then said not to be there: gone, unless a second listing has them yet."""
    names = [name for name in names if arrival.why_ignored(name, EntryType.FILE, include) is None]
    listed = set(os.listdir(folder)) if names else set()
    found = []
    for name in listed.intersection(names):
        try:
            file = sighting_at(folder, name)
        except OSError as error:
            unseen[name] = error
            continue
        if file is not None:
            found.append(file)
        else:
            unseen[name] = FileNotFoundError(errno.ENOENT, "it is listed, and yet not there")
    return found


def _entries_only(folder: int, unseen: Mapping[str, OSError], *, seen: int) -> None:
    """Raises the first fault where it is the folder's, not that of single entries."""
    statx.stat_at(folder, ".")
    for error in unseen.values():
        # The folder answers; but where it tells of several entries and of none what it is, it is not well.
        if faults.scope(error.errno, folder_well=seen > 0 or len(unseen) == 1) is Scope.FOLDER:
            raise error


def sighting_at(folder: int, name: str) -> Sighting | None:
    """What lies in an open folder under this name now, if it is a regular file."""
    try:
        found = statx.stat_at(folder, name)
    except FileNotFoundError:
        return None
    return Sighting(name, found.identity, found.ctime_ns, found.born_ns) if statx.is_regular(found.mode) else None


def _kind(entry: "os.DirEntry[str]") -> EntryType:
    if entry.is_file(follow_symlinks=False):
        return EntryType.FILE
    if entry.is_symlink():
        return EntryType.LINK
    return EntryType.FOLDER if entry.is_dir(follow_symlinks=False) else EntryType.OTHER
