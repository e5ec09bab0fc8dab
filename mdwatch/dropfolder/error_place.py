"""The place of error files: what lies in it, and `error/dismissed`, where those are put that nobody needs any more."""

import os
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from mdwatch.dropfolder import moving
from mdwatch.dropfolder.folder import ERROR, DropFolder, identity_at
from mdwatch.model import Identity, Sighting
from mdwatch.rules import arrival, naming

DISMISSED: Final = "dismissed"

_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class FoundErrorFiles(dict[str, Sighting]):
    """Error files by name; `unseen` are those that are there and cannot be looked at, by name, and why."""

    def __init__(self, files: Mapping[str, Sighting], unseen: Mapping[str, str]) -> None:
        super().__init__(files)
        self.unseen: Final = dict(unseen)


def error_files(folder: Path, include: Sequence[str]) -> FoundErrorFiles:
    """A job's error files by name, without their reasons and what was dismissed; raises `OSError`."""
    try:
        with DropFolder(folder / ERROR) as place:
            look = place.look(("*",))
    except FileNotFoundError:
        return FoundErrorFiles({}, {})
    found = {file.name: file for file in look.files}
    names = found.keys() | look.unseen.keys()
    shown = [name for name in sorted(names) if not _is_reason(name, names, include)]
    return FoundErrorFiles(
        {name: found[name] for name in shown if name in found},
        {name: look.unseen[name] for name in shown if name not in found},
    )


def names_in_error(folder: DropFolder) -> frozenset[str]:
    """The names of all entries of `error/`; raises `OSError`."""
    try:
        place = os.open(ERROR, _FOLDER_FLAGS, dir_fd=folder.descriptor)
    except FileNotFoundError:
        return frozenset()
    try:
        return frozenset(os.listdir(place))  # noqa: PTH208 - an open folder has no path
    finally:
        os.close(place)


def _is_reason(name: str, names: Container[str], include: Sequence[str]) -> bool:
    """Whether it is a reason file, be it that its error file is gone; a file the job takes may be named like one."""
    if not name.endswith(naming.REASON_SUFFIX):
        return False
    taken = arrival.why_ignored(name, arrival.EntryType.FILE, include) is None
    return name.removesuffix(naming.REASON_SUFFIX) in names or not taken


def dismissed_files(folder: Path) -> dict[str, Sighting]:
    """What lies in `error/dismissed`, by name, reasons too; raises `OSError`."""
    try:
        with DropFolder(folder / ERROR / DISMISSED) as place:
            return {file.name: file for file in place.look(("*",)).files}
    except FileNotFoundError:
        return {}


def dismiss(folder: DropFolder, name: str, when: datetime) -> str:
    """Moves an error file with its reason into `error/dismissed`, durably and never onto another; its name there.

    Raises `FileNotFoundError` where there is no such error file, `OSError` on faults.
    """
    place = _open_dismissed(folder)
    try:
        for candidate in naming.candidates(name, when, with_reason=True):
            if identity_at(place, candidate + naming.REASON_SUFFIX) is not None:
                continue
            with suppress(FileExistsError):
                moving.move(folder.error, name, place, candidate)
                # It lies there: a reason that stays behind is in nobody's way.
                with suppress(OSError):
                    _move_reason(folder, name, place, candidate)
                    _sync(folder, place)
                return candidate
        raise AssertionError("candidates never end")
    finally:
        os.close(place)


def dismiss_reason(folder: DropFolder, name: str, dismissed_as: str) -> None:
    """Sends the reason after a file whose dismissal was cut short; raises `OSError`."""
    if identity_at(folder.error, name) is not None:
        return
    place = _open_dismissed(folder)
    try:
        _move_reason(folder, name, place, dismissed_as)
        _sync(folder, place)
    finally:
        os.close(place)


def forget_reason(folder: DropFolder, name: str) -> None:
    """Removes the reason of a file whose return to the drop folder was cut short; raises `OSError`."""
    if identity_at(folder.error, name) is None:
        with suppress(FileNotFoundError):
            os.unlink(name + naming.REASON_SUFFIX, dir_fd=folder.error)


def identity_in_error(folder: DropFolder, name: str) -> Identity | None:
    """The identity of an entry of `error/`, None where there is none; raises `OSError`."""
    return identity_at(folder.error, name)


def _move_reason(folder: DropFolder, name: str, place: int, new_name: str) -> None:
    with suppress(FileNotFoundError, FileExistsError):
        moving.move(folder.error, name + naming.REASON_SUFFIX, place, new_name + naming.REASON_SUFFIX)


def _open_dismissed(folder: DropFolder) -> int:
    """The folder of dismissed files, made where it is missing; raises `OSError` where something else has its name."""
    with suppress(FileExistsError):
        os.mkdir(DISMISSED, dir_fd=folder.error)
    descriptor = os.open(DISMISSED, _FOLDER_FLAGS, dir_fd=folder.error)
    if os.fstat(descriptor).st_dev != os.fstat(folder.error).st_dev:
        os.close(descriptor)
        there = folder.path / ERROR / DISMISSED
        raise OSError(f"{there} is on another file system than {folder.path}; it must be on the same")
    return descriptor


def _sync(folder: DropFolder, place: int) -> None:
    for descriptor in (place, folder.error):
        os.fsync(descriptor)
