"""The plain case of putting a file away: into `done/` or `error/`, under its own name; `filing` knows all others."""

import os
from contextlib import suppress
from datetime import UTC, datetime

from mdwatch.dropfolder import statx
from mdwatch.dropfolder.folder import DropFolder, identity_at
from mdwatch.dropfolder.moving import Replaced, move
from mdwatch.model import Identity
from mdwatch.rules import naming


def put_plainly(folder: DropFolder, name: str, identity: Identity, ctime_ns: int, *, to_error: bool) -> bool:
    """Moves the file of this identity into `error/` or `done/` under its own name, if nothing at all is in the way.

    Nor may anything have been done to it since it was looked at (`ctime_ns`), be it that it still looks the same.

    Whether it was seen to lie there. Where it was not, `filing.put_away` finds out what came of it.
    """
    place = folder.error if to_error else folder.done
    try:
        there = statx.from_stat(os.stat(name, dir_fd=folder.descriptor, follow_symlinks=False))
        if (there.identity, there.ctime_ns) != (identity, ctime_ns):
            return False
        if to_error and identity_at(place, name + naming.REASON_SUFFIX) is not None:
            return False
        move(folder.descriptor, name, place, name, identity.inode, replaceable=True)
        found = identity_at(place, name)
        if found is not None and found != identity:
            give_back(folder, place, name, found.inode, name, datetime.now(UTC))
    except (OSError, Replaced):
        return False
    return found == identity


def give_back(folder: DropFolder, place: int, moved: str, inode: int, name: str, when: datetime) -> None:
    """Returns a file that turned out to be another one, or to have grown, to the drop folder: it is new work."""
    for candidate in naming.candidates(name, when, with_reason=False):
        with suppress(FileExistsError):
            move(place, moved, folder.descriptor, candidate, inode)
            return
