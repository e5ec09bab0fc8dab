"""Which IEs have exports is said once in Python and once in SQL: the two agree over the whole product of the facts."""

from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from mdwatch.model import Stage, Status
from mdwatch.repository import harvesting, sets
from mdwatch.repository.exports import due, failures, store
from mdwatch.repository.exports.store import Attended, SeenIe
from mdwatch.repository.tables.ies import DUE, ie
from mdwatch.rules.exporting import Failure, exportable
from tests import worlds
from tests.worlds import World

# Stage, status, published, harvested, lock: all that an IE has beside its records. The first two are no matter to it.
FACTS = list(product(Stage, Status, [False, True], [False, True], [None, "curator"]))
EXPECTED = [
    number
    for number, (_, status, published, harvested, _) in enumerate(FACTS, 1)
    if exportable(published=published, harvested=harvested, status=status)
]
HERE = len(FACTS) + 1


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An IE with the key N for the Nth combination of facts."""
    world = World(Path(tmp_path_factory.mktemp("facts")))
    world.load(
        *(
            worlds.ie(
                f"IE{number}",
                stage=stage.value,
                status=status.value,
                published=published,
                harvested=harvested,
                lockedBy=locked_by,
            )
            for number, (stage, status, published, harvested, locked_by) in enumerate(FACTS, 1)
        )
    )
    return world


def test_the_facts_are_as_they_were_loaded(world: World) -> None:
    columns = (ie.c.stage, ie.c.status, ie.c.published, ie.c.harvested, ie.c.locked_by)
    with world.context() as context, context.repository.read() as connection:
        rows = connection.execute(select(*columns).order_by(ie.c.id)).all()
    assert [tuple(row) for row in rows] == [
        (stage.value, status.value, published, harvested, locked_by)
        for stage, status, published, harvested, locked_by in FACTS
    ]
    assert 0 < len(EXPECTED) < len(FACTS)


def test_every_question_of_the_database_knows_the_same_ies(world: World) -> None:
    with world.context() as context, context.repository.write() as connection:
        assert due.exportable(connection, 0, HERE, HERE) == EXPECTED
        assert due.count_exportable(connection, HERE) == len(EXPECTED)
        assert due.older(connection, 1, 0, HERE, HERE) == EXPECTED
        assert due.ids(connection, 0, HERE) == EXPECTED
        assert list(connection.execute(select(ie.c.id).where(DUE).order_by(ie.c.id)).scalars()) == EXPECTED
        everything = range(1, HERE)
        assert store.standing(connection, [SeenIe(number, 1) for number in everything]) == set(EXPECTED)
        assert [n for n in everything if harvesting.find(connection, f"IE{n}", ["a"]) is not None] == EXPECTED
        assert members(connection) == EXPECTED
        assert failing(connection) == EXPECTED


def members(connection: Connection) -> list[int]:
    """Those of a set that all IEs belong to."""
    made = sets.create(connection, "all", "pid ^= IE", 0, name="all", description="")
    sets.keep(connection, {number: {made.id} for number in range(1, HERE)})
    found = [member.ie_id for member in sets.members(connection, made.id, 0, HERE)]
    assert sets.count_members(connection, made.id) == len(found)
    return found


def failing(connection: Connection) -> list[int]:
    """Those that fail, where all are noted to."""
    values = "(ie_id, format, ie_version, exporter_version, reason, since, tried_at, tries, next_at)"
    connection.exec_driver_sql(f"INSERT INTO export_failure {values} SELECT id, 'a', 1, '1', '', 0, 0, 1, 0 FROM ie")
    found = failures.ids(connection, 0, HERE)
    assert failures.count(connection) == len(found)
    assert failures.listing(connection, HERE)[0].failure == Failure(1, "1", "", 0, 1, 0)
    store.store(connection, [Attended(seen=SeenIe(n, 1), documents=[], failures={}) for n in range(1, HERE)], 0, 1000)
    assert due.ids(connection, 0, HERE) == []
    return found
