"""Files of our own come into a drop folder whole, and onto no other."""

from pathlib import Path

import pytest

from mdwatch.dropfolder import dropping
from mdwatch.dropfolder.folder import DropFolder


def test_a_file_is_dropped_whole_and_overwrites_none(tmp_path: Path) -> None:
    (tmp_path / ".a.xml.part").write_bytes(b"left by a call that was killed")
    with DropFolder(tmp_path) as folder:
        dropping.drop(folder, "a.xml", b"one")
        with pytest.raises(FileExistsError):
            dropping.drop(folder, "a.xml", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.xml", b"one")]


def test_who_was_stopped_in_a_drop_moves_nothing_of_who_came_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / ".a.xml.part"

    def stopped(_descriptor: int) -> None:
        theirs.unlink()
        theirs.write_bytes(b"half")

    with DropFolder(tmp_path) as folder:
        monkeypatch.setattr("os.fsync", stopped)
        with pytest.raises(FileNotFoundError):
            dropping.drop(folder, "a.xml", b"one")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(theirs.name, b"half")]
