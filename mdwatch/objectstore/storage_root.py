"""An OCFL storage root: made, looked for, walked through."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

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
    clear_staging(root)
    with staged(root) as own:
        for number, (path, data) in enumerate(files.items()):
            durable.write(own / str(number), data)
            (root / path).parent.mkdir(exist_ok=True)
            durable.move(own / str(number), root / path)
    for folder in (root / "extensions", root, root.parent):
        durable.keep(folder)
    leave_staging(root)


@contextmanager
def staged(root: Path) -> Iterator[Path]:
    """A staging folder that is nobody else's; after a fault it is left behind.

    Who was stopped for so long that another has taken over may wake up, and writes on: into that of the other, if they
    had one name, and what came of both would be put into place.
    """
    own = root / places.STAGING / uuid4().hex
    own.mkdir(parents=True)
    yield own
    # A folder that was put into its place as a whole is not there any more.
    durable.remove(own)


def clear_staging(root: Path) -> None:
    """Removes what a crash left of versions that were being written."""
    staging = root / places.STAGING
    if not staging.exists():
        return
    for left in list(staging.iterdir()):
        # Out of reach first: who wrote it may have been stopped only, and is to put no part of it into place.
        gone = staging / f"gone-{uuid4().hex}"
        with suppress(FileNotFoundError):
            left.rename(gone)
            durable.remove(gone)
    leave_staging(root)


def leave_staging(root: Path) -> None:
    """Removes the place of staging folders, unless there are some."""
    staging = root / places.STAGING
    with suppress(OSError):
        staging.rmdir()
        durable.keep(staging.parent)


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
