"""Files and folders that are on the disk when the call returns. Every write of the store goes through here."""

import os
import shutil
from pathlib import Path
from typing import Final

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write(path: Path, data: bytes) -> None:
    """Writes a new file, which is on the disk; its name is when its folder is (`keep`). Raises `OSError`."""
    descriptor = os.open(path, _FLAGS, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError as error:
        # The system does not say of which of the disks it speaks.
        error.filename = str(path)
        raise
    finally:
        os.close(descriptor)


def keep(folder: Path) -> None:
    """Brings the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_tree(folder: Path, files: dict[str, bytes]) -> None:
    """Writes files below a folder that is there, with the folders they need."""
    folders = {folder}
    for path, data in files.items():
        place = folder / path
        for above in reversed(place.relative_to(folder).parents):
            if (folder / above) not in folders:
                (folder / above).mkdir()
                folders.add(folder / above)
        write(place, data)
    for item in sorted(folders, reverse=True):
        keep(item)


def move(source: Path, target: Path) -> None:
    """Gives a file or folder another name, in one act; a file that has that name already is replaced."""
    source.rename(target)
    keep(target.parent)


def remove(folder: Path) -> None:
    """Removes a folder with all that is in it; one that is not there is as good."""
    if folder.exists():
        shutil.rmtree(folder)
        keep(folder.parent)
