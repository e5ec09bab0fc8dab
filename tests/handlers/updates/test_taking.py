"""A worker takes its job and decides the first files in one transaction, unless they may be another's work by now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from mdwatch.handlers.updates import group as update_group
from mdwatch.handlers.updates import share
from mdwatch.handlers.updates.job_runs import JobRuns
from mdwatch.handlers.updates.preparation import Preparation
from mdwatch.handlers.updates.session import Session
from mdwatch.logs import JobLog
from mdwatch.runtime.context import Context
from tests.worlds import JOB, World, dc, ie, update


@contextmanager
def working(world: World) -> Iterator[tuple[Context, Callable[[], object]]]:
    """A session as a worker has it, and a turn of its runs."""
    with world.context() as context:
        log = JobLog(context.settings.logs.directory, JOB)
        session = Session(context, JOB, log)
        folder, _ = share.opened(context, JOB, None)
        with folder:
            session.open(folder)
            yield context, lambda: JobRuns(session).make(session.look(), drain=False)
        log.close()


def commits_until_filed(context: Context, turn: Callable[[], object], there: Path) -> int:
    """How many transactions that write end before a file is in its place."""
    count = 0

    def note(connection: Any) -> None:
        nonlocal count
        count += connection.get_execution_options().get("mdwatch_writes", False) and not there.exists()

    event.listen(Engine, "commit", note)
    turn()
    event.remove(Engine, "commit", note)
    return count


def test_one_transaction_ends_before_a_file_is_put_away(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    with working(world) as (context, turn):
        for number, expected in enumerate((2, 1, 1)):
            world.drop(f"{number}.xml", update("IE1", dc(str(number))))
            done = world.folder / "done" / f"{number}.xml"
            assert commits_until_filed(context, turn, done) == expected
    assert world.title("IE1") == "2"
    assert world.audit() == []


def test_what_another_process_took_meanwhile_is_not_taken_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    real = Preparation.stream

    def slow(self: Preparation, groups: Any) -> Iterator[Any]:
        for prepared in real(self, groups):
            monkeypatch.setattr(Preparation, "stream", real)
            world.run()
            yield prepared

    with working(world) as (context, turn):
        world.drop("first.xml", update("IE1", dc("First")))
        turn()
        world.drop("second.xml", update("IE1", dc("Second")))
        monkeypatch.setattr(Preparation, "stream", slow)
        turn()
        with context.repository.read() as connection:
            names = connection.exec_driver_sql("SELECT name FROM journal ORDER BY id").scalars().all()
            versions = connection.exec_driver_sql("SELECT version FROM ie").scalar()
    assert names == ["first.xml", "second.xml"]
    assert versions == 3
    assert world.audit() == []


def test_a_fault_of_ours_in_the_first_group_stops_the_file_it_lies_in_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"), ie("IE2"))
    real = update_group.decide

    def faulty(files: Any, *given: Any) -> Any:
        if any(file.file.name == "bad.xml" for file in files):
            raise RuntimeError("ours")
        return real(files, *given)

    with working(world) as (_, turn):
        world.drop("first.xml", update("IE1", dc("First")))
        turn()
        monkeypatch.setattr(update_group, "decide", faulty)
        world.drop("bad.xml", update("IE1", dc("Bad")))
        world.drop("good.xml", update("IE2", dc("Good")))
        turn()
    assert world.files() == ["bad.xml", "done/first.xml", "done/good.xml"]
    assert world.title("IE2") == "Good"


def test_a_new_file_does_not_overtake_those_whose_ie_leaves_sip_between_look_and_run(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", stage="sip"), ie("IE2", stage="sip"))
    with world.context() as context, share.opened(context, JOB, None)[0] as folder:
        session = Session(context, JOB, JobLog(context.settings.logs.directory, JOB))
        session.open(folder)
        world.drop("one.xml", update("IE1", dc("One")))
        world.drop("two.xml", update("IE2", dc("Two")))
        JobRuns(session).make(session.look(), drain=False)
        world.drop("new.xml", update("IE2", dc("New")))
        world.load(ie("IE1", stage="permanent"))
        split = session.look()
        world.load(ie("IE2", stage="permanent"))
        JobRuns(session).make(split, drain=False)
        assert (world.title("IE1"), world.title("IE2")) == ("One", "Old")
        JobRuns(session).make(session.look(), drain=False)
        session.job_log.close()
    assert world.title("IE2") == "New"
    assert sum("IE2 has been successfully updated" in line for line in world.log_lines()) == 2
    assert world.files() == ["done/new.xml", "done/one.xml", "done/two.xml"]
    assert world.audit() == []
