"""What a process does that moves files for another one (`mover`); it imports little, to be there at once."""

import os
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.into_done import put_into_done
from mdwatch.model import Identity
from mdwatch.runtime.processes import end_with_parent

Places = tuple[tuple[int, int], tuple[int, int]]


class ToMove(NamedTuple):
    """What is to be moved, names with identities, out of which folder into which, until when (monotonic seconds)."""

    places: Places
    files: list[tuple[str, tuple[int, ...]]]
    until: float


def places(folder: DropFolder) -> Places:
    """Which folder is open, and which `done/`, by device and inode, whatever their paths lead to by now."""
    done = os.fstat(folder.done)
    return folder.device_and_inode(), (done.st_dev, done.st_ino)


def serve(connection: Connection, path: Path) -> None:
    """Moves one group after the other, until nobody asks any more; answers with the names of those moved."""
    end_with_parent()
    with DropFolder(path) as folder:
        folder.make_places()
        with suppress(EOFError):
            while True:
                asked: ToMove = connection.recv()
                connection.send(_move(folder, asked) if places(folder) == asked.places else [])


def _move(folder: DropFolder, asked: ToMove) -> list[str]:
    moved = []
    for name, identity in asked.files:
        if time.monotonic() >= asked.until:
            break
        if put_into_done(folder, name, Identity(*identity)):
            moved.append(name)
    return moved
