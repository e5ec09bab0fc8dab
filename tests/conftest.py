"""What every test has: a service log that says nothing; and the engine its repositories are of."""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, event

from mdwatch import logs
from mdwatch.repository import server_clock
from mdwatch.runtime.worker_loop import OwnThread
from tests import compiled, plans, postgres

_stack = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The engine."""
    parser.addoption("--postgres", action="store_true", help="repositories are of a PostgreSQL server started for this")


def pytest_configure(config: pytest.Config) -> None:
    """Has every statement explained, and compiled once.

    Starts the server once, in the process that the others are started by.
    """
    event.listen(Engine, "before_cursor_execute", plans.note)
    compiled.share()
    if config.getoption("--postgres"):
        # Where a test cuts something short in the middle, as a kill would, its connection goes with it.
        config.addinivalue_line("filterwarnings", "ignore:.*psycopg.* was deleted while still open:ResourceWarning")
    if config.getoption("--postgres") and not hasattr(config, "workerinput"):
        server = _stack.enter_context(postgres.server())
        postgres.make_template(server)
        os.environ[postgres.SERVER] = str(server.folder)


def pytest_unconfigure() -> None:
    """Stops it."""
    _stack.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is about SQLite's file."""
    if config.getoption("--postgres"):
        for item in items:
            if "sqlite" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="about SQLite's file"))


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests set the clock of their host; the server's is the same then."""
    if postgres.SERVER in os.environ:
        monkeypatch.setattr(server_clock, "moment", lambda _connection, here: here)


@pytest.fixture(autouse=True)
def _no_worker_left() -> Iterator[None]:
    """A worker that outlives its test works beside those of the next ones, whose counts are then wrong."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in set(threading.enumerate()) - before if _is_worker(thread)]
    for thread in left:
        # It may have been told to end and not be waited for.
        thread.join(10)
    assert [thread.name for thread in left if thread.is_alive()] == [], "threads of mdwatch outlive the test"


def _is_worker(thread: threading.Thread) -> bool:
    return isinstance(getattr(getattr(thread, "_target", None), "__self__", None), OwnThread)


@pytest.fixture(autouse=True)
def _no_table_read_whole() -> Iterator[None]:
    """No test has the repository read a table whole that grows (`plans`)."""
    yield
    found = plans.faults.copy()
    plans.faults.clear()
    assert not found, "\n\n".join(found)


@pytest.fixture(autouse=True)
def _quiet_service_log() -> None:
    logs.configure_service_log("critical")
