"""The place of files that are done with: `done/` itself, or folders in it by month or day (`done/2026/11/`).

A dated folder is made when it is needed, durably before anything is moved into it, and opened step by step: no link is
followed, and none of them may be on another mount.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, get_args

from mdwatch.dropfolder import statx
from mdwatch.dropfolder.folder import DONE, DropFolder, OpenPlace, check_mount, identity_at, identity_of
from mdwatch.dropfolder.moving import REFUSED, move
from mdwatch.model import Identity
from mdwatch.rules import naming
from mdwatch.rules.naming import Layout

_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_THERE: Final = {errno.ENOENT, errno.ENOTDIR}


def place(folder: DropFolder, *, to_error: bool, when: datetime) -> OpenPlace:
    """Where a file that was decided at this moment is put, made where it is missing; raises `OSError`."""
    if to_error:
        return OpenPlace(folder.error)
    if folder.layout == "flat":
        return OpenPlace(folder.done)
    return _dated(folder, naming.dated(folder.layout, when), make=True) or OpenPlace(folder.done)


def places(folder: DropFolder, *, to_error: bool, when: datetime) -> Iterator[OpenPlace]:
    """Where such a file may have been put, be it that the folder had another layout then; raises `OSError`."""
    if to_error:
        yield OpenPlace(folder.error)
        return
    layouts: tuple[Layout, ...] = get_args(Layout)
    for layout in sorted(layouts, key=lambda layout: layout != folder.layout):
        found = _dated(folder, naming.dated(layout, when), make=layout == folder.layout)
        if found is not None:
            yield found


def _dated(folder: DropFolder, parts: tuple[str, ...], *, make: bool) -> OpenPlace | None:
    """The open folder of these names below `done/`; None where there is none and none is to be made."""
    if not parts:
        return OpenPlace(folder.done)
    prefix = "/".join(parts) + "/"
    if prefix not in folder.dated:
        opened = _opened(folder, parts, make=make)
        if opened is None:
            return None
        folder.dated[prefix] = opened
    return OpenPlace(folder.dated[prefix], prefix)


def _opened(folder: DropFolder, parts: tuple[str, ...], *, make: bool) -> int | None:
    """The descriptor of a dated folder; each step is durable before the next is made."""
    there = os.dup(folder.done)
    for number, part in enumerate(parts, 1):
        try:
            if make and _made(there, part):
                os.fsync(there)
            inner = os.open(part, _FLAGS, dir_fd=there)
        except FileNotFoundError:
            if make:
                raise
            return None
        finally:
            os.close(there)
        check_mount(folder, inner, "/".join((DONE, *parts[:number])))
        there = inner
    return there


def _made(parent: int, name: str) -> bool:
    try:
        os.mkdir(name, dir_fd=parent)
    except FileExistsError:
        return False
    return True


def names(done: Path) -> Iterator[str]:
    """The files in `done/` and its dated folders, by their paths there, as they are reached; raises `OSError`.

    Not what begins with a dot: no run takes such a file, and file systems and a move have names like that in hand.
    """
    yield from _names(done, "", naming.DEEPEST)


def _names(folder: Path, prefix: str, depth: int) -> Iterator[str]:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                yield prefix + entry.name
            elif depth and entry.name.isdecimal() and entry.is_dir(follow_symlinks=False):
                yield from _names(folder / entry.name, f"{prefix}{entry.name}/", depth - 1)


def prefixes(done: Path) -> Iterator[str]:
    """The dated folders in `done/`, by their paths there with a slash behind; none where it cannot be looked into.

    To be asked once for many files: all names in them are looked through.
    """
    yield from _prefixes(done, "", naming.DEEPEST)


def _prefixes(folder: Path, prefix: str, depth: int) -> Iterator[str]:
    try:
        entries = os.scandir(folder)
    except OSError:
        return
    with entries:
        for entry in entries:
            if entry.name.isdecimal() and entry.is_dir(follow_symlinks=False):
                inner = f"{prefix}{entry.name}/"
                yield inner
                if depth > 1:
                    yield from _prefixes(folder / entry.name, inner, depth - 1)


def whereabouts(done: Path, name: str, identity: Identity) -> Path:
    """Where the file lies that the journal has under this name: there, or still flat, where a crash kept it from going.

    The name in a dated folder is noted before the file is moved there (`refile`).
    """
    path = done / name
    if "/" in name and identity_of(path) is None and identity_of(done / path.name) == identity:
        return done / path.name
    return path


def flat(folder: DropFolder) -> Iterator[tuple[str, Identity]]:
    """The files in `done/` itself, as they are reached; raises `OSError`. What a move has in hand is not among them."""
    with os.scandir(folder.done) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                identity = identity_at(folder.done, entry.name)
                if identity is not None:
                    yield entry.name, identity


def free_name(folder: DropFolder, name: str, when: datetime, *, other: bool) -> str | None:
    """A path below `done/` for a file of this moment that lies flat under a name; None where it is taken.

    `other`: it may get another name there. Makes the folder where it is missing; raises `OSError`.
    """
    place = _dated(folder, naming.dated(folder.layout, when), make=True)
    if place is None or not place.prefix:
        return None
    for candidate in naming.candidates(name, when, with_reason=False):
        if identity_at(place.descriptor, candidate) is None:
            return place.prefix + candidate
        if not other:
            break
    return None


def refile(folder: DropFolder, name: str, identity: Identity, new_name: str) -> bool:
    """Moves a file that lies flat in `done/` to this path in a dated folder; whether it does not lie flat any more.

    Safe to repeat after a crash at any point. Nothing is overwritten; a file that may not be moved, or whose place was
    taken, stays. Raises `OSError` where nobody can tell what became of it.
    """
    if identity_at(folder.done, name) != identity:
        return True
    *parts, last = new_name.split("/")
    try:
        place = _dated(folder, tuple(parts), make=True)
        if place is not None:
            move(folder.done, name, place.descriptor, last, identity.inode)
    except FileNotFoundError:
        # Somebody took it out in this very moment.
        if identity_at(folder.done, name) is not None:
            raise
    except OSError as error:
        if error.errno not in REFUSED:
            raise
        return False
    return True


def identities(folder: DropFolder, names: Iterable[str]) -> dict[str, Identity]:
    """Those entries of `done/` that there are, by the names that the journal has for them.

    Raises `OSError` where that cannot be told of one: that it is not there would be believed.
    """
    try:
        place = os.open(DONE, _FLAGS, dir_fd=folder.descriptor)
    except FileNotFoundError:
        return {}
    found = {}
    try:
        for name in names:
            for path in dict.fromkeys((name, name.rpartition("/")[2])):
                # The second where a crash kept it from going to its dated folder.
                try:
                    found[name] = statx.from_stat(os.stat(path, dir_fd=place, follow_symlinks=False)).identity
                    break
                except OSError as error:
                    if error.errno not in _NOT_THERE:
                        raise
    finally:
        os.close(place)
    return found
