"""Putting files away into `done/` and `error/`, and finding them there again.

An entry that is missing is not believed to be before a second look, for the folder may be. What turns out to be another
file than the one that was decided is new work, and goes back to the drop folder.
"""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mdwatch.dropfolder import done_place, statx, told
from mdwatch.dropfolder.folder import DropFolder, OpenPlace, identity_at
from mdwatch.dropfolder.moving import Replaced, aside, inode_at, is_claim, move
from mdwatch.dropfolder.plainly import give_back
from mdwatch.dropfolder.statx import Stat
from mdwatch.model import Identity
from mdwatch.rules import naming

# What a place says that was removed, here or by another client of its share.
_PLACE_GONE: Final = {errno.ENOENT, errno.ESTALE, errno.ENOTDIR}
_MOST_PLACES: Final = 3  # made anew for one file, before it is a fault
_LONG_BEFORE: Final = 86_400  # seconds; more than clocks of a share and of this host are apart
_PROBE: Final = ".mdwatch-probe"


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a file was seen to be: the name it got there; None where this file is neither here nor there.

    The name has the folders of its month or day below `done/` in front, where there are such. None is no proof that it
    went anywhere: it may come back.
    """

    name: str | None


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
    if identity_at(folder.descriptor, name) != identity:
        return _find(folder, name, identity, to_error=to_error, when=when)
    place, prefix = done_place.place(folder, to_error=to_error, when=when)
    for candidate in naming.candidates(name, when, with_reason=to_error):
        if to_error and identity_at(place, candidate + naming.REASON_SUFFIX) is not None:
            continue
        try:
            move(folder.descriptor, name, place, candidate, identity.inode, replaceable=True)
        except FileExistsError:
            continue
        except Replaced:
            _settle_aside(folder, name, identity, candidate, to_error=to_error, when=when)
        except FileNotFoundError:
            if identity_at(folder.descriptor, name) == identity:
                raise
            return _find(folder, name, identity, to_error=to_error, when=when)
        # The name may have been given to another file in this very moment; only now nobody can do so any more.
        found = identity_at(place, candidate)
        if found == identity:
            return Filed(prefix + candidate)
        if found is None:
            return _find(folder, name, identity, to_error=to_error, when=when)
        give_back(folder, place, candidate, found.inode, name, when)
        return Filed(None)
    raise AssertionError("candidates never end")


def _find(folder: DropFolder, name: str, identity: Identity, *, to_error: bool, when: datetime) -> Filed:
    """Where an earlier move, cut short by a crash or a lost answer, put this file."""
    # Nothing is found in a folder that was removed, or moved aside: those of the names are to be asked.
    folder.keep_places()
    places = done_place.places(folder, to_error=to_error, when=when)
    found = (_find_in(place, name, identity, to_error=to_error, when=when) for place in places)
    where = next((item for item in found if item is not None), None)
    return Filed(_settle_aside(folder, name, identity, where, to_error=to_error, when=when))


def _find_in(place: OpenPlace, name: str, identity: Identity, *, to_error: bool, when: datetime) -> str | None:
    where = None
    for candidate in naming.candidates(name, when, with_reason=to_error):
        found = identity_at(place.descriptor, candidate)
        if found == identity:
            where = candidate
        if found == identity or (found is None and candidate != name):
            break
    where = where or _find_inode(place.descriptor, identity)
    return None if where is None else place.prefix + where


def _settle_aside(
    folder: DropFolder, name: str, identity: Identity, where: str | None, *, to_error: bool, when: datetime
) -> str | None:
    """Ends what a move by link began when it took the old name aside; where the file is then.

    What lies there is one name of the file too many, or the last one it has, or another file, which goes back.
    """
    ours = aside(identity.inode)
    there = identity_at(folder.descriptor, ours)
    if there is not None and there != identity:
        give_back(folder, folder.descriptor, ours, there.inode, name, when)
    elif there is not None and where is not None:
        os.unlink(ours, dir_fd=folder.descriptor)
    elif there is not None:
        place, prefix = done_place.place(folder, to_error=to_error, when=when)
        for candidate in naming.candidates(name, when, with_reason=to_error):
            with suppress(FileExistsError):
                move(folder.descriptor, ours, place, candidate, identity.inode)
                return prefix + candidate
    return where


def return_strays(
    folder: DropFolder, name: str, *, to_error: bool, when: datetime, is_filed: Callable[[str, Stat], bool]
) -> list[str]:
    """Gives back what a move that a crash cut short took for the file of this name, which nobody ever decided.

    Between the last look at a file and its move, its name may be given to another one; that is seen right after the
    move, unless the process ends before. `is_filed` tells whether a file under a name is known to have been put away;
    one that lay there long before the decision at `when` was put there by somebody else. Returns the names under which
    files were found in the place. Raises `OSError`; doing it again is right.
    """
    # Strays were moved when the file itself was to be, and so to the same place.
    found: list[str] = []
    for place in done_place.places(folder, to_error=to_error, when=when):
        found += _strays_in(folder, place, name, is_filed, to_error=to_error, when=when)
    return found


def _strays_in(
    folder: DropFolder,
    place: OpenPlace,
    name: str,
    is_filed: Callable[[str, Stat], bool],
    *,
    to_error: bool,
    when: datetime,
) -> list[str]:
    found: list[str] = []
    for candidate in naming.candidates(name, when, with_reason=to_error):
        try:
            there = statx.stat_at(place.descriptor, candidate)
        except FileNotFoundError:
            if candidate == name:
                continue
            return found
        since = there.ctime_ns / 1e9 - when.timestamp()
        may_be = statx.is_regular(there.mode) and since > -_LONG_BEFORE and not is_claim(place.descriptor, candidate)
        if may_be and not is_filed(place.prefix + candidate, there):
            give_back(folder, place.descriptor, candidate, there.identity.inode, name, when)
            found.append(place.prefix + candidate)
    raise AssertionError("candidates never end")


def _find_inode(place: int, identity: Identity) -> str | None:
    """The file under whatever name: one that was free at the time may be taken by now, and the other way round."""
    with os.scandir(place) as entries:
        names = [entry.name for entry in entries if entry.inode() == identity.inode]
    return next((name for name in names if identity_at(place, name) == identity), None)


def fault(folder: DropFolder, *, to_error: bool, when: datetime) -> OSError | None:
    """What keeps any file from being moved into this place, tried with one of our own; None where nothing does."""
    try:
        place = done_place.place(folder, to_error=to_error, when=when).descriptor
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


def take_back(folder: DropFolder, name: str, when: datetime) -> str:
    """Moves an error file back into the drop folder and removes its reason; the name it got there.

    Raises `FileNotFoundError` where there is no such error file, `OSError` on faults.
    """
    inode = inode_at(folder.error, name)
    if inode is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    for candidate in naming.candidates(name, when, with_reason=False):
        with suppress(FileExistsError):
            move(folder.error, name, folder.descriptor, candidate, inode)
            # One that stays behind is in nobody's way.
            with suppress(OSError):
                os.unlink(name + naming.REASON_SUFFIX, dir_fd=folder.error)
            return candidate
    raise AssertionError("candidates never end")


def sync(folder: DropFolder, *, done: bool = True, error: bool = True) -> None:
    """Makes the moves durable, so that the journal may call them done; raises `OSError`.

    `done` and `error`: whether something was moved there, or from there. Dated folders are open only then.
    """
    with told.where(folder.path):
        for descriptor in folder.dated.values():
            os.fsync(descriptor)
        for descriptor, touched in ((folder.done, done), (folder.error, error), (folder.descriptor, True)):
            if touched:
                os.fsync(descriptor)
