"""A run of a job is cancelled: while it goes on, after it was cut short, and where there is none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.jobs import cancel, request
from mdwatch.handlers.updates import filing
from mdwatch.model import RunStatus
from mdwatch.repository import control
from mdwatch.rules.acts import Act
from tests.worlds import JOB, World, dc, ie, update


def world_of(root: Path, **job: object) -> World:
    world = World(root, group_size=1, **job)
    world.load(ie("IE1"))
    for name in ("1.xml", "2.xml", "3.xml"):
        world.drop(name, update("IE1", dc(name)))
    return world


def after_the_first_file(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Has something happen once, when a file is put away and the next is not decided on."""
    tell = filing.tell

    def told(*given: Any) -> None:
        tell(*given)
        monkeypatch.setattr(filing, "tell", tell)
        do()

    monkeypatch.setattr(filing, "tell", told)


def is_paused(world: World) -> bool:
    with world.context() as context, context.repository.read() as connection:
        return control.is_paused(connection, JOB)


def acts(world: World) -> list[tuple[str, str]]:
    with world.context() as context, context.repository.read() as connection:
        sql = f"SELECT outcome, subject FROM trail WHERE act = '{Act.JOB_CANCEL.value}' ORDER BY id"
        return [(row[0], row[1]) for row in connection.exec_driver_sql(sql)]


@pytest.mark.parametrize("schedule", ["watch", "manual", "@daily"])
def test_a_run_takes_no_file_after_it_was_cancelled_and_a_job_that_watches_is_paused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schedule: str
) -> None:
    world = world_of(tmp_path, schedule=schedule)

    def note() -> None:
        with world.context() as context:
            cancel._write(context, JOB)

    after_the_first_file(monkeypatch, note)
    report = world.run()
    assert (report.status, report.counts) == (RunStatus.ABORTED, {"updated": 1})
    assert report.reason is not None
    assert report.reason.startswith("cancelled by ")
    assert world.files() == ["2.xml", "3.xml", "done/1.xml"]
    assert report.reason in world.log_lines()[-1]
    assert is_paused(world) is (schedule == "watch")
    with world.context() as context:
        if schedule == "watch":
            with pytest.raises(UsageError, match="is paused"):
                request.run(context, JOB)
            request.resume(context, JOB)
        assert request.run(context, JOB).counts == {"updated": 2}
    assert (world.title("IE1"), world.audit()) == ("3.xml", [])
    assert acts(world) == [("done", JOB)]


def test_a_run_that_was_cut_short_is_ended_and_the_next_one_adds_what_its_log_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)

    def fail() -> None:
        raise Deferred("the share is away")

    after_the_first_file(monkeypatch, fail)
    with pytest.raises(Deferred, match="the share is away"):
        world.run()
    with world.context() as context:
        assert cancel.cancel(context, JOB).startswith(f"run 1 of job {JOB} is cancelled; the job is paused")
        assert cancel.cancel(context, JOB) == f"no run of job {JOB} is going on"
        request.resume(context, JOB)
    assert world.run().counts == {"updated": 2}
    lines = world.log_lines()
    assert [("successfully updated" in line, "cancelled by" in line) for line in lines[:2]] == [
        (True, False),
        (False, True),
    ]
    assert world.snapshot()["runs"] == [[JOB, "Aborted", 1], [JOB, "Success", 1]]
    assert (len(lines), world.audit()) == (5, [])


def test_a_run_killed_after_it_was_cancelled_ends_when_it_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)

    def cancelled_and_killed() -> None:
        with world.context() as context:
            cancel._write(context, JOB)
        raise KeyboardInterrupt

    after_the_first_file(monkeypatch, cancelled_and_killed)
    with pytest.raises(KeyboardInterrupt):
        world.run()
    assert world.run().status is RunStatus.ABORTED
    assert world.files() == ["2.xml", "3.xml", "done/1.xml"]
    assert is_paused(world)


def test_where_no_run_goes_on_nothing_is_cancelled(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with world.context() as context:
        assert cancel.cancel(context, JOB) == f"no run of job {JOB} is going on"
        with pytest.raises(UsageError):
            cancel.cancel(context, "nix")
    assert acts(world) == [("nothing", JOB)]
    assert not is_paused(world)
    assert world.run().counts == {"updated": 3}
