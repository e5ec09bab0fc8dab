"""An audit finds each kind of damage that is made on purpose, and nothing where all is well."""

import shutil
from hashlib import blake2b
from pathlib import Path

import pytest

from mdwatch.handlers.files import dismiss as file_dismiss
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.audit import Audit
from mdwatch.handlers.ies import change
from tests.cli.calls import mdwatch
from tests.postgres import raw
from tests.worlds import JOB, World, dc, ie, update


def audit(world: World) -> tuple[list[tuple[str, str]], dict[str, int]]:
    with world.context() as context:
        work = Audit(context)
        found = [(item.kind, item.subject) for item in work.findings()]
        return found, dict(work.accounts[JOB])


def world_of(root: Path) -> World:
    """A file of each fate."""
    world = World(root)
    world.load(ie("IE1"), ie("IE2", stage="sip"), ie("IE3", lockedBy="curator"))
    for name, pid in (("1.xml", "IE1"), ("2.xml", "IE2"), ("3.xml", "IE3"), ("4.xml", "IE3"), ("5.xml", "IE3")):
        world.drop(name, update(pid, dc(name)))
    world.drop("6.xml", update("IE1", dc("6.xml")))
    world.run()
    with world.context() as context:
        file_dismiss.dismiss(context, JOB, ["4.xml"])
        file_retry.retry(context, JOB, ["5.xml"])
    (world.folder / "done" / "6.xml").unlink()
    return world


def execute(world: World, sql: str) -> None:
    with world.context() as context, context.repository.write() as connection:
        raw(connection, sql)


def test_where_all_is_well_every_file_is_accounted_for(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    expected = {"done": 1, "waiting": 1, "error": 1, "dismissed": 1, "tried again": 1, "removed by hand": 1}
    assert audit(world) == ([], expected)
    config = world.write_settings()
    done = mdwatch("audit", config=config)
    assert (done.status, done.out.splitlines()[-1]) == (0, "0 findings")


@pytest.mark.parametrize(
    ("sql", "kind", "subject"),
    [
        (
            "UPDATE journal SET carried_out = false WHERE name = '1.xml'",
            "not-carried-out",
            "dc: 1.xml (updated, row 1)",
        ),
        (
            "UPDATE journal SET unmoved = 'missing' WHERE name = '1.xml'",
            "not-carried-out",
            "dc: 1.xml (updated, row 1)",
        ),
        ("DELETE FROM event", "events", "IE1"),
        ("DELETE FROM ie_version WHERE version = 2", "versions", "IE1"),
        ("UPDATE ie SET version = 9 WHERE pid = 'IE1'", "versions", "IE1"),
        ("UPDATE record_version SET content = '<x/>'", "record-digest", "IE1: descriptive record"),
        ("UPDATE record_version SET content = '<x'", "record-digest", "IE1: descriptive record"),
        ("UPDATE record SET version = 77", "record-content", "IE1: descriptive record"),
    ],
)
def test_damage_in_the_database_is_found(tmp_path: Path, sql: str, kind: str, subject: str) -> None:
    world = world_of(tmp_path)
    execute(world, sql)
    found, _ = audit(world)
    assert (kind, subject) in found
    assert {item for item, _ in found} == {kind}


def test_strangers_and_changed_files_in_done_and_error_are_found(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    (world.folder / "done" / "stranger.xml").touch()
    (world.folder / "error" / "stranger.xml").touch()
    (world.folder / "done" / "1.xml").write_bytes(b"changed")
    found, _ = audit(world)
    assert sorted(found) == [
        ("changed-in-done", "dc: 1.xml (updated, row 1)"),
        ("unknown-in-done", "dc: done/stranger.xml"),
        ("unknown-in-error", "dc: error/stranger.xml"),
    ]


def test_a_folder_that_is_away_is_found_and_the_rest_looked_at(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.folder.rename(tmp_path / "away")
    execute(world, "DELETE FROM event")
    found, _ = audit(world)
    assert [kind for kind, _ in found] == ["folder-away", "events"]
    done = mdwatch("audit", "--json", config=world.write_settings())
    assert done.status == 1
    assert [item["kind"] for item in done.json["findings"]] == ["folder-away", "events"]


RIGHT = blake2b(b"<x/>", digest_size=16).hexdigest()


@pytest.mark.parametrize(
    ("digest", "ie_version", "deleted", "there", "kinds"),
    [
        (RIGHT, 1, False, True, []),
        (RIGHT, 1, True, False, []),
        ("00" * 16, 1, False, True, ["export-digest"]),
        (RIGHT, 1, False, False, ["export-digest"]),
        (RIGHT, 1, True, True, ["export-digest"]),
        (RIGHT, 2, False, True, ["export-stamp"]),
    ],
)
def test_damage_of_exports_is_found(
    tmp_path: Path, digest: str, ie_version: int, deleted: bool, there: bool, kinds: list[str]
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", published=True))
    execute(
        world,
        "INSERT INTO export (ie_id, format, ie_version, exporter_version, at, datestamp, deleted, digest) "
        f"VALUES (1, 'oai_dc', {ie_version}, '1', 0, 0, {deleted}, X'{digest}')",
    )
    if there:
        execute(world, "INSERT INTO export_document (ie_id, format, content) VALUES (1, 'oai_dc', X'3C782F3E')")
    found, _ = audit(world)
    assert found == [(kind, "IE1: oai_dc") for kind in kinds]


def test_a_copy_from_a_backup_that_was_applied_over_a_newer_file_is_told_until_that_is_put_right(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"), ie("IE2"))
    for name, pid in (("a.xml", "IE1"), ("z.xml", "IE2")):
        shutil.copy2(world.drop(name, update(pid, dc(name))), tmp_path / name)
    world.run()
    world.drop("b.xml", update("IE1", dc("b.xml")))
    world.run()
    for name in ("a.xml", "z.xml"):
        shutil.copy2(tmp_path / name, world.folder / name)
    world.run()
    # The other one changed nothing: nothing was applied in between.
    assert audit(world)[0] == [("applied-again", "dc: a.xml (row 4) over b.xml: version 4 of IE IE1")]
    told = mdwatch("audit", config=world.write_settings())
    assert told.status == 1
    assert "What to do about a copy of a file that was applied before, over one that is newer: " in told.out
    with world.context() as context:
        change.revert(context, "IE1", 3, "ann")
    assert audit(world)[0] == []


def test_the_same_file_that_is_sent_again_and_again_in_its_order_is_nothing_to_tell_of(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    for name in ("a.xml", "b.xml"):
        shutil.copy2(world.drop(name, update("IE1", dc(name))), tmp_path / name)
    world.run()
    for name in ("a.xml", "b.xml"):
        shutil.copy2(tmp_path / name, world.folder / name)
    assert world.run().counts == {"updated": 2}
    assert audit(world)[0] == []


def test_a_newer_file_that_says_the_same_is_undone_by_no_copy(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    shutil.copy2(world.drop("a.xml", update("IE1", dc("New"))), tmp_path / "a.xml")
    world.run()
    world.load(ie("IE1"))
    world.drop("b.xml", update("IE1", dc("New")))
    world.run()
    world.load(ie("IE1"))
    shutil.copy2(tmp_path / "a.xml", world.folder / "a.xml")
    assert world.run().counts == {"updated": 1}
    assert audit(world)[0] == []
