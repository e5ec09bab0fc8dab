"""Decided files as they are when they are to be moved: others may have touched them since they were read.

Whoever set a file's times or rights, or gave it another name, made no new work of it. Whoever wrote something else into
it did, even if size and times are those of before; its ctime tells that something was done, its content what.
"""

import os
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, NamedTuple

from mdwatch.dropfolder.folder import Changed, DropFolder
from mdwatch.model import Identity, Sighting
from mdwatch.repository.journal import Entry
from mdwatch.rules import arrival
from mdwatch.rules.arrival import EntryType
from mdwatch.rules.recognition import Traces, same_file_yet

# Of a file that gets one name after the other, before it is left to the next look.
_LISTINGS: Final = 3


class FileThere(NamedTuple):
    """Under which name a decided file is to be looked for, and as what."""

    name: str
    identity: Identity


class TouchedFiles:
    """Finds the files of one group; `include` and `limit`, of bytes, are those its files were taken and read by.

    Every method raises `OSError`.
    """

    def __init__(self, folder: DropFolder, include: Iterable[str], limit: int) -> None:
        self._folder = folder
        self._include = tuple(include)
        self._limit = limit
        self._names: dict[int, str] | None = None

    def by_name(self, entry: Entry) -> FileThere | None:
        """The file as it lies under its name, or as it was, where it does not; None where it was written anew."""
        there = self._folder.sighting(entry.name)
        if there is None or there.identity.inode != entry.identity.inode:
            return FileThere(entry.name, entry.identity)
        return FileThere(*there[:2]) if self._is_of(entry, there) else None

    def anywhere(self, entry: Entry) -> FileThere | None:
        """The file as it lies in the drop folder, be it under another name that the job takes; None where it is not."""
        there = self._at(entry.name, entry.identity.inode) or self._elsewhere(entry.identity.inode)
        return FileThere(*there[:2]) if there is not None and self._is_of(entry, there) else None

    def _at(self, name: str, inode: int) -> Sighting | None:
        there = self._folder.sighting(name)
        return there if there is not None and there.identity.inode == inode else None

    def _elsewhere(self, inode: int) -> Sighting | None:
        """The file of this inode; a listing that tells a name which it has no more is too old, and made once more."""
        for _ in range(_LISTINGS):
            name = self._listed().get(inode)
            if name is None:
                return None
            there = self._at(name, inode)
            if there is not None:
                return there
            self.list_anew()
        return None

    def list_anew(self) -> None:
        """Names were given to files since."""
        self._names = None

    def _listed(self) -> dict[int, str]:
        if self._names is None:
            with os.scandir(self._folder.descriptor) as entries:
                names = {entry.inode(): entry.name for entry in entries}
            self._names = {
                inode: name
                for inode, name in names.items()
                if arrival.why_ignored(name, EntryType.FILE, self._include) is None
            }
        return self._names

    def _is_of(self, entry: Entry, there: Sighting) -> bool:
        """Whether it is the file of the entry; its content is looked at where something was done to it."""
        if (there.identity, there.ctime_ns, there.born_ns) == (entry.identity, entry.ctime_ns, entry.born_ns):
            return True
        try:
            digest = blake2b(self._folder.read(there, self._limit), digest_size=16).digest()
        except Changed:
            return False
        except OSError:
            # Nobody can tell what it holds, as when its rights were taken away; it is as it was, as far as can be seen.
            digest = entry.digest if there.identity == entry.identity else b""
        return same_file_yet(entry.traces, Traces(there.identity, digest, there.born_ns, there.ctime_ns))
