"""The thread of the exports: at once what is due, by night what was missed, batches when they are asked for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import group, slices
from mdwatch.handlers.exports import worker as exports_worker
from mdwatch.handlers.exports.worker import ExportWorker
from mdwatch.handlers.ies import change
from mdwatch.model import Batch
from mdwatch.repository import batches as kept_batches
from mdwatch.repository import control
from mdwatch.repository.exports import documents, failures
from mdwatch.repository.exports import due as exports_due
from mdwatch.rules.job_states import NIGHTLY
from mdwatch.runtime import lease_holders
from mdwatch.runtime.context import Context
from tests import foreign
from tests.postgres import raw
from tests.waiting import more_turns, until
from tests.worlds import World, dc, ie, update

DAY = 86_400_000


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.raw["export"] = {"formats": ["native_json"]}
    world.raw["workers"] = {"processes": 0}
    return world


def loaded(world: World, number: int) -> None:
    world.load(*(ie(f"IE{index}", f"T{index}", published=True) for index in range(number)))


@contextmanager
def working(
    context: Context, busy: Callable[[], bool] = lambda: False, worker: ExportWorker | None = None
) -> Iterator[ExportWorker]:
    worker = worker or ExportWorker(lambda: context, busy)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
        worker.join(30)
        assert not worker.is_alive()


def due(context: Context) -> int:
    with context.repository.read() as connection:
        return exports_due.count(connection)


def content(context: Context, pid: str, name: str = "native_json") -> bytes:
    with context.repository.read() as connection:
        kept = documents.get(connection, pid, name)
    return kept.content or b"" if kept else b""


def every(context: Context) -> list[Batch]:
    with context.repository.read() as connection:
        return kept_batches.latest(connection, 99)


def tick(context: Context, at: int) -> None:
    with context.repository.write() as connection:
        control.tell(connection, NIGHTLY, last_tick=at)


def last_tick(context: Context) -> int | None:
    with context.repository.read() as connection:
        state = control.states(connection).get(NIGHTLY)
    return state.last_tick if state else None


# --- at once ----------------------------------------------------------------------------------------------------------


def test_what_became_due_while_nobody_worked_is_exported(world: World) -> None:
    loaded(world, 250)
    with world.context() as context, working(context):
        until(lambda: due(context) == 0)
        assert content(context, "IE249")
        assert every(context) == []


def test_what_is_published_or_updated_is_exported_at_once(world: World) -> None:
    world.load(ie("IE1", "Old"), ie("IE2", "Old", published=True))
    with world.context() as context, working(context):
        until(lambda: content(context, "IE2"))
        change.publish(context, "IE1")
        until(lambda: content(context, "IE1"), 5)
        world.drop("1.xml", update("IE2", dc("New")))
        world.run()
        until(lambda: b"New" in content(context, "IE2"), 5)
        change.unpublish(context, "IE2")
        assert content(context, "IE2") == b""


def test_update_jobs_go_first_for_a_while(world: World) -> None:
    loaded(world, 1)
    asked = 0
    jobs_run = True

    def busy() -> bool:
        nonlocal asked
        asked += 1
        return jobs_run

    with world.context() as context, working(context, busy):
        until(lambda: asked > 10)
        assert due(context) == 1
        jobs_run = False
        until(lambda: due(context) == 0, 3)


def test_but_not_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports_worker, "_POLITE_SECONDS", 0.5)
    loaded(world, 1)
    with world.context() as context, working(context, lambda: True):
        until(lambda: due(context) == 0, 15)


def test_the_worker_stops_while_update_jobs_go_first(world: World) -> None:
    loaded(world, 1)
    with world.context() as context, working(context, lambda: True) as worker:
        until(lambda: worker.heartbeat.where == "work")
        before = time.monotonic()
        worker.stop()
        worker.join(10)
        assert time.monotonic() - before < 4


def test_idle_it_writes_nothing_and_turns_seldom(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(world, 3)
    with world.context() as context, working(context) as worker:
        until(lambda: due(context) == 0)
        until(lambda: worker.heartbeat.where == "idle")
        turns: list[float] = []
        turn = worker._turn
        # Of this worker alone: one of another test may be at its end still.
        monkeypatch.setattr(worker, "_turn", lambda: turns.append(0) or turn())  # type: ignore[func-returns-value]
        monkeypatch.setattr(group, "export", lambda *_arguments: 1 / 0)
        begun = time.monotonic()
        time.sleep(1.5)
        # One at least every third of a second, however long a busy machine made it sleep.
        assert 1 <= len(turns) <= (time.monotonic() - begun) / 0.3 + 3
        assert worker.trouble is None


def test_a_failure_is_tried_again_when_its_pause_is_over_and_not_before(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = tmp_path / "tries"
    good = tmp_path / "good"
    body = f"open({str(tries)!r}, 'a').write('x')\nassert os.path.exists({str(good)!r})" + foreign.GOOD
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, odd=body))
    world.raw["export"] = {"formats": ["native_json", "odd"]}
    loaded(world, 1)

    def end_pauses() -> None:
        with context.repository.write() as connection:
            raw(connection, "UPDATE export_failure SET next_at = 0")

    with world.context() as context, working(context) as worker:
        until(lambda: due(context) == 0)
        assert content(context, "IE0")
        assert not content(context, "IE0", "odd")
        more_turns(worker)
        assert tries.read_text() == "x"
        end_pauses()
        until(lambda: tries.read_text() == "xx")
        more_turns(worker)
        assert tries.read_text() == "xx"
        good.touch()
        end_pauses()
        until(lambda: content(context, "IE0", "odd"))
        with context.repository.read() as connection:
            assert failures.count(connection) == 0


def test_failures_that_mean_nothing_keep_nobody_busy(world: World) -> None:
    """Of a format that is kept no more, and of one whose document is there all the same."""
    loaded(world, 2)
    with world.context() as context:
        with working(context):
            until(lambda: due(context) == 0)
        with context.repository.write() as connection:
            sql = "INSERT INTO export_failure VALUES (?, ?, ?, ?, 'why', 0, 0, 1, 0)"
            raw(connection, sql, (1, "gone", 1, "1"))
            raw(connection, sql, (2, "native_json", 1, "another"))
        with working(context) as worker:
            until(lambda: exports_failing(context) == 0)
            until(lambda: worker.heartbeat.where == "idle")


def exports_failing(context: Context) -> int:
    with context.repository.read() as connection:
        return failures.count(connection)


# --- by night ---------------------------------------------------------------------------------------------------------


def test_the_first_start_has_missed_no_night(world: World) -> None:
    with world.context() as context:
        before = context.clock.now()
        with working(context):
            until(lambda: last_tick(context) is not None)
        assert (last_tick(context) or 0) >= before
        assert every(context) == []


def test_a_night_that_was_missed_is_made_up_for_once(world: World) -> None:
    loaded(world, 3)
    with world.context() as context:
        tick(context, context.clock.now() - 3 * DAY)
        before = context.clock.now()
        for _start in range(2):
            with working(context) as worker:
                until(lambda: any(batch.ended_at for batch in every(context)))
                until(lambda: (last_tick(context) or 0) >= before)
                more_turns(worker)
        (batch,) = every(context)
        assert (batch.kind, batch.asked_by, batch.status) == ("nightly", "the daemon", "finished")
        assert batch.log is not None
        assert "nightly export of what is due" in (world.root / "logs" / batch.log).read_text()


def test_a_night_is_not_doubled_by_a_batch_that_is_left_from_it(world: World) -> None:
    loaded(world, 3)
    with world.context() as context:
        tick(context, context.clock.now() - 3 * DAY)
        export_batch.request(context, "nightly", "the daemon")
        with working(context) as worker:
            until(lambda: every(context)[0].ended_at)
            more_turns(worker)
        assert len(every(context)) == 1


def test_a_night_waits_for_another_batch_and_comes_after_it(world: World) -> None:
    loaded(world, 3)
    with world.context() as context:
        tick(context, context.clock.now() - 3 * DAY)
        export_batch.request(context, "redo", "me")
        with working(context):
            until(lambda: len(every(context)) == 2 and every(context)[0].ended_at)
        assert [batch.kind for batch in every(context)] == ["nightly", "redo"]


def test_a_tick_in_the_future_is_none(world: World) -> None:
    with world.context() as context:
        tick(context, context.clock.now() + 1000 * DAY)
        with working(context):
            until(lambda: (last_tick(context) or 0) <= context.clock.now())
        assert every(context) == []


# --- batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_is_run_and_updates_between_its_groups(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes before or behind the place where a long batch is, is exported all the same."""
    monkeypatch.setattr(slices, "GROUP_SIZE", 100)
    loaded(world, 300)
    world.load(ie("IE900", "Old"))
    done: list[int] = []
    with world.context() as context:
        with working(context):
            until(lambda: due(context) == 0)
        export_batch.request(context, "redo", "me")
        worker = ExportWorker(lambda: context, lambda: False)
        between = worker._between

        def change_first(*arguments: object) -> None:
            if not done:
                change.publish(context, "IE900")
            between(*arguments)  # type: ignore[arg-type]
            done.append(due(context))

        worker._between = change_first  # type: ignore[assignment,method-assign]
        with working(context, worker=worker):
            until(lambda: every(context)[0].ended_at)
        assert len(done) >= 3
        assert not any(done)
        ended = every(context)[0]
        assert (ended.status, ended.total, ended.processed, ended.exported) == ("finished", 301, 301, 301)


