"""What lies in `error/`: why, whether it was changed since, and whether another file has done what it was to do."""

from pathlib import Path

import pytest

from mdwatch.handlers.files import errors as file_errors
from mdwatch.handlers.files import explain as file_explain
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.errors import ErrorCounts, ErrorFile
from mdwatch.handlers.ies import change
from tests.worlds import JOB, World, dc, ie, metadata, mods, update

SOURCE = [{"mid": "7", "subType": "MODS", "content": mods("Old")}]


def listing(world: World) -> dict[str, ErrorFile]:
    with world.context() as context:
        return {file.name: file for file in file_errors.listing(context, JOB, None, 50).files}


def settled(world: World) -> dict[str, str | None]:
    return {name: file.settled_by for name, file in listing(world).items()}


def counts(world: World) -> ErrorCounts:
    with world.context() as context:
        return file_errors.counts(context, JOB)


def standing(world: World, name: str) -> tuple[str, ...]:
    with world.context() as context:
        (found,) = file_explain.explain(context, Path(name), None)
    return found.standing


def world_of(root: Path) -> World:
    """A file in error for a lock, then the lock released."""
    world = World(root)
    world.load(ie("IE1", lockedBy="curator", source=SOURCE), ie("IE2"))
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    with world.context() as context:
        change.unlock(context, "IE1")
    return world


def test_a_successor_settles_it_and_it_leaves_the_count(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    assert (settled(world), counts(world)) == ({"a.xml": None}, ErrorCounts(1, 0))
    world.drop("b.xml", update("IE1", dc("Corrected")))
    world.run()
    assert (settled(world), counts(world)) == ({"a.xml": "b.xml"}, ErrorCounts(0, 1))
    assert standing(world, "a.xml") == ("error/a.xml is settled: b.xml has done what it was to do",)


def test_a_file_for_another_record_or_ie_settles_nothing(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("b.xml", update("IE1", metadata(mods("New"), "source", "mods", "7")))
    world.drop("c.xml", update("IE2", dc("New")))
    world.run()
    assert (settled(world), counts(world)) == ({"a.xml": None}, ErrorCounts(1, 0))


def test_the_same_name_dropped_again_and_applied_settles_it_whatever_was_wrong(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for name in ("typo.xml", "broken.xml"):
        world.drop(name, update("IE9", dc("New")) if name == "typo.xml" else b"<updateMD>")
    world.run()
    for name in ("typo.xml", "broken.xml"):
        world.drop(name, update("IE2", dc(name)))
    world.run()
    assert settled(world) == {"a.xml": None, "broken.xml": "broken.xml", "typo.xml": "typo.xml"}
    assert counts(world) == ErrorCounts(1, 2)


def test_one_that_was_changed_since_its_verdict_is_said_to_have(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    assert not listing(world)["a.xml"].changed
    (world.folder / "error" / "a.xml").write_bytes(update("IE1", dc("By hand")))
    found = listing(world)["a.xml"]
    assert (found.changed, found.code) == (True, "locked")
    assert standing(world, "a.xml") == (
        "error/a.xml was changed since it was decided; `mdwatch retry` has it tried as it is now",
    )
    # And it is to be seen to, whatever another file did: it says something else now.
    world.drop("b.xml", update("IE1", dc("Corrected")))
    world.run()
    assert counts(world) == ErrorCounts(1, 0)


@pytest.mark.parametrize("number", [1, 3])
def test_each_of_several_of_one_name_has_its_own_verdict(tmp_path: Path, number: int) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"))
    for _ in range(number):
        world.drop("a.xml", update("IE1", dc("New")))
        world.run()
        world.drop("a.xml", b"<")
        world.run()
    codes = sorted(str(file.code) for file in listing(world).values())
    assert codes == sorted(["locked", "invalid-xml"] * number)


def test_a_name_that_was_put_by_hand_after_a_retry_is_nobodys(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with world.context() as context:
        file_retry.retry(context, JOB, [])
    world.run()
    (world.folder / "error" / "a.xml").write_bytes(b"by hand")
    assert [file.code for file in listing(world).values()] == [None]


def test_many_error_files_are_counted_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    names = [f"{number:04}.xml" for number in range(450)]
    for name in names:
        world.drop(name, b"<")
    world.run()
    assert counts(world) == ErrorCounts(450, 0)
    (world.folder / "error" / names[0]).unlink()
    assert counts(world) == ErrorCounts(449, 0)
