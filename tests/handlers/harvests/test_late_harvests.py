"""A harvest that was stopped for long, and wakes up when another has taken over, writes no file any more."""

from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import dropping
from mdwatch.errors import JobBusy
from mdwatch.runtime.lease_names import harvest_name
from tests.handlers.harvests.providers import answering, harvesting, page, record
from tests.handlers.harvests.test_harvests import harvested, names, title
from tests.postgres import raw
from tests.worlds import World, ie

RECORDS = [record(f"oai:a:IE{number}", f"2026-01-0{number}", title(f"Title {number}")) for number in (1, 2, 3)]


def take_over(world: World) -> None:
    with world.context() as context, context.repository.write() as connection:
        raw(
            connection,
            "UPDATE lease SET holder = 'another', fence = fence + 1 WHERE name = ?",
            (harvest_name("there"),),
        )


def test_no_file_is_written_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # It was stopped for longer than it believes in itself.
    monkeypatch.setattr("mdwatch.runtime.lease.SURE_SECONDS", 0)
    with answering(lambda _: page(*RECORDS)) as url:
        world = harvesting(tmp_path, url, [ie("IE1"), ie("IE2"), ie("IE3")])
        real = dropping.drop

        def drop(*arguments: Any) -> None:
            real(*arguments)
            take_over(world)

        monkeypatch.setattr(dropping, "drop", drop)
        with pytest.raises(JobBusy, match="taken over"):
            harvested(world)
    assert names(world) == ["there-20260101T000000Z-IE1.xml"]
    with world.context() as context, context.repository.read() as connection:
        # What keeps that one is no trouble of the run, with which the other goes on.
        assert raw(connection, "SELECT reason FROM harvest_run").scalars().all() == [None]
