"""What a process does that puts files away for another one (`mover`); it imports little, to be there at once."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mdwatch.dropfolder import filing, reason_files
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.plainly import put_plainly
from mdwatch.model import Identity
from mdwatch.runtime.processes import end_with_parent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Places = tuple[tuple[int, int], ...]


class FileToMove(NamedTuple):
    """A file as it was decided; with a `reason`, which is put beside it, it goes into `error/`, else into `done/`."""

    name: str
    identity: tuple[int, ...]
    ctime_ns: int
    reason: str | None


class ToMove(NamedTuple):
    """What is to be moved out of which folder into which, and until when (monotonic seconds)."""

    places: Places
    files: list[FileToMove]
    until: float


def places(folder: DropFolder) -> Places:
    """Which drop folder is open, and which `done/` and `error/`, by device and inode, whatever their paths lead to."""
    states = [os.fstat(descriptor) for descriptor in (folder.descriptor, folder.done, folder.error)]
    return tuple((state.st_dev, state.st_ino) for state in states)


def serve(connection: "Connection", path: Path) -> None:
    """Puts one group away after the other, until nobody asks any more; answers with the names of those put away."""
    end_with_parent()
    with DropFolder(path) as folder:
        folder.make_places()
        # Where whoever asked left an answer unread, the end of the pipe comes as a reset.
        with suppress(EOFError, ConnectionError):
            while True:
                asked: ToMove = connection.recv()
                connection.send(_put_away(folder, asked) if places(folder) == asked.places else [])


def _put_away(folder: DropFolder, asked: ToMove) -> list[str]:
    """Moves the files, durably and with their reasons; none is answered for where that is not sure of all of them."""
    moved = list(_moved(folder, asked))
    reasons = [(file.name, file.reason) for file in moved if file.reason is not None]
    if reasons and time.monotonic() >= asked.until:
        return []
    try:
        reason_files.write(folder, reasons)
        filing.sync(folder, done=len(reasons) < len(moved), error=bool(reasons))
    except OSError:
        # Whoever asked does it again, and learns what is wrong.
        return []
    return [file.name for file in moved]


def _moved(folder: DropFolder, asked: ToMove) -> Iterator[FileToMove]:
    for file in asked.files:
        if time.monotonic() >= asked.until:
            return
        identity = Identity(*file.identity)
        if put_plainly(folder, file.name, identity, file.ctime_ns, to_error=file.reason is not None):
            yield file
