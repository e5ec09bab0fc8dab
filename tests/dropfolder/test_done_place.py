"""Files put away by month or day: in folders made durably, never over another, and found again after a crash."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import done_place, filing, mounts
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.files import explain
from mdwatch.handlers.updates import filing as update_filing
from mdwatch.rules.naming import Layout, dated
from tests.dropfolder.filings import NAME, drop, identity, tree
from tests.handlers.retention.test_summing import retire
from tests.handlers.updates.test_decided_files import before_filing
from tests.worlds import JOB, World, dc, ie, update

WHEN = datetime(2026, 11, 26, 21, tzinfo=UTC)
FOLDERS: dict[Layout, str] = {"flat": "", "month": "2026/11/", "day": "2026/11/26/"}


@pytest.mark.parametrize(("first", "then"), list(product(FOLDERS, FOLDERS)))
def test_a_file_is_found_where_it_went_whatever_the_layout_is_now(tmp_path: Path, first: Layout, then: Layout) -> None:
    assert "".join(f"{part}/" for part in dated(first, WHEN)) == FOLDERS[first]
    file = drop(tmp_path)
    with DropFolder(tmp_path, first) as folder:
        folder.make_places()
        filed = filing.put_away(folder, NAME, file, to_error=False, when=WHEN)
        assert filed.name == FOLDERS[first] + NAME
    # The crash was before anybody noted it; meanwhile the setting is another one.
    with DropFolder(tmp_path, then) as folder:
        folder.make_places()
        assert filing.put_away(folder, NAME, file, to_error=False, when=WHEN).name == filed.name
        another = drop(tmp_path, "another")
        name = filing.put_away(folder, NAME, another, to_error=False, when=WHEN).name
        assert name is not None
        assert name.startswith(FOLDERS[then])
        filing.sync(folder)
    assert identity(tmp_path / "done" / filed.name) == file
    assert identity(tmp_path / "done" / name) == another


def test_a_new_folder_is_durable_before_anything_is_moved_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def noting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            where = Path(f"/proc/self/fd/{given[0]}").readlink() if name == "fsync" else Path(given[0])
            calls.append(f"{name} {where.name}")
            return real(*given, **named)

        return call

    file = drop(tmp_path)
    with DropFolder(tmp_path, "day") as folder:
        folder.make_places()
        for name in ("mkdir", "fsync"):
            monkeypatch.setattr(os, name, noting(name, getattr(os, name)))
        filing.put_away(folder, NAME, file, to_error=False, when=WHEN)
        assert calls == ["mkdir 2026", "fsync done", "mkdir 11", "fsync 2026", "mkdir 26", "fsync 11"]
        calls.clear()
        filing.sync(folder)
        assert "fsync 26" in calls
        # One that somebody removes is made again.
        (tmp_path / "done/2026/11/26" / NAME).unlink()
        (tmp_path / "done/2026/11/26").rmdir()
        filing.put_away(folder, NAME, drop(tmp_path, "next"), to_error=False, when=WHEN)
    assert tree(tmp_path) == {f"done/2026/11/26/{NAME}": "next"}


def test_no_link_is_followed_and_no_other_mount_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "drop/done/2026").mkdir(parents=True)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "drop/done/2026/11").symlink_to(tmp_path / "theirs")
    file = drop(tmp_path / "drop")
    with DropFolder(tmp_path / "drop", "month") as folder:
        folder.make_places()
        with pytest.raises(OSError, match=r"11"):
            filing.put_away(folder, NAME, file, to_error=False, when=WHEN)
        (tmp_path / "drop/done/2026/11").unlink()
        real = mounts.number_of
        there = real(folder.descriptor)
        numbers = iter([there, (0, b"another")])
        monkeypatch.setattr(mounts, "number_of", lambda descriptor: next(numbers, real(descriptor)))
        with pytest.raises(OSError, match="another file system or mount"):
            filing.put_away(folder, NAME, file, to_error=False, when=WHEN)
    assert list((tmp_path / "theirs").iterdir()) == []
    assert identity(tmp_path / "drop" / NAME) == file


def test_only_files_lie_flat(tmp_path: Path) -> None:
    done = tmp_path / "done"
    (done / "2026" / "11").mkdir(parents=True)
    for name in (NAME, ".in-hand", "2026/11/other.xml"):
        (done / name).touch()
    (done / "link.xml").symlink_to(NAME)
    with DropFolder(tmp_path) as folder:
        folder.make_places()
        assert list(done_place.flat(folder)) == [(NAME, identity(done / NAME))]


def test_audit_explain_recovery_and_retention_find_files_by_their_dates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, done="month")
    world.load(ie("IE1"), ie("IE2"))
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    world.drop("bad.xml", b"<updateMD>")
    world.drop("b.xml", update("IE1", dc("Newer")))

    def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        # Killed when the files are moved, and nobody noted where they went.
        patch.setattr(update_filing, "tell", dies)
        with pytest.raises(RuntimeError):
            world.run()
    month = f"{datetime.now(UTC):%Y/%m}"
    world.run()
    assert world.files() == [
        f"done/{month}/a.xml", f"done/{month}/b.xml", "error/bad.xml", "error/bad.xml.reason.txt"
    ]  # fmt: skip
    assert world.audit() == []
    with world.context() as context:
        for asked in (Path("b.xml"), world.folder / "done" / month / "b.xml"):
            (told,) = explain.explain(context, asked, None)
            assert [str(path) for _, path in told.past] == [str(world.folder / "done" / month / "b.xml")]
    (world.folder / "done" / month / "c.xml").write_text("by hand")
    assert world.audit() == [f"unknown-in-done: {JOB}: done/{month}/c.xml"]
    world.drop("last.xml", update("IE2", dc("Last")))
    world.run()
    assert retire(world).files == 2
    assert world.audit() == [f"unknown-in-done: {JOB}: done/{month}/c.xml"]
    # Of a file that is gone before its move nothing is given back in its place, not even under a name of long ago.
    (world.folder / "done" / month / "a.xml").chmod(0o600)
    world.drop("a.xml", update("IE1", dc("Newest")))
    before_filing(monkeypatch, (world.folder / "a.xml").unlink)
    world.run()
    world.run()
    assert (world.folder / "done" / month / "a.xml").exists()
    assert world.title("IE1") == "Newest"
