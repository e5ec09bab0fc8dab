"""Who carries out an errand, and what becomes of it where that one is gone: nothing is done that nobody waits for."""

import os
from collections.abc import Iterator
from functools import partial
from itertools import chain, repeat
from pathlib import Path

import pytest
from sqlalchemy import Connection

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.files import chosen, errand_holders, errands
from mdwatch.repository import leases
from mdwatch.runtime import identity, lease_holders
from mdwatch.runtime.context import SystemClock
from mdwatch.shapes.errands import ErrandShape
from tests.cli.calls import mdwatch
from tests.handlers.files.test_errands import carry_out, world_of
from tests.handlers.files.test_retry_crashes import killed, killed_within
from tests.worlds import ANN, JOB, World, dc, update


def newest(world: World) -> ErrandShape:
    with world.context() as context:
        return errands.newest(context, [JOB], 1)[0]


def in_error(world: World) -> list[str]:
    return [name for name in world.files() if name.startswith("error/0") and name.endswith(".xml")]


@pytest.mark.parametrize(
    ("command", "point"),
    [("retry", "mdwatch.dropfolder.filing:take_back"), ("dismiss", "mdwatch.dropfolder.error_place:dismiss")],
)
def test_what_a_killed_command_was_at_is_no_daemons(tmp_path: Path, command: str, point: str) -> None:
    world = world_of(tmp_path, 3, schedule="manual")
    options = ["--anyway"] if command == "retry" else []
    files = ["000.xml", "001.xml", "002.xml"]
    killed(world, point, command, *options, JOB, *files)
    assert newest(world).ended_at is None
    with world.context() as context:
        assert carry_out(context, world.folder) == []
        assert carry_out(context, world.folder) == []
    told = newest(world)
    assert (told.refused, told.moved) == (True, 0)
    assert told.reason == "the command that was at it ended before it was through; what it left is in error/ as before"
    assert in_error(world) == [f"error/{name}" for name in files]
    assert world.audit() == []
    done = mdwatch(command, JOB, *files, config=world.write_settings())
    assert (done.status, in_error(world)) == (0, [])


def test_one_killed_as_soon_as_it_has_asked_has_not_asked_anybody_else(tmp_path: Path) -> None:
    world = world_of(tmp_path, 1, schedule="manual")
    killed_within(
        partial(mdwatch, "retry", JOB, config=world.write_settings()), "mdwatch.handlers.files.errands:_ask", after=True
    )
    with world.context() as context:
        assert carry_out(context, world.folder) == []
    assert newest(world).refused


def test_a_daemon_that_starts_leaves_a_command_what_that_is_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path, 2, schedule="manual")
    by_daemon: list[list[int]] = []
    open_folder = DropFolder

    with world.context() as context:

        def opened(folder: Path) -> DropFolder:
            by_daemon.append(carry_out(context, folder))
            return open_folder(folder)

        monkeypatch.setattr(errands, "DropFolder", opened)
        done = errands.do(context.of(ANN), errands.retry(JOB, []))
        with context.repository.read() as connection:
            assert leases.holders(connection, "errand") == []
    assert by_daemon == [[]]
    assert (done.moved, done.refused) == (2, False)


def test_one_that_waits_for_a_daemon_takes_over_where_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 2, schedule="manual")
    runs = chain([True, True, True], repeat(False))
    monkeypatch.setattr(errands, "daemon_runs", lambda _: next(runs))
    with world.context() as context:
        done = errands.do(context.of(ANN), errands.retry(JOB, []))
    assert done.moved == 2
    assert next(runs) is False


def test_who_cannot_wait_takes_nothing_over_from_a_daemon_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 2, schedule="manual")
    runs = chain([True, True], repeat(False))
    monkeypatch.setattr(errands, "daemon_runs", lambda _: next(runs))
    with world.context() as context:
        asked = errands.do(context.of(ANN), errands.retry(JOB, []), seconds=0.3)
        assert (asked.ended_at, len(in_error(world))) == (None, 2)
        # The next daemon goes on with it, as it was said to.
        assert len(carry_out(context, world.folder)) == 1
        assert errands.look(context, asked.id).moved == 2