def test_stopped_it_leaves_the_batch_and_goes_on_with_it(world: World) -> None:
    loaded(world, 1000)
    with world.context() as context:
        export_batch.request(context, "redo", "me")
        with working(context) as worker:
            until(lambda: every(context)[0].processed)
            worker.stop()
            worker.join(10)
            assert not worker.is_alive()
        left = every(context)[0]
        assert (left.ended_at, 0 < left.processed < 1000) == (None, True)
        assert not lease_holders.held(context, export_batch.LEASE)
        with working(context):
            until(lambda: every(context)[0].ended_at)
        ended = every(context)[0]
        assert (ended.id, ended.processed, ended.exported) == (left.id, 1000, 1000)


def test_a_batch_can_be_cancelled(world: World) -> None:
    loaded(world, 900)
    with world.context() as context, working(context):
        until(lambda: due(context) == 0)
        export_batch.request(context, "redo", "me")
        until(lambda: every(context)[0].processed)
        asked = export_batch.cancel(context)
        assert asked is not None
        assert asked.ended_at is None
        until(lambda: every(context)[0].ended_at)
        assert every(context)[0].status == "cancelled"
        assert every(context)[0].processed < 900


def test_a_set_that_cannot_be_filled_is_not_tried_again_and_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(world, 1)
    with world.context() as context:
        sql = (
            "INSERT INTO oai_set (spec, name, description, definition, changed_at, filled) "
            "VALUES ('maps', 'Maps', '', 'no such thing (', 0, false)"
        )
        with context.repository.write() as connection:
            raw(connection, sql)
        monkeypatch.setattr(export_batch, "processes_for", lambda *_arguments: 1 / 0)
        with working(context) as worker:
            until(lambda: every(context) and every(context)[0].ended_at)
            more_turns(worker)
            assert [(batch.kind, batch.status) for batch in every(context)] == [("set", "failed")]


