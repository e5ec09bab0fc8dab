"""Faults of the disk in words: where they came, and what to do."""

import errno
import os
from pathlib import Path

import pytest

from mdwatch.errors import Deferred
from mdwatch.handlers.updates import remedies

FOLDER = Path("/srv/drop")
READ_ONLY = "mount it writable, or name it under ReadWritePaths= where systemd runs mdwatch"
LIMIT = "raise the limit of open files (LimitNOFILE= of the unit, ulimit -n)"


@pytest.mark.parametrize(
    ("number", "name", "told"),
    [
        (errno.EIO, ".", "Input/output error: /srv/drop; see whether disk or share are well"),
        (errno.ENOTDIR, "done", "Not a directory: /srv/drop/done; remove what is in the place of a folder"),
        (errno.ENOTDIR, b"error", "Not a directory: /srv/drop/error; remove what is in the place of a folder"),
        (errno.ENOSPC, "a.xml", "No space left on device: a.xml, in /srv/drop or below; make room on the disk"),
        (errno.EROFS, "/x.log", "Read-only file system: /x.log; " + READ_ONLY),
        (errno.EMFILE, "done", "Too many open files: /srv/drop/done; " + LIMIT),
        (errno.ENOTCONN, ".", "Transport endpoint is not connected: /srv/drop; see whether the share is mounted"),
        (errno.EIO, None, "Input/output error; see whether disk or share are well"),
        (errno.EIO, 7, "Input/output error; see whether disk or share are well"),
    ],
)  # fmt: skip
def test_a_fault_in_an_open_folder_is_told_with_the_folder(number: int, name: object, told: str) -> None:
    error = OSError(number, os.strerror(number))
    error.filename = name
    assert remedies.reason(error, FOLDER) == told


def test_what_has_words_of_its_own_keeps_them() -> None:
    assert remedies.reason(OSError("done is on another mount"), FOLDER) == "done is on another mount"
    assert remedies.reason(Deferred("the database is away"), FOLDER) == "the database is away"
    assert remedies.reason(OSError(errno.EIO, "Input/output error", ".")).startswith("Input/output error: .;")
