"""Errands about many error files: one run for all of them, none lost or done twice however they are cut short."""

from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import UsageError
from mdwatch.handlers.files import errand_work, errands
from mdwatch.handlers.ies import change
from mdwatch.handlers.jobs import runs
from mdwatch.handlers.updates.worker import JobWorker
from mdwatch.runtime.context import Context
from mdwatch.watch.arrivals import Arrivals
from tests.handlers.files.test_retry_crashes import killed_within
from tests.waiting import more_turns, until
from tests.worlds import ANN, JOB, World, dc, ie, update

MANY = 230  # more than two groups


def world_of(root: Path, number: int, **job: Any) -> World:
    """So many files for a locked IE in error/, whose lock is gone by now."""
    world = World(root, **job)
    world.load(ie("IE1", lockedBy="curator"))
    for item in range(number):
        world.drop(f"{item:03}.xml", update("IE1", dc(f"New {item}")))
    world.run()
    with world.context() as context:
        change.unlock(context, "IE1")
    return world


def _carry_out(world: World) -> None:
    with world.context() as context:
        carry_out(context, world.folder)


def carry_out(context: Context, folder: Path) -> list[int]:
    with DropFolder(folder) as opened:
        return errand_work.carry_out(context, JOB, opened)


def test_the_worker_puts_all_back_and_takes_them_in_one_run(tmp_path: Path) -> None:
    world = world_of(tmp_path, MANY, settle_seconds=0.05, sweep_seconds=0.05)
    arrivals = Arrivals()
    with world.context() as context:
        before = len(runs.runs(context, JOB, None, 50))
        asked = errands.ask(context.of(ANN), errands.retry(JOB, []))
        assert (asked.total, asked.done, asked.ended_at) == (0, 0, None)
        worker = JobWorker(context, JOB, arrivals, None, None, _by_worker)
        worker.start()
        until(lambda: errands.look(context, asked.id).run is not None)
        done = errands.look(context, asked.id)
        worker.stop()
        worker.join(30)
        arrivals.stop()
        made = runs.runs(context, JOB, None, 50)[: -before or None]
    assert (done.total, done.done, done.moved, done.left, done.taken) == (MANY, MANY, MANY, 0, MANY)
    assert [(past.run.id, past.counts) for past in made] == [(done.run, {"updated": MANY})]
    assert world.title("IE1") == f"New {MANY - 1}"


def test_a_worker_asks_for_errands_while_it_is_told_of_some(tmp_path: Path) -> None:
    world = world_of(tmp_path, 1, sweep_seconds=0.05)
    tried: list[None] = []

    def fails_once(session: Any, folder: DropFolder) -> list[int]:
        tried.append(None)
        if len(tried) == 1:
            raise OSError("away")
        return _by_worker(session, folder)

    with world.context() as context:
        worker = JobWorker(context, JOB, None, None, None, fails_once)
        worker.start()
        more_turns(worker)
        asked = errands.ask(context.of(ANN), errands.retry(JOB, []))
        more_turns(worker)
        assert tried == []
        worker.errands.asked = True
        until(lambda: errands.look(context, asked.id).ended_at is not None)
        worker.stop()
        worker.join(30)
    assert len(tried) == 2


def _by_worker(session: Any, folder: DropFolder) -> list[int]:
    return errand_work.carry_out(session.context, session.name, folder)


def test_what_was_cut_short_at_a_move_goes_on_and_moves_nothing_twice(tmp_path: Path) -> None:
    world = world_of(tmp_path, MANY, schedule="manual")
    with world.context() as context:
        asked = errands.ask(context.of(ANN), errands.retry(JOB, []))
    moves = count()
    # Before a move, when those before it are moved and not noted yet.
    killed_within(partial(_carry_out, world), "mdwatch.dropfolder.filing:take_back", when=lambda: next(moves) == 130)
    with world.context() as context:
        cut = errands.look(context, asked.id)
        assert (cut.total, cut.done, cut.ended_at) == (MANY, 100, None)
    assert len([name for name in world.files() if "/" not in name]) == 130
    # Who wants a file dropped anew gets it beside the others; the errand is about those of then.
    world.drop("new.xml", b"<")
    with world.context() as context:
        assert carry_out(context, world.folder) == [asked.id]
        done = errands.look(context, asked.id)
        assert (done.total, done.done, done.moved) == (MANY, MANY, MANY)
        found = errands.files(context, asked.id, left=False, after=-1, limit=-1)
        assert [item.new_name for item in found] == [item.name for item in found]
        assert carry_out(context, world.folder) == []
    assert len(world.files()) == MANY + 1
    assert world.run().counts == {"updated": MANY, "invalid-xml": 1}


def test_a_folder_that_fails_is_told_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path, 2)
    with world.context() as context:
        asked = errands.ask(context.of(ANN), errands.retry(JOB, ["000.xml", "nix.xml", "000.xml"]))
        with monkeypatch.context() as patch:
            patch.setattr(DropFolder, "make_places", _fails)
            with pytest.raises(OSError, match="away"):
                carry_out(context, world.folder)
        assert errands.look(context, asked.id).reason == "away"
        carry_out(context, world.folder)
        done = errands.look(context, asked.id)
        left = errands.files(context, asked.id, left=True, after=-1, limit=10)
    assert (done.moved, done.left, done.reason) == (1, 2, None)
    assert [item.reason.split(" of this")[0] for item in left] == ["there is no regular file", "it is named twice"]


def _fails(_: DropFolder) -> None:
    raise OSError("away")


def test_many_are_dismissed_and_one_with_something_against_it_is_left_by_a_retry(tmp_path: Path) -> None:
    world = world_of(tmp_path, 120)
    world.drop("later.xml", update("IE1", dc("Later")))
    world.run()
    with world.context() as context:
        done = errands.do(context.of(ANN), errands.retry(JOB, ["000.xml"]))
        (refused,) = errands.retried(context, done)
        assert (refused.put_back_as, refused.later) == (None, "later.xml")
        assert [field.value for field in refused.differences[0].difference.removed] == ["Later"]
        again = errands.do(context.of(ANN), errands.retry(JOB, ["000.xml"], anyway=True))
        assert errands.retried(context, again)[0].warning.endswith("which this undoes")
        rest = errands.do(context.of(ANN), errands.dismissal(JOB, []))
        assert (rest.total, rest.moved) == (119, 119)
        assert errands.do(context.of(ANN), errands.dismissal(JOB, [])).total == 0
        with pytest.raises(UsageError, match="there is no job nix"):
            errands.ask(context.of(ANN), errands.retry("nix", []))
        world.folder.rename(tmp_path / "away")
        with pytest.raises(UsageError, match="cannot be used: No such file"):
            errands.do(context.of(ANN), errands.retry(JOB, []))
        assert [errands.look(context, key).refused for key in (rest.id, rest.id + 2)] == [False, True]
