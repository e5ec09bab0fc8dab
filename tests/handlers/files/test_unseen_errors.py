"""An error file that cannot be looked at is there all the same, and is told of by whoever is asked about it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import statx
from mdwatch.handlers.files import errors
from mdwatch.handlers.files.retry import retry
from mdwatch.handlers.ies import change
from tests.cli.calls import mdwatch
from tests.worlds import JOB, World, dc, ie, update

TOLD = "a.xml: left in error/: it cannot be looked at: Input/output error"


@contextmanager
def dead(monkeypatch: pytest.MonkeyPatch, dead_name: str) -> Iterator[None]:
    """The entry of this name cannot be looked at for a while."""
    real = statx.stat_at

    def failing(directory: int, name: str) -> Any:
        if name == dead_name:
            raise OSError(errno.EIO, os.strerror(errno.EIO), name)
        return real(directory, name)

    with monkeypatch.context() as patch:
        patch.setattr(statx, "stat_at", failing)
        yield


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two files in error/ that may be tried again."""
    made = World(tmp_path)
    made.load(ie("IE1", lockedBy="curator"))
    for name in ("a.xml", "b.xml"):
        made.drop(name, update("IE1", dc(name)))
    made.run()
    with made.context() as context:
        change.unlock(context, "IE1")
    return made


def test_a_retry_of_all_tells_of_it_and_puts_back_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    config = world.write_settings()
    with dead(monkeypatch, "a.xml"):
        done = mdwatch("retry", JOB, config=config)
    assert (done.status, sorted(done.out.splitlines())) == (1, [TOLD, "b.xml: put back as b.xml"])
    with dead(monkeypatch, "a.xml"), world.context() as context:
        assert [(item.name, item.reason) for item in retry(context, JOB, [])] == [
            ("a.xml", "it cannot be looked at: Input/output error")
        ]
    done = mdwatch("retry", JOB, config=config)
    assert (done.status, done.out.splitlines()) == (0, ["a.xml: put back as a.xml"])


@pytest.mark.parametrize("command", ["retry", "dismiss"])
def test_by_its_name_it_is_not_said_not_to_be_there(
    world: World, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    with dead(monkeypatch, "a.xml"):
        done = mdwatch(command, JOB, "a.xml", config=world.write_settings())
    assert (done.status, done.out.splitlines()) == (1, [TOLD])


def test_it_is_counted_and_its_reason_file_is_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.xml", "a.xml.reason.txt"):
        with dead(monkeypatch, name), world.context() as context:
            assert errors.counts(context, JOB).open == 2
