"""Who was stopped while he wrote to a store, and wakes up when another has taken over, harms nothing."""

from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from mdwatch.errors import JobBusy
from mdwatch.objectstore import durable, storage_root
from mdwatch.objectstore.stored_object import StoredObject
from tests.objectstore.test_crashes import ID, NOTE, bring_to, files
from tests.objectstore.validators import invalid


def lost() -> None:
    """What is said to who asks whether the store is his still."""
    raise JobBusy("another process has taken over the store; this one stops")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("os.fsync", lambda _descriptor: None)
    bring_to(tmp_path / "store", 1)
    return tmp_path / "store"


Patch = pytest.MonkeyPatch


def before(what: str, number: int, monkeypatch: Patch, meanwhile: Callable[[], None]) -> Callable[[], bool]:
    """Has something happen before the call of this number of a function; tells whether it did."""
    module, _, name = what.partition(".")
    place = {"durable": durable, "storage_root": storage_root}[module]
    left, real = [number], getattr(place, name)

    def call(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            meanwhile()
        return real(*arguments)

    monkeypatch.setattr(place, name, call)
    return lambda: left[0] <= 0


@pytest.mark.parametrize("number", range(1, 7))
def test_it_writes_into_no_version_of_the_other(root: Path, number: int, monkeypatch: Patch) -> None:
    late, item = StoredObject(root, ID, lost), StoredObject(root, ID)
    there = late.inventory()

    def wake_up() -> None:
        with pytest.raises(JobBusy):
            late.add(NOTE, files(7), there)

    happened = before("durable.write", number, monkeypatch, wake_up)
    item.add(NOTE, files(2), item.inventory())
    assert happened()
    check(root, 2)


@pytest.mark.parametrize(
    ("what", "number"),
    [*product(["durable.write"], range(1, 7)), *product(["durable.move", "storage_root.staged"], range(1, 4))],
)
def test_what_it_has_written_when_the_other_comes_is_not_put_into_place(
    root: Path, what: str, number: int, monkeypatch: Patch
) -> None:
    happened = before(what, number, monkeypatch, lambda: bring_to(root, 3))
    late = StoredObject(root, ID, lambda: lost() if happened() else None)
    # What it goes on to write may have been taken away from it.
    with suppress(JobBusy, FileNotFoundError):
        late.add(NOTE, files(7), late.inventory())
    assert happened()
    check(root, 3)


def check(root: Path, number: int) -> None:
    item = StoredObject(root, ID)
    inventory = item.inventory()
    assert inventory is not None
    assert (inventory.head, item.damages(inventory)) == (number, [])
    assert item.file(inventory, number, "ie.json") == b"%d" % number
    storage_root.clear_staging(root)
    assert not (root / "extensions" / "mdwatch-staging").exists()
    assert invalid(root) == []
