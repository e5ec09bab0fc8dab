"""What every test has: a service log that says nothing; and the engine its repositories are of."""

import os
from contextlib import ExitStack

import pytest

from mdwatch import logs
from mdwatch.repository import server_clock
from tests import postgres

_stack = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The engine."""
    parser.addoption("--postgres", action="store_true", help="repositories are of a PostgreSQL server started for this")


def pytest_configure(config: pytest.Config) -> None:
    """Starts the server once, in the process that the others are started by."""
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
def _quiet_service_log() -> None:
    logs.configure_service_log("critical")
