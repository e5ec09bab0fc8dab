"""What the public reads comes from a replica, and is never older than what there is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from mdwatch.repository import control
from mdwatch.repository.engine import Repository
from tests import postgres
from tests.postgres import Server

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL here; Debian has it as postgresql"),
]


@pytest.fixture(name="servers")
def servers_of() -> Iterator[tuple[Server, Server]]:
    with postgres.server(durable=True) as primary:
        postgres.admin(primary.folder, "CREATE DATABASE house")
        replica = primary.replicated()
        # Commits are not to wait for it: it is stopped below.
        postgres.admin(primary.folder, "ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
        try:
            yield primary, replica
        finally:
            replica.stop()


def read(repository: Repository) -> tuple[str, int]:
    """Which server was read, and how much was counted as it says."""
    with repository.read_public() as connection:
        is_replica = connection.execute(text("SELECT pg_is_in_recovery()")).scalar()
        return "replica" if is_replica else "primary", control.count_of(connection, "changes")


def count(repository: Repository) -> None:
    with repository.write() as connection:
        control.count_up(connection, "changes")


def test_a_replica_is_read_when_it_has_all_there_is_and_else_the_primary(servers: tuple[Server, Server]) -> None:
    primary, replica = servers
    repository = Repository(primary.url("house"), 5, read_url=replica.url("house"))
    try:
        for number in range(1, 21):
            count(repository)
            assert read(repository)[1] == number
        assert "replica" in {read(repository)[0] for _ in range(5)}
        postgres.admin(replica.folder, "SELECT pg_wal_replay_pause()")
        count(repository)
        assert read(repository) == ("primary", 21)
        postgres.admin(replica.folder, "SELECT pg_wal_replay_resume()")
        assert "replica" in {read(repository)[0] for _ in range(20)}
        replica.stop()
        count(repository)
        assert [read(repository) for _ in range(3)] == [("primary", 22)] * 3
        replica.start()
    finally:
        repository.close()


def test_a_replica_that_became_a_server_of_its_own_is_not_read(servers: tuple[Server, Server]) -> None:
    primary, replica = servers
    repository = Repository(primary.url("house"), 5, read_url=replica.url("house"))
    try:
        replica.promote()
        count(repository)
        assert read(repository) == ("primary", 1)
    finally:
        repository.close()
