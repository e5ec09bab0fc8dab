"""A process that is asked through a pipe ends in silence when whoever asks is gone, answers unread or not."""

from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from mdwatch.handlers.updates import moving
from mdwatch.handlers.updates.moving import ToMove
from mdwatch.runtime import confinement


def move(connection: Connection, folder: Path) -> None:
    moving.serve(connection, folder)


def read(connection: Connection, _folder: Path) -> None:
    confinement._serve(connection, int, (), 1000, 100)


@pytest.fixture(autouse=True)
def _of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set for a process of its own is not set for that of the tests."""
    for module, name in ((moving, "end_with_parent"), (confinement, "end_with_parent")):
        monkeypatch.setattr(module, name, lambda: None)
    for name in ("limit_memory", "limit_time"):
        monkeypatch.setattr(confinement, name, lambda _amount: None)


@pytest.mark.parametrize("unread", [False, True], ids=["read", "unread"])
@pytest.mark.parametrize(("serve", "asked"), [(move, ToMove((), [], 0.0)), (read, (abs, -1))], ids=["move", "read"])
def test_nobody_hears_of_it(
    tmp_path: Path, serve: Callable[[Connection, Path], None], asked: object, *, unread: bool
) -> None:
    ours, other = Pipe()
    if unread:
        # Where an answer was not read, the end of the pipe comes as a reset.
        other.send("an answer")
    else:
        # The answer to this one finds nobody.
        ours.send(asked)
    ours.close()
    with other:
        serve(other, tmp_path)
