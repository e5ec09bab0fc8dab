"""Batches as they are kept: one open at a time, counted in steps, ended once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from mdwatch.errors import JobBusy, RepositoryConflict
from mdwatch.model import Batch
from mdwatch.repository import batch_slices, batches
from mdwatch.repository.tables.exports import batch
from tests.worlds import World


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Connection]:
    with World(tmp_path).context() as context, context.repository.write() as connection:
        yield connection


def asked(connection: Connection) -> Batch:
    found = batches.ask(connection, "redo", "me", 5, older_than=3)
    assert found is not None
    return found


def again(connection: Connection, key: int) -> Batch:
    found = batches.get(connection, key)
    assert found is not None
    return found


def test_one_that_is_asked_for_waits(writing: Connection) -> None:
    found = asked(writing)
    assert (found.kind, found.asked_by, found.asked_at, found.older_than) == ("redo", "me", 5, 3)
    assert (found.started_at, found.ended_at, found.status, found.cancelled, found.total) == (
        None,
        None,
        None,
        False,
        0,
    )
    assert batches.open_batch(writing) == found


def test_one_at_a_time(writing: Connection) -> None:
    first = asked(writing)
    assert batches.ask(writing, "all", "other", 6) is None
    batches.end(writing, first.id, 9, "finished")
    assert batches.open_batch(writing) is None
    second = asked(writing)
    assert second.id > first.id
    assert [item.id for item in batches.latest(writing, 9)] == [second.id, first.id]
    assert [item.id for item in batches.latest(writing, 1)] == [second.id]


def test_the_database_too_allows_one_only(writing: Connection) -> None:
    asked(writing)
    values = {"kind": "all", "asked_by": "me", "asked_at": 1, "open": True}
    with pytest.raises(IntegrityError):
        writing.execute(batch.insert().values(values))


def test_counts_add_up(writing: Connection) -> None:
    key = asked(writing).id
    batches.start(writing, key, 7, "export.log", 10, 99)
    batches.add(writing, key, unchanged=1)
    cut = batch_slices.cut(writing, key, 0, 50)
    batch_slices.advance(writing, cut.id, 4, {"processed": 4, "exported": 2, "failed": 1, "unchanged": 0})
    other = batch_slices.cut(writing, key, 50, 99)
    batch_slices.advance(writing, cut.id, 8, {"processed": 3, "exported": 3})
    batch_slices.advance(writing, other.id, 60, {"processed": 1, "exported": 1})
    found = again(writing, key)
    assert (found.started_at, found.log, found.upto, found.position) == (7, "export.log", 99, 8)
    assert (found.total, found.processed, found.exported, found.failed, found.unchanged) == (10, 8, 6, 1, 1)
    # What was cut is cut once; what is done counts the same when the slice is gone, and nobody adds to that any more.
    with pytest.raises(RepositoryConflict):
        batch_slices.cut(writing, key, 50, 99)
    batch_slices.add_up(writing, key, cut.id)
    assert again(writing, key)._replace(position=8) == found
    assert again(writing, key).position == 60
    batch_slices.add_up(writing, key)
    assert again(writing, key)._replace(position=8) == found
    with pytest.raises(JobBusy, match="taken away"):
        batch_slices.advance(writing, other.id, 61, {"processed": 1})


def test_the_total_grows_with_what_came_in_meanwhile(writing: Connection) -> None:
    key = asked(writing).id
    batches.start(writing, key, 7, "export.log", 3, 99)
    batches.add(writing, key, processed=2)
    assert again(writing, key).total == 3
    cut = batch_slices.cut(writing, key, 0, 99)
    batch_slices.advance(writing, cut.id, 4, {"processed": 2})
    assert again(writing, key).total == 4
    batch_slices.add_up(writing, key)
    assert again(writing, key).total == 4


def test_one_that_is_open_can_be_cancelled(writing: Connection) -> None:
    key = asked(writing).id
    batches.cancel(writing, key)
    assert again(writing, key).cancelled
    batches.end(writing, key, 9, "cancelled")
    assert (again(writing, key).status, again(writing, key).ended_at) == ("cancelled", 9)


def test_one_that_ended_stays_as_it_is(writing: Connection) -> None:
    key = asked(writing).id
    batches.end(writing, key, 9, "failed", "why")
    batches.end(writing, key, 10, "finished")
    batches.cancel(writing, key)
    found = again(writing, key)
    assert (found.status, found.ended_at, found.reason, found.cancelled) == ("failed", 9, "why", False)


def test_there_is_none_of_another_key(writing: Connection) -> None:
    assert batches.get(writing, 1) is None
