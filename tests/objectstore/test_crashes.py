"""A store is whole after a kill at any of its writes, and the next try."""

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest

from mdwatch.errors import Deferred, Rejected
from mdwatch.formats.ocfl.inventory import VersionNote
from mdwatch.objectstore import storage_root
from mdwatch.objectstore.stored_object import StoredObject
from tests.objectstore.validators import invalid

NOTE = VersionNote("2026-01-01T00:00:00.000+00:00", "update", "ada", "urn:mdwatch:user:ada")
ID = "urn:mdwatch:IE1"


def files(number: int) -> dict[str, bytes]:
    return {"ie.json": b"%d" % number, "records/a.xml": b"the same", "records/source/b.xml": b"<%d/>" % number}


def bring_to(root: Path, number: int) -> None:
    """What the worker does: it makes the root, clears up, and gives the object the versions that it lacks."""
    if not storage_root.is_there(root):
        storage_root.begin(root)
    storage_root.clear_staging(root)
    item = StoredObject(root, ID)
    inventory = item.recovered()
    for following in range(1 if inventory is None else inventory.head + 1, number + 1):
        inventory = item.add(NOTE, files(following), inventory)
    storage_root.clear_staging(root)


def killed(work: Callable[[], None], at: int) -> bool:
    """Has a child do it, killed at this of its writes; false where it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            _count_down(at)
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _count_down(at: int) -> None:
    left = [at]
    real = os.write

    def counted(function: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                if function is real:
                    real(arguments[0], arguments[1][: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **named)

        return call

    for name in ("write", "fsync", "rename", "mkdir", "rmdir", "unlink"):
        setattr(os, name, counted(getattr(os, name)))


@pytest.mark.parametrize("there", [0, 1])
def test_killed_at_any_write_it_is_whole_after_the_next_try(
    tmp_path: Path, there: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A kill takes nothing from the kernel, and a disk that is waited for takes long.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    before = tmp_path / "before"
    if there:
        bring_to(before, there)
    at = 0
    seen: set[tuple[tuple[str, int], ...]] = set()
    while True:
        at += 1
        root = tmp_path / "store"
        if there:
            copytree(before, root)
        was_killed = killed(partial(bring_to, root, there + 1), at)
        left = tuple(sorted((str(path.relative_to(root)), path.stat().st_size) for path in root.rglob("*")))
        if left not in seen:
            seen.add(left)
            bring_to(root, there + 1)
            inventory = StoredObject(root, ID).inventory()
            assert inventory is not None
            assert inventory.head == there + 1
            assert invalid(root) == [], f"killed at write {at}"
            assert not (root / "extensions" / "mdwatch-staging").exists()
        if not was_killed:
            break
        rmtree(root, ignore_errors=True)
    assert at > 30
    assert len(seen) > 8


def test_what_no_crash_leaves_is_left_alone_and_told(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    (root / "letters.txt").write_text("Dear Ada", encoding="utf-8")
    with pytest.raises(Deferred, match=r"not empty \(letters.txt\)"):
        storage_root.begin(root)
    (root / "letters.txt").unlink()
    bring_to(root, 2)
    item = StoredObject(root, ID)
    inventory = item.folder / "inventory.json"
    whole = inventory.read_bytes()
    inventory.write_bytes(whole.replace(b"ada", b"eve"))
    with pytest.raises(Rejected, match=r"is not what inventory.json.sha512 says"):
        item.recovered()
    inventory.write_bytes(whole)
    (item.folder / "v3").mkdir()
    with pytest.raises(Rejected, match="v3"):
        item.recovered()
    assert (item.folder / "v3").is_dir()
