"""Files that another process puts away: only what is plain, and what it does not do is done here."""

import errno
import os
import signal
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import filing as disk
from mdwatch.dropfolder import moving, plainly
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.statx import Stat
from mdwatch.handlers.updates import filing
from mdwatch.handlers.updates import moving as putting
from mdwatch.handlers.updates.known_files import JobFiles
from mdwatch.handlers.updates.mover import Mover
from mdwatch.handlers.updates.moving import FileToMove, ToMove, places
from mdwatch.model import Identity
from mdwatch.repository.journal import Entry
from mdwatch.rules.recognition import Unmoved

NUMBER = 30
CODES = ("updated", "unknown-ie")  # into `done/`, into `error/`


def entry(file: Path, code: str = "updated") -> Entry:
    state = file.stat()
    identity = Identity(state.st_ino, state.st_size, state.st_mtime_ns)
    digest = blake2b(file.read_bytes(), digest_size=16).digest()
    return Entry(
        1, "dc", file.name, identity, digest, "IE1", code, "why", 0, ctime_ns=state.st_ctime_ns, unmoved=Unmoved.DUE
    )


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DropFolder]:
    for number in range(NUMBER):
        (tmp_path / f"{number:02}.xml").write_bytes(b"<a/>")
    with DropFolder(tmp_path) as opened:
        opened.make_places()
        yield opened


@pytest.fixture
def entries(folder: DropFolder) -> list[Entry]:
    return [entry(file) for file in sorted(folder.path.glob("*.xml"))]


@pytest.fixture
def asked(folder: DropFolder) -> Iterator[Mover]:
    made = Mover(folder)
    yield made
    made.close()


class Strangers(JobFiles):
    """Of no file that lies somewhere the journal knows anything."""

    def __init__(self) -> None:
        self.include, self.limit = ("*.xml",), 1 << 20

    def is_filed(self, _name: str, _there: Stat) -> bool:
        return False


def put_away(folder: DropFolder, entries: list[Entry], moved: frozenset[str] = frozenset()) -> filing.Moves:
    return filing.put_files_away(folder, entries, lambda: None, Strangers(), moved)


def ask(mover: Mover, entries: list[Entry], until: float) -> Callable[[], frozenset[str]]:
    asked = mover.begin(entries, until)
    assert asked is not None
    return asked.moved


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def soon() -> float:
    return time.monotonic() + 60


def test_what_is_plain_is_moved_there_and_all_else_here(folder: DropFolder, asked: Mover) -> None:
    """Names that are taken, one of them by a reason, a file that is another one by now, and one that is gone."""
    path = folder.path
    bad = {1, 4, 5}
    entries = [entry(path / f"{number:02}.xml", CODES[number in bad]) for number in range(NUMBER)]
    (path / "done" / "00.xml").write_bytes(b"earlier")
    (path / "02.xml").write_bytes(b"<other/>")
    (path / "03.xml").unlink()
    (path / "error" / "04.xml.reason.txt").write_bytes(b"earlier")
    moved = ask(asked, entries, soon())()
    assert moved == {item.name for item in entries} - {"00.xml", "02.xml", "03.xml", "04.xml"}
    assert names(path / "error") == ["01.xml", "01.xml.reason.txt", "04.xml.reason.txt", "05.xml", "05.xml.reason.txt"]
    assert (path / "error" / "05.xml.reason.txt").read_text().startswith("File:    05.xml\n")
    moves = put_away(folder, entries, moved)
    assert names(path) == ["02.xml"]
    assert len(names(path / "error")) == 2 * len(bad) + 1
    assert len(names(path / "done")) == NUMBER - len(bad) - 1
    assert (path / "done" / "00.xml").read_bytes() == b"earlier"
    assert (path / "error" / "04.xml.reason.txt").read_bytes() == b"earlier"
    assert list(moves.filed.otherwise) == ["00.xml", "04.xml"]
    assert moves.filed.unmoved == {"02.xml": Unmoved.MISSING, "03.xml": Unmoved.MISSING}


def test_nothing_is_moved_there_once_the_lease_is_uncertain(
    folder: DropFolder, entries: list[Entry], asked: Mover
) -> None:
    assert ask(asked, entries, time.monotonic())() == frozenset()
    assert len(names(folder.path)) == NUMBER


