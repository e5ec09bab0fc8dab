"""The daemon is told something while the server of its database is away."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import postgres
from tests.system.daemons import WORLDS, RunningDaemon, running
from tests.worlds import World

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(120),
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL here; Debian has it as postgresql"),
]


@contextmanager
def world_of(root: Path) -> Iterator[tuple[World, postgres.Server]]:
    """A world whose repository is on a server of its own."""
    with postgres.server() as server:
        postgres.admin(server.folder, "CREATE DATABASE mdwatch")
        world = World(root)
        world.raw["repository"] = {"url": server.url("mdwatch"), "busy_seconds": 5}
        yield world, server
    # There is nothing to be audited any more.
    WORLDS.clear()


def wait_for_another(daemon: RunningDaemon, event: str) -> None:
    """Waits until the service log has told of it once more."""
    daemon.wait_for(event, len(daemon.events(event)) + 1)


def test_settings_are_read_anew_when_the_server_that_is_waited_for_is_back(tmp_path: Path) -> None:
    with world_of(tmp_path) as (world, server):
        server.stop()
        with running(world, ready=False) as daemon:
            daemon.wait_for("database_away")
            daemon.process.send_signal(signal.SIGHUP)
            wait_for_another(daemon, "database_away")
            server.start()
            daemon.wait_for("ready")
            daemon.wait_for("reloaded")
            assert daemon.stop() == 0


def test_who_is_stopped_while_the_server_is_waited_for_ends(tmp_path: Path) -> None:
    with world_of(tmp_path) as (world, server):
        server.stop()
        with running(world, ready=False) as daemon:
            daemon.wait_for("database_away")
            assert daemon.stop() == -signal.SIGTERM


def test_who_is_stopped_while_the_server_is_away_ends_in_order(tmp_path: Path) -> None:
    with world_of(tmp_path) as (world, server), running(world) as daemon:
        server.stop()
        daemon.wait_for("database_away")
        assert daemon.stop() == 0
        assert daemon.events("stopped") != []
