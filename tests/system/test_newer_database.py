"""A newer mdwatch changes the database beneath a daemon, as a command does between an update and the restart."""

from pathlib import Path

import pytest
from sqlalchemy import text

from mdwatch.repository.engine import HEAD
from mdwatch.runtime.context import Context
from tests.system.daemons import PATIENCE, running
from tests.worlds import World, ie

pytestmark = pytest.mark.system


def be_of_schema(context: Context, schema: str) -> None:
    with context.repository.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})


def test_a_daemon_works_with_no_database_of_a_newer_program(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    with world.context() as context:
        with running(world) as daemon:
            be_of_schema(context, "9999")
            assert daemon.process.wait(PATIENCE) == 1, "so that it is started again, as the newer one"
            assert daemon.events("database_is_newer")[0]["schema"] == "9999"
            assert daemon.events("stopped")[0]["clean"]
        be_of_schema(context, HEAD)
