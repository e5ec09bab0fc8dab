"""What root makes in folders of mdwatch's user belongs to that user.

Root calls a command before the service has begun, or while it is stopped: what was made then, be it by a look at the
status, the service could not write for ever after.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from mdwatch.config import Settings

_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def give(settings: Settings) -> None:
    """Gives the files of database and logs that are root's to whoever owns their folders; for root alone."""
    if os.geteuid() != 0:
        return
    # What is gone, or cannot be given: who cannot write it says so.
    with suppress(OSError):
        for path in _own(settings):
            with suppress(OSError):
                _give(path)


def _own(settings: Settings) -> Iterator[Path]:
    url = make_url(settings.repository.url)
    if url.get_backend_name() == "sqlite" and url.database:
        database = Path(url.database)
        yield from (path for path in database.parent.iterdir() if path.name.startswith(database.name))
    yield from settings.logs.directory.iterdir()


def _give(path: Path) -> None:
    folder = path.parent.stat()
    if folder.st_uid == 0:
        return
    descriptor = os.open(path, _FLAGS)
    try:
        there = os.fstat(descriptor)
        # Whoever owns the folder may have linked to files of root in it, which are not to be had by that.
        if stat.S_ISREG(there.st_mode) and there.st_uid == 0 and there.st_nlink == 1:
            os.fchown(descriptor, folder.st_uid, folder.st_gid)
    finally:
        os.close(descriptor)
