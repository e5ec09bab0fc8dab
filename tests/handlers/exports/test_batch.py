"""Batches of exports: counted up front, logged from the first moment, one at a time, taken up where they were left."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from mdwatch.errors import Deferred
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import group as export_group
from mdwatch.handlers.exports import request as export_request
from mdwatch.handlers.exports import slices
from mdwatch.handlers.exports.batch import BatchStopped
from mdwatch.model import Batch, BatchKind
from mdwatch.repository import batches as kept_batches
from mdwatch.repository.exports import documents, due
from mdwatch.runtime import identity, lease
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import load_exporters
from tests import foreign
from tests.handlers.exports.test_group import Clock
from tests.postgres import raw
from tests.worlds import World, dc, ie, update

HOUR = 3_600_000


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.raw["export"] = {"formats": ["native_json"]}
    world.raw["workers"] = {"processes": 0}
    return world


@pytest.fixture(autouse=True)
def _groups_of_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "GROUP_SIZE", 100)


def loaded(world: World, number: int = 250) -> World:
    world.load(*(ie(f"IE{index}", f"T{index}", published=True) for index in range(number)))
    return world


def carry_out(context: Context, kind: BatchKind = "all", **asked: object) -> Batch:
    return export_request.carry_out(context, kind, "me", **asked)  # type: ignore[arg-type]


def run(
    context: Context,
    kind: BatchKind = "all",
    older_than: int | None = None,
    stopping: Callable[[], bool] = lambda: False,
    between: Callable[[int], None] = lambda _last: None,
) -> Batch:
    """Runs the open batch, or a new one of this kind, as the daemon does."""
    formats = load_exporters(context.settings.export.formats)
    batch, _ = export_batch.request(context, kind, "me", older_than=older_than)
    with lease.holding(context, export_batch.LEASE) as hold:
        with context.repository.write() as connection:
            due.note_exporters(connection, formats.mark)
        return export_batch.run(context, formats, batch, hold, stopping=stopping, between=between)


def stop_after(groups: int) -> Callable[[], bool]:
    seen = iter(range(1, 1000))
    return lambda: next(seen) >= groups


def counts(batch: Batch) -> tuple[int, int, int, int, int]:
    return batch.total, batch.processed, batch.exported, batch.failed, batch.unchanged


def lines(world: World, batch: Batch) -> list[str]:
    """The log of a batch without the moments."""
    assert batch.log is not None
    text = (world.root / "logs" / batch.log).read_text(encoding="utf-8")
    return [line.split("   ", 1)[1] for line in text.splitlines()]


def exported(context: Context) -> int:
    with context.repository.read() as connection:
        return sum(item.documents for item in documents.counts(connection))


# --- counts and log ---------------------------------------------------------------------------------------------------


def test_all_exports_what_is_due_and_logs_it(world: World) -> None:
    with loaded(world).context() as context:
        batch = carry_out(context)
        assert (batch.kind, batch.asked_by, batch.status) == ("all", "me", "finished")
        assert counts(batch) == (250, 250, 250, 0, 0)
        assert exported(context) == 250
        assert lines(world, batch) == [
            "INFO   Batch 1 (export all that is due): 250 of 250 published IEs, native_json",
            "INFO   Processed: 250. Exported: 250. Failed: 0. Unchanged: 0.",
            "INFO   Batch 1 finished",
        ]
        second = carry_out(context)
        assert counts(second) == (0, 0, 0, 0, 250)
        assert lines(world, second) == [
            "INFO   Batch 2 (export all that is due): 0 of 250 published IEs, native_json",
            "INFO   Processed: 0. Exported: 0. Failed: 0. Unchanged: 250.",
            "INFO   Batch 2 finished",
        ]


def test_the_total_and_the_log_are_there_before_anything_is_made(world: World) -> None:
    seen: list[tuple[int, int, list[str]]] = []

    def progress(batch: Batch) -> None:
        if not seen:
            seen.append((batch.total, batch.processed, lines(world, batch)))

    with loaded(world).context() as context:
        export_request.carry_out(context, "all", "me", progress=progress)
    assert seen == [(250, 0, ["INFO   Batch 1 (export all that is due): 250 of 250 published IEs, native_json"])]


def test_progress_grows_to_the_total(world: World) -> None:
    steps: list[int] = []
    with loaded(world).context() as context:
        export_request.carry_out(context, "all", "me", progress=lambda batch: steps.append(batch.processed))
    assert steps == [0, 100, 200, 250]


def test_redo_makes_everything_anew_and_only_what_is_older_where_asked(world: World, tmp_path: Path) -> None:
    clock = Clock()
    with loaded(world, 5).context(clock) as context:
        carry_out(context)
        clock.at += 10_000
        world.drop("1.xml", update("IE3", dc("New")))
        world.run(clock)
        carry_out(context)
        batch = carry_out(context, "redo", older_than=clock.at)
        assert counts(batch) == (4, 4, 4, 0, 1)
        assert "export anew what was exported before 20" in lines(world, batch)[0]
        assert counts(carry_out(context, "redo")) == (5, 5, 5, 0, 0)


def test_nothing_is_loaded_in_a_night_in_which_nothing_is_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with loaded(world, 20).context() as context:
        carry_out(context)
        loads: list[object] = []
        monkeypatch.setattr(export_group, "subjects", lambda *arguments: loads.append(arguments))
        batch = run(context, "nightly")
    assert (batch.status, counts(batch), loads) == ("finished", (0, 0, 0, 0, 20), [])
    assert lines(world, batch)[-1] == "INFO   Batch 2 finished"


def test_two_batches_of_one_second_have_a_log_each(world: World) -> None:
    with loaded(world, 1).context(Clock()) as context:
        first, second = carry_out(context), carry_out(context)
    assert first.log is not None
    assert second.log == first.log.replace(".log", "_2.log")


def test_a_log_that_cannot_be_written_stops_no_batch(world: World) -> None:
    with loaded(world, 3).context() as context:
        (world.root / "logs").rename(world.root / "away")
        batch = carry_out(context)
    assert (batch.status, batch.exported) == ("finished", 3)


def test_what_is_loaded_meanwhile_is_left_to_the_next(world: World) -> None:
    with loaded(world).context() as context:
        batch = run(context, between=lambda last: world.load(ie(f"IE{9000 + last}", published=True)))
        assert counts(batch) == (250, 250, 250, 0, 0)
        assert counts(carry_out(context))[:2] == (3, 3)


def test_what_changes_behind_the_batch_is_left_to_the_next(world: World) -> None:
    def change(last: int) -> None:
        world.drop(f"{last}.xml", update("IE0", dc(f"N{last}")))
        world.run()

    with loaded(world).context() as context:
        assert counts(run(context, between=change))[:2] == (250, 250)
        assert counts(carry_out(context))[:2] == (1, 1)


def test_what_becomes_due_before_the_batch_comes_to_it_is_counted_too(world: World) -> None:
    with loaded(world).context() as context:
        carry_out(context)
        for index in range(0, 200, 2):
            world.drop(f"{index:03}.xml", update(f"IE{index}", dc(f"N{index}")))
        world.run()

        def change(_last: int) -> None:
            world.drop("a.xml", update("IE249", dc("N")))
            world.run()

        batch = run(context, between=change)
        assert (batch.status, *counts(batch)) == ("finished", 101, 101, 101, 0, 150)


# --- failures ---------------------------------------------------------------------------------------------------------


def bring(patch: pytest.MonkeyPatch, world: World, root: Path, body: str, version: str = "1") -> None:
    root.mkdir()
    foreign.put_on_path(patch, foreign.install(root, version=version, odd=body))
    world.raw["export"] = {"formats": ["native_json", "odd"]}


def test_failures_are_told_with_format_and_reason_and_again_in_every_later_log(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(monkeypatch, world, tmp_path / "one", "assert ie.pid != 'IE2', 'no\\nluck'" + foreign.GOOD)
    clock = Clock()
    with loaded(world, 3).context(clock) as context:
        first = carry_out(context)
        assert counts(first) == (3, 3, 2, 1, 0)
        assert lines(world, first)[1:] == [
            "ERROR   IE IE2 could not be exported as odd. Reason: the exporter failed: no luck",
            "ERROR   Processed: 3. Exported: 2. Failed: 1. Unchanged: 0.",
            "ERROR   Batch 1 finished with failures",
        ]
        clock.at += 1000
        night = run(context, "nightly")
        assert counts(night)[:4] == (0, 0, 0, 0)
        (told,) = (line for line in lines(world, night) if "IE2" in line)
        assert told.startswith("WARN   IE IE2 is still not exported as odd: failed 1 times since 20")
        assert told.endswith("Reason: the exporter failed: no luck")
        older = run(context, "redo", older_than=1)
        assert any("IE IE2 is still not exported as odd" in line for line in lines(world, older))
        clock.at += HOUR
        assert counts(run(context, "nightly"))[:4] == (1, 1, 0, 1)
        assert counts(run(context, "nightly"))[:4] == (0, 0, 0, 0)
        # Whoever asks for all wants those that failed to be tried as well.
        assert counts(carry_out(context))[:4] == (1, 1, 0, 1)
        bring(monkeypatch, world, tmp_path / "two", foreign.GOOD, "2")
        cured = carry_out(context)
        assert (cured.failed, any("IE2" in line for line in lines(world, cured))) == (0, False)


def test_a_fault_of_mdwatch_ends_the_batch_as_failed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    with loaded(world, 3).context() as context:
        monkeypatch.setattr(export_group, "subjects", fail)
        batch = carry_out(context)
        assert batch.status == "failed"
        assert lines(world, batch)[-1] == ("ERROR   Batch 1 failed. Reason: mdwatch itself failed; see the service log")
        monkeypatch.undo()
        assert carry_out(context).status == "finished"


# --- stopped, killed, taken up ----------------------------------------------------------------------------------------


def test_a_batch_that_was_stopped_goes_on_where_it_was(world: World) -> None:
    with loaded(world).context() as context:
        with pytest.raises(BatchStopped):
            run(context, stopping=stop_after(1))
        there = export_batch.open_batch(context)
        assert there is not None
        assert (there.processed, there.ended_at, exported(context)) == (100, None, 100)
        batch = carry_out(context)
        assert (batch.id, *counts(batch)) == (there.id, 250, 250, 250, 0, 0)
        assert lines(world, batch)[1] == "INFO   Batch 1 resumed after 100 of 250 IEs"


def test_another_one_is_brought_to_its_end_first(world: World) -> None:
    told: list[str] = []
    with loaded(world).context() as context:
        with pytest.raises(BatchStopped):
            run(context, stopping=stop_after(1))
        batch = export_request.carry_out(context, "redo", "me", tell=told.append)
        assert (batch.id, batch.kind, *counts(batch)) == (2, "redo", 250, 250, 250, 0, 0)
        with context.repository.read() as connection:
            first = kept_batches.get(connection, 1)
    assert first is not None
    assert (first.status, counts(first)) == ("finished", (250, 250, 250, 0, 0))
    assert told == ["Batch 1 (export all that is due) is open already"]


def test_what_became_due_behind_a_batch_that_was_left_is_not_forgotten(world: World) -> None:
    with loaded(world).context() as context:
        with pytest.raises(BatchStopped):
            run(context, stopping=stop_after(1))
        world.drop("1.xml", update("IE0", dc("New")))
        world.run()
        carry_out(context)
        with context.repository.read() as connection:
            assert due.count(connection) == 0


def test_a_fault_of_the_world_leaves_the_batch_open(world: World) -> None:
    def lose(_last: int) -> None:
        raise Deferred("away")

    with loaded(world).context() as context:
        with pytest.raises(Deferred):
            run(context, between=lose)
        assert export_batch.open_batch(context) is not None
        assert carry_out(context).exported == 250


def test_failures_that_were_kept_and_not_told_are_told_when_it_goes_on(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(monkeypatch, world, tmp_path / "one", "assert ie.pid not in {'IE2', 'IE99', 'IE101'}" + foreign.GOOD)
    with loaded(world, 120).context() as context:
        with pytest.raises(BatchStopped):
            run(context, stopping=stop_after(1))
        there = export_batch.open_batch(context)
        assert there is not None
        assert there.log is not None
        # As a crash leaves it that comes in the middle of a line.
        log = world.root / "logs" / there.log
        text = log.read_text(encoding="utf-8")
        log.write_text(text[: text.index("IE IE99 could") + 9], encoding="utf-8")
        batch = carry_out(context)
        assert counts(batch) == (120, 120, 117, 3, 0)
        told = [line for line in lines(world, batch) if "could not be exported" in line]
    assert sorted(told) == sorted(
        f"ERROR   IE {pid} could not be exported as odd. Reason: the exporter failed; see the service log"
        for pid in ("IE2", "IE99", "IE101")
    )


# --- cancelled --------------------------------------------------------------------------------------------------------


def test_a_batch_is_cancelled_after_the_group_in_hand(world: World) -> None:
    def cancel(_last: int) -> None:
        export_batch.cancel(context)

    with loaded(world).context() as context:
        batch = run(context, between=cancel)
        assert (batch.status, counts(batch)) == ("cancelled", (250, 200, 200, 0, 0))
        assert lines(world, batch)[-1] == "INFO   Batch 1 cancelled after 200 of 250 IEs"
        assert exported(context) == 200
        assert counts(carry_out(context))[:2] == (50, 50)


@pytest.mark.parametrize("begun", [True, False])
def test_one_that_nobody_runs_is_cancelled_at_once(world: World, begun: bool) -> None:
    with loaded(world).context() as context:
        if begun:
            with pytest.raises(BatchStopped):
                run(context, stopping=stop_after(1))
        else:
            export_batch.request(context, "all", "me")
        # As if the process had died that had the lease.
        with context.repository.write() as connection:
            raw(connection, "UPDATE lease SET holder = '', until = 0 WHERE name = 'exports'")
        batch = export_batch.cancel(context)
        assert batch is not None
        done = 100 if begun else 0
        assert (batch.status, batch.processed) == ("cancelled", done)
        assert lines(world, batch)[-1] == f"INFO   Batch 1 cancelled after {done} of 250 IEs"
        assert export_batch.open_batch(context) is None


def test_one_that_was_cancelled_before_it_began_does_nothing(world: World) -> None:
    with loaded(world).context() as context:
        batch, _ = export_batch.request(context, "all", "me")
        with context.repository.write() as connection:
            kept_batches.cancel(connection, batch.id)
        assert run(context).status == "cancelled"
        assert exported(context) == 0


def test_there_is_nothing_to_cancel(world: World) -> None:
    with world.context() as context:
        assert export_batch.cancel(context) is None


# --- two at once ------------------------------------------------------------------------------------------------------


def test_a_second_request_gets_the_open_batch(world: World) -> None:
    with world.context() as context:
        first, new = export_batch.request(context, "all", "me")
        assert new
        second, new = export_batch.request(context, "redo", "you", older_than=5)
        assert not new
        assert second == first


def _command(world: World, start: Event, ends: "SimpleQueue[Batch]") -> None:
    with world.context() as context:
        start.wait(60)
        ends.put(carry_out(context))


def test_two_commands_at_once_do_one_batch(world: World) -> None:
    loaded(world, 240)
    context = multiprocessing.get_context("forkserver")
    start, ends = context.Event(), context.SimpleQueue()
    processes = [context.Process(target=_command, args=(world, start, ends)) for _ in range(2)]
    for process in processes:
        process.start()
    start.set()
    found = [ends.get() for _ in processes]
    for process in processes:
        process.join(60)
    assert {batch.status for batch in found} == {"finished"}
    with world.context() as opened, opened.repository.read() as connection:
        every = kept_batches.latest(connection, 9)
        assert due.count(connection) == 0
    assert sum(batch.exported for batch in every) == 240
    assert all(batch.processed == batch.total for batch in every)


class Waiting(Clock):
    """A clock by which somebody who waits for long waits no longer; after so many looks something happens."""

    def __init__(self, looks: int, then: Callable[[], object]) -> None:
        super().__init__()
        self.looks = looks
        self._then = then

    def wait(self, seconds: float) -> None:
        super().wait(seconds)
        self.looks -= 1
        if self.looks == 0:
            self._then()


def test_a_command_waits_for_another_as_long_as_it_takes(world: World) -> None:
    other = os.getppid()
    holder = f"{identity.host()} {other} {identity.born(other)}"
    loaded(world, 3)

    def let_go() -> None:
        with context.repository.write() as connection:
            raw(connection, "UPDATE lease SET holder = '', until = 0")

    with world.context(Waiting(1000, let_go)) as context:
        with context.repository.write() as connection:
            sql = "INSERT INTO lease (name, holder, fence, until) VALUES ('exports', ?, 1, 0)"
            raw(connection, sql, (holder,))
        assert carry_out(context).exported == 3
