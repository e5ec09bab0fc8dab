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
from mdwatch.dropfolder.folder import DONE, DropFolder, OpenPlace, check_mount
from mdwatch.model import Identity
from mdwatch.rules import naming
from mdwatch.rules.naming import Layout

_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_THERE: Final = {errno.ENOENT, errno.ENOTDIR}


def place(folder: DropFolder, *, to_error: bool, when: datetime) -> OpenPlace:
    """Where a file that was decided at this moment is put, made where it is missing; raises `OSError`."""
    if to_error:
        return OpenPlace(folder.error)
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
    """The files in `done/` and its dated folders, by their paths there; none where it cannot be looked into."""
    yield from _names(done, "", naming.DEEPEST)


def _names(folder: Path, prefix: str, depth: int) -> Iterator[str]:
    try:
        entries = os.scandir(folder)
    except OSError:
        return
    with entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield prefix + entry.name
            elif depth and entry.name.isdecimal() and entry.is_dir(follow_symlinks=False):
                yield from _names(folder / entry.name, f"{prefix}{entry.name}/", depth - 1)


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
            try:
                found[name] = statx.from_stat(os.stat(name, dir_fd=place, follow_symlinks=False)).identity
            except OSError as error:
                if error.errno not in _NOT_THERE:
                    raise
    finally:
        os.close(place)
    return found
