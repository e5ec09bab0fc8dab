"""The place of files that are done with: which of those that the journal tells of lie there still."""

import errno
import os
from collections.abc import Iterable
from typing import Final

from mdwatch.dropfolder import statx
from mdwatch.dropfolder.folder import DONE, DropFolder
from mdwatch.model import Identity

_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_THERE: Final = {errno.ENOENT, errno.ENOTDIR}


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
