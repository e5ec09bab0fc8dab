"""What a store holds: every change of every IE, valid by somebody else's validator, and the database again from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mdwatch.errors import Deferred
from mdwatch.formats.ocfl import ie_document, places
from mdwatch.handlers.ies import change
from mdwatch.handlers.stores import checking, counting, keeping, rebuilding, setup, standing
from mdwatch.handlers.stores.worker import StoreWorker
from mdwatch.model import Actor
from mdwatch.objectstore.stored_object import StoredObject
from mdwatch.repository import control, leases
from mdwatch.runtime.context import Context
from tests.cli.calls import mdwatch
from tests.objectstore.validators import invalid
from tests.postgres import database_url
from tests.waiting import until
from tests.worlds import World, dc, ie, metadata, mods, update


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.raw["store"] = {"ocfl": str(tmp_path / "store")}
    return world


def lived(world: World) -> None:
    """IEs with a history: updates, odd names, a record that went, a revert, facts that changed."""
    sources = [{"mid": "14 36/é", "subType": "MODS", "content": mods("Old")}]
    world.load(ie("IE1", published=True, source=sources), ie("IE2", "Ünïcödé \U0001f600"), ie("IE3", stage="sip"))
    world.drop("1.xml", update("IE1", dc("New"), metadata(mods("Newer"), "source", "MODS", "14 36/é")))
    world.drop("a\udcff.xml", update("IE2", dc("Neu")))
    world.drop("c.xml", update("IE1", dc("Newest")))
    world.run()
    world.load(ie("IE1", "Newest", published=True, source=[]))
    with world.context() as context:
        ada = context.of(Actor("ada", "cli", "here"))
        change.revert(ada, "IE1", 1, "ada")
        change.lock(ada, "IE3", "Löwe")
        change.delete(ada, "IE2")


def root(world: World) -> Path:
    return Path(world.raw["store"]["ocfl"])


def synced(world: World) -> None:
    with world.context() as context:
        keeping.sync(context)


def item(world: World, pid: str) -> StoredObject:
    return StoredObject(root(world), places.object_id(pid))


def told(world: World, pid: str) -> list[tuple[str, str, Any]]:
    """Message, user and document of each version of an object."""
    there = item(world, pid)
    inventory = there.inventory()
    assert inventory is not None
    return [
        (version.note.message, version.note.user, ie_document.read(there.file(inventory, number, "ie.json")))
        for number, version in enumerate(inventory.versions, start=1)
    ]


def sums(world: World) -> Any:
    """The tables that a store keeps, as digests; but what concerns exports and the store."""
    with world.context() as context:
        with context.repository.write() as connection:
            connection.exec_driver_sql("UPDATE ie SET exported_version = 0, stored_version = 0")
        with context.repository.read() as connection:
            return list(rebuilding.sums(connection))


def rebuilt_from(world: World, place: Path) -> World:
    other = World(place)
    other.raw["repository"] = {"url": database_url(place / "mdwatch.db")}
    done = mdwatch("repository", "rebuild", "--from-ocfl", root(world), config=other.write_settings())
    assert done.status == 0, done.err
    return other


def test_every_change_is_a_version_and_the_database_comes_back(world: World, tmp_path: Path) -> None:
    lived(world)
    synced(world)
    assert invalid(root(world)) == []
    first = told(world, "IE1")
    assert [(message, user) for message, user, _ in first] == [
        ("load from ies.jsonl (version 1 of the IE)", "test"),
        ("update by job dc from 1.xml (version 2 of the IE)", "editor"),
        ("update by job dc from c.xml (version 3 of the IE)", "editor"),
        ("load from ies.jsonl (version 4 of the IE)", "test"),
        ("revert (version 5 of the IE)", "ada"),
    ]
    assert [len(document.events) for _, _, document in first] == [0, 1, 2, 2, 3]
    there, inventory = item(world, "IE1"), item(world, "IE1").inventory()
    assert inventory is not None
    assert there.file(inventory, 2, "records/descriptive.xml").decode() == dc("New")
    assert b">Newest<" in there.file(inventory, 3, "mets.xml")
    assert "deleted" in told(world, "IE2")[-1][0]
    with world.context() as context:
        seen = checking.check(context, digests=True)
        assert (seen.objects, seen.due, seen.faults) == (3, 0, ())
        change.unlock(context, "IE3")
        change.undelete(context.of(Actor("bob", "api", "10.0.0.1")), "IE2")
    synced(world)
    assert told(world, "IE2")[-1][:2] == ("facts: ie-undelete", "bob")
    assert [document.facts.locked_by for _, _, document in told(world, "IE3")] == ["Löwe", None]
    assert invalid(root(world)) == []
    other = rebuilt_from(world, tmp_path / "other")
    assert sums(other) == sums(world)
    assert mdwatch("repository", "check", config=other.write_settings()).status == 0
    assert [other.get(pid) for pid in ("IE1", "IE2", "IE3")] == [world.get(pid) for pid in ("IE1", "IE2", "IE3")]
    # It works on there, and with the same store, in which nothing is written again.
    other.raw["store"] = world.raw["store"]
    before = sorted(root(world).rglob("*"))
    synced(other)
    assert sorted(root(world).rglob("*")) == before
    other.drop("d.xml", update("IE1", dc("Onwards")))
    other.run()
    synced(other)
    assert told(other, "IE1")[-1][2].origin.version == 6
    assert invalid(root(other)) == []


def test_a_database_that_is_not_empty_or_a_damaged_object_keep_it_from_being_rebuilt(
    world: World, tmp_path: Path
) -> None:
    lived(world)
    synced(world)
    done = mdwatch("repository", "rebuild", "--from-ocfl", root(world), config=world.write_settings())
    assert (done.status, "something in the database" in done.err) == (2, True)
    damaged = next(root(world).glob("*/*/*/*IE3/v1/content/records/descriptive.xml"))
    damaged.chmod(0o600)
    damaged.write_text("<other/>", encoding="utf-8")
    other = World(tmp_path / "other")
    done = mdwatch("repository", "rebuild", "--from-ocfl", root(world), config=other.write_settings())
    assert done.status == 2
    assert str(damaged) in done.err
    with world.context() as context:
        assert [str(damaged) in fault for fault in checking.check(context, digests=True).faults] == [True]


@contextmanager
def working(context: Context) -> Iterator[StoreWorker]:
    worker = StoreWorker(lambda: context)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
        worker.join(30)
        assert not worker.is_alive()


@pytest.mark.parametrize("lost", [["0=ocfl_object_1.1"], ["0=ocfl_object_1.1", "inventory.json"]])
def test_an_object_that_lost_what_tells_it_is_one_is_not_passed_over(
    world: World, tmp_path: Path, lost: list[str]
) -> None:
    lived(world)
    synced(world)
    for name in lost:
        (item(world, "IE1").folder / name).unlink()
    with world.context() as context:
        assert [fault for fault in checking.check(context, digests=True).faults if f"IE1 has no {lost[-1]}" in fault]
    other = World(tmp_path / "other")
    done = mdwatch("repository", "rebuild", "--from-ocfl", root(world), config=other.write_settings())
    assert done.status == 2
    assert "nothing was made, for 1 objects cannot be used" in done.err
    world.drop("later.xml", update("IE1", dc("Later")))
    world.run()
    synced(world)
    with world.context() as context:
        (failure,) = standing.status(context).failures
    assert f"has no {lost[-1]}" in failure.reason


def test_the_daemon_keeps_it_current_tells_what_fails_and_heals(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mdwatch.handlers.stores.worker._COUNT_SECONDS", 0.0)
    monkeypatch.setattr("mdwatch.handlers.stores.worker._LOOK_SECONDS", 0.01)
    world.load(ie("IE1"), ie("IE2"))
    with world.context() as context, working(context) as worker:

        def left() -> tuple[int, int]:
            counts = counting.counts(context)
            assert counts is not None
            return counts.due, counts.failing

        until(lambda: left() == (0, 0))
        # A change comes by itself; one object that is damaged fails alone, and is told of.
        damaged = item(world, "IE1").folder / "inventory.json"
        whole = damaged.read_bytes()
        damaged.write_bytes(b"{}")
        change.lock(context, "IE1", "ada")
        change.lock(context, "IE2", "bob")
        until(lambda: left() == (1, 1) and worker.trouble)
        assert worker.trouble == "1 IE cannot be kept in the store; see `mdwatch store status`"
        assert told(world, "IE2")[-1][2].facts.locked_by == "bob"
        assert "restore the object from a backup" in standing.status(context).failures[0].reason
        damaged.write_bytes(whole)
        # By night it is tried again, whatever its pause; a nightly tick was missed.
        with context.repository.write() as connection:
            control.tell(connection, "nightly store", last_tick=context.clock.now() - 2 * 86_400_000)
        worker._tick_at = 0.0
        until(lambda: left() == (0, 0) and worker.trouble is None)
        # The disk is gone: nothing is made in its place, and all goes on when it is back.
        root(world).rename(world.root / "elsewhere")
        change.unlock(context, "IE1")
        until(lambda: "there is no store at" in str(worker.trouble))
        assert not root(world).exists()
        with pytest.raises(Deferred, match="mount or restore it"):
            keeping.sync(context)
        (world.root / "elsewhere").rename(root(world))
        until(lambda: left() == (0, 0) and worker.trouble is None)
    assert [document.facts.locked_by for _, _, document in told(world, "IE1")] == [None, "ada", None]
    assert invalid(root(world)) == []


def test_who_cannot_use_the_store_does_not_keep_it_from_others(world: World) -> None:
    world.load(ie("IE1"))
    synced(world)
    root(world).rename(world.root / "elsewhere")
    with world.context() as context:
        with pytest.raises(Deferred, match="begin an empty one by `mdwatch store sync --anew`"):
            keeping.sync(context)
        # A daemon lives on, and would be believed to be at it: the command that it names would wait for ever.
        with context.repository.read() as connection:
            holder = leases.holder(connection, keeping.LEASE)
    assert holder is not None
    assert not holder[0]


def test_an_older_database_writes_nothing_over_what_is_kept(world: World) -> None:
    world.load(ie("IE1"))
    synced(world)
    world.drop("1.xml", update("IE1", dc("Kept")))
    world.run()
    synced(world)
    with world.context() as context:
        with context.repository.write() as connection:
            # As if an older state of it had been put back, and something else had happened then.
            connection.exec_driver_sql("UPDATE ie_version SET agent = 'eve' WHERE version = 2")
            connection.exec_driver_sql("UPDATE ie SET stored_version = 0")
        assert keeping.sync(context).failed == 1
        assert "came about otherwise" in standing.status(context).failures[0].reason
    assert len(told(world, "IE1")) == 2


def test_commands_and_settings(world: World, tmp_path: Path) -> None:
    world.load(ie("IE1"))
    config = world.write_settings()
    assert "1 IE to be kept yet" in mdwatch("status", config=config).out
    assert "there is no store" in mdwatch("store", "status", config=config).out
    assert mdwatch("store", "sync", config=config).out == "1 version written, 0 IEs could not be kept\n"
    assert mdwatch("store", "sync", "--json", config=config).json["versions"] == 0
    assert mdwatch("store", "status", "--json", config=config).json["due"] == 0
    assert mdwatch("store", "check", config=config).out.startswith("1 object with 1 version, 0 IEs to be kept yet, 0")
    for path in root(world).rglob("*.json"):
        if path.parent.name == "v1":
            path.unlink()
    assert mdwatch("store", "check", "--json", config=config).json["objects"] == 1
    item(world, "IE1").folder.rename(tmp_path / "away")
    assert "IE1: it has no object in the store" in mdwatch("store", "check", config=config).out
    assert mdwatch("store", "sync", config=config).out.startswith("0 versions")
    assert mdwatch("store", "sync", "--all", config=config).out.startswith("1 version ")
    assert mdwatch("store", "check", config=config).status == 0
    # Its place: beside the drop folders, writable, and its own.
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    for place, fault in {
        tmp_path: "lie in one another",
        world.folder / "store": "lie in one another",
        tmp_path / "no" / "store": "does not exist",
        tmp_path / "full": "not empty (a)",
    }.items():
        world.raw["store"] = {"ocfl": str(place)}
        assert [fault in found for found in setup.faults(world.settings)] == [True], place
    world.raw["store"] = {"ocfl": str(tmp_path / "store")}
    assert setup.faults(world.settings) == []
    world.raw["store"] = {}
    assert mdwatch("store", "sync", config=world.write_settings()).status == 2
