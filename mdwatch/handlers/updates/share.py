"""Opening a job's drop folder, if it is the one that was there before: an unmounted share only looks empty."""

import json
from pathlib import Path
from typing import NamedTuple, Self

from mdwatch.dropfolder import mounts
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.mounts import Mount
from mdwatch.errors import Deferred
from mdwatch.repository import control
from mdwatch.repository.database_faults import repeated
from mdwatch.runtime.context import Context


def remembered(context: Context, job: str) -> str | None:
    """On which mount the folder was when it was last used, as `opened` tells it."""
    with context.repository.read() as connection:
        state = control.states(connection).get(job)
    return state.mount if state is not None else None


@repeated
def remember(context: Context, job: str, mount: str) -> None:
    """Keeps on which mount the folder is, for every later process."""
    with context.repository.write() as connection:
        control.tell(connection, job, mount=mount)


class Proven(NamedTuple):
    """The numbers of a folder, and the mount that it was found to be on."""

    device_and_inode: tuple[int, int]
    number: tuple[int, bytes]
    mount: str

    @classmethod
    def of(cls, folder: DropFolder, mount: str | None) -> Self:
        """Those of an open folder; raises `OSError`."""
        return cls(folder.device_and_inode(), folder.mount, mount or "")


def opened(context: Context, job: str, known: str | None, proven: Proven | None = None) -> tuple[DropFolder, str]:
    """The open folder, and on which mount it is; raises `Deferred` where it was on another, which is missing.

    Nothing is made or moved in it yet. What was `proven` of this very folder is not looked up again. Raises `OSError`
    where it cannot be opened.
    """
    settings = context.job(job)
    path = settings.folder
    try:
        folder = DropFolder(path, settings.done)
    except FileNotFoundError:
        # Below a mount that is missing there may be no such folder at all.
        _check(job, path, known)
        raise
    try:
        if proven is not None and known is not None and Proven.of(folder, known) == proven:
            return folder, known
        return folder, _check(job, path, known)
    except BaseException:
        folder.close()
        raise


def _check(job: str, path: Path, known: str | None) -> str:
    now = mounts.mount_of(path)
    if known is not None:
        point, kind, source = json.loads(known)
        if mounts.is_missing(Mount(Path(point), kind, source), now):
            raise Deferred(
                f"{source} ({kind}), which held the drop folder {path}, is not mounted at {point}; "
                f"mount it, or, if the folder moved for good, `mdwatch job resume {job}`"
            )
    return json.dumps([str(now.point), now.kind, now.source])
