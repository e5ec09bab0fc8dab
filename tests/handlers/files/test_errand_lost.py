"""Errands that were taken over, or ended, behind the back of who carries them out: it moves nothing more.

A process may be stopped for longer than its leases hold; where hosts share a server, another goes on in its place.
"""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from mdwatch.dropfolder import error_place, filing
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import RepositoryConflict, UsageError
from mdwatch.handlers.files import errand_holders, errand_work, errands, interrupted
from mdwatch.repository import leases
from mdwatch.runtime import identity, lease
from mdwatch.runtime.context import Context
from mdwatch.shapes.errands import ErrandShape
from tests import postgres
from tests.cli.calls import mdwatch
from tests.handlers.files.test_errands import carry_out, world_of
from tests.worlds import ANN, JOB, World

_LEASE = f"error files of {JOB}"


def newest(world: World) -> ErrandShape:
    with world.context() as context:
        return errands.newest(context, [JOB], 1)[0]


def in_error(world: World) -> list[str]:
    return [name for name in world.files() if name.startswith("error/0") and name.endswith(".xml")]


def after_first(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, then: Callable[[], object]) -> None:
    """Has something happen as soon as the first file is moved."""
    whole = getattr(module, name)
    calls: list[None] = []

    def moves(*given: Any) -> Any:
        result = whole(*given)
        calls.append(None)
        if len(calls) == 1:
            then()
        return result

    monkeypatch.setattr(module, name, moves)


def taken_over(context: Context, folder: Path) -> None:
    """What the one that takes over begins with."""
    parent = os.getppid()
    other = f"{identity.host()} {parent} {identity.born(parent)}"
    context.repository.carry_out(
        lambda connection: leases.take(connection, _LEASE, other, context.clock.now() + 60_000)
    )
    with DropFolder(folder) as opened:
        interrupted.finish(context, JOB, opened)


def dies(connection: Connection) -> None:
    connection.exec_driver_sql(f"UPDATE lease SET holder = '', until = 0 WHERE name = '{_LEASE}'")


@pytest.mark.parametrize(
    ("wish", "module", "name"),
    [
        (errands.retry(JOB, []), filing, "take_back"),
        (errands.dismissal(JOB, ["000.xml", "001.xml", "002.xml"]), error_place, "dismiss"),
    ],
)
def test_who_lost_error_files_while_it_was_stopped_moves_no_more_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: errands.Wish, module: Any, name: str
) -> None:
    world = world_of(tmp_path, 3, schedule="manual")
    # However short it was stopped, it has to ask.
    monkeypatch.setattr(lease, "SURE_SECONDS", 0.0)
    with world.context() as context:
        asked = errands.ask(context.of(ANN), wish)
        after_first(monkeypatch, module, name, lambda: taken_over(context, world.folder))
        assert carry_out(context, world.folder) == []
        assert in_error(world) == ["error/001.xml", "error/002.xml"]
        context.repository.carry_out(dies)
        carry_out(context, world.folder)
        done = errands.look(context, asked.id)
    assert (done.total, done.done, done.moved, in_error(world)) == (3, 3, 3, [])
    assert world.audit() == []


def test_what_was_done_as_it_was_interrupted_is_not_said_to_be_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 1, schedule="manual")
    whole = errand_work.carry_out

    def interrupted_behind(*given: Any, **named: Any) -> list[int]:
        whole(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(errand_work, "carry_out", interrupted_behind)
    assert mdwatch("retry", JOB, config=world.write_settings()).status == 130
    assert (newest(world).refused, newest(world).moved, in_error(world)) == (False, 1, [])


def test_one_that_is_interrupted_between_two_looks_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 1, schedule="manual")

    def interrupts(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(errands, "_here", interrupts)
    assert mdwatch("retry", JOB, config=world.write_settings()).status == 130
    assert (newest(world).refused, newest(world).reason) == (True, "it was interrupted")


def refuse(context: Context, key: int) -> None:
    context.repository.carry_out(lambda connection: errand_holders.refuse(connection, context, key, "it was gone"))


def test_who_was_thought_dead_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path, 1, schedule="manual")
    with world.context() as context:
        make_places = DropFolder.make_places

        def refused(folder: DropFolder) -> None:
            make_places(folder)
            refuse(context, newest(world).id)

        monkeypatch.setattr(DropFolder, "make_places", refused)
        with pytest.raises(UsageError, match="it was gone"):
            errands.do(context.of(ANN), errands.retry(JOB, []))
    assert (newest(world).refused, newest(world).reason) == (True, "it was gone")
    assert in_error(world) == ["error/000.xml"]


def test_what_was_done_to_its_end_all_the_same_is_not_said_to_be_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, 2, schedule="manual")
    with world.context() as context:
        after_first(monkeypatch, filing, "take_back", lambda: refuse(context, newest(world).id))
        done = errands.do(context.of(ANN), errands.retry(JOB, []))
    assert (done.refused, done.moved, in_error(world)) == (False, 2, [])


@pytest.mark.skipif(postgres.SERVER not in os.environ, reason="about a server; run with `--postgres`")
def test_an_errand_that_ends_as_it_is_taken_over_leaves_no_lease(tmp_path: Path) -> None:
    world = world_of(tmp_path, 1, schedule="manual")
    with world.context() as context:
        asked = errands.ask(context.of(ANN), errands.retry(JOB, []))

        def take_over() -> None:
            with context.repository.write() as connection:
                # What this transaction sees from now on is how all was before the errand ended.
                assert leases.holders(connection, "errand") == []
                assert len(carry_out(context, world.folder)) == 1
                errand_holders.take_over(connection, context, asked.id)

        with pytest.raises(RepositoryConflict):
            take_over()
        assert context.repository.carry_out(partial(errand_holders.take_over, context=context, key=asked.id)) is None
        with context.repository.read() as connection:
            assert leases.holders(connection, "errand") == []