# --- trouble ----------------------------------------------------------------------------------------------------------


def test_where_another_process_has_the_lease_it_waits(world: World) -> None:
    loaded(world, 1)
    with world.context() as context:
        with context.repository.write() as connection:
            other = "elsewhere/x/y 1 1"
            sql = "INSERT INTO lease (name, holder, fence, until) VALUES ('exports', ?, 1, ?)"
            raw(connection, sql, (other, context.clock.now() + 30_000))
        with working(context) as worker:
            more_turns(worker)
            assert due(context) == 1
            with context.repository.write() as connection:
                raw(connection, "UPDATE lease SET until = 0 WHERE name = 'exports'")
            until(lambda: due(context) == 0)


def test_a_lease_that_was_taken_away_undoes_what_relied_on_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(world, 1)
    with world.context() as context:
        taken: list[bool] = []
        carry_out = group._carry_out

        def lose(*arguments: object) -> object:
            if not taken:
                taken.append(True)
                with context.repository.write() as connection:
                    sql = "UPDATE lease SET fence = fence + 1, holder = 'far/x/y 1 1', until = ? WHERE name = 'exports'"
                    raw(connection, sql, (context.clock.now() + 30_000,))
            return carry_out(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(group, "_carry_out", lose)
        with working(context) as worker:
            until(lambda: taken)
            until(lambda: worker.heartbeat.where == "idle")
            assert due(context) == 1
            assert content(context, "IE0") == b""


def test_a_fault_is_told_and_healed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(world, 1)
    with world.context() as context:
        monkeypatch.setattr(group, "export", lambda *_arguments: 1 / 0)
        with working(context) as worker:
            until(lambda: worker.trouble)
            assert worker.trouble == "mdwatch itself failed; see the service log"
            monkeypatch.undo()
            until(lambda: due(context) == 0)
            until(lambda: worker.trouble is None)


def test_new_settings_are_taken_over(world: World) -> None:
    loaded(world, 1)
    with world.context() as context:
        world.raw["export"] = {"formats": ["native_json", "oai_dc"]}
        later = Context(world.settings, context.repository, context.clock)
        current = context
        with working(context, worker=ExportWorker(lambda: current, lambda: False)):
            until(lambda: due(context) == 0)
            assert not content(context, "IE0", "oai_dc")
            current = later
            until(lambda: content(context, "IE0", "oai_dc"))
