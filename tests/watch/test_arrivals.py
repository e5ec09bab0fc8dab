"""inotify: which arrivals vouch for a file, which only ask for a look, and how a watch ends."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.watch.arrivals import Arrivals, Watch


class Heard:
    """What a watch passed on."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.looks = 0
        self._came = threading.Condition()

    def finished(self, name: str) -> None:
        with self._came:
            self.names.append(name)
            self._came.notify_all()

    def look(self) -> None:
        with self._came:
            self.looks += 1
            self._came.notify_all()

    def wait_for(self, name: str) -> None:
        with self._came:
            assert self._came.wait_for(lambda: name in self.names, 30), self.names

    def wait_for_look(self) -> None:
        with self._came:
            assert self._came.wait_for(lambda: self.looks > 0, 30)


@pytest.fixture
def arrivals() -> Iterator[Arrivals]:
    made = Arrivals()
    yield made
    made.stop()


def watched(arrivals: Arrivals, folder: Path) -> tuple[Heard, Watch]:
    heard = Heard()
    return heard, arrivals.watch(folder, heard.finished, heard.look)


def test_a_file_closed_after_writing_is_named(arrivals: Arrivals, tmp_path: Path) -> None:
    heard, _ = watched(arrivals, tmp_path)
    (tmp_path / "a.xml").write_bytes(b"x")
    heard.wait_for("a.xml")


def test_a_name_that_is_never_taken_wakes_nobody(arrivals: Arrivals, tmp_path: Path) -> None:
    heard, _ = watched(arrivals, tmp_path)
    # A worker that cannot move files tries one of its own, and would wake itself.
    (tmp_path / ".mdwatch-probe").write_bytes(b"")
    (tmp_path / "b.xml").write_bytes(b"x")
    heard.wait_for("b.xml")
    assert (heard.names, heard.looks) == (["b.xml"], 1)


def test_a_file_moved_in_is_named(arrivals: Arrivals, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "a.xml").write_bytes(b"x")
    heard, _ = watched(arrivals, folder)
    (tmp_path / "a.xml").rename(folder / "a.xml")
    heard.wait_for("a.xml")


def test_a_hard_link_and_an_open_file_only_ask_for_a_look(arrivals: Arrivals, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "a.xml").write_bytes(b"x")
    heard, _ = watched(arrivals, folder)
    os.link(tmp_path / "a.xml", folder / "linked.xml")
    heard.wait_for_look()
    with (folder / "open.xml").open("wb"):
        (folder / "closed.xml").write_bytes(b"x")
        heard.wait_for("closed.xml")
        assert heard.names == ["closed.xml"]


def test_moves_out_and_reading_are_not_heard_of(arrivals: Arrivals, tmp_path: Path) -> None:
    (tmp_path / "done").mkdir()
    (tmp_path / "a.xml").write_bytes(b"x")
    heard, _ = watched(arrivals, tmp_path)
    (tmp_path / "a.xml").read_bytes()
    (tmp_path / "a.xml").rename(tmp_path / "done" / "a.xml")
    (tmp_path / "b.xml").write_bytes(b"x")
    heard.wait_for("b.xml")
    assert heard.names == ["b.xml"]
    # Only b.xml was made.
    assert heard.looks == 1


def test_names_that_are_not_utf_8_are_named(arrivals: Arrivals, tmp_path: Path) -> None:
    heard, _ = watched(arrivals, tmp_path)
    (tmp_path / "\udcff.xml").write_bytes(b"x")
    heard.wait_for("\udcff.xml")


def test_a_folder_that_is_removed_ends_its_watch_and_asks_for_a_look(arrivals: Arrivals, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    heard, watch = watched(arrivals, folder)
    assert watch.alive
    folder.rmdir()
    heard.wait_for_look()
    assert (watch.alive, arrivals.alive) == (False, True)


def test_a_listener_that_fails_does_not_end_the_watch(arrivals: Arrivals, tmp_path: Path) -> None:
    heard = Heard()

    def failing(name: str) -> None:
        heard.finished(name)
        raise RuntimeError

    arrivals.watch(tmp_path, failing, heard.look)
    (tmp_path / "a.xml").write_bytes(b"x")
    heard.wait_for("a.xml")
    (tmp_path / "b.xml").write_bytes(b"x")
    heard.wait_for("b.xml")


def test_lost_events_ask_for_a_look(arrivals: Arrivals, tmp_path: Path) -> None:
    heard, watch = watched(arrivals, tmp_path)
    watch.on_queue_overflow()
    assert heard.looks == 1


def test_an_ended_watch_is_silent(arrivals: Arrivals, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    heard, watch = watched(arrivals, one)
    other, _ = watched(arrivals, two)
    watch.end()
    assert not watch.alive
    (one / "a.xml").write_bytes(b"x")
    (two / "b.xml").write_bytes(b"x")
    other.wait_for("b.xml")
    assert heard.names == []


def test_a_missing_folder_cannot_be_watched(arrivals: Arrivals, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        watched(arrivals, tmp_path / "missing")
