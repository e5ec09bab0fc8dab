"""Files that another process moves into `done/`: only what is plain, and what it does not do is done here."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mdwatch.dropfolder import into_done, moving
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates import filing, mover, preparation
from mdwatch.handlers.updates.filing import Apart
from mdwatch.handlers.updates.mover import Mover
from mdwatch.model import Identity
from mdwatch.repository.journal import Entry
from mdwatch.rules.recognition import Unmoved
from tests.worlds import World, dc, ie, update

NUMBER = 30


def entry(file: Path, code: str = "updated") -> Entry:
    state = file.stat()
    identity = Identity(state.st_ino, state.st_size, state.st_mtime_ns)
    return Entry(1, "dc", file.name, identity, b"", "IE1", code, "why", 0, unmoved=Unmoved.DUE)


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


def put_away(folder: DropFolder, entries: list[Entry], apart: Apart | None) -> filing.Moves:
    return filing.put_files_away(folder, entries, lambda: None, lambda _name, _identity: False, apart)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def soon() -> float:
    return time.monotonic() + 60


def test_what_is_plain_is_moved_there_and_all_else_here(folder: DropFolder, asked: Mover) -> None:
    """A name that is taken, an error, a file that is another one by now, and one that is gone."""
    path = folder.path
    entries = [entry(path / f"{number:02}.xml", "unknown-ie" if number == 1 else "updated") for number in range(NUMBER)]
    (path / "done" / "00.xml").write_bytes(b"earlier")
    (path / "02.xml").write_bytes(b"<other/>")
    (path / "03.xml").unlink()
    apart = asked.begin(entries, soon())
    assert apart is not None
    assert apart.names == {item.name for item in entries} - {"01.xml"}
    seen: list[frozenset[str]] = []

    def moved() -> frozenset[str]:
        seen.append(apart.moved())
        return seen[0]

    moves = put_away(folder, entries, Apart(apart.names, moved))
    assert seen == [apart.names - {"00.xml", "02.xml", "03.xml"}]
    assert names(path) == ["02.xml"]
    assert names(path / "error") == ["01.xml", "01.xml.reason.txt"]
    assert len(names(path / "done")) == NUMBER - 2
    assert (path / "done" / "00.xml").read_bytes() == b"earlier"
    assert list(moves.filed.renamed) == ["00.xml"]
    assert moves.filed.unmoved == {"02.xml": Unmoved.MISSING, "03.xml": Unmoved.MISSING}


def test_nothing_is_moved_there_once_the_lease_is_uncertain(
    folder: DropFolder, entries: list[Entry], asked: Mover
) -> None:
    apart = asked.begin(entries, time.monotonic())
    assert apart is not None
    assert apart.moved() == frozenset()
    assert len(names(folder.path)) == NUMBER


def test_nothing_is_moved_into_another_folder_than_is_open_here(
    folder: DropFolder, entries: list[Entry], asked: Mover
) -> None:
    warm = asked.begin(entries, time.monotonic())
    assert warm is not None
    warm.moved()
    (folder.path / "done").rename(folder.path / "aside")
    apart = asked.begin(entries, soon())
    assert apart is not None
    assert apart.moved() == frozenset()
    put_away(folder, entries, Apart(apart.names, frozenset))
    assert (len(names(folder.path / "done")), names(folder.path / "aside")) == (NUMBER, [])


def test_what_a_process_that_died_left_is_done_here(folder: DropFolder, entries: list[Entry], asked: Mover) -> None:
    first, rest = entries[:20], entries[20:]
    begun = asked.begin(first, time.monotonic())
    assert begun is not None
    begun.moved()
    _, process = asked._piped.started()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    put_away(folder, first, asked.begin(first, soon()))
    assert asked.begin([*rest, *rest], soon()) is None, "it is not asked again"
    put_away(folder, rest, None)
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

    monkeypatch.setattr(into_done, "move", replaced_before)
    assert not into_done.put_into_done(folder, entries[0].name, entries[0].identity)
    assert path.read_bytes() == b"<new/>"
    assert names(folder.path / "done") == []


def test_a_run_with_it_comes_to_the_same_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mover, "_WORTH_ASKING", 2)
    monkeypatch.setattr(preparation.Preparation, "at_work", True)
    begun: list[Apart] = []
    begin = Mover.begin

    def counted(self: Mover, entries: list[Entry], until: float) -> Apart | None:
        apart = begin(self, entries, until)
        begun.extend([apart] if apart is not None else [])
        return apart

    monkeypatch.setattr(Mover, "begin", counted)
    worlds = [World(tmp_path / name, group_size=5) for name in ("apart", "here")]
    for world in worlds:
        world.load(ie("IE1"), ie("IE2"), ie("IE3", stage="sip"))
        for number in range(40):
            pid = f"IE{1 + number % 4}"
            world.drop(f"{number}.xml", b"<broken" if number % 7 == 6 else update(pid, dc(f"T{number // 3}")))
    worlds[0].run()
    assert len(begun) >= 5
    monkeypatch.undo()
    worlds[1].run()
    assert worlds[0].snapshot() == worlds[1].snapshot()
    assert [line.partition("   ")[2] for line in worlds[0].log_lines()] == [
        line.partition("   ")[2] for line in worlds[1].log_lines()
    ]
