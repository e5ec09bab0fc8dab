"""What ends a command that nobody foresaw is told in a line; a fault of ours is not."""

import errno
import os
from pathlib import Path

import pytest

from mdwatch.cli import faults

GONE = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/var/a.db")


@pytest.mark.parametrize(
    ("error", "gone", "words"),
    [
        (GONE, True, "the folder that it is called in is there no more; go to another one, or give whole paths"),
        (GONE, False, "No such file or directory"),
        (FULL, True, "No space left on device: /var/a.db; make room on the disk"),
        (FULL, False, "No space left on device: /var/a.db; make room on the disk"),
    ],
)
def test_the_folder_of_the_call_is_blamed_only_for_what_is_not_there(
    monkeypatch: pytest.MonkeyPatch, error: OSError, gone: bool, words: str
) -> None:
    def cwd() -> Path:
        raise GONE

    if gone:
        monkeypatch.setattr(Path, "cwd", cwd)
    assert faults.of(error) == (words, 1)


def test_a_limit_that_is_reached_is_named() -> None:
    told = faults.of(OSError(errno.EMFILE, os.strerror(errno.EMFILE), "/srv/x"))
    assert told is not None
    assert told.words.endswith("raise the limit of open files (LimitNOFILE= of the unit, ulimit -n)")


@pytest.mark.parametrize("error", [RuntimeError("ours"), UnicodeEncodeError("ascii", "é", 0, 1, "not in range")])
def test_a_fault_of_ours_is_none(error: Exception) -> None:
    assert faults.of(error) is None
