"""Leases: one holder at a time, and whoever lost one is found out by the fence."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import ClauseElement
from sqlalchemy.dialects import postgresql

from mdwatch.errors import JobBusy
from mdwatch.repository import changes, leases, server_clock
from mdwatch.repository.engine import Repository
from tests.postgres import database_url

NAME = "job dc"
_POSTGRESQL: Any = postgresql.dialect()  # type: ignore[no-untyped-call]


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    opened = Repository(database_url(tmp_path / "a.db"), 30)
    yield opened
    opened.close()


def test_a_lease_that_nobody_took_has_no_holder(repository: Repository) -> None:
    with repository.read() as connection:
        assert leases.holder(connection, NAME) is None


def test_the_fence_counts_up_with_every_holder(repository: Repository) -> None:
    with repository.write() as connection:
        assert [leases.take(connection, NAME, holder, 100) for holder in ("one", "two", "one")] == [1, 2, 3]
        assert leases.take(connection, "job other", "one", 100) == 1
        assert leases.holder(connection, NAME) == ("one", 100)


def test_a_holder_keeps_it_for_longer(repository: Repository) -> None:
    with repository.write() as connection:
        fence = leases.take(connection, NAME, "one", 100)
        leases.renew(connection, NAME, "one", fence, 200)
        assert leases.holder(connection, NAME) == ("one", 200)


def test_who_lost_it_cannot_write_any_more(repository: Repository) -> None:
    with repository.write() as connection:
        old = leases.take(connection, NAME, "one", 100)
        leases.take(connection, NAME, "two", 200)

    def write_on() -> None:
        with repository.write() as connection:
            changes.ensure_institution(connection, "INS01")
            leases.renew(connection, NAME, "one", old, 300)

    with pytest.raises(JobBusy, match="another process has taken over job dc"):
        write_on()
    with repository.read() as connection:
        assert leases.holder(connection, NAME) == ("two", 200)
        assert connection.exec_driver_sql("SELECT count(*) FROM institution").scalar() == 0


def test_who_lost_it_cannot_give_it_back_for_the_other(repository: Repository) -> None:
    with repository.write() as connection:
        old = leases.take(connection, NAME, "one", 100)
        leases.take(connection, NAME, "two", 200)
        leases.release(connection, NAME, "one", old)
        assert leases.holder(connection, NAME) == ("two", 200)


def test_who_was_told_the_same_fence_and_did_not_get_it_cannot_touch_it(repository: Repository) -> None:
    """Its transaction was taken back, and the next one counts on from the same number."""
    with repository.write() as connection:
        fence = leases.take(connection, NAME, "two", 200)
        assert not leases.is_held(connection, NAME, "one", fence)
        leases.release(connection, NAME, "one", fence)
        with pytest.raises(JobBusy):
            leases.renew(connection, NAME, "one", fence, 300)
        assert leases.holder(connection, NAME) == ("two", 200)


def test_one_given_back_has_no_holder_and_keeps_its_count(repository: Repository) -> None:
    with repository.write() as connection:
        leases.release(connection, NAME, "one", leases.take(connection, NAME, "one", 100))
        assert leases.holder(connection, NAME) == ("", 0)
        assert leases.take(connection, NAME, "two", 200) == 2


@pytest.mark.sqlite
def test_a_server_is_asked_for_its_clock_and_a_file_has_none(repository: Repository) -> None:
    with repository.read() as connection:
        assert server_clock.moment(connection, 7) == 7
    asked: list[str] = []

    def execute(statement: ClauseElement) -> SimpleNamespace:
        asked.append(str(statement.compile(dialect=_POSTGRESQL)))
        return SimpleNamespace(scalar_one=lambda: 9)

    server: Any = SimpleNamespace(dialect=SimpleNamespace(name="postgresql"), execute=execute)
    assert server_clock.moment(server, 7) == 9
    assert len(asked) == 1
    assert "EXTRACT(epoch FROM clock_timestamp())" in asked[0]
