"""An IE of a long history costs an update and an export as much as one of a short one: in rows read, not in time."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from mdwatch.exporters import BUILT_IN
from mdwatch.handlers.exports import request
from mdwatch.handlers.updates import run_once
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import load_exporters
from tests.exporters.samples import entity
from tests.postgres import raw
from tests.worlds import JOB, World, dc, ie, update

# Those that tell of the whole history.
OF_HISTORY = {"native_json", "rosetta_mets"}
WITHOUT = sorted(BUILT_IN.keys() - OF_HISTORY)
YOUNG, OLD = 5, 1_000
TITLED = '<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A</dc:title></dc:record>'
EVENT = '{"eventType": "PROCESSING"}'
VERSION = "INSERT INTO ie_version (ie_id, version, at, agent, cause) VALUES (?, ?, 0, 'a', 'update')"
CONTENT = (
    "INSERT INTO record_version (record_id, version, sub_type, content) "
    "SELECT record_id, ?, sub_type, content FROM record_version WHERE record_id = ? AND version = 1"
)


def aged(root: Path, versions: int, formats: list[str]) -> World:
    """A published IE of so many versions, each with its event."""
    world = World(root)
    world.raw["export"] = {"formats": formats}
    world.load(ie("IE1", published=True))
    with world.context() as context, context.repository.write() as connection:
        (key,) = raw(connection, "SELECT id FROM ie").one()
        (record,) = raw(connection, "SELECT id FROM record").one()
        for number in range(2, versions + 1):
            raw(connection, VERSION, (key, number))
            raw(connection, CONTENT, (number, record))
            raw(connection, "INSERT INTO event (ie_id, dnx, version) VALUES (?, ?, ?)", (key, EVENT, number))
        raw(connection, "UPDATE ie SET version = ?", (versions,))
        raw(connection, "UPDATE record SET version = ?", (versions,))
    return world


def work(world: World, act: Callable[[Context], object]) -> int:
    """How many instructions SQLite executes for an act: some for each row that is read, written or passed over."""
    count = [0]

    def step() -> int:
        count[0] += 1
        return 0

    def begins(connection: Connection) -> None:
        connection.connection.driver_connection.set_progress_handler(step, 1)  # type: ignore[union-attr]

    with world.context() as context:
        event.listen(context.repository.engine, "begin", begins)
        act(context)
    return count[0]


@pytest.mark.sqlite
def test_an_update_costs_as_much(tmp_path: Path) -> None:
    costs = []
    for versions in (YOUNG, OLD):
        world = aged(tmp_path / str(versions), versions, WITHOUT)
        world.drop("a.xml", update("IE1", dc("New")))
        costs.append(work(world, lambda context: run_once.run_job(context, JOB)))
        assert world.title("IE1") == "New"
    assert costs[1] < costs[0] * 1.1


@pytest.mark.sqlite
def test_an_export_in_formats_that_do_not_tell_of_it_costs_as_much(tmp_path: Path) -> None:
    costs = [
        work(aged(tmp_path / str(versions), versions, WITHOUT), lambda context: request.carry_out(context, "all", "me"))
        for versions in (YOUNG, OLD)
    ]
    assert costs[1] < costs[0] * 1.1
    whole = aged(tmp_path / "whole", OLD, [*WITHOUT, "native_json"])
    with_history = work(whole, lambda context: request.carry_out(context, "all", "me"))
    assert with_history > costs[1] * 1.5, "what is counted would not show it"


def test_who_says_that_events_are_not_read_makes_the_same_without_them() -> None:
    with_events = replace(entity(TITLED), events=({"eventType": "PROCESSING", "eventDateTime": "x"},))
    for name, exporter in load_exporters(BUILT_IN).exporters.items():
        same = exporter.export(with_events) == exporter.export(replace(with_events, events=()))
        assert (exporter.reads_events, same) == ((True, False) if name in OF_HISTORY else (False, True)), name
