"""An OCFL storage root: made, looked for, walked through."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mdwatch.errors import Deferred
from mdwatch.formats.ocfl import places
from mdwatch.objectstore import durable

_OF_OBJECTS: Final = {places.INVENTORY, "v1"}


def is_there(root: Path) -> bool:
    """Whether there is a storage root at this path; raises `OSError` where that cannot be told."""
    try:
        (root / places.ROOT_DECLARATION).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def begin(root: Path) -> None:
    """Makes an empty storage root, or finishes one that a crash cut short; raises `Deferred` and `OSError`.

    The folder may be there, and then has nothing in it.
    """
    root.mkdir(exist_ok=True)
    files = places.root_files()
    ours = {path.split("/")[0] for path in files}
    strange = sorted(entry.name for entry in os.scandir(root) if entry.name not in ours | {"lost+found"})
    if strange:
        raise Deferred(f"{root} is no OCFL storage root, and not empty ({strange[0]}); name an empty folder")
    durable.remove(root / "extensions")
    staging = root / places.STAGING
    staging.mkdir(parents=True)
    for number, (path, data) in enumerate(files.items()):
        durable.write(staging / str(number), data)
        (root / path).parent.mkdir(exist_ok=True)
        durable.move(staging / str(number), root / path)
    for folder in (root / "extensions", root, root.parent):
        durable.keep(folder)
    clear_staging(root)


def clear_staging(root: Path) -> None:
    """Removes what a crash left of versions that were being written."""
    durable.remove(root / places.STAGING)


def objects(root: Path) -> Iterator[Path]:
    """The folders of all objects, in the order of their names; raises `OSError`."""
    for name in sorted(entry.name for entry in os.scandir(root) if entry.is_dir(follow_symlinks=False)):
        if name not in {"extensions", "lost+found"}:
            yield from _objects_below(root / name)


def _objects_below(folder: Path) -> Iterator[Path]:
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    # One that lost a part of what tells it is one is damaged, and not to be passed over.
    if any(entry.name.startswith("0=ocfl_object_") or entry.name in _OF_OBJECTS for entry in entries):
        yield folder
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _objects_below(folder / entry.name)
