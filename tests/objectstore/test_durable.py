"""Faults of the disk name what they are about."""

import errno
import os
from pathlib import Path

import pytest

from mdwatch.errors import in_words
from mdwatch.objectstore import durable


def test_a_full_disk_is_told_with_what_was_to_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left") as told:
        durable.write(tmp_path / "ie.json", b"{}")
    assert str(tmp_path / "ie.json") in in_words(told.value)
