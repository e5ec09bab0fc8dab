"""Hosts that share a server may have clocks that are hours apart: what came later, and what was said of it, do not."""

import os
from pathlib import Path

import pytest

from mdwatch.handlers.files import errands
from mdwatch.handlers.ies import change
from mdwatch.shapes.errands import ErrandFileShape
from tests import postgres
from tests.handlers.files.test_errands import carry_out
from tests.handlers.files.test_retry_order import overtaken
from tests.worlds import ANN, JOB, Later, World, dc, ie, update

pytestmark = [
    pytest.mark.skipif(postgres.SERVER not in os.environ, reason="about a server; run with `--postgres`"),
    pytest.mark.parametrize("days", [0.1, -0.1], ids=["ahead", "behind"]),
]


@pytest.fixture(autouse=True)
def _clock_of_the_server(monkeypatch: pytest.MonkeyPatch, _one_clock: None) -> None:
    """The server has a clock of its own, as it does where users have it."""
    monkeypatch.undo()


def asked(world: World, *, anyway: bool) -> int:
    with world.context() as context:
        return errands.ask(context.of(ANN), errands.retry(JOB, ["monday.xml"], anyway=anyway)).id


def carried_out(world: World, key: int, clock: Later) -> ErrandFileShape:
    """What came of Monday's file where the daemon of another host carries the errand out."""
    with world.context(clock) as context:
        carry_out(context, world.folder)
        (file,) = errands.files(context, key, left=False, after=-1, limit=-1)
    return file


def retried(world: World, clock: Later, *, anyway: bool) -> ErrandFileShape:
    return carried_out(world, asked(world, anyway=anyway), clock)


def wednesday(world: World, clock: Later) -> None:
    world.drop("wednesday.xml", update("IE1", dc("Wednesday")))
    assert world.run(clock).counts == {"updated": 1}


def test_what_was_there_when_it_was_said_is_undone(tmp_path: Path, days: float) -> None:
    world, there = overtaken(tmp_path), Later(days)
    wednesday(world, there)
    assert retried(world, there, anyway=False).later == "wednesday.xml"
    assert retried(world, there, anyway=True).new_name == "monday.xml"
    assert world.run(there).counts == {"updated": 1}
    assert world.title("IE1") == "Monday"


def test_what_came_after_it_was_said_is_not_undone(tmp_path: Path, days: float) -> None:
    world, there = overtaken(tmp_path), Later(days)
    key = asked(world, anyway=True)
    wednesday(world, there)
    assert carried_out(world, key, there).later == "wednesday.xml"
    assert world.title("IE1") == "Wednesday"


def test_what_came_after_it_was_put_back_is_not_undone(tmp_path: Path, days: float) -> None:
    world, there = overtaken(tmp_path), Later(days)
    assert retried(world, Later(0), anyway=True).new_name == "monday.xml"
    aside = (world.folder / "monday.xml").rename(world.folder / "monday.part")
    wednesday(world, there)
    aside.rename(world.folder / "monday.xml")
    assert world.run(there).counts == {"superseded": 1}
    assert world.title("IE1") == "Wednesday"


def test_what_was_done_by_hand_stands_against_what_was_in_error_before(tmp_path: Path, days: float) -> None:
    world, there = overtaken(tmp_path), Later(days)
    with world.context(there) as context:
        change.revert(context, "IE1", 1, "ann")
    assert retried(world, there, anyway=False).later == "revert by ann"
    assert retried(world, there, anyway=True).new_name == "monday.xml"


def test_what_was_loaded_anew_stands_against_it_too(tmp_path: Path, days: float) -> None:
    world, there = overtaken(tmp_path), Later(days)
    world.load(ie("IE1", "Loaded"), clock=there)
    assert retried(world, there, anyway=False).later == "load by test"
    assert retried(world, there, anyway=True).new_name == "monday.xml"