def test_one_that_was_done_as_its_daemon_ended_is_not_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 2, schedule="manual")

    def ends() -> Iterator[bool]:
        yield True
        with world.context() as context:
            assert len(carry_out(context, world.folder)) == 1
        yield False

    runs = ends()
    monkeypatch.setattr(errands, "daemon_runs", lambda _: next(runs))
    with world.context() as context:
        assert errands.do(context.of(ANN), errands.retry(JOB, [])).moved == 2
        with context.repository.read() as connection:
            assert leases.holders(connection, "errand") == []


def test_who_stops_waiting_for_a_daemon_is_told_that_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 1, schedule="manual")
    monkeypatch.setattr(errands, "daemon_runs", lambda _: True)

    def interrupted(_: SystemClock, seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SystemClock, "wait", interrupted)
    done = mdwatch("retry", JOB, config=world.write_settings())
    assert done.status == 130
    assert "The daemon goes on with it; `mdwatch status` tells how many files are left" in done.err
    assert newest(world).ended_at is None
    with world.context() as context:
        assert len(carry_out(context, world.folder)) == 1


def test_who_stops_what_is_done_here_has_it_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path, 1, schedule="manual")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chosen, "wait_for_runs", interrupted)
    done = mdwatch("retry", JOB, config=world.write_settings())
    assert (done.status, "daemon" in done.err) == (130, False)
    assert (newest(world).refused, newest(world).reason) == (True, "it was interrupted")
    with world.context() as context, context.repository.read() as connection:
        assert leases.holders(connection, "errand") == []


def test_a_command_waits_for_another_that_is_at_error_files_of_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 1, schedule="manual")
    held = f"error files of {JOB}"
    waits: list[float] = []

    with world.context() as context:

        def wait(_: SystemClock, seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                with context.repository.write() as connection:
                    connection.exec_driver_sql(f"UPDATE lease SET holder = '', until = 0 WHERE name = '{held}'")

        def other(connection: Connection) -> None:
            leases.take(connection, held, _somebody(), context.clock.now() + 60_000)

        context.repository.carry_out(other)
        monkeypatch.setattr(SystemClock, "wait", wait)
        assert errands.do(context.of(ANN), errands.retry(JOB, [])).moved == 1
    assert len(waits) == 3


def _somebody() -> str:
    """A process that lives, and is another one: the parent of this."""
    parent = os.getppid()
    return f"{identity.host()} {parent} {identity.born(parent)}"


def test_what_was_refused_while_its_share_hung_is_not_done_when_that_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 2, schedule="manual")
    with world.context() as context:
        asked = errands.ask(context, errands.retry(JOB, []))
        wait_for_runs = chosen.wait_for_runs

        def hangs(*given: object) -> None:
            context.repository.carry_out(
                lambda connection: errand_holders.refuse(connection, context, asked.id, "it does not answer")
            )
            wait_for_runs(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(chosen, "wait_for_runs", hangs)
        with pytest.raises(Deferred):
            carry_out(context, world.folder)
        told = errands.look(context, asked.id)
    assert (told.refused, told.reason, told.moved) == (True, "it does not answer", 0)
    assert len(in_error(world)) == 2
    assert world.audit() == []


def test_anyway_is_said_of_what_stood_against_a_file_when_it_was_said(tmp_path: Path) -> None:
    world = world_of(tmp_path, 1, schedule="manual")
    world.drop("tuesday.xml", update("IE1", dc("Tuesday")))
    world.run()
    with world.context() as context:
        asked = errands.ask(context.of(ANN), errands.retry(JOB, ["000.xml"], anyway=True))
    world.drop("wednesday.xml", update("IE1", dc("Wednesday")))
    world.run()
    with world.context() as context:
        carry_out(context, world.folder)
        (left,) = errands.retried(context, errands.look(context, asked.id))
    assert (left.put_back_as, left.later) == (None, "wednesday.xml")
    assert world.title("IE1") == "Wednesday"


def test_an_unknown_job_has_no_errand(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.context() as context:
        with pytest.raises(UsageError, match="there is no job nix"):
            errands.do(context, errands.retry("nix", []))
        assert not lease_holders.held(context, "errand 1")