@pytest.mark.parametrize("code", CODES)
def test_what_was_moved_and_is_not_sure_to_stay_so_is_done_again_here(
    folder: DropFolder, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """A disk that fails after the moves, there: nobody may call them done before they are durable."""
    entries = [entry(file, code) for file in sorted(folder.path.glob("*.xml"))]
    files = [
        FileToMove(
            item.name, tuple(item.identity), item.ctime_ns, filing.reason_text(item) if filing.to_error(item) else None
        )
        for item in entries
    ]
    place = "error" if filing.to_error(entries[0]) else "done"

    def failing(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(disk, "sync", failing)
    assert putting._put_away(folder, ToMove(places(folder), files, soon())) == []
    assert names(folder.path) == []
    with pytest.raises(OSError, match="Input/output"):
        put_away(folder, entries)
    monkeypatch.undo()
    assert not put_away(folder, entries).filed.otherwise
    assert len([name for name in names(folder.path / place) if name.endswith(".xml")]) == NUMBER


def test_a_reason_is_not_written_there_once_the_lease_is_uncertain_but_here(
    folder: DropFolder, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has taken over may have put the file back, and would find a reason that is nobody's."""
    until = time.monotonic() + 60
    bad = entry(folder.path / "00.xml", CODES[True])
    files = [FileToMove(bad.name, tuple(bad.identity), bad.ctime_ns, filing.reason_text(bad))]
    put_plainly = plainly.put_plainly

    def slow(*arguments: Any, **named: Any) -> bool:
        done = put_plainly(*arguments, **named)
        monkeypatch.setattr(time, "monotonic", lambda: until)
        return done

    monkeypatch.setattr(putting, "put_plainly", slow)
    assert putting._put_away(folder, ToMove(places(folder), files, until)) == []
    assert names(folder.path / "error") == ["00.xml"]
    put_away(folder, [bad])
    assert names(folder.path / "error") == ["00.xml", "00.xml.reason.txt"]


@pytest.mark.parametrize("place", ["done", "error"])
def test_nothing_is_moved_into_another_folder_than_is_open_here(
    folder: DropFolder, entries: list[Entry], asked: Mover, place: str
) -> None:
    ask(asked, entries, time.monotonic())()
    (folder.path / place).rename(folder.path / "aside")
    assert ask(asked, entries, soon())() == frozenset()
    put_away(folder, entries)
    assert (len(names(folder.path / "done")), names(folder.path / "aside")) == (NUMBER, [])


def test_what_a_process_that_died_left_is_done_here(folder: DropFolder, entries: list[Entry], asked: Mover) -> None:
    first, rest = entries[:20], entries[20:]
    ask(asked, first, time.monotonic())()
    _, process = asked._piped.started()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    begun = asked.begin(first, soon())
    put_away(folder, first, begun.moved() if begun is not None else frozenset())
    assert asked.begin([*rest, *rest], soon()) is None, "it is not asked again"
    put_away(folder, rest)
    assert len(names(folder.path / "done")) == NUMBER


@pytest.mark.parametrize("few", [1, 19])
def test_for_a_few_nobody_is_asked(entries: list[Entry], asked: Mover, few: int) -> None:
    assert asked.begin(entries[:few], soon()) is None
    assert asked._piped._there is None


def test_dated_places_are_not_for_it(folder: DropFolder, entries: list[Entry]) -> None:
    folder.layout = "month"
    assert Mover(folder).begin(entries, soon()) is None


def test_a_file_that_comes_in_its_place_at_the_last_moment_goes_back(
    folder: DropFolder, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., None] = moving.move
    path = folder.path / entries[0].name

    def replaced_before(*arguments: object, **named: object) -> None:
        if arguments[0] == folder.descriptor:
            path.unlink()
            path.write_bytes(b"<new/>")
        real(*arguments, **named)

    monkeypatch.setattr(plainly, "move", replaced_before)
    assert not plainly.put_plainly(folder, entries[0].name, entries[0].identity, entries[0].ctime_ns, to_error=False)
    assert path.read_bytes() == b"<new/>"
    assert names(folder.path / "done") == []
