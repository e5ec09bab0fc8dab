"""The repository that a job works for lies elsewhere from a reload on."""

import signal
from pathlib import Path
from shutil import copytree

import pytest

from mdwatch.handlers.stores import keeping
from tests.handlers.updates.test_foreign_repository import ForeignWorld
from tests.system.daemons import running
from tests.worlds import World, dc, ie, update

pytestmark = pytest.mark.system


def test_a_job_works_for_the_place_that_a_reload_names(tmp_path: Path) -> None:
    home = World(tmp_path / "home")
    home.raw["store"] = {"ocfl": str(home.root / "store")}
    home.load(ie("IE1"))
    with home.context() as context:
        keeping.sync(context)
    world = ForeignWorld(tmp_path / "world", home.root / "store", settle_seconds=0.2)
    moved = world.root / "moved"
    with running(world) as daemon:
        world.drop("a.xml", update("IE1", dc("A")))
        daemon.wait_for_file("done/a.xml")
        copytree(world.store, moved)
        world.raw["repositories"]["archive"]["ocfl"] = str(moved)
        world.write_settings()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("reloaded")
        world.drop("b.xml", update("IE1", dc("B")))
        daemon.wait_for_file("done/b.xml")
        assert daemon.stop() == 0
    assert world.state("IE1").version == 2, "the former place is left as it is"
    world.store = moved
    assert world.state("IE1").version == 3
